"""Undoing a payment whose outcome nobody knows: planned when the judge says so, or when staff give the payment up."""

from __future__ import annotations

from typing import Final

from sqlalchemy import null, update

from jiedao.operations.intent import find, plan
from jiedao.operations.model import Operation, State
from jiedao.operations.policy import Policy
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


def plan_reversal(tx: Tx, policy: Policy, payment: Operation) -> None:
    """Undo an unknown payment until it is acknowledged; then it did not happen."""
    wanted = payment.request
    fields = {
        "original": payment.id,
        "amount": wanted["amount"],
        "currency": wanted["currency"],
        "slip": None,
        "till": wanted["till"],
    }
    subject = (payment.subject_kind, payment.subject)
    plan(
        tx,
        policy,
        payment.connection,
        "payment_reverse",
        fields,
        subject=subject,
        part=payment.part,
        original=payment.id,
    )


def give_up(tx: Tx, policy: Policy, id_: str) -> bool:
    """Have a payment undone that still waits for its end; False when it does not wait, or is being undone already.

    Nobody asks about it any more. The fence rises, so that a question under way cannot write its answer: if that is a
    success, the reversal gives the money back.
    """
    if not tx.change(_GIVE_UP, id_=id_):
        return False
    payment = find(tx, id_)
    if payment is None:
        raise LookupError(id_)
    plan_reversal(tx, policy, payment)
    return True


_O = tables.operation.c
_GIVE_UP: Final = (
    update(tables.operation)
    .where(
        _O.street == STREET,
        _O.id == param("id"),
        _O.hook == "payment_start",
        _O.state.in_([State.PENDING, State.UNKNOWN]),
        # One that is being reversed is unknown too, and is not due.
        _O.due_at.is_not(None),
    )
    .values(state=State.UNKNOWN, reason="given up", due_at=null(), fence=_O.fence + 1)
)
