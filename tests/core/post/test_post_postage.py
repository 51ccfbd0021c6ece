"""Postage as a line of an order: two unknowns, a refusal, a refund, and what each does to the books and the item."""

from __future__ import annotations

import pytest

from doubles import Step
from jiedao.checkout import slips
from jiedao.checkout.checkout import Paying, Wanted
from jiedao.checkout.graph import At
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Unavailable
from jiedao.language import Text
from jiedao.post.postage import NUMBER
from jiedao.problems import Conflict, Invalid
from post_desk import PostDesk

NO = Declined(Text("不寄这里", "not there"), "AREA")
LOST_ANSWER = Step(answer=OutcomeUnknown("line cut"))
LOST_REQUEST = Step(effect=False, answer=OutcomeUnknown("line cut"))


def test_a_letter_and_a_bill_in_one_visit(on_both: PostDesk) -> None:
    desk, made = on_both, on_both.made
    id_, line = desk.offer()
    bill = made.bill("ELEC", "0012")
    begun = desk.pay(line, Wanted(made.house.bills.seal(made.street, bill), bill.bill.amount))
    attempt, consignment = made.attempt(begun.attempt), desk.get(id_)
    assert attempt.state is At.PAID
    assert (consignment.state, consignment.order, consignment.line) == ("created", begun.order, 1)
    assert desk.ems.booked == [(attempt.lines[1].operation, consignment.number)]
    assert (made.balance("2101:ems"), made.balance("2101:ELEC")) == (-1200, -5012)
    with made.house.store.read(made.street) as tx:
        (receipt,) = slips.of_order(tx, begun.order)
    assert (receipt.lines[0].description.en, receipt.total) == ("Postage", 1200 + 5012)
    assert (NUMBER, consignment.number) in receipt.lines[0].printed
    assert made.faults() == []


def test_the_post_gets_the_parties_and_the_database_does_not(desk: PostDesk) -> None:
    id_, line = desk.offer()
    desk.pay(line)
    assert desk.ems.requests[0].recipient.line == "解放北路 22 号 4 栋 501"
    dump = "\n".join(desk.made.house.store.engine.raw_connection().driver_connection.iterdump())
    assert "解放北路" not in dump
    assert "13800000000" not in dump
    assert desk.get(id_).recipient == "古** 天山区"


def test_postage_earns_points_like_any_other_line(desk: PostDesk) -> None:
    _id, line = desk.offer()
    begun = desk.pay(line)
    assert "postage" in {row.category for row in desk.made.attempt(begun.attempt).lines.values()}
    assert desk.made.attempt(begun.attempt).accrual["lines"] == {"1": 36}


@pytest.mark.parametrize("lost", [LOST_ANSWER, LOST_REQUEST], ids=["answer", "request"])
def test_an_unknown_create_is_asked_for_and_never_posted_twice(on_both: PostDesk, lost: Step) -> None:
    desk = on_both
    desk.ems.will("postal_create", lost)
    id_, line = desk.offer()
    begun = desk.pay(line)
    assert desk.made.attempt(begun.attempt).state is At.PAID
    assert desk.get(id_).state == "created"
    assert len(desk.ems.booked) == 1
    assert len(set(desk.ems.sent("postal_create"))) == 1
    assert desk.ems.sent("postal_query")
    assert desk.made.faults() == []


def test_while_the_post_is_silent_nothing_is_guessed(desk: PostDesk) -> None:
    desk.ems.will("postal_create", LOST_ANSWER)
    id_, line = desk.offer()
    begun = desk.made.house.checkout.visit(
        desk.made.operator, desk.made.resident, [line], [Paying("card", 1200, "card")], surplus=False
    )
    desk.made.house.operations.drive(begun.planned)
    assert desk.made.attempt(begun.attempt).state is At.LINE_DOUBT
    assert desk.get(id_).state == "creating"
    assert desk.made.acquirer.balance == 1200
    desk.made.resolve()
    assert desk.get(id_).state == "created"


def test_an_unknown_card_keeps_the_post_from_hearing_of_it(desk: PostDesk) -> None:
    desk.made.acquirer.will("payment_start", Step(answer=OutcomeUnknown("line cut")))
    id_, line = desk.offer()
    begun = desk.made.house.checkout.visit(
        desk.made.operator, desk.made.resident, [line], [Paying("card", 1200, "card")], surplus=False
    )
    desk.made.house.operations.drive(begun.planned)
    assert desk.ems.booked == []
    assert desk.get(id_).state == "placed"
    desk.made.resolve()
    assert (desk.get(id_).state, len(desk.ems.booked)) == ("created", 1)


