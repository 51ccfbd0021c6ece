"""Appointments: slots by pattern and calendar, never oversold however many ask at once, freed when given up."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from jiedao.certification import people
from jiedao.certification.people import Visit
from jiedao.hall import bookings
from jiedao.hall.bookings import Arrival
from jiedao.hall.items import set_items
from jiedao.hall.opening import Pattern, Where, patterns, set_patterns
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, Problem
from service_hall import ADVICE, HOLIDAY, MONDAY, MORNING, ServiceHall

TOMORROW = MONDAY + timedelta(days=1)
DOORS = {"place": Where.HOME, "address": "平安巷 3 号", "reason": "行动不便"}


def at_once(acts: Sequence[Callable[[], Any]]) -> Counter[str]:
    """Do everything at the same moment; how often each end was met."""
    together, ends = threading.Barrier(len(acts)), []

    def run(act: Callable[[], Any]) -> None:
        together.wait()
        try:
            act()
            ends.append("done")
        except Problem as refused:
            ends.append(refused.code)
        except Exception as wrong:
            ends.append(repr(wrong))

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return Counter(ends)


def test_slots_follow_the_pattern_and_the_clock(on_both: ServiceHall) -> None:
    assert on_both.free() == {"09:30": 2, "10:00": 2, "10:30": 2}, "nine o'clock has begun"
    assert on_both.free(TOMORROW) == {"09:00": 2, "09:30": 2, "10:00": 2, "10:30": 2}
    on_both.watch.forward(hours=1)
    assert on_both.free() == {"10:30": 2}
    assert on_both.free(MONDAY - timedelta(days=1)) == {}
    assert on_both.free(MONDAY + timedelta(days=100)) == {}


def test_holidays_have_none_and_a_weekend_only_where_the_pattern_says_so(hall: ServiceHall) -> None:
    saturday = MONDAY + timedelta(days=5)
    assert hall.free(saturday) == {}
    hall.open_hall(MORNING, Pattern(frozenset({6}), "09:00", "10:00", 60, 1))
    assert hall.free(saturday) == {"09:00": 1}
    hall.watch.forward(days=40)
    assert hall.free(HOLIDAY) == {}
    assert hall.free(HOLIDAY + timedelta(days=1)) == {}, "a holiday on a Saturday"
    assert hall.free(HOLIDAY + timedelta(days=5)) != {}


def test_an_item_with_hours_of_its_own_has_no_others(hall: ServiceHall) -> None:
    hall.open_hall(MORNING, Pattern(frozenset({1}), "14:00", "15:00", 60, 1, item="advice"))
    assert hall.free() == {"14:00": 1}
    assert hall.free(TOMORROW) == {}
    assert list(hall.free(item="permit")) == ["09:30", "10:00", "10:30"]


def test_hours_that_cannot_be_are_refused(hall: ServiceHall) -> None:
    refusals: list[tuple[list[Pattern], str]] = [
        ([replace(MORNING, weekdays=frozenset())], r"opening\.weekdays"),
        ([replace(MORNING, weekdays=frozenset({8}))], r"opening\.weekdays"),
        ([replace(MORNING, ends="09:20")], r"opening\.times"),
        ([MORNING, replace(MORNING, begins="10:30", ends="12:00")], r"opening\.overlap"),
    ]
    for wanted, code in refusals:
        with pytest.raises(Invalid, match=code):
            set_patterns(hall.house.store, hall.administrator, "h1", wanted)
    with pytest.raises(NotAllowed):
        set_patterns(hall.house.store, hall.operator, "h1", [])
    with pytest.raises(NotFound, match=r"hall\.missing"):
        set_patterns(hall.house.store, hall.administrator, "h9", [])
    with pytest.raises(NotFound, match=r"item\.missing"):
        set_patterns(hall.house.store, hall.administrator, "h1", [replace(MORNING, item="none")])
    with hall.house.store.read(hall.street) as tx:
        assert patterns(tx, "h1") == [MORNING]


def test_a_place_is_taken_and_given_back(on_both: ServiceHall) -> None:
    one = on_both.book()
    assert on_both.free()["09:30"] == 1
    with pytest.raises(Conflict, match=r"booking\.held"):
        on_both.book(begins="10:00")
    on_both.book(on_both.another())
    with pytest.raises(Conflict, match=r"booking\.full"):
        on_both.book(on_both.another("李四"))
    assert on_both.free()["09:30"] == 0
    on_both.room.bookings.cancel(on_both.operator, one)
    with pytest.raises(Conflict, match=r"booking\.state"):
        on_both.room.bookings.cancel(on_both.operator, one)
    assert on_both.free()["09:30"] == 1
    assert on_both.booking(on_both.book()).state == "booked"


def test_a_slot_is_never_oversold(on_both: ServiceHall) -> None:
    people_ = [on_both.another(f"居民{n}") for n in range(12)]
    ends = at_once([lambda one=one: on_both.book(one) for one in people_])  # type: ignore[misc]
    assert ends == {"done": 2, "booking.full": 10}
    assert on_both.free()["09:30"] == 0
    assert len([row for row in on_both.made.rows("booking") if row.state == "booked"]) == 2


def test_places_given_up_and_taken_at_once_still_add_up(on_both: ServiceHall) -> None:
    held = [on_both.book(on_both.another(f"先来{n}")) for n in range(2)]
    others = [on_both.another(f"后来{n}") for n in range(6)]
    acts: list[Callable[[], Any]] = [
        *(lambda id_=id_: on_both.room.bookings.cancel(on_both.operator, id_) for id_ in held * 2),  # type: ignore[misc]
        *(lambda one=one: on_both.book(one) for one in others),  # type: ignore[misc]
    ]
    ends = at_once(acts)
    assert ends["booking.state"] == 2
    assert set(ends) <= {"done", "booking.full", "booking.state"}
    booked = len([row for row in on_both.made.rows("booking") if row.state == "booked"])
    assert booked == ends["done"] - 2 <= 2
    assert on_both.free()["09:30"] == 2 - booked


def test_one_resident_gets_one_appointment_however_often_they_press(on_both: ServiceHall) -> None:
    ends = at_once([lambda at=at: on_both.book(begins=at) for at in ("09:30", "10:00", "10:30") * 2])  # type: ignore[misc]
    assert ends == {"done": 1, "booking.held": 5}
    assert sum(on_both.free().values()) == 5


def test_times_that_are_none_cannot_be_booked(hall: ServiceHall) -> None:
    for wrong in ({"begins": "09:00"}, {"begins": "09:40"}, {"on": MONDAY + timedelta(days=5)}):
        with pytest.raises(Conflict, match=r"booking\.slot"):
            hall.book(**wrong)
    with pytest.raises(NotFound, match=r"hall\.missing"):
        hall.book(hall="h9")
    with pytest.raises(NotFound, match=r"resident\.missing"):
        hall.book("0" * 20)
    set_items(hall.house.store, hall.administrator, [replace(ADVICE, active=False)])
    with pytest.raises(Conflict, match=r"item\.inactive"):
        hall.book()
    with hall.house.store.read(hall.street) as tx, pytest.raises(Invalid, match=r"booking\.span"):
        hall.room.bookings.slots(tx, "permit", "h1", Where.HALL, MONDAY, MONDAY + timedelta(days=31))


def test_a_visit_at_home_has_an_address_that_is_sealed_and_a_reason(hall: ServiceHall) -> None:
    with pytest.raises(Conflict, match=r"booking\.slot"):
        hall.book(**DOORS)
    hall.open_hall(MORNING, Pattern(frozenset({1, 2}), "14:00", "16:00", 60, 1, Where.HOME))
    for missing, code in (("address", r"booking\.address"), ("reason", r"booking\.reason")):
        with pytest.raises(Invalid, match=code):
            hall.book(begins="14:00", **{**DOORS, missing: " "})
    row = hall.booking(hall.book(begins="14:00", **DOORS))
    assert (row.place, row.begins, row.ends, row.reason) == ("home", "14:00", "15:00", "行动不便")
    assert "平安巷".encode() not in row.sealed
    with hall.house.store.read(hall.street) as tx:
        assert hall.room.bookings.address(tx, row) == "平安巷 3 号"
    assert hall.free(place=Where.HOME) == {"14:00": 0, "15:00": 1}
    assert hall.free()["09:30"] == 2, "the windows of the hall are others"


def test_who_came_and_who_did_not_is_noted_on_the_day(hall: ServiceHall) -> None:
    early = hall.book(on=TOMORROW)
    with pytest.raises(Conflict, match=r"booking\.early"):
        hall.room.bookings.arrived(hall.operator, early, Arrival(True))
    hall.watch.forward(days=1)
    case, other = hall.open(), hall.open(resident=hall.another())
    with pytest.raises(NotFound, match=r"case\.missing"):
        hall.room.bookings.arrived(hall.operator, early, Arrival(True, case=other))
    with pytest.raises(Invalid, match=r"booking\.visit"):
        hall.room.bookings.arrived(hall.operator, early, Arrival(True, visit="0" * 20))
    hall.room.bookings.arrived(hall.operator, early, Arrival(True, case=case))
    assert (hall.booking(early).state, hall.booking(early).case) == ("came", case)
    with pytest.raises(Conflict, match=r"booking\.state"):
        hall.room.bookings.arrived(hall.operator, early, Arrival(False))
    missed = hall.book(on=TOMORROW, begins="10:00")
    hall.room.bookings.arrived(hall.operator, missed, Arrival(False))
    assert hall.booking(missed).state == "missed"
    assert hall.book(on=TOMORROW, begins="10:30"), "nothing is held any more"


def test_a_visit_of_certification_is_linked_and_not_written_twice(hall: ServiceHall) -> None:
    hall.open_hall(Pattern(frozenset({1}), "14:00", "16:00", 60, 1, Where.HOME))
    id_ = hall.book(begins="14:00", **DOORS)
    with hall.house.store.write(hall.street) as tx:
        visit = people.note_visit(tx, hall.operator, Visit(hall.resident, MONDAY, "not_at_home"), MONDAY)
    hall.room.bookings.arrived(hall.operator, id_, Arrival(True, visit=visit))
    assert hall.booking(id_).visit == visit


def test_lists_of_the_day_and_of_a_resident(on_both: ServiceHall) -> None:
    later, sooner = on_both.book(begins="10:30"), on_both.book(on_both.another(), begins="10:00")
    with on_both.house.store.read(on_both.street) as tx:
        assert [row.id for row in bookings.of_day(tx, MONDAY)] == [sooner, later]
        assert [row.id for row in bookings.of_day(tx, MONDAY, "h1")] == [sooner, later]
        assert bookings.of_day(tx, MONDAY, "h2") == []
        assert bookings.of_day(tx, date(2026, 3, 3)) == []
        assert [row.id for row in bookings.of_resident(tx, on_both.resident)] == [later]
        with pytest.raises(NotFound, match=r"booking\.missing"):
            bookings.booking(tx, later, resident="0" * 20)
    with pytest.raises(NotFound, match=r"booking\.missing"):
        on_both.room.bookings.cancel(on_both.operator, later, resident="0" * 20)
