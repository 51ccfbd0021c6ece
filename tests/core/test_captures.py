"""Reservations: taken for what is really paid, given up where nothing is, and never given back before they are here."""

from __future__ import annotations

import pytest
from core_counter import Counter
from core_doubles import NO, acknowledged

from jiedao.checkout.checkout import Begun, Paying
from jiedao.checkout.graph import At
from jiedao.hookspecs.codec import from_json
from jiedao.hookspecs.outcomes import OutcomeUnknown, Unavailable
from jiedao.hookspecs.payment import Slip
from jiedao.operations.model import State as Op
from jiedao.problems import Conflict

LOST = OutcomeUnknown("the line was cut")


def two(counter: Counter) -> list[object]:
    return [counter.bill("ELEC", 9000), counter.bill("WATER", 1000)]


def held(amount: int) -> Paying:
    return Paying("card", amount, "holding")


def captured(counter: Counter) -> list[int]:
    return [request.amount for request in counter.plugins["holding"].asked("payment_capture")]


def money(counter: Counter) -> dict[str, int]:
    return {name: n for name, n in counter.money().items() if not name.startswith(("1101", "3101"))}


def part_refused(counter: Counter) -> Begun:
    counter.plugins["hub"].will("biller_pay", acknowledged, NO)
    return counter.visit(two(counter), held(10_000))  # type: ignore[arg-type]


def test_a_slip_from_before_reservations_is_of_money_that_was_taken() -> None:
    assert not from_json(Slip, {"reference": "RRN1", "masked_card": ""}).reserved


def test_what_is_captured_is_what_is_paid(on_both: Counter) -> None:
    begun = part_refused(on_both)
    assert on_both.state(begun) is At.PART_PAID
    assert captured(on_both) == [9000]
    assert on_both.plugins["holding"].asked("payment_refund") == []
    assert money(on_both) == {"1110:holding": 9000, "2101:ELEC": -9000}
    tender = on_both.attempt(begun).tenders[1]
    assert (tender.state, tender.returned, tender.slip["reserved"]) == ("taken", 1000, False)
    on_both.good()


def test_a_part_is_refunded_once_the_capture_is_there(on_both: Counter) -> None:
    on_both.plugins["holding"].will("payment_capture", LOST)
    begun = part_refused(on_both)
    assert on_both.state(begun) is At.CAPTURING
    with pytest.raises(Conflict):
        on_both.refund(begun, {1: 500})
    on_both.resolve()
    refund = on_both.refund(begun, {1: 500})
    assert on_both.state(refund) is At.REFUNDED
    (request,) = on_both.plugins["holding"].asked("payment_refund")
    assert (request.amount, request.slip.reserved) == (500, False)
    assert captured(on_both) == [9000, 9000]
    assert len({request.operation for request in on_both.plugins["holding"].asked("payment_capture")}) == 1
    on_both.good()


def test_nothing_of_a_reservation_is_given_back_while_its_capture_is_open(counter: Counter) -> None:
    counter.plugins["holding"].will("payment_capture", LOST)
    begun = part_refused(counter)
    assert [giveback.state for giveback in counter.attempt(begun).givebacks] == ["planned"]
    assert counter.plugins["holding"].asked("payment_refund") == counter.plugins["holding"].asked("payment_void") == []


def test_a_reservation_of_which_nothing_is_paid_is_given_up(on_both: Counter) -> None:
    on_both.plugins["hub"].will("biller_pay", NO, NO)
    begun = on_both.visit(two(on_both), held(10_000))  # type: ignore[arg-type]
    assert on_both.state(begun) is At.REFUSED
    assert captured(on_both) == []
    (undone,) = on_both.plugins["holding"].asked("payment_void")
    assert (undone.amount, undone.slip.reserved) == (10_000, True)
    assert money(on_both) == {}
    on_both.good()


def test_a_reservation_is_given_up_in_whichever_shift_it_is(counter: Counter) -> None:
    counter.plugins["hub"].will("biller_pay", LOST)
    begun = counter.visit(counter.bill("ELEC", 9000), held(9000))
    counter.close(20_000)
    counter.plugins["hub"].will("biller_query", NO)
    counter.resolve()
    assert counter.state(begun) is At.REFUSED
    assert len(counter.plugins["holding"].asked("payment_void")) == 1


def test_one_of_two_reservations_may_be_given_up_while_the_other_is_taken(counter: Counter) -> None:
    counter.plugins["hub"].will("biller_pay", acknowledged, NO)
    begun = counter.visit(two(counter), held(9000), held(1000))  # type: ignore[arg-type]
    assert counter.state(begun) is At.PART_PAID
    assert captured(counter) == [9000]
    assert [request.amount for request in counter.plugins["holding"].asked("payment_void")] == [1000]
    counter.good()


def test_a_refused_capture_waits_for_a_person_who_has_got_the_money(counter: Counter) -> None:
    counter.plugins["holding"].will("payment_capture", NO)
    begun = part_refused(counter)
    assert counter.state(begun) is At.CAPTURING
    counter.resolve()
    assert captured(counter) == [9000]
    counter.decide("payment_capture", Op.SUCCEEDED, "BY-HAND-1")
    assert counter.state(begun) is At.PART_PAID
    assert counter.attempt(begun).tenders[1].slip["reference"] == "BY-HAND-1"
    assert money(counter) == {"1110:holding": 9000, "2101:ELEC": -9000}
    counter.good()


def test_a_reservation_that_a_person_gives_up_is_the_streets_loss(counter: Counter) -> None:
    counter.plugins["holding"].will("payment_capture", NO)
    begun = part_refused(counter)
    counter.decide("payment_capture", Op.DECLINED)
    assert counter.state(begun) is At.PART_PAID
    assert money(counter) == {"2101:ELEC": -9000, "5103": 9000}
    counter.good()


def test_a_capture_that_did_not_arrive_is_sent_until_it_does(counter: Counter) -> None:
    counter.plugins["holding"].will("payment_capture", *[Unavailable("no line")] * 4)
    begun = counter.visit(counter.bill("ELEC", 9000), held(9000))
    for _ in range(4):
        assert counter.state(begun) is At.CAPTURING
        counter.resolve()
    assert counter.state(begun) is At.PAID


def test_a_receipt_is_there_when_the_billers_have_spoken(counter: Counter) -> None:
    counter.plugins["holding"].will("payment_capture", LOST)
    counter.visit(counter.bill("ELEC", 9000), held(9000))
    assert len(counter.sql("SELECT no FROM receipt")) == 1


def test_a_visit_without_a_reservation_takes_no_statement_more(counter: Counter) -> None:
    counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    assert [row.hook for row in counter.sql("SELECT hook FROM operation ORDER BY id")] == [
        "payment_start",
        "biller_pay",
    ]