def test_a_refusal_of_the_post_gives_the_money_back(on_both: PostDesk) -> None:
    desk = on_both
    desk.ems.will("postal_create", Step(effect=False, answer=NO))
    id_, line = desk.offer()
    begun = desk.pay(line)
    assert desk.made.attempt(begun.attempt).state is At.REFUSED
    assert (desk.get(id_).state, desk.get(id_).reason["zh"]) == ("refused", "不寄这里")
    assert (desk.made.acquirer.balance, desk.made.balance("2101:ems")) == (0, 0)
    assert desk.made.faults() == []


def test_a_refused_card_leaves_the_order_open_and_the_letter_waiting(desk: PostDesk) -> None:
    desk.made.acquirer.will("payment_start", Step(effect=False, answer=Declined(Text("余额不足", "no money"), "51")))
    id_, line = desk.offer()
    begun = desk.pay(line)
    assert desk.made.attempt(begun.attempt).order_state == "open"
    assert desk.get(id_).state == "placed"
    again = desk.made.house.checkout.pay(desk.made.operator, begun.order, [Paying("cash", 1200, "cash")], surplus=False)
    desk.made.finish(again)
    assert (desk.get(id_).state, len(desk.ems.booked)) == ("created", 1)


def test_a_refund_takes_the_letter_back_first(on_both: PostDesk) -> None:
    desk = on_both
    id_, line = desk.offer()
    begun = desk.pay(line)
    refund = desk.refund(begun, {1: 1200})
    assert desk.made.attempt(refund.attempt).state is At.REFUNDED
    assert desk.get(id_).state == "cancelled"
    assert list(desk.ems.withdrawn.values()) == [desk.get(id_).number]
    assert (desk.made.acquirer.balance, desk.made.balance("2101:ems")) == (0, 0)
    assert desk.made.faults() == []


def test_what_the_post_has_already_is_not_refunded(desk: PostDesk) -> None:
    id_, line = desk.offer()
    begun = desk.pay(line)
    desk.ems.will("postal_cancel", Step(effect=False, answer=NO))
    refund = desk.refund(begun, {1: 1200})
    assert desk.made.attempt(refund.attempt).state is At.REFUND_REFUSED
    assert (desk.get(id_).state, desk.get(id_).withdrawal) == ("created", "refused")
    assert desk.made.acquirer.balance == 1200
    assert desk.made.faults() == []


def test_postage_goes_back_whole_or_not_at_all(desk: PostDesk) -> None:
    _id, line = desk.offer()
    begun = desk.pay(line)
    with pytest.raises(Invalid, match=r"refund\.whole"):
        desk.made.house.checkout.refund(desk.made.operator, begun.order, {1: 200}, "少寄一点")
    assert desk.made.attempt(begun.attempt).lines[1].refunded == 0


def test_a_letter_is_in_one_order_only(on_both: PostDesk) -> None:
    _id, line = on_both.offer()
    on_both.pay(line)
    with pytest.raises(Conflict, match=r"consignment\.taken"):
        on_both.pay(line)
    assert len(on_both.ems.booked) == 1


def test_a_cancelled_order_frees_its_letter(desk: PostDesk) -> None:
    id_, line = desk.offer()
    placed = desk.made.house.checkout.place(desk.made.operator, desk.made.resident, [line])
    assert desk.get(id_).state == "placed"
    desk.made.house.checkout.cancel(desk.made.operator, placed.order)
    assert (desk.get(id_).state, desk.get(id_).order) == ("offered", "")
    desk.pay(line)
    assert desk.get(id_).state == "created"


def test_another_price_than_the_quoted_one_is_not_taken(desk: PostDesk) -> None:
    _id, line = desk.offer()
    with pytest.raises(Invalid, match=r"line\.amount"):
        desk.pay(Wanted(line.offer, 1))


def test_the_number_of_a_range_is_taken_before_any_money(desk: PostDesk) -> None:
    id_, line = desk.offer("book")
    with pytest.raises(Conflict, match=r"range\.exhausted"):
        desk.pay(line)
    assert desk.made.acquirer.balance == 0
    desk.range(8, 8)
    desk.pay(line)
    assert desk.get(id_).number == "RA000000080CN"
    assert desk.book.booked[0][1] == "RA000000080CN"


def test_a_free_product_needs_no_order(desk: PostDesk) -> None:
    with pytest.raises(Conflict, match=r"postage\.nothing"):
        desk.offer(product="free")


def test_an_offer_that_nobody_takes_up_is_forgotten(desk: PostDesk) -> None:
    _id, _line = desk.offer()
    paid, other = desk.offer()
    desk.pay(other)
    now = desk.made.house.store.clock()
    desk.made.house.store.clock = lambda: now.replace(year=now.year + 1)
    assert desk.room.consignments.forget_offers(desk.made.street) == 1
    assert desk.get(paid).state == "created"


def test_a_silent_post_is_said_to_be_silent(desk: PostDesk) -> None:
    desk.ems.will("postal_quote", Step(effect=False, answer=Unavailable("no line")))
    with pytest.raises(Exception, match=r"post\.unreachable"):
        desk.offer()
    assert desk.made.rows("consignment") == []
