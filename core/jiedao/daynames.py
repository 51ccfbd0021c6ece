"""Days as people say them, in every language of the house."""

from __future__ import annotations

from datetime import date
from typing import Final

from jiedao.language import Text

WEEKDAYS: Final = (
    Text("星期一", "Monday"),
    Text("星期二", "Tuesday"),
    Text("星期三", "Wednesday"),
    Text("星期四", "Thursday"),
    Text("星期五", "Friday"),
    Text("星期六", "Saturday"),
    Text("星期日", "Sunday"),
)
"""Monday first, as ISO numbers them from 1."""
_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def full(day: date) -> Text:
    """2026年11月26日, 26 November 2026."""
    return Text(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {_MONTHS[day.month - 1]} {day.year}")


def short(day: date) -> Text:
    """11月26日, 26 Nov."""
    return Text(f"{day.month}月{day.day}日", f"{day.day} {_short_month(day)}")


def month(day: date) -> Text:
    """11月, Nov."""
    return Text(f"{day.month}月", _short_month(day))


def weekday(day: date) -> Text:
    """2026年11月26日 星期四; Thursday, 26 November 2026."""
    name, said = WEEKDAYS[day.weekday()], full(day)
    return Text(f"{said.zh} {name.zh}", f"{name.en}, {said.en}")


def _short_month(day: date) -> str:
    return _MONTHS[day.month - 1][:3]
