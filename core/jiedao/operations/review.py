"""The review queue: what needs a person, why, and what the person may do about it.

More than the street's limit takes two people (`jiedao.proposals`). Asking goes on meanwhile, and an answer of the
provider wins over what people were about to decide.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import select

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.rules import rules
from jiedao.hookspecs.biller import Acknowledgement
from jiedao.hookspecs.certification import Finding, Verdict
from jiedao.hookspecs.payment import BatchTotals, Slip
from jiedao.hookspecs.points import ClaimReceipt
from jiedao.hookspecs.postal import Complaint, Consigned, Dispatched, Withdrawn
from jiedao.hookspecs.service import Notified
from jiedao.language import Text
from jiedao.operations.intent import find
from jiedao.operations.model import News, Operation, State
from jiedao.operations.parties import took_part, took_part_in_open
from jiedao.operations.runner import Operations
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, Proposal
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.tables.operations import UNFINISHED
from jiedao.store.unit import STREET, Store, Tx, param


@dataclass(frozen=True, slots=True)
class Seen:
    """What a person found out: succeeded or declined, the provider's number where it succeeded, and the evidence
    (what was seen, where), which is kept for ever.
    """

    verdict: State
    reference: str
    evidence: str

    def check(self) -> None:
        """Refuse what proves nothing."""
        if len(self.evidence.strip()) < proposals.EVIDENCE:
            raise Invalid("review.evidence", _WHY, field="evidence")
        if self.verdict not in (State.SUCCEEDED, State.DECLINED):
            raise Invalid("review.verdict", _VERDICT, field="verdict")
        if self.verdict is State.SUCCEEDED and not self.reference.strip():
            raise Invalid("review.reference", _REFERENCE, field="reference")


@dataclass(frozen=True, slots=True)
class Options:
    """What may be done about an operation now, by one member of staff."""

    takes_two: bool
    limit: int
    """Fen: more than this takes two people."""
    may: frozenset[str]
    """Of ask, close, propose, agree, refuse."""
    proposal: Proposal | None
    """The one that waits for a second person."""
    why_not: Text | None = None
    """Why they may not agree to it."""


class Closing:
    """Proposals about what became of an operation (`jiedao.proposals.model.Matter`)."""

    def __init__(self, operations: Operations) -> None:
        self._operations = operations

    def hold(self, tx: Tx, subject: str) -> None:
        """The operation's row, which a worker's answer needs too."""
        tx.first(_HOLD, id_=subject)

    def took_part(self, tx: Tx, subject: str) -> Collection[str]:
        """Who took the payment that it belongs to."""
        return took_part(tx, _found(tx, subject))

    def took_part_in_open(self, tx: Tx) -> Mapping[str, Collection[str]]:
        """The same of all that are proposed."""
        return took_part_in_open(tx, Kind.CLOSING)

    def carry_out(self, tx: Tx, by: Caller, proposal: Proposal) -> None:
        """Close it as the first person saw it."""
        wanted = proposal.wanted
        seen = Seen(State(wanted["verdict"]), wanted["reference"], proposal.evidence)
        _closed(tx, self._operations, _found(tx, proposal.subject), seen, f"persons {proposal.proposed_by} {by.staff}")


def waiting(tx: Tx, after: str = "", most: int = 1000) -> Sequence[Row]:
    """Operations that only a person can end, oldest first; the page begins above an id."""
    return tx.rows(_REVIEW, after=after, most=most)


def unresolved(tx: Tx, after: str = "", most: int = 1000) -> Sequence[Row]:
    """Everything that has no final outcome yet, the review queue included."""
    return tx.rows(_OPEN, after=after, most=most)


def look(tx: Tx, id_: str) -> Row:
    """One operation with all that is known of it."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("operation.missing", _MISSING)
    return row


def amount_of(request: Mapping[str, Any]) -> int:
    """The money that an act is about, in fen; 0 where it is about none."""
    amount = request.get("amount", request.get("total", 0))
    return amount if isinstance(amount, int) else 0


def options(tx: Tx, deciding: proposals.Proposals, caller: Caller, row: Row) -> Options:
    """What somebody may do about an operation as it stands."""
    known, takes = rules(tx), set[str]()
    proposal = proposals.open_of(tx, Kind.CLOSING, row.id)
    takes_two = known.takes_two(amount_of(row.request))
    why_not = deciding.barred(tx, caller, proposal) if proposal else None
    if row.state in _ASKABLE and row.due_at is not None:
        takes.add("ask")
    if row.state == State.REVIEW and caller.role in _MAY_CLOSE and not _is_being_reversed(tx, row.id):
        if proposal is None:
            takes |= {"propose"} if takes_two else {"close", "propose"}
        elif why_not is None:
            takes |= {"agree", "refuse"}
        elif caller.staff == proposal.proposed_by:
            takes.add("refuse")
    return Options(takes_two, known.four_eyes, frozenset(takes), proposal, why_not)


