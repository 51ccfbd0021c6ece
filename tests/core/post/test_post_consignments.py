"""Consignments that the street pays for: entered once, taken back, asked about, complained about."""

from __future__ import annotations

import pytest

from doubles import Step
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Unavailable
from jiedao.hookspecs.postal import Contents, Handling, Item, Party
from jiedao.language import Text
from jiedao.operations import review
from jiedao.operations.model import State as Of
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, ServicePaused
from jiedao.registry.connections import State
from post_desk import HER, LETTER, PostDesk

NO = Declined(Text("已收寄", "accepted already"), "LATE")


def test_the_street_owes_the_postage_of_its_own_letters(on_both: PostDesk) -> None:
    desk = on_both
    id_ = desk.post(purpose="certificate")
    consignment = desk.get(id_)
    assert (consignment.state, consignment.payer, consignment.draft) == ("created", "street", True)
    assert desk.ems.booked == [(consignment.operation, consignment.number)]
    assert (desk.made.balance("5104"), desk.made.balance("2101:ems")) == (1200, -1200)
    assert desk.made.faults() == []


@pytest.mark.parametrize(
    "lost",
    [Step(answer=OutcomeUnknown("cut")), Step(effect=False, answer=OutcomeUnknown("cut")), Step(answer="nonsense")],
    ids=["answer", "request", "nonsense"],
)
def test_a_create_without_an_answer_makes_one_consignment(on_both: PostDesk, lost: Step) -> None:
    on_both.ems.will("postal_create", lost)
    id_ = on_both.post()
    assert on_both.get(id_).state == "created"
    assert len(on_both.ems.booked) == 1
    assert on_both.made.balance("5104") == 1200


def test_a_letter_is_posted_while_the_line_is_down(desk: PostDesk) -> None:
    """Its number is from a range, so its label can be printed; the post hears of it when the line is back."""
    desk.range()
    silence = Step(effect=False, answer=Unavailable("no line"))
    desk.book.will("postal_quote", silence)
    desk.book.will("postal_create", silence)
    begun = desk.room.consignments.create(desk.made.operator, desk.new("book", postage=1200))
    desk.made.house.operations.drive(begun.planned)
    waiting = desk.get(begun.consignment)
    assert (waiting.state, waiting.number) == ("creating", "RA000000014CN")
    desk.made.resolve()
    assert desk.get(begun.consignment).state == "created"
    assert len(desk.book.booked) == 1


def test_a_refusal_costs_nothing(desk: PostDesk) -> None:
    desk.ems.will("postal_create", Step(effect=False, answer=NO))
    id_ = desk.post()
    assert (desk.get(id_).state, desk.get(id_).reason["en"]) == ("refused", "accepted already")
    assert desk.made.balance("5104") == 0


def test_a_person_with_evidence_ends_what_nobody_can_be_asked_about(desk: PostDesk) -> None:
    desk.ems.will("postal_create", Step(effect=False, answer=OutcomeUnknown("cut")))
    desk.ems.will("postal_query", *[Step(effect=False, answer=OutcomeUnknown("cut"))] * 40)
    begun = desk.room.consignments.create(desk.made.operator, desk.new())
    desk.made.house.operations.drive(begun.planned)
    operation = desk.made.operations()[-1].id
    for _ in range(40):
        desk.made.house.operations.ask_now(desk.made.street, operation)
        if desk.made.operations()[-1].state == "review":
            break
    house = desk.made.house
    planned = review.close(
        house.store, house.operations, desk.made.accountant, operation, Of.SUCCEEDED, "97123", "看过邮局后台的收寄记录"
    )
    house.operations.drive(planned)
    assert (desk.get(begun.consignment).state, desk.get(begun.consignment).number) == ("created", "97123")


def test_taken_back_before_it_is_carried(on_both: PostDesk) -> None:
    desk = on_both
    id_ = desk.post()
    desk.made.finish(desk.room.consignments.cancel(desk.made.operator, id_, "写错地址"))
    assert (desk.get(id_).state, desk.get(id_).withdrawal) == ("cancelled", "")
    assert (desk.made.balance("5104"), desk.made.balance("2101:ems")) == (0, 0)
    with pytest.raises(Conflict, match=r"consignment\.state"):
        desk.room.consignments.cancel(desk.made.operator, id_, "再来一次")
    assert desk.made.faults() == []


def test_too_late_to_take_back(desk: PostDesk) -> None:
    id_ = desk.post()
    desk.ems.will("postal_cancel", Step(effect=False, answer=NO))
    desk.made.finish(desk.room.consignments.cancel(desk.made.operator, id_, "写错地址"))
    assert (desk.get(id_).state, desk.get(id_).withdrawal, desk.get(id_).reason["zh"]) == (
        "created",
        "refused",
        "已收寄",
    )
    assert desk.made.balance("5104") == 1200


def test_an_unknown_withdrawal_is_sent_again_and_books_once(desk: PostDesk) -> None:
    id_ = desk.post()
    desk.ems.will("postal_cancel", Step(answer=OutcomeUnknown("cut")))
    desk.made.finish(desk.room.consignments.cancel(desk.made.operator, id_, "写错地址"))
    assert desk.get(id_).state == "cancelled"
    assert len(desk.ems.withdrawn) == 1
    assert desk.made.balance("5104") == 0


