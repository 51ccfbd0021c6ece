"""Counting workdays from the street's calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from jiedao.services.calendar import Calendar
from jiedao.store.unit import Tx

_SPARE: Final = 30
"""Days beyond twice the workdays that are looked at: the longest run of holidays is much shorter."""


def due_on(tx: Tx, calendar: Calendar, today: date, workdays: int) -> date:
    """The last of so many workdays after today; today itself for none."""
    if not workdays:
        return today
    last = today + timedelta(days=2 * workdays + _SPARE)
    coming = [day.on for day in calendar.days(tx, today + timedelta(days=1), last) if day.working]
    return coming[workdays - 1] if len(coming) >= workdays else last
