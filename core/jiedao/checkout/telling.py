"""What other programs may hear of an attempt: told when it is saved, from what happened since the last time."""

from __future__ import annotations

from jiedao.checkout.graph import At, Event
from jiedao.checkout.state import Attempt, total
from jiedao.store.unit import Tx


def tell(tx: Tx, attempt: Attempt) -> None:
    """Tell what came of this step. Amounts are fen; who it was and what for, the receiver asks."""
    told = {"order": attempt.order, "attempt": attempt.id, "currency": attempt.currency}
    if attempt.current and attempt.order_state != attempt.was_order_state:
        _order(tx, attempt, told)
    happened = {event["event"] for event in attempt.events}
    if attempt.state is At.REFUNDED and Event.ALL_RETURNED.value in happened:
        agreed = [line for line in attempt.refunds.values() if line.state in ("agreed", "owed")]
        tx.tell("order.refunded", **told, amount=total(agreed))
    if Event.NEEDS_PERSON.value in happened:
        tx.tell("order.unresolved", **told, kind=attempt.kind)


def _order(tx: Tx, attempt: Attempt, told: dict[str, str]) -> None:
    if attempt.order_state in ("paid", "part_paid"):
        paid = [line for line in attempt.lines.values() if line.state == "paid"]
        tx.tell("order.paid", **told, state=attempt.order_state, amount=total(paid))
    elif attempt.order_state == "refused":
        tx.tell("order.refused", **told)
