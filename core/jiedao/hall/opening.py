"""Opening patterns: when a hall takes appointments, or visits people at home, and how many at once.

Times are of the street's own clock, such as 09:30. A pattern for one item replaces the hall's common one for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select

from jiedao.directory.caller import Caller, Role, audit
from jiedao.hall.items import item
from jiedao.hookspecs.service import Day
from jiedao.language import Text
from jiedao.problems import Invalid, NotFound
from jiedao.services.calendar import Calendar
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param


class Where(StrEnum):
    """Where one meets."""

    HALL = "hall"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Pattern:
    """On these weekdays (1 is Monday, 7 is Sunday), from `begins` to `ends`, a slot every so many minutes.

    `item` is empty for all items. `capacity` is how many come to one slot at the same time.
    """

    weekdays: frozenset[int]
    begins: str
    ends: str
    minutes: int
    capacity: int
    place: Where = Where.HALL
    item: str = ""

    def slots(self) -> Iterator[tuple[str, str]]:
        """From when to when each slot goes; what is left at the end and too short is none."""
        first, last = _minutes(self.begins), _minutes(self.ends)
        for at in range(first, last - self.minutes + 1, self.minutes):
            yield _clock(at), _clock(at + self.minutes)


@dataclass(frozen=True, slots=True)
class Slot:
    """One appointment that can be made. `pool` is the item for which the pattern is, empty for all."""

    hall: str
    place: Where
    pool: str
    on: date
    begins: str
    ends: str
    capacity: int
    free: int


def patterns(tx: Tx, hall: str) -> list[Pattern]:
    """The patterns of a hall."""
    return [_pattern(row) for row in tx.rows(_OF_HALL, hall_=hall)]


def set_patterns(store: Store, caller: Caller, hall: str, wanted: Sequence[Pattern]) -> None:
    """Say anew when a hall takes appointments (administrators). Those made already stay."""
    caller.must_be(Role.ADMINISTRATOR)
    _check(wanted)
    with store.write(caller.street) as tx:
        must_be_hall(tx, hall)
        for code in sorted({one.item for one in wanted if one.item}):
            item(tx, code)
        tx.change(_CLEAR, hall_=hall)
        tx.put(tables.opening, *({"hall": hall, "no": no, **_columns(one)} for no, one in enumerate(wanted, 1)))
        audit(tx, caller, "opening.set", f"hall {hall}", patterns=len(wanted))


@dataclass(frozen=True, slots=True)
class HallName:
    """A hall to choose from."""

    id: str
    name: Text


def halls(tx: Tx) -> list[HallName]:
    """Every hall of the street; a street has a few dozen."""
    return [HallName(row.id, Text.from_json(row.name)) for row in tx.rows(_HALLS)]


def must_be_hall(tx: Tx, hall: str) -> None:
    """Refuse a hall that is not there."""
    if tx.first(_HALL, hall_=hall) is None:
        raise NotFound("hall.missing", _NO_HALL.format(id=hall), field="hall")


def slots(tx: Tx, calendar: Calendar, hall: str, place: Where, about: str, first: date, last: date) -> list[Slot]:
    """Every slot for an item, from one day to another, in order; holidays by the street's calendar have none."""
    days = calendar.days(tx, first, last)
    known = [one for one in patterns(tx, hall) if one.place is place]
    own = [one for one in known if one.item == about]
    used = own or [one for one in known if not one.item]
    taken = {(row.item, row.on, row.begins): row.taken for row in tx.rows(_TAKEN, **_span(hall, place, first, last))}
    found = [
        Slot(hall, place, one.item, day.on, *at, one.capacity, max(0, one.capacity - _of(taken, one, day.on, at)))
        for day in days
        for one in used
        if _open(day) and day.on.isoweekday() in one.weekdays
        for at in one.slots()
    ]
    return sorted(found, key=lambda slot: (slot.on, slot.begins))


def _open(day: Day) -> bool:
    """A weekend is no workday, and yet a hall may be open on it; a holiday has a name, and no hall is open."""
    return day.working or (day.on.isoweekday() > _FRIDAY and not day.name.zh)


def _of(taken: dict[tuple[str, date, str], int], one: Pattern, on: date, at: tuple[str, str]) -> int:
    return taken.get((one.item, on, at[0]), 0)


def _span(hall: str, place: Where, first: date, last: date) -> dict[str, object]:
    return {"hall_": hall, "place_": place, "first_": first, "last_": last}


def _check(wanted: Sequence[Pattern]) -> None:
    for no, one in enumerate(wanted):
        if not one.weekdays or not one.weekdays <= set(range(1, 8)):
            raise Invalid("opening.weekdays", _WEEKDAYS, field=f"patterns.{no}.weekdays")
        if _minutes(one.ends) - _minutes(one.begins) < one.minutes:
            raise Invalid("opening.times", _TIMES, field=f"patterns.{no}.ends")
        for before in wanted[:no]:
            if _overlap(before, one):
                raise Invalid("opening.overlap", _OVERLAP.format(at=one.begins), field=f"patterns.{no}.begins")


def _overlap(one: Pattern, other: Pattern) -> bool:
    """Two patterns for the same thing at the same time would share slots, and count them twice."""
    same = (one.place, one.item) == (other.place, other.item) and one.weekdays & other.weekdays
    return bool(same and one.begins < other.ends and other.begins < one.ends)


def _columns(one: Pattern) -> dict[str, object]:
    return {
        "place": one.place,
        "item": one.item,
        "weekdays": sorted(one.weekdays),
        "begins": one.begins,
        "ends": one.ends,
        "minutes": one.minutes,
        "capacity": one.capacity,
    }


def _pattern(row: Row) -> Pattern:
    return Pattern(frozenset(row.weekdays), row.begins, row.ends, row.minutes, row.capacity, Where(row.place), row.item)


def _minutes(at: str) -> int:
    hours, _, minutes = at.partition(":")
    return int(hours) * 60 + int(minutes)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


_FRIDAY: Final = 5
_O, _S, _H = tables.opening.c, tables.slot.c, tables.hall.c
_OF_HALL: Final = select(tables.opening).where(_O.street == STREET, _O.hall == param("hall")).order_by(_O.no)
_CLEAR: Final = delete(tables.opening).where(_O.street == STREET, _O.hall == param("hall"))
_HALL: Final = select(_H.id).where(_H.street == STREET, _H.id == param("hall"))
_HALLS: Final = select(tables.hall).where(_H.street == STREET).order_by(_H.id)
_TAKEN: Final = select(_S.item, _S.on, _S.begins, _S.taken).where(
    _S.street == STREET,
    _S.hall == param("hall"),
    _S.place == param("place"),
    _S.on >= param("first"),
    _S.on <= param("last"),
)
_NO_HALL: Final = Text(zh="没有大厅 {id}", en="There is no hall {id}")
_WEEKDAYS: Final = Text(zh="请选择星期几（1 到 7）", en="Choose days of the week, from 1 (Monday) to 7 (Sunday)")
_TIMES: Final = Text(zh="结束时间要比开始时间晚至少一个号", en="The end is at least one slot after the beginning")
_OVERLAP: Final = Text(zh="{at} 开始的时段与另一段重叠", en="What begins at {at} overlaps with other hours")
