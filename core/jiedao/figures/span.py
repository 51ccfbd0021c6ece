"""Spans of days that figures are asked for, both ends included, in the street's own time zone."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from jiedao.clock import midnight
from jiedao.language import Text
from jiedao.problems import Invalid


class Named(StrEnum):
    """Spans that end today."""

    TODAY = "today"
    WEEK = "week"
    """Since Monday."""
    MONTH = "month"
    """Since the first."""
    YEAR = "year"
    """Since the first of January."""


@dataclass(frozen=True, slots=True)
class Span:
    """From one day to another. `Invalid` when it ends before it begins, or is longer than ten years."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise Invalid("span.order", _ORDER, field="to")
        if self.days > _LONGEST:
            raise Invalid("span.long", _LONG, field="from")

    @classmethod
    def named(cls, name: Named, today: date) -> Span:
        """A span that ends today."""
        begins = {
            Named.TODAY: today,
            Named.WEEK: today - timedelta(days=today.weekday()),
            Named.MONTH: today.replace(day=1),
            Named.YEAR: today.replace(month=1, day=1),
        }
        return cls(begins[name], today)

    @classmethod
    def asked(cls, today: date, name: str, first: date | None, last: date | None) -> Span:
        """A span as somebody asks for it: by its name, or by both of its ends, which come first."""
        if first is None and last is None:
            return cls.named(Named(name or Named.MONTH), today)
        if first is None or last is None:
            raise Invalid("span.ends", _ENDS, field="to" if last is None else "from")
        return cls(first, last)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def by_month(self) -> bool:
        """Whether it is shown month by month, because its days would be too many."""
        return self.days > _MOST_DAYS

    def moments(self, timezone: str) -> tuple[datetime, datetime]:
        """When it begins, and when the day after it does, in UTC."""
        return midnight(self.first, timezone), midnight(self.last + timedelta(days=1), timezone)

    def steps(self) -> Iterator[Span]:
        """Its days, or its months where it is shown by month; the first and the last may be parts of one."""
        day = self.first
        while day <= self.last:
            end = min(_month_end(day), self.last) if self.by_month else day
            yield Span(day, end)
            day = end + timedelta(days=1)

    def pieces(self) -> tuple[Span | None, Span | None, Span | None]:
        """Days before its whole months, the whole months, and the days after them; None for what is empty."""
        begins = self.first if self.first.day == 1 else _month_end(self.first) + timedelta(days=1)
        ends = self.last if self.last == _month_end(self.last) else self.last.replace(day=1) - timedelta(days=1)
        if begins > ends:
            return self, None, None
        day = timedelta(days=1)
        before = Span(self.first, begins - day) if self.first < begins else None
        after = Span(ends + day, self.last) if ends < self.last else None
        return before, Span(begins, ends), after


def _month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


_MOST_DAYS: Final = 62
_LONGEST: Final = 3660
_ENDS: Final = Text(zh="请同时给出开始和结束日期", en="Give both the first and the last day")
_ORDER: Final = Text(zh="结束日期早于开始日期", en="The last day is before the first")
_LONG: Final = Text(zh="一次最多查十年", en="A span has ten years at most")
