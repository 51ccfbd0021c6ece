"""Workdays of a street, by its calendar; by weekends alone, and provisional, where it has none or none answers."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from typing import Final

from jiedao.hookspecs.service import CalendarRequest, Day, Days
from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao.registry.boundary import Failure
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.services.calls import having
from jiedao.store.unit import Tx

log = logging.getLogger(__name__)

_SECONDS: Final = 5.0
_LONGEST: Final = 1100
"""Days of one question: three years."""


class Calendar:
    """The calendars of all streets."""

    def __init__(self, registry: Registry, connections: Connections) -> None:
        self._registry, self._connections = registry, connections

    def days(self, tx: Tx, first: date, last: date) -> Days:
        """Every day from `first` to `last`, both included."""
        if not 0 <= (last - first).days < _LONGEST:
            raise Invalid("calendar.span", _SPAN.format(most=_LONGEST), field="last")
        connection = having(tx, self._registry, self._connections, "calendar_days")
        if connection is None:
            return weekends(first, last)
        answer = self._registry.call_local("calendar_days", CalendarRequest(connection, _SECONDS, first, last))
        if isinstance(answer, Failure) or [day.on for day in answer] != _dates(first, last):
            log.warning("calendar %s did not answer for %s to %s", connection.id, first, last)
            return weekends(first, last)
        days: Days = answer
        return days

    def day(self, tx: Tx, on: date) -> Day:
        """One day."""
        return self.days(tx, on, on)[0]


def weekends(first: date, last: date) -> Days:
    """Monday to Friday are workdays, as far as anybody knows."""
    return tuple(Day(on, on.weekday() < _SATURDAY, Text.same(""), True) for on in _dates(first, last))


def _dates(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


_SATURDAY: Final = 5
_SPAN: Final = Text(zh="日期范围须由早到晚，最多 {most} 天", en="The days run forward, {most} at most")