def test_what_an_order_paid_is_taken_back_by_refunding_it(desk: PostDesk) -> None:
    id_, line = desk.offer()
    desk.pay(line)
    with pytest.raises(Conflict, match=r"consignment\.of_order"):
        desk.room.consignments.cancel(desk.made.operator, id_, "写错地址")
    with pytest.raises(Invalid, match="reason"):
        desk.room.consignments.cancel(desk.made.operator, id_, " ")


def test_a_complaint_reaches_the_post_and_its_answer_is_kept(desk: PostDesk) -> None:
    id_ = desk.post()
    complain = desk.room.consignments.complain
    with pytest.raises(Invalid, match=r"complaint\.says"):
        complain(desk.made.operator, id_, "late", " ", 0)
    desk.ems.will("postal_complain", Step(answer=OutcomeUnknown("cut")))
    desk.made.finish(complain(desk.made.operator, id_, "late", "十天没到", 500))
    (seen,) = desk.get(id_).complaints.values()
    assert (seen["state"], seen["kind"], seen["claimed"]) == ("succeeded", "late", 500)
    assert seen["reference"] == f"K{desk.get(id_).number}"
    assert set(desk.ems.complaints) == {"十天没到"}


def test_a_post_that_takes_no_complaints_says_so(desk: PostDesk) -> None:
    desk.range()
    with pytest.raises(Conflict, match=r"post\.cannot"):
        desk.room.consignments.complain(desk.made.operator, desk.post("book"), "late", "十天没到", 0)


def test_questions_that_change_nothing(desk: PostDesk) -> None:
    calls, street = desk.room.calls, desk.made.street
    assert [quote.product for quote in calls.quote(street, "ems", HER, HER, LETTER, Handling())] == ["letter", "free"]
    assert calls.serviceable(street, "ems", HER).able == {"delivery"}
    assert calls.offices(street, "ems", "017000")[0].id == "017000"
    with pytest.raises(Conflict, match=r"post\.cannot"):
        calls.offices(street, "book", "")
    with pytest.raises(Invalid, match=r"post\.not_one"):
        calls.offices(street, "bills", "")
    with pytest.raises(Conflict, match=r"post\.declined"):
        calls.quote(street, "ems", HER, HER, Item(Contents.GOODS, 31_000, "书"), Handling())
    assert desk.made.rows("operation") == []


def test_a_paused_post_takes_no_new_business_and_finishes_the_old(desk: PostDesk) -> None:
    id_ = desk.post()
    with desk.made.house.store.write(desk.made.street) as tx:
        desk.made.house.connections.switch(tx, "ems", State.PAUSED)
    with pytest.raises(ServicePaused):
        desk.post()
    desk.made.finish(desk.room.consignments.cancel(desk.made.operator, id_, "写错地址"))
    assert desk.get(id_).state == "cancelled"


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"recipient": Party(" ", "", "CN", "", "", "", "", "x")}, "recipient.name"),
        ({"sender": Party("a", "", "cn", "", "", "", "", "x")}, "sender.country"),
        ({"recipient": Party("a", "", "CN", "", "", "", "", "")}, "recipient.line"),
        ({"item": Item(Contents.GOODS, 0, "")}, "item.weight"),
        ({"handling": Handling(cash_on_delivery=-1)}, "handling.cash_on_delivery"),
        ({"product": "rocket"}, "product"),
        ({"purpose": "holiday"}, "purpose"),
    ],
)
def test_what_cannot_be_posted_names_its_field(desk: PostDesk, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.post(**wrong)
    assert refused.value.field == field
    assert desk.made.rows("consignment") == []


def test_nobody_of_this_name_is_no_resident(desk: PostDesk) -> None:
    with pytest.raises(NotFound, match=r"resident\.missing"):
        desk.post(resident="0" * 20)


def test_cash_on_delivery_is_the_residents_when_it_is_at_the_bank(on_both: PostDesk) -> None:
    desk = on_both
    cash = Handling(cash_on_delivery=8800)
    id_ = desk.post(handling=cash, resident=desk.made.resident)
    with pytest.raises(NotAllowed):
        desk.room.consignments.remit(desk.made.operator, id_, 8800)
    desk.room.consignments.remit(desk.made.accountant, id_, 8000)
    with pytest.raises(Conflict, match=r"remittance\.amount"):
        desk.room.consignments.remit(desk.made.accountant, id_, 801)
    desk.room.consignments.remit(desk.made.accountant, id_, 800)
    assert (desk.made.balance("1102"), desk.made.balance(f"2102:{desk.made.resident}")) == (8800, -8800)
    assert desk.made.rows("credit")[0].balance == 8800
    with pytest.raises(Conflict, match=r"remittance\.whose"):
        desk.room.consignments.remit(desk.made.accountant, desk.post(handling=cash), 1)
    assert desk.made.faults() == []
