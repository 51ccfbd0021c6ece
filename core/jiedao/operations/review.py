"""The review queue: what needs a person, why, and what the person may do about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.hookspecs.biller import Acknowledgement
from jiedao.hookspecs.certification import Finding, Verdict
from jiedao.hookspecs.payment import BatchTotals, Slip
from jiedao.hookspecs.points import ClaimReceipt
from jiedao.hookspecs.postal import Complaint, Consigned, Dispatched, Withdrawn
from jiedao.hookspecs.service import Notified
from jiedao.language import Text
from jiedao.operations.intent import find
from jiedao.operations.model import News, Operation, State
from jiedao.operations.runner import Operations
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param

_EVIDENCE: Final = 8


def waiting(tx: Tx) -> Sequence[Row]:
    """Operations that only a person can end, oldest first."""
    return tx.rows(_REVIEW)


def unresolved(tx: Tx) -> Sequence[Row]:
    """Everything that has no final outcome yet, the review queue included."""
    return tx.rows(_OPEN)


def look(tx: Tx, id_: str) -> Row:
    """One operation with all that is known of it."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("operation.missing", _MISSING)
    return row


def close(
    store: Store, operations: Operations, caller: Caller, id_: str, verdict: State, reference: str, evidence: str
) -> Sequence[Any]:
    """Say what became of an operation. The evidence (what was seen, where) is kept for ever.

    `reference` is the provider's number when it succeeded. Returns the operations that follow.
    """
    caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    if len(evidence.strip()) < _EVIDENCE:
        raise Invalid("review.evidence", _WHY, field="evidence")
    if verdict not in (State.SUCCEEDED, State.DECLINED):
        raise Invalid("review.verdict", _VERDICT, field="verdict")
    if verdict is State.SUCCEEDED and not reference.strip():
        raise Invalid("review.reference", _REFERENCE, field="reference")
    return store.retrying(caller.street, lambda tx: _close(tx, operations, caller, id_, verdict, reference, evidence))


def _close(
    tx: Tx, operations: Operations, caller: Caller, id_: str, verdict: State, reference: str, evidence: str
) -> Sequence[Any]:
    operation = find(tx, id_)
    if operation is None:
        raise NotFound("operation.missing", _MISSING)
    if tx.first(_REVERSAL, id_=id_) is not None:
        raise Conflict("review.reversal_open", _REVERSING)
    detail = _detail(operation, reference.strip(), evidence) if verdict is State.SUCCEEDED else None
    reason = _PERSON.as_json() if verdict is State.DECLINED else None
    news = News(verdict, detail, reason, code=f"person {caller.staff}")
    if operation.state is not State.REVIEW or not operations.close_by_person(tx, id_, news):
        raise Conflict("review.state", _STATE)
    audit(tx, caller, "review", f"operation {id_}", evidence, verdict=verdict.value, reference=reference)
    claim(tx, caller, "operation", id_)
    return tx.planned


def _detail(operation: Operation, reference: str, note: str) -> Any:
    return _EVIDENCE_OF[operation.hook](operation.request, reference, note)


Wanted: TypeAlias = Mapping[str, Any]
_EVIDENCE_OF: Final[Mapping[str, Callable[[Wanted, str, str], Any]]] = {
    **dict.fromkeys(
        ("payment_start", "payment_reverse", "payment_void", "payment_refund", "payment_capture"),
        lambda wanted, reference, note: Slip(reference, note=note),
    ),
    "payment_batch_close": lambda wanted, reference, note: BatchTotals(reference, 0, 0, 0, 0, balanced=False),
    **dict.fromkeys(("biller_pay", "biller_cancel"), lambda wanted, reference, note: Acknowledgement(reference, note)),
    "points_claim": lambda wanted, reference, note: ClaimReceipt(reference, wanted["total"]),
    "postal_create": lambda wanted, reference, note: Consigned(wanted["number"] or reference, reference, note=note),
    "postal_cancel": lambda wanted, reference, note: Withdrawn(reference),
    "postal_dispatch": lambda wanted, reference, note: Dispatched(reference, len(wanted["items"])),
    "postal_complain": lambda wanted, reference, note: Complaint(reference),
    "certification_submit": lambda wanted, reference, note: Verdict(Finding.CERTIFIED, reference),
    "notify_send": lambda wanted, reference, note: Notified(reference),
}
"""What the provider would have said of each act that can be in review; a test sees that none is missing."""
_O = tables.operation.c
_ONE: Final = select(tables.operation).where(_O.street == STREET, _O.id == param("id"))
_REVIEW: Final = (
    select(tables.operation).where(_O.street == STREET, _O.state == State.REVIEW).order_by(_O.planned_at, _O.id)
)
_OPEN: Final = (
    select(tables.operation)
    .where(_O.street == STREET, _O.state.not_in([State.SUCCEEDED, State.DECLINED, State.REVERSED]))
    .order_by(_O.planned_at, _O.id)
)
_REVERSAL: Final = (
    select(_O.id)
    .where(
        _O.street == STREET,
        _O.original == param("id"),
        _O.hook == "payment_reverse",
        _O.state.not_in([State.SUCCEEDED, State.DECLINED]),
    )
    .limit(1)
)
_REVERSING: Final = Text(
    zh="这笔付款正在冲正；请先核实并了结它的冲正",
    en="This payment is still being reversed; settle its reversal first, or the two could contradict each other",
)
_WHY: Final = Text(zh="请写明凭据：看到了什么、在哪里看到的", en="Say what you saw and where: the evidence is kept")
_VERDICT: Final = Text(zh="结论只能是成功或未成功", en="The verdict is succeeded or declined")
_REFERENCE: Final = Text(zh="请填写对方的流水号", en="Give the provider's own number")
_MISSING: Final = Text(zh="没有这笔外部操作", en="There is no such operation")
_STATE: Final = Text(zh="这笔外部操作不在人工核查中", en="This operation is not waiting for a person")
_PERSON: Final = Text(zh="经人工核查，没有办成", en="A person checked: it was not done")
