"""The calendar, the card reader and the printer of a street."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from notification_office import Office

from doubles import Step
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Unavailable
from jiedao.hookspecs.service import Day, Reader
from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.registry.connections import State

FRIDAY, SUNDAY = date(2026, 3, 6), date(2026, 3, 8)
PAPER = Document("label.pdf", "application/pdf", b"%PDF")
NO = Declined(Text("缺纸", "out of paper"), "PAPER")


def working(office: Office) -> list[bool]:
    with office.house.store.read(office.made.street) as tx:
        return [day.working for day in office.house.calendar.days(tx, FRIDAY, SUNDAY)]


def test_the_streets_calendar_is_asked(office: Office) -> None:
    assert working(office) == [False, False, False]


def test_without_a_calendar_weekends_are_provisional(office: Office) -> None:
    office.switch("devices", State.PAUSED)
    assert working(office) == [True, False, False]
    with office.house.store.read(office.made.street) as tx:
        assert all(day.provisional for day in office.house.calendar.days(tx, FRIDAY, SUNDAY))


@pytest.mark.parametrize("answer", [Unavailable("broken"), RuntimeError(), (), (Day(SUNDAY, True, Text.same("")),)])
def test_a_calendar_that_does_not_answer_in_order_is_not_believed(office: Office, answer: object) -> None:
    office.devices.will("calendar_days", Step(answer=answer))
    assert working(office) == [True, False, False]


@pytest.mark.parametrize(("first", "last"), [(SUNDAY, FRIDAY), (date(2020, 1, 1), date(2026, 1, 1))])
def test_a_span_is_forward_and_not_endless(office: Office, first: date, last: date) -> None:
    with office.house.store.read(office.made.street) as tx, pytest.raises(Invalid):
        office.house.calendar.days(tx, first, last)


def test_a_card_is_read_at_the_callers_till_on_the_streets_day(office: Office) -> None:
    office.watch.forward(hours=15.5)
    assert office.house.identities.read(office.made.operator, Reader.BRIDGE).name == "王芳"
    (asked,) = office.devices.asked
    assert (asked.till, asked.on, asked.with_photo, asked.typed) == ("T1", date(2026, 3, 3), False, "")


def test_a_card_that_is_not_taken_is_a_conflict_with_the_reason(office: Office) -> None:
    office.devices.will("identity_read", Step(answer=NO))
    with pytest.raises(Conflict) as refused:
        office.house.identities.read(office.made.operator, Reader.WEDGE, "x")
    assert (refused.value.code, refused.value.says) == ("identity.declined", NO.reason)


@pytest.mark.parametrize("answer", [Unavailable("no bridge"), RuntimeError("13800000000")])
def test_a_reader_that_does_not_answer_is_a_paused_service(office: Office, answer: Exception) -> None:
    office.devices.will("identity_read", Step(answer=answer))
    with pytest.raises(ServicePaused) as refused:
        office.house.identities.read(office.made.operator, Reader.BRIDGE)
    assert "13800000000" not in str(refused.value)


def test_without_a_till_or_a_connection_nothing_is_read_or_printed(office: Office) -> None:
    nowhere = replace(office.made.operator, till="")
    with pytest.raises(Conflict):
        office.house.identities.read(nowhere, Reader.BRIDGE)
    with pytest.raises(Conflict):
        office.house.printing.print(nowhere, PAPER)
    office.switch("devices", State.PAUSED)
    with pytest.raises(ServicePaused):
        office.house.identities.read(office.made.operator, Reader.BRIDGE)
    with pytest.raises(ServicePaused):
        office.house.printing.print(office.made.operator, PAPER)


def test_a_document_comes_out_at_the_callers_till(office: Office) -> None:
    office.house.printing.print(office.made.at("T2"), PAPER)
    (asked,) = office.devices.printed
    assert (asked.till, asked.document) == ("T2", PAPER)


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (NO, Conflict, "printing.declined"),
        (Unavailable("off"), ServicePaused, "printing.unreachable"),
        (OutcomeUnknown("cut"), ServicePaused, "printing.unknown"),
    ],
)
def test_what_is_wrong_with_the_printer_is_said(
    office: Office, answer: object, kind: type[Exception], code: str
) -> None:
    office.devices.will("print_document", Step(answer=answer))
    with pytest.raises(kind) as refused:
        office.house.printing.print(office.made.operator, PAPER)
    assert refused.value.code == code  # type: ignore[attr-defined]
