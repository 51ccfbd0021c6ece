"""How long a certification lasts, and when the next one is due. Pure: dates in, dates out."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import count, pairwise, takewhile
from typing import Any, Final, TypeAlias

from jiedao.language import Text
from jiedao.points.dates import plus_days, plus_months
from jiedao.problems import Invalid


class Late(StrEnum):
    """From when the next period runs."""

    FROM_CERTIFIED = "from_certified"
    """From the day on which it was certified."""
    FROM_DUE = "from_due"
    """From the day by which it was due, so that being early or late does not move the cycle."""


@dataclass(frozen=True, slots=True)
class Due:
    """When one may certify, has to, and is late. `opens_on` and `due_on` are the first and the last good day."""

    opens_on: date
    due_on: date
    overdue_on: date


@dataclass(frozen=True, slots=True)
class Months:
    """Every so many months: 2023-12-31 and 12 months is 2024-12-31; a shorter month ends the day earlier."""

    count: int
    lead: int = 30
    grace: int = 0

    def step(self, day: date, times: int) -> date:
        """The day some periods on, counted from the first so that no month's end is forgotten."""
        return plus_months(day, self.count * times)


@dataclass(frozen=True, slots=True)
class Days:
    """Every so many days: 2023-12-31 and 365 days is 2024-12-30."""

    count: int
    lead: int = 30
    grace: int = 0

    def step(self, day: date, times: int) -> date:
        """The day some periods on."""
        return plus_days(day, self.count * times)


@dataclass(frozen=True, slots=True)
class Window:
    """One window of the year, both days included; it may pass over New Year. 29 February is the 28th in other years."""

    first: tuple[int, int]
    last: tuple[int, int]

    def in_year(self, year: int) -> tuple[date, date]:
        """The window that opens in a year."""
        return _on(year, self.first), _on(year + (self.last < self.first), self.last)


@dataclass(frozen=True, slots=True)
class Windows:
    """In each of these windows of every year. One who is late does it for the window that was missed."""

    windows: tuple[Window, ...]
    grace: int = 0

    def around(self, day: date) -> list[tuple[date, date]]:
        """Windows that open from the year before to two years after a day, in order."""
        years = range(day.year - 1, day.year + 3)
        return sorted(window.in_year(year) for year in years for window in self.windows)


Period: TypeAlias = Months | Days | Windows


def valid_to(period: Period, certified_on: date, due_on: date | None = None, late: Late = Late.FROM_CERTIFIED) -> date:
    """Until when a certification lasts. `due_on` is the day by which it had been due."""
    if isinstance(period, Windows):
        return next(last for first, last in period.around(certified_on) if first > certified_on)
    if due_on is None or late is Late.FROM_CERTIFIED:
        return period.step(certified_on, 1)
    return next(end for n in count(1) if (end := period.step(due_on, n)) > certified_on)


def due(period: Period, ends_on: date) -> Due:
    """When the certification after one that lasts to `ends_on` is due."""
    overdue_on = ends_on + timedelta(days=period.grace + 1)
    if isinstance(period, Windows):
        opened = [first for first, _ in takewhile(lambda window: window[0] <= ends_on, period.around(ends_on))]
        return Due(opened[-1], ends_on, overdue_on)
    return Due(plus_days(ends_on, -period.lead), ends_on, overdue_on)


def due_by(period: Period, today: date) -> date | None:
    """The last day for one who is due today and was never certified; None where only the bureau knows."""
    if isinstance(period, Windows):
        return next(last for _, last in period.around(today) if last >= today)
    return None


def as_json(period: Period) -> dict[str, Any]:
    """For storage; `from_json` reads it back."""
    if isinstance(period, Windows):
        windows = [[_word(window.first), _word(window.last)] for window in period.windows]
        return {"every": "windows", "windows": windows, "grace": period.grace}
    every = "months" if isinstance(period, Months) else "days"
    return {"every": every, "count": period.count, "lead": period.lead, "grace": period.grace}


def from_json(stored: Mapping[str, Any]) -> Period:
    """A period as people write it; `Invalid` where it can be none."""
    grace = _whole(stored, "grace", 0, 366)
    if stored.get("every") == "windows":
        return _apart(Windows(tuple(_windows(stored.get("windows"))), grace))
    if stored.get("every") == "months":
        return Months(_whole(stored, "count", 1, 120), _whole(stored, "lead", 0, 366), grace)
    if stored.get("every") == "days":
        return Days(_whole(stored, "count", 1, 3660), _whole(stored, "lead", 0, 366), grace)
    raise _wrong("every")


def _windows(stored: Any) -> Iterator[Window]:
    if not isinstance(stored, list) or not 1 <= len(stored) <= _MOST_WINDOWS:
        raise _wrong("windows")
    for pair in stored:
        try:
            first, last = (_day(word) for word in pair)
        except (TypeError, ValueError):
            raise _wrong("windows") from None
        yield Window(first, last)


def _apart(period: Windows) -> Windows:
    """Windows that overlap would make two due dates of one certification."""
    windows = period.around(_LEAP)
    if any(last >= first for (_, last), (first, _) in pairwise(windows)):
        raise _wrong("windows")
    return period


def _day(word: Any) -> tuple[int, int]:
    day = date.fromisoformat(f"{_LEAP.year}-{word}")
    return day.month, day.day


def _word(day: tuple[int, int]) -> str:
    return f"{day[0]:02d}-{day[1]:02d}"


def _on(year: int, day: tuple[int, int]) -> date:
    return date(year, day[0], min(day[1], calendar.monthrange(year, day[0])[1]))


def _whole(stored: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = stored.get(name, _USUAL.get(name))
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise _wrong(name)
    return value


def _wrong(name: str) -> Invalid:
    return Invalid("scheme.period", _WRONG.format(name=name), field=f"period.{name}")


_LEAP: Final = date(2024, 1, 1)
_MOST_WINDOWS: Final = 12
_USUAL: Final = {"lead": 30, "grace": 0}
_WRONG: Final = Text(
    zh="认证周期不对（{name}）：months、days 加 count，或 windows 加每年的起止日（如 03-01、05-31，互不重叠）",
    en="The period is not right ({name}): months or days with count, or windows with first and last day of the year "
    "(such as 03-01 and 05-31, apart from each other)",
)
