"""The counter's verbs: tenders, bill locks, refusals, refunds, receipts, and what may not be done."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from core_counter import STREET, Counter
from core_doubles import NO, acknowledged, slip

from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.checkout.credit import credit_of
from jiedao.checkout.graph import At
from jiedao.checkout.receipt import LineState, ReceiptKind
from jiedao.checkout.slips import count_print, find, of_order, picture
from jiedao.hookspecs.outcomes import OutcomeUnknown, Unavailable
from jiedao.operations.model import State as Op
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, ServicePaused
from jiedao.registry.connections import State

LOST = OutcomeUnknown("the line was cut")


def cash(amount: int, received: int = 0) -> Paying:
    return Paying("cash", amount, "cash", received)


def card(amount: int, terminal: str = "pos") -> Paying:
    return Paying("card", amount, terminal)


def points(amount: int) -> Paying:
    return Paying("points", amount)


def credit(amount: int) -> Paying:
    return Paying("credit", amount)


def credit_left(counter: Counter) -> int:
    with counter.read() as tx:
        return credit_of(tx, counter.resident)


# paying


def test_four_tenders_pay_three_bills(on_both: Counter) -> None:
    on_both.give_points(2000)
    on_both.visit(on_both.bill("ELEC", 1000), cash(1500), surplus=True)
    bills = [on_both.bill("ELEC", 5000), on_both.bill("PROP", 3000), on_both.bill("WATER", 4000)]
    begun = on_both.visit(bills, card(8000), credit(500), cash(1500, 2000), points(2000))
    assert on_both.order(begun) == "paid"
    shares = {(s.tender, s.line): s.amount for s in on_both.attempt(begun).shares}
    assert shares == {(4, 2): 2000, (1, 1): 5000, (1, 2): 1000, (1, 3): 2000, (2, 3): 500, (3, 3): 1500}
    assert credit_left(on_both) == 0
    on_both.good()


@pytest.mark.parametrize(
    ("paying", "code"),
    [
        ([cash(8999)], "tenders.short"),
        ([cash(9001)], "tenders.too_much"),
        ([card(0), cash(9000)], "tender.amount"),
        ([cash(-1), card(9001)], "tender.amount"),
        ([cash(9000, 8000)], "tender.received"),
        ([card(9000, "cash")], "tender.connection"),
        ([Paying("cash", 9000, "pos")], "tender.connection"),
        ([card(9000, "hub")], "tender.connection"),
        ([card(9000, "nowhere")], "connection.missing"),
        ([points(9000)], "tenders.too_much"),
        ([Paying("cheque", 9000)], "tender.kind"),
        ([points(10), points(10), cash(8980)], "tender.points_once"),
        ([], "tenders.short"),
    ],
)
def test_tenders_that_are_refused(counter: Counter, paying: list[Paying], code: str) -> None:
    counter.give_points(9000)
    with pytest.raises((Invalid, NotFound)) as refused:
        counter.visit(counter.bill("ELEC", 9000), *paying)
    assert refused.value.code == code
    assert counter.sql("SELECT id FROM orders") == []
    assert counter.sql("SELECT id FROM operation") == []


def test_points_and_credit_belong_to_somebody(counter: Counter) -> None:
    for paying in (points(9000), credit(9000)):
        with pytest.raises(Invalid, match=r"tender\.whose"):
            counter.visit(counter.bill("PROP", 9000), paying, resident="")
    with pytest.raises(Invalid, match=r"tender\.no_card"):
        counter.visit(counter.bill("PROP", 9000), points(9000), resident=counter.stranger)
    with pytest.raises(Invalid, match=r"tenders\.surplus"):
        counter.visit(counter.bill("PROP", 9000), cash(9100), resident="", surplus=True)
    with pytest.raises(NotFound, match=r"resident\.missing"):
        counter.visit(counter.bill("PROP", 9000), cash(9000), resident="nobody")


def test_somebody_unknown_may_pay_cash(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), cash(9000, 10_000), resident="")
    (slip_,) = receipts(counter, begun)
    assert (slip_.resident, slip_.tenders[0].received, slip_.tenders[0].change) == ("", 10_000, 1000)


def test_more_points_than_there_are(counter: Counter) -> None:
    counter.give_points(100)
    with pytest.raises(Conflict, match=r"points\.short"):
        counter.visit(counter.bill("PROP", 9000), points(101), card(8899))
    assert counter.points().active == 100
    assert counter.plugins["pos"].calls == []


@pytest.mark.parametrize(
    ("biller", "pays", "taken"),
    [
        ("ELEC", 8999, False),
        ("ELEC", 9000, True),
        ("ELEC", 9001, False),
        ("PROP", 1, True),
        ("PROP", 0, False),
        ("PROP", 9001, False),
        ("GAS", 8999, False),
        ("GAS", 9001, True),
        ("GAS", 1_000_001, False),
    ],
)
def test_which_amounts_a_biller_takes(counter: Counter, biller: str, pays: int, taken: bool) -> None:
    wanted = counter.bill(biller, 9000, pay=pays)
    if taken:
        assert counter.order(counter.visit(wanted, cash(pays))) == "paid"
    else:
        with pytest.raises(Invalid) as refused:
            counter.visit(wanted, cash(pays))
        assert (refused.value.code, refused.value.field) == ("line.amount", "amount")


def test_a_biller_without_look_up_is_asked_whether_it_takes_the_amount(counter: Counter) -> None:
    hub = counter.plugins["hub"]
    offer = counter.house.bills.direct(STREET, "hub", "PHONE", {"account": "0001"}, 5000)
    assert [request.amount for request in hub.asked("biller_validate")] == [5000]
    wanted = Wanted(counter.house.bills.seal(STREET, offer), 5000)
    first, second = counter.visit(wanted, cash(5000)), counter.visit(wanted, cash(5000))
    assert (counter.order(first), counter.order(second)) == ("paid", "paid"), "an account is not one bill"
    hub.will("biller_validate", NO)
    with pytest.raises(Conflict, match=r"biller\.declined"):
        counter.house.bills.direct(STREET, "hub", "PHONE", {"account": "0001"}, 5000)
    with pytest.raises(Invalid, match=r"bill\.fetch_first"):
        counter.house.bills.direct(STREET, "hub", "ELEC", {"account": "0001"}, 5000)
    with pytest.raises(Invalid, match=r"biller\.input"):
        counter.house.bills.direct(STREET, "hub", "PHONE", {"account": "1"}, 5000)
    with pytest.raises(NotFound, match=r"biller\.missing"):
        counter.house.bills.fetch(STREET, "hub", "NONE", {})


def test_a_biller_that_cannot_be_reached_pauses_nothing_else(counter: Counter) -> None:
    counter.plugins["hub"].will("biller_catalogue", Unavailable("no line"))
    found = {connection for connection, _ in counter.house.bills.billers(STREET)}
    assert found == {"stubborn", "silent", "files", "local"}
    counter.plugins["hub"].will("biller_fetch", Unavailable("no line"))
    with pytest.raises(ServicePaused, match=r"biller\.unreachable"):
        counter.bill("ELEC", 9000)


# offers


def test_an_offer_cannot_be_made_changed_or_kept(counter: Counter) -> None:
    wanted = counter.bill("ELEC", 9000)
    flipped = format(int(wanted.offer[-1], 16) ^ 1, "x")
    for forged in ("", "zz", "00", wanted.offer[:-1] + flipped, wanted.offer[2:]):
        with pytest.raises(Invalid, match=r"offer\.forged"):
            counter.visit(replace(wanted, offer=forged), cash(9000))
    with pytest.raises(Invalid, match=r"offer\.forged"):
        counter.house.bills.unseal("150602008", wanted.offer)
    counter.watch.forward(seconds=1801)
    with pytest.raises(Conflict, match=r"offer\.expired"):
        counter.visit(wanted, cash(9000))


def test_an_order_has_1_to_50_bills(counter: Counter) -> None:
    wanted = counter.bill("ELEC", 100)
    for number in (0, 51):
        with pytest.raises(Invalid, match=r"lines\.number"):
            counter.visit([wanted] * number, cash(100))


def test_a_paused_biller_takes_no_new_business(counter: Counter) -> None:
    wanted = counter.bill("ELEC", 9000)
    with counter.write() as tx:
        counter.house.connections.switch(tx, "hub", State.PAUSED)
    with pytest.raises(ServicePaused):
        counter.visit(wanted, card(9000))
    assert counter.plugins["pos"].calls == []
    assert counter.sql("SELECT 1 FROM bill_lock") == []


def test_a_paused_terminal_takes_no_new_business(counter: Counter) -> None:
    counter.house.connections.pause(STREET, "pos", "settings")
    with pytest.raises(ServicePaused):
        counter.visit(counter.bill("ELEC", 9000), card(9000))


# locks


def locked(counter: Counter) -> list[tuple[str, bool]]:
    return [(row.bill, bool(row.paid)) for row in counter.sql("SELECT bill, paid FROM bill_lock ORDER BY bill")]


def test_one_window_at_a_time(on_both: Counter) -> None:
    on_both.open(caller=on_both.other)
    wanted = on_both.bill("ELEC", 9000)
    order = on_both.house.checkout.place(on_both.me, "", [wanted])
    with pytest.raises(Conflict, match=r"bill\.locked"):
        on_both.visit(wanted, cash(9000), caller=on_both.other)
    with pytest.raises(Conflict, match=r"bill\.locked"):
        on_both.visit([on_both.bill("GAS", 100)] * 2, cash(200))
    on_both.house.checkout.cancel(on_both.me, order.order)
    assert on_both.order(on_both.visit(wanted, cash(9000), caller=on_both.other)) == "paid"


def test_cancelling_twice_or_after_paying_is_refused(counter: Counter) -> None:
    order = counter.house.checkout.place(counter.me, "", [counter.bill("ELEC", 9000)]).order
    counter.house.checkout.cancel(counter.me, order)
    for late in (order, counter.visit(counter.bill("WATER", 100), cash(100)).order):
        with pytest.raises(Conflict, match=r"order\.state"):
            counter.house.checkout.cancel(counter.me, late)
        with pytest.raises(Conflict, match=r"order\.state"):
            counter.pay(late, cash(9000))
    with pytest.raises(NotFound, match=r"order\.missing"):
        counter.house.checkout.cancel(counter.me, "none")


def test_a_paid_bill_stays_locked_until_it_is_refunded_in_full(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000, id_="E1"), cash(9000))
    assert locked(counter) == [("E1", True)]
    with pytest.raises(Conflict, match=r"bill\.locked"):
        counter.visit(counter.bill("ELEC", 9000, id_="E1"), cash(9000))
    counter.refund(begun, {1: 4000})
    assert locked(counter) == [("E1", True)]
    counter.refund(begun, {1: 5000})
    assert locked(counter) == []
    counter.visit(counter.bill("ELEC", 9000, id_="E1"), cash(9000))


def test_a_refused_bill_is_free_and_one_in_doubt_is_not(counter: Counter) -> None:
    hub = counter.plugins["hub"]
    hub.will("biller_pay", NO)
    counter.visit(counter.bill("ELEC", 9000, id_="E1"), cash(9000))
    assert locked(counter) == []
    hub.will("biller_pay", LOST)
    counter.visit(counter.bill("ELEC", 9000, id_="E1"), cash(9000))
    with pytest.raises(Conflict, match=r"bill\.locked"):
        counter.visit(counter.bill("ELEC", 9000, id_="E1"), cash(9000))


def test_a_declined_card_keeps_the_bill_for_another_try(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", NO)
    begun = counter.visit(counter.bill("ELEC", 9000, id_="E1"), card(9000))
    assert (counter.state(begun), counter.order(begun), locked(counter)) == (At.REFUSED, "open", [("E1", False)])
    assert counter.order(counter.pay(begun.order, cash(9000))) == "paid"
    assert locked(counter) == [("E1", True)]


def test_a_part_payment_leaves_the_rest_to_pay(counter: Counter) -> None:
    counter.visit(counter.bill("PROP", 9000, pay=4000, id_="P1"), cash(4000))
    assert locked(counter) == []
    assert counter.order(counter.visit(counter.bill("PROP", 5000, id_="P1"), cash(5000))) == "paid"
    assert locked(counter) == [("P1", True)]


def test_refunding_a_part_payment_leaves_the_lock_of_another_order(counter: Counter) -> None:
    first = counter.visit(counter.bill("PROP", 9000, pay=4000, id_="P1"), cash(4000))
    counter.plugins["hub"].will("biller_pay", LOST)
    counter.visit(counter.bill("PROP", 5000, id_="P1"), cash(5000))
    counter.refund(first, {1: 4000})
    assert locked(counter) == [("P1", False)], "the second order is still in doubt"


# what goes wrong


def test_a_declined_card_gives_everything_back(counter: Counter) -> None:
    counter.give_points(3000)
    counter.visit(counter.bill("ELEC", 1000), cash(2000), surplus=True)
    before = counter.books()
    counter.plugins["pos"].will("payment_start", NO)
    begun = counter.visit(counter.bill("PROP", 9000), points(3000), credit(1000), cash(2000), card(3000))
    assert (counter.order(begun), counter.points().active, credit_left(counter)) == ("open", 3000, 1000)
    assert counter.books() == before
    assert counter.plugins["hub"].asked("biller_pay")[1:] == [], "no biller hears of it"
    assert {t.kind: t.state for t in counter.attempt(begun).tenders.values()}["card"] == "refused"
    counter.good()


def test_two_cards_of_which_the_second_is_declined(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", slip, NO)
    begun = counter.visit(counter.bill("ELEC", 9000), card(4000), card(5000))
    first = counter.plugins["pos"].asked("payment_start")[0]
    (void,) = counter.plugins["pos"].asked("payment_void")
    assert (void.original, void.amount, void.slip.reference) == (first.operation, 4000, f"RRN{first.operation[-6:]}")
    assert (counter.order(begun), counter.money().get("1110:pos")) == ("open", None)
    counter.good()


def test_one_of_two_bills_is_declined(counter: Counter) -> None:
    counter.give_points(1000)
    counter.plugins["hub"].will("biller_pay", acknowledged, NO)
    begun = counter.visit([counter.bill("ELEC", 5000), counter.bill("PROP", 4000)], points(1000), card(8000))
    assert (counter.state(begun), counter.order(begun)) == (At.PART_PAID, "part_paid")
    assert counter.points().active == 1000, "the points were for the bill that was declined"
    assert [r.amount for r in counter.plugins["pos"].asked("payment_refund")] == [3000]
    assert counter.money() == {
        "1101:h1:T1": 20_000,
        "3101": -20_000,
        "1110:pos": 5000,
        "2101:ELEC": -5000,
    }
    (slip_,) = receipts(counter, begun)
    assert [line.state for line in slip_.lines] == [LineState.PAID, LineState.REFUSED]
    assert (slip_.total, slip_.lines[1].note.en) == (5000, "no")
    counter.good()


def test_all_bills_are_declined(counter: Counter) -> None:
    counter.give_points(1000)
    counter.plugins["hub"].will("biller_pay", NO, NO)
    bills = [counter.bill("ELEC", 5000), counter.bill("PROP", 4000)]
    begun = counter.visit(bills, points(1000), cash(8500, 10_000), surplus=True)
    assert (counter.state(begun), counter.order(begun)) == (At.REFUSED, "refused")
    assert (counter.points().active, credit_left(counter), receipts(counter, begun)) == (1000, 0, [])
    assert counter.money() == {"1101:h1:T1": 20_000, "3101": -20_000}
    counter.good()


def test_a_biller_in_doubt_never_touches_the_card(counter: Counter) -> None:
    counter.plugins["hub"].will("biller_pay", LOST)
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    for _ in range(12):
        counter.plugins["hub"].will("biller_query", Unavailable("no line"))
        counter.resolve()
    assert counter.order(begun) == "paying"
    assert {hook for hook, _ in counter.plugins["pos"].calls} == {"payment_start"}
    assert counter.money()[f"2103:{begun.order}"] == -9000, "held for the order until the biller has spoken"
    counter.good()


def test_the_books_are_right_while_a_card_is_in_doubt(on_both: Counter) -> None:
    on_both.visit(on_both.bill("ELEC", 1000), cash(2000), surplus=True)
    on_both.give_points(3000)
    on_both.plugins["pos"].will("payment_start", slip, LOST)
    begun = on_both.visit(on_both.bill("PROP", 9000), points(3000), credit(1000), cash(2000), card(1000), card(2000))
    assert on_both.state(begun) is At.TENDER_DOUBT
    on_both.good()
    assert on_both.money()["1101:h1:T1"] == 20_000 + 2000 + 2000, "what lies in the drawer is in the books"
    assert on_both.money()["1110:pos"] == 1000
    assert on_both.close(24_000).difference == 0


def test_cash_of_a_closed_shift_goes_back_as_credit(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(counter.bill("ELEC", 9000), cash(2000), card(7000))
    assert counter.close(22_000).difference == 0
    counter.plugins["pos"].will("payment_query", NO)
    counter.resolve()
    assert (counter.state(begun), credit_left(counter)) == (At.REFUSED, 2000)
    counter.good()


def test_cash_of_nobody_waits_to_be_handed_over(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(counter.bill("ELEC", 9000), cash(2000), card(7000), resident="")
    counter.close(22_000)
    counter.plugins["pos"].will("payment_query", NO)
    counter.resolve()
    assert counter.state(begun) is At.RETURNING
    hand_over = counter.house.checkout.hand_over
    with pytest.raises(NotAllowed):
        hand_over(counter.me, begun.attempt, begun.attempt, 1, "cash")
    for tender, how in ((1, "credit"), (2, "cash")):
        with pytest.raises(Conflict, match=r"return\.state"):
            hand_over(counter.accountant, begun.attempt, begun.attempt, tender, how)
    with pytest.raises(Invalid, match=r"return\.how"):
        hand_over(counter.accountant, begun.attempt, begun.attempt, 1, "card")
    hand_over(counter.accountant, begun.attempt, begun.attempt, 1, "cash")
    with pytest.raises(Conflict, match=r"return\.state"):
        hand_over(counter.accountant, begun.attempt, begun.attempt, 1, "cash")
    assert counter.state(begun) is At.REFUSED
    assert counter.sql("SELECT action FROM audit") == [("hand_over",)]
    counter.good()


def test_a_late_success_is_booked_shown_and_given_back(counter: Counter) -> None:
    pos = counter.plugins["pos"]
    pos.will("payment_start", LOST)
    begun = counter.visit(counter.bill("ELEC", 9000, id_="E1"), card(9000))
    counter.resolve()
    assert counter.order(begun) == "open", "the resident may pay in another way"
    again = counter.pay(begun.order, cash(9000))
    pos.will("payment_query", slip)
    counter.resolve()
    told = counter.sql("SELECT event FROM attempt_event WHERE attempt = :a ORDER BY seq", a=begun.attempt)
    assert [row.event for row in told][-3:] == ["late_success", "given_back", "all_returned"]
    assert [void.amount for void in pos.asked("payment_void")] == [9000]
    kinds = [row.kind for row in counter.sql("SELECT kind FROM entry WHERE book = 'T1' ORDER BY no")]
    assert kinds[-2:] == ["late success", "given back"]
    assert (counter.order(again), counter.money().get("1110:pos"), locked(counter)) == ("paid", None, [("E1", True)])
    counter.good()


def test_a_late_success_does_not_disturb_the_next_attempt(counter: Counter) -> None:
    """The old attempt ends while a bill of the new one is in doubt: that bill stays locked."""
    pos, hub = counter.plugins["pos"], counter.plugins["hub"]
    pos.will("payment_start", LOST)
    bills = [counter.bill("ELEC", 5000, id_="E1"), counter.bill("WATER", 4000, id_="W1")]
    old = counter.visit(bills, card(9000))
    counter.resolve()
    hub.will("biller_pay", NO, LOST)
    counter.pay(old.order, cash(9000))
    pos.will("payment_query", slip)
    counter.tell_late(old)
    assert counter.state(old) is At.REFUSED
    assert (counter.order(old), locked(counter)) == ("paying", [("E1", False), ("W1", False)])
    counter.good()


def test_a_payment_that_never_arrived_is_not_taken(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", LOST)
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.resolve(seconds=10)
    assert counter.state(begun) is At.TENDER_DOUBT, "not found proves nothing yet"
    counter.resolve()
    assert counter.order(begun) == "open"


# refunds


def test_refunds_in_parts_up_to_the_total(counter: Counter) -> None:
    counter.plugins["post"].rates = {"property": Decimal("0.1")}
    counter.give_points(1000)
    begun = counter.visit(counter.bill("PROP", 9000), points(1000), cash(3000), card(5000))
    assert counter.points().active == 800
    for amount, back in ((5000, {"card": 5000}), (3500, {"cash": 3000, "points": 500}), (500, {"points": 500})):
        refund = counter.refund(begun, {1: amount})
        assert {g.how: g.amount for g in counter.attempt(refund).givebacks} == back
    with pytest.raises(Conflict, match=r"refund\.too_much"):
        counter.refund(begun, {1: 1})
    assert counter.points().active == 1000, "what was spent is back, what was earned is gone"
    assert counter.money() == {"1101:h1:T1": 20_000, "3101": -20_000}
    assert sum(r.amount for r in counter.plugins["hub"].asked("biller_cancel")) == 9000
    counter.good()


@pytest.mark.parametrize(
    ("amounts", "code"),
    [({1: 9001}, "refund.too_much"), ({1: 0}, "refund.amount"), ({2: 1}, "refund.too_much"), ({}, "refund.nothing")],
)
def test_refunds_that_are_refused(counter: Counter, amounts: dict[int, int], code: str) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), cash(9000))
    with pytest.raises((Invalid, Conflict)) as refused:
        counter.refund(begun, amounts)
    assert refused.value.code == code
    assert counter.sql("SELECT id FROM attempt WHERE kind = 'refund'") == []


def test_a_refund_has_a_reason_a_shift_and_a_paid_order(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), cash(9000))
    verb = counter.house.checkout.refund
    with pytest.raises(Invalid, match=r"refund\.reason"):
        verb(counter.me, begun.order, {1: 9000}, " ")
    with pytest.raises(Conflict, match=r"shift\.closed"):
        verb(counter.other, begun.order, {1: 9000}, "多收了")
    with pytest.raises(NotFound):
        verb(counter.me, "none", {1: 9000}, "多收了")
    open_ = counter.house.checkout.place(counter.me, "", [counter.bill("GAS", 100)])
    with pytest.raises(Conflict, match=r"order\.state"):
        verb(counter.me, open_.order, {1: 100}, "多收了")
    counter.refund(begun, {1: 9000})
    assert [row.reason for row in counter.sql("SELECT reason FROM audit WHERE action = 'refund'")] == ["多收了"]


def test_the_same_day_is_voided_and_after_it_refunded(counter: Counter) -> None:
    pos = counter.plugins["pos"]
    today, yesterday = (counter.visit(counter.bill("ELEC", 9000), card(9000)) for _ in range(2))
    counter.refund(today, {1: 9000})
    assert [hook for hook, _ in pos.calls[2:]] == ["payment_void"]
    counter.close(20_000)
    counter.open(20_000)
    counter.refund(yesterday, {1: 9000})
    assert [hook for hook, _ in pos.calls[3:]] == ["payment_batch_close", "payment_refund"]
    counter.good()


def test_another_till_refunds_what_its_terminal_cannot_void(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.open(caller=counter.other)
    counter.refund(begun, {1: 9000}, caller=counter.other)
    assert [hook for hook, _ in counter.plugins["pos"].calls[1:]] == ["payment_refund"]


def test_a_part_is_refunded_and_never_voided(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.refund(begun, {1: 1})
    assert [hook for hook, _ in counter.plugins["pos"].calls[1:]] == ["payment_refund"]


def test_a_void_that_comes_too_late_becomes_a_refund(counter: Counter) -> None:
    pos = counter.plugins["pos"]
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    pos.will("payment_void", NO)
    refund = counter.refund(begun, {1: 9000})
    assert [hook for hook, _ in pos.calls[1:]] == ["payment_void", "payment_refund"]
    assert pos.calls[1][1].operation != pos.calls[2][1].operation
    assert counter.state(refund) is At.REFUNDED


@pytest.mark.parametrize("how", ["cash", "credit"])
def test_a_declined_refund_is_handed_over(counter: Counter, how: str) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.plugins["pos"].will("payment_void", NO)
    counter.plugins["pos"].will("payment_refund", NO)
    refund = counter.refund(begun, {1: 9000})
    assert counter.state(refund) is At.REFUNDING
    counter.house.checkout.hand_over(counter.accountant, refund.attempt, begun.attempt, 1, how)
    assert counter.state(refund) is At.REFUNDED
    assert receipts(counter, begun)[-1].tenders[0].kind == how
    assert credit_left(counter) == (9000 if how == "credit" else 0)
    counter.good()


def test_a_biller_that_cannot_be_asked(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000, hub="stubborn"), card(9000))
    refused = counter.refund(begun, {1: 9000})
    assert counter.state(refused) is At.REFUND_REFUSED
    assert [hook for hook, _ in counter.plugins["pos"].calls] == ["payment_start"]
    with pytest.raises(NotAllowed):
        counter.refund(begun, {1: 9000}, biller_owes=True)
    owed = counter.refund(begun, {1: 9000}, caller=counter.accountant, biller_owes=True)
    assert (counter.state(owed), counter.money()["1130:ELEC"]) == (At.REFUNDED, 9000)
    counter.good()


def test_a_biller_that_can_be_asked_owes_nothing(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    counter.plugins["hub"].will("biller_cancel", NO)
    refund = counter.refund(begun, {1: 9000}, caller=counter.accountant, biller_owes=True)
    assert counter.state(refund) is At.REFUND_REFUSED
    again = counter.refund(begun, {1: 9000})
    assert counter.state(again) is At.REFUNDED, "what was refused is free to be refunded"


def test_one_of_two_lines_is_taken_back(counter: Counter) -> None:
    begun = counter.visit([counter.bill("ELEC", 9000), counter.bill("WATER", 1000)], cash(10_000))
    counter.plugins["hub"].will("biller_cancel", NO)
    refund = counter.refund(begun, {1: 9000, 2: 1000})
    slip_ = receipts(counter, begun)[-1]
    assert counter.state(refund) is At.REFUNDED
    assert (slip_.kind, slip_.total, slip_.original) == (ReceiptKind.REFUND, 1000, "T1-000001")
    assert [line.state for line in slip_.lines] == [LineState.REFUSED, LineState.REFUNDED]
    assert [line.refunded for line in counter.attempt(begun).lines.values()] == [0, 1000]


def test_a_local_biller_that_refuses_to_cancel(counter: Counter) -> None:
    begun = counter.visit(counter.stored(9000, connection="local"), cash(9000))
    counter.plugins["local"].will("biller_cancel", NO)
    assert counter.state(counter.refund(begun, {1: 9000})) is At.REFUND_REFUSED
    counter.plugins["local"].will("biller_cancel", RuntimeError("bug"))
    assert counter.state(counter.refund(begun, {1: 9000})) is At.REFUND_REFUSED
    assert counter.state(counter.refund(begun, {1: 9000})) is At.REFUNDED


def test_points_and_money_of_a_biller_in_doubt_wait(counter: Counter) -> None:
    counter.give_points(1000)
    begun = counter.visit(counter.bill("PROP", 9000, hub="silent"), points(1000), card(8000))
    counter.plugins["silent"].will("biller_cancel", LOST)
    refund = counter.refund(begun, {1: 9000})
    assert (counter.state(refund), counter.points().active) == (At.ASKING_DOUBT, 0)
    with pytest.raises(Conflict, match=r"refund\.too_much"):
        counter.refund(begun, {1: 1})
    counter.decide("biller_cancel", Op.SUCCEEDED)
    assert (counter.state(refund), counter.points().active) == (At.REFUNDED, 1000)
    counter.good()


# bills of our own


def stored(counter: Counter) -> list[tuple[int, int]]:
    return [(row.amount, row.paid) for row in counter.sql("SELECT amount, paid FROM bill ORDER BY id")]


def test_a_bill_from_a_file_is_paid_in_parts_and_reopened(counter: Counter) -> None:
    first = counter.visit(counter.stored(9000, pay=4000), cash(4000))
    assert stored(counter) == [(9000, 4000)]
    counter.visit(counter.again("files", "0001", 5000), cash(5000))
    assert counter.house.bills.fetch(STREET, "files", "PROP", {"account": "0001"}) == []
    counter.refund(first, {1: 4000})
    assert stored(counter) == [(9000, 5000)]
    (offer,) = counter.house.bills.fetch(STREET, "files", "PROP", {"account": "0001"})
    assert offer.bill.amount == 4000
    counter.good()


def test_a_bill_from_a_file_is_not_paid_twice(counter: Counter) -> None:
    old = counter.stored(9000)
    counter.visit(old, cash(9000))
    begun = counter.visit(old, cash(9000))
    assert (counter.order(begun), stored(counter)) == ("refused", [(9000, 9000)])
    assert counter.money()["1101:h1:T1"] == 29_000
    counter.good()


# receipts


def receipts(counter: Counter, begun: Begun) -> list[Any]:
    with counter.read() as tx:
        return of_order(tx, begun.order)


def test_receipts_are_numbered_without_gaps_for_each_till(on_both: Counter) -> None:
    on_both.open(caller=on_both.other)
    for caller in (on_both.me, on_both.other, on_both.me):
        begun = on_both.visit(on_both.bill("ELEC", 100), cash(100), caller=caller)
    on_both.plugins["hub"].will("biller_pay", NO)
    on_both.visit(on_both.bill("WATER", 100), cash(100))
    with pytest.raises(Invalid):
        on_both.visit(on_both.bill("GAS", 100), cash(99))
    on_both.refund(begun, {1: 100})
    rows = on_both.sql("SELECT book, no FROM receipt ORDER BY book, no")
    assert [tuple(row) for row in rows] == [("T1", 1), ("T1", 2), ("T1", 3), ("T2", 1)]
    assert [slip_.number for slip_ in receipts(on_both, begun)] == ["T1-000002", "T1-000003"]


def test_reprints_are_counted_and_say_the_same(counter: Counter) -> None:
    begun = counter.visit(counter.bill("ELEC", 9000), cash(2000), card(7000))
    (kept,) = receipts(counter, begun)
    copies = []
    for _ in range(3):
        with counter.write() as tx:
            copies.append(count_print(tx, kept.number))
    assert [copy.copy for copy in copies] == [0, 1, 2]
    assert {copy.reprint(0) for copy in copies} == {kept}
    with counter.read() as tx:
        assert find(tx, kept.number) == kept
        for missing in ("T1-000009", "T2-000001", "T1", "", "T1-x", "T1-99999999999999999999"):
            with pytest.raises(NotFound, match=r"receipt\.missing"):
                find(tx, missing)


def test_what_a_receipt_says(counter: Counter) -> None:
    counter.plugins["post"].rates, counter.plugins["post"].pending_days = {"property": Decimal("0.05")}, 7
    counter.give_points(1000)
    begun = counter.visit(counter.bill("PROP", 9000), points(1000), card(8000))
    (slip_,) = receipts(counter, begun)
    assert (slip_.kind, slip_.number, slip_.total) == (ReceiptKind.RECEIPT, "T1-000001", 9000)
    assert (slip_.street, slip_.till, slip_.operator) == ("诃额伦街道", "1号窗口", "王芳")
    assert slip_.resident == "古丽巴哈尔·买买提"
    assert (slip_.points_earned, slip_.points_balance) == (400, 0)
    assert slip_.points_pending_until is not None
    assert slip_.points_pending_until.isoformat() == "2026-03-09"
    assert slip_.tenders[1].masked_card == "622848******1234"
    assert slip_.lines[0].reference.startswith("ACK")


def test_a_slip_that_is_being_confirmed_has_no_number(counter: Counter) -> None:
    counter.plugins["hub"].will("biller_pay", LOST)
    begun = counter.visit(counter.bill("ELEC", 9000), card(9000))
    assert receipts(counter, begun) == []
    with counter.read() as tx:
        slip_ = picture(tx, counter.house.desk, counter.attempt(begun))
    assert (slip_.kind, slip_.number, slip_.lines[0].state) == (
        ReceiptKind.CONFIRMING,
        "",
        LineState.BEING_CONFIRMED,
    )
