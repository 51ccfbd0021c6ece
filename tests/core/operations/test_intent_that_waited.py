"""An intent that waits for a thread, or behind a slow call, is not sent by two workers."""

from __future__ import annotations

from core_counter import STREET, Counter

from jiedao.checkout.checkout import Paying
from jiedao.hookspecs.outcomes import NotFound
from jiedao.operations.intent import find
from jiedao.operations.model import Operation, State


def _planned(counter: Counter) -> list[Operation]:
    """A card payment whose intent is committed and that nobody has sent."""
    wanted = [counter.bill("ELEC", 500)]
    paying = [Paying("card", 500, "pos")]
    begun = counter.house.checkout.visit(counter.me, counter.resident, wanted, paying, surplus=False)
    return list(begun.planned)


def _row(counter: Counter, id_: str) -> tuple[State, int]:
    with counter.read() as tx:
        operation = find(tx, id_)
    assert operation is not None
    return operation.state, operation.fence


def test_an_intent_that_was_taken_over_while_it_waited_is_not_sent(counter: Counter) -> None:
    planned = _planned(counter)
    counter.plugins["pos"].will("payment_query", NotFound())
    counter.watch.forward(seconds=200)
    assert counter.house.operations.resolve_due(STREET) == 1
    assert _row(counter, planned[0].id)[0] is State.DECLINED
    counter.house.operations.drive(planned)
    assert counter.plugins["pos"].asked("payment_start") == []


def test_an_intent_that_waited_is_sent_under_a_new_lease(counter: Counter) -> None:
    """Nobody takes it over while it is being sent, and "not found" is counted from when it really was."""
    planned = _planned(counter)
    counter.watch.forward(seconds=70)
    seen = []

    def while_sending(_: object) -> NotFound:
        counter.watch.forward(seconds=20)
        seen.append(counter.house.operations.resolve_due(STREET))
        return NotFound()

    counter.plugins["pos"].will("payment_start", while_sending)
    counter.house.operations.drive(planned)
    assert seen == [0]
    assert len(counter.plugins["pos"].asked("payment_start")) == 1
    assert _row(counter, planned[0].id) == (State.UNKNOWN, 1)
