"""Dates of points: when they become active, and when they lapse."""

from __future__ import annotations

import calendar
from datetime import date, timedelta


def plus_days(day: date, days: int) -> date:
    """A date some days on."""
    return day + timedelta(days=days)


def plus_months(day: date, months: int) -> date:
    """The same day some months on, or the last of a shorter month: 31 January + 1 month is 28 or 29 February."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
