"""A payment that nobody waits for any more is reversed once, whatever the customer does meanwhile."""

from __future__ import annotations

import pytest
from core_counter import Counter
from core_doubles import slip, taken

from jiedao.checkout.checkout import Begun, Paying
from jiedao.checkout.graph import At
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.operations import reversal
from jiedao.operations.model import State as Op
from jiedao.problems import Conflict

LOST = OutcomeUnknown("the line was cut")
CASH = Paying("cash", 1000, "cash")


def waiting(counter: Counter, *, first: object = taken, plugin: str = "pos") -> Begun:
    """A bill paid in cash and by a code that nobody has scanned."""
    counter.plugins[plugin].will("payment_start", first)
    return counter.visit(counter.bill("ELEC", 10_000), CASH, Paying("card", 9000, plugin))


def give_up(counter: Counter, begun: Begun, *, crash: bool = False) -> None:
    given_up = counter.house.checkout.give_up(counter.me, begun.order)
    assert given_up.attempt == begun.attempt
    if not crash:
        counter.house.operations.drive(given_up.planned)


def reversals(counter: Counter) -> list[str]:
    return [request.operation for request in counter.plugins["pos"].asked("payment_reverse")]


def ended(counter: Counter, begun: Begun) -> None:
    """Nothing was kept, the order is open, and it can be paid in another way."""
    assert (counter.state(begun), counter.order(begun)) == (At.REFUSED, "open")
    assert counter.money().get("1110:pos", 0) == 0
    counter.good()
    again = counter.pay(begun.order, Paying("cash", 10_000, "cash"))
    assert counter.state(again) is At.PAID
    counter.good()


@pytest.mark.parametrize("first", [taken, LOST], ids=["pending", "unknown"])
def test_a_payment_that_is_given_up_is_reversed_and_the_order_open_again(on_both: Counter, first: object) -> None:
    begun = waiting(on_both, first=first)
    give_up(on_both, begun)
    (request,) = on_both.plugins["pos"].asked("payment_reverse")
    assert (request.amount, request.slip) == (9000, None)
    assert [row.action for row in on_both.sql("SELECT action FROM audit WHERE action = 'give_up'")] == ["give_up"]
    ended(on_both, begun)


def test_until_it_is_reversed_it_says_so_and_is_not_asked_about(on_both: Counter) -> None:
    begun = waiting(on_both)
    give_up(on_both, begun, crash=True)
    tender = on_both.attempt(begun).tenders[2]
    assert (tender.state, tender.show, on_both.order(begun)) == ("giving_up", "", "paying")
    with pytest.raises(Conflict):
        give_up(on_both, begun)
    assert on_both.plugins["pos"].asked("payment_query") == []


def test_a_crash_after_the_intent_reverses_it_all_the_same(on_both: Counter) -> None:
    begun = waiting(on_both)
    give_up(on_both, begun, crash=True)
    on_both.resolve()
    assert len(set(reversals(on_both))) == 1
    ended(on_both, begun)


@pytest.mark.parametrize("crash", [False, True], ids=["reversed at once", "crash before the reversal"])
def test_a_success_under_way_while_it_is_given_up_is_given_back(on_both: Counter, crash: bool) -> None:
    """The answer comes after the decision: the worker's fence is old, and the reversal returns the money."""
    begun = waiting(on_both)

    def paid_too_late(request: object) -> object:
        give_up(on_both, begun, crash=crash)
        return slip(request)

    on_both.plugins["pos"].will("payment_query", paid_too_late)
    on_both.resolve()
    assert on_both.state(begun) is (At.TENDER_DOUBT if crash else At.REFUSED)
    on_both.resolve()
    assert len(reversals(on_both)) == 1
    states = [row.state for row in on_both.sql("SELECT state FROM operation WHERE hook = 'payment_start'")]
    assert states == [Op.REVERSED]
    ended(on_both, begun)


def test_a_success_that_came_first_is_kept(on_both: Counter) -> None:
    begun = waiting(on_both)
    on_both.plugins["pos"].will("payment_query", slip)
    on_both.resolve()
    with pytest.raises(Conflict) as refused:
        give_up(on_both, begun)
    assert refused.value.code == "payment.not_waiting"
    assert (on_both.state(begun), reversals(on_both)) == (At.PAID, [])
    on_both.good()


def test_one_that_is_being_reversed_already_is_not_given_up(counter: Counter) -> None:
    counter.plugins["reversing"].will("payment_reverse", LOST)
    begun = waiting(counter, first=LOST, plugin="reversing")
    with pytest.raises(Conflict):
        give_up(counter, begun)
    assert len(counter.plugins["reversing"].asked("payment_reverse")) == 1


def test_two_who_give_up_the_same_payment_reverse_it_once(on_both: Counter) -> None:
    begun = waiting(on_both)
    operation, policy = on_both.attempt(begun).tenders[2].operation, on_both.house.desk.policy
    for first in (True, False):
        with on_both.write() as tx:
            assert reversal.give_up(tx, policy, operation) is first
    assert len(on_both.sql("SELECT id FROM operation WHERE hook = 'payment_reverse'")) == 1


def test_a_provider_that_cannot_reverse_is_left_to_expire(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = waiting(counter)
    monkeypatch.setattr(counter.house.registry, "has", lambda plugin, hook: False)
    with pytest.raises(Conflict) as refused:
        give_up(counter, begun)
    assert refused.value.code == "payment.cannot_give_up"
    assert "expire" in refused.value.says.en
    assert counter.attempt(begun).tenders[2].state == "doubt"
