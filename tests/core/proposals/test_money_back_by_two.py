"""Refunds and hand-overs above the limit take two people; an order that went back in full says so."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from core_counter import SEEN, Counter
from core_doubles import NO
from four_eyes import CHECKED, LARGE, LOST, agree, chief, second

from jiedao.checkout import views
from jiedao.checkout.checkout import Begun, Paying
from jiedao.checkout.graph import At
from jiedao.directory.caller import Role
from jiedao.hookspecs.outcomes import Pending
from jiedao.operations.model import State as Op
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, State

WHY = "居民搬走，已核对合同"


def paid(counter: Counter, *amounts: int) -> Begun:
    total = sum(amounts)
    bills = [counter.bill("ELEC", amount) for amount in amounts]
    return counter.visit(bills, Paying("card", total, "pos"))


def shown(counter: Counter, begun: Begun) -> str:
    """The state of an order as people see it, on its own and in the list."""
    with counter.read() as tx:
        view = views.order(tx, begun.order)
        (brief,) = [row for row in views.latest(tx, till="T1") if row.id == begun.order]
    assert brief.state == view.state
    return view.state


def propose_refund(counter: Counter, begun: Begun, amounts: dict[int, int], **more: Any) -> str:
    return counter.house.checkout.propose_refund(counter.me, begun.order, amounts, WHY, **more)


def test_a_large_refund_is_proposed_by_the_window_and_agreed_to_in_the_office(on_both: Counter) -> None:
    begun = paid(on_both, LARGE)
    with pytest.raises(Conflict, match=r"proposal\.needed"):
        on_both.refund(begun, {1: LARGE})
    assert on_both.plugins["hub"].asked("biller_cancel") == []
    made = propose_refund(on_both, begun, {1: LARGE})
    assert shown(on_both, begun) == "paid"
    agree(on_both, made, on_both.accountant)
    assert shown(on_both, begun) == "refunded"
    (refund,) = on_both.sql("SELECT staff, book, reason FROM attempt WHERE kind = 'refund'")
    assert tuple(refund) == ("op-1", "T1", WHY)
    assert on_both.money().get("1110:pos", 0) == 0
    on_both.good()


def test_small_steps_do_not_pass_the_limit(counter: Counter) -> None:
    begun = paid(counter, LARGE)
    counter.refund(begun, {1: 40_000})
    with pytest.raises(Conflict, match=r"proposal\.needed"):
        counter.refund(begun, {1: 15_000})
    counter.refund(begun, {1: 10_000})


def test_who_took_the_payment_does_not_agree_to_its_refund(counter: Counter) -> None:
    begun = paid(counter, LARGE)
    cashier = replace(counter.me, role=Role.ACCOUNTANT)
    other = replace(counter.other, till="T1")
    made = counter.house.checkout.propose_refund(other, begun.order, {1: LARGE}, WHY)
    with pytest.raises(NotAllowed):
        agree(counter, made, cashier)
    counter.house.proposals.refuse(chief(counter), made, "不符合规定")
    assert shown(counter, begun) == "paid"


def test_what_cannot_be_refunded_cannot_be_proposed(counter: Counter) -> None:
    begun = paid(counter, LARGE)
    for amounts, code in (({1: LARGE + 1}, "refund.too_much"), ({2: 1}, "refund.too_much")):
        with pytest.raises(Conflict, match=code):
            propose_refund(counter, begun, amounts)
    with pytest.raises(Invalid, match=r"refund\.amount"):
        propose_refund(counter, begun, {1: 0})
    with pytest.raises(Invalid) as refused:
        counter.house.checkout.propose_refund(counter.me, begun.order, {1: LARGE}, "多收了")
    assert refused.value.field == "reason"
    with pytest.raises(NotAllowed):
        propose_refund(counter, begun, {1: LARGE}, biller_owes=True)
    with pytest.raises(NotFound):
        counter.house.checkout.propose_refund(counter.me, "0" * 20, {1: LARGE}, WHY)


def test_what_was_refunded_meanwhile_is_not_refunded_again(counter: Counter) -> None:
    begun = paid(counter, LARGE)
    made = propose_refund(counter, begun, {1: LARGE})
    counter.refund(begun, {1: 1000})
    with pytest.raises(Conflict, match=r"refund\.too_much"):
        agree(counter, made, counter.accountant)
    with counter.read() as tx:
        assert proposals.look(tx, made).state is State.OPEN
    counter.house.proposals.refuse(counter.me, made, "已部分退款")


def test_an_order_says_refunded_only_when_everything_has_gone_back(counter: Counter) -> None:
    begun = paid(counter, 9000, 2000)
    counter.refund(begun, {1: 9000})
    assert shown(counter, begun) == "paid"
    counter.plugins["hub"].will("biller_cancel", NO)
    counter.refund(begun, {2: 2000})
    assert shown(counter, begun) == "paid"
    counter.plugins["pos"].will("payment_refund", Pending("later"))
    counter.refund(begun, {2: 2000})
    assert shown(counter, begun) == "paid"
    counter.decide("payment_refund", Op.SUCCEEDED)
    assert shown(counter, begun) == "refunded"
    counter.good()


def waiting(counter: Counter) -> Begun:
    """Cash of nobody, more than the limit, that no drawer is open for."""
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(
        counter.bill("ELEC", 90_000), Paying("cash", LARGE, "cash"), Paying("card", 30_000, "pos"), resident=""
    )
    counter.close(20_000 + LARGE)
    counter.plugins["pos"].will("payment_query", NO)
    counter.resolve()
    assert counter.state(begun) is At.RETURNING
    return begun


def test_a_large_hand_over_takes_two(on_both: Counter) -> None:
    begun, checkout = waiting(on_both), on_both.house.checkout
    what = (begun.attempt, begun.attempt, 1, "cash")
    with pytest.raises(Conflict, match=r"proposal\.needed"):
        checkout.hand_over(on_both.accountant, *what)
    with pytest.raises(NotAllowed):
        checkout.propose_hand_over(on_both.me, *what, SEEN)
    for tender, how in ((1, "credit"), (2, "cash")):
        with pytest.raises(Conflict, match=r"return\.state"):
            checkout.propose_hand_over(on_both.accountant, begun.attempt, begun.attempt, tender, how, SEEN)
    made = checkout.propose_hand_over(on_both.accountant, *what, SEEN)
    with pytest.raises(Conflict, match=r"proposal\.open"):
        checkout.propose_hand_over(chief(on_both), *what, SEEN)
    agree(on_both, made, second(on_both))
    assert on_both.state(begun) is At.REFUSED
    with on_both.read() as tx:
        assert [one.decision for one in proposals.of(tx, Kind.HAND_OVER, begun.attempt)] == [CHECKED]
    on_both.good()