def close(
    store: Store, operations: Operations, caller: Caller, id_: str, verdict: State, reference: str, evidence: str
) -> Sequence[Any]:
    """Say what became of an operation, where one person may; see `Seen`. Returns the operations that follow."""
    caller.must_be(*_MAY_CLOSE)
    seen = Seen(verdict, reference, evidence)
    seen.check()
    return store.retrying(caller.street, lambda tx: _close(tx, operations, caller, id_, seen))


def propose(store: Store, caller: Caller, id_: str, verdict: State, reference: str, evidence: str) -> str:
    """Say what became of an operation, for a second person to agree to; see `Seen`. Returns the proposal's id."""
    caller.must_be(*_MAY_CLOSE)
    seen = Seen(verdict, reference, evidence)
    seen.check()
    return store.retrying(caller.street, lambda tx: _propose(tx, caller, id_, seen))


def _propose(tx: Tx, caller: Caller, id_: str, seen: Seen) -> str:
    tx.first(_HOLD, id_=id_)
    operation = _found(tx, id_)
    if _is_being_reversed(tx, id_):
        raise Conflict("review.reversal_open", _REVERSING)
    if operation.state is not State.REVIEW:
        raise Conflict("review.state", _STATE)
    wanted = {"verdict": seen.verdict.value, "reference": seen.reference.strip()}
    return proposals.propose(tx, caller, Kind.CLOSING, id_, amount_of(operation.request), wanted, seen.evidence)


def _close(tx: Tx, operations: Operations, caller: Caller, id_: str, seen: Seen) -> Sequence[Any]:
    operation = _found(tx, id_)
    proposals.must_not_take_two(tx, amount_of(operation.request))
    _closed(tx, operations, operation, seen, f"person {caller.staff}")
    said = {"verdict": seen.verdict.value, "reference": seen.reference}
    audit(tx, caller, "review", f"operation {id_}", seen.evidence, **said)
    claim(tx, caller, "operation", id_)
    return tx.planned


def _closed(tx: Tx, operations: Operations, operation: Operation, seen: Seen, who: str) -> None:
    if _is_being_reversed(tx, operation.id):
        raise Conflict("review.reversal_open", _REVERSING)
    succeeded = seen.verdict is State.SUCCEEDED
    detail = _detail(operation, seen.reference.strip(), seen.evidence) if succeeded else None
    news = News(seen.verdict, detail, None if succeeded else _PERSON.as_json(), code=who)
    if operation.state is not State.REVIEW or not operations.close_by_person(tx, operation.id, news):
        raise Conflict("review.state", _STATE)


def _found(tx: Tx, id_: str) -> Operation:
    operation = find(tx, id_)
    if operation is None:
        raise NotFound("operation.missing", _MISSING)
    return operation


def _is_being_reversed(tx: Tx, id_: str) -> bool:
    return tx.first(_REVERSAL, id_=id_) is not None


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
_HOLD: Final = select(_O.id).where(_O.street == STREET, _O.id == param("id")).with_for_update()
_PAGE: Final = (
    select(tables.operation)
    .where(_O.street == STREET, _O.id > param("after"))
    .order_by(_O.id)  # ids rise with the time at which the act was planned
    .limit(param("most"))
)
_REVIEW: Final = _PAGE.where(UNFINISHED, _O.state == State.REVIEW)
_OPEN: Final = _PAGE.where(UNFINISHED)
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
_ASKABLE: Final = (State.UNKNOWN, State.PENDING, State.REVIEW)
_MAY_CLOSE: Final = (Role.ACCOUNTANT, Role.ADMINISTRATOR)
_WHY: Final = Text(zh="请写明凭据：看到了什么、在哪里看到的", en="Say what you saw and where: the evidence is kept")
_VERDICT: Final = Text(zh="结论只能是成功或未成功", en="The verdict is succeeded or declined")
_REFERENCE: Final = Text(zh="请填写对方的流水号", en="Give the provider's own number")
_MISSING: Final = Text(zh="没有这笔外部操作", en="There is no such operation")
_STATE: Final = Text(zh="这笔外部操作不在人工核查中", en="This operation is not waiting for a person")
_PERSON: Final = Text(zh="经人工核查，没有办成", en="A person checked: it was not done")
