"""The days: shifts by day, what was counted, what the acquirers said, and what is still open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from flask import request, url_for

from jiedao import daynames
from jiedao.clock import local_date, stamp
from jiedao.directory.places import street
from jiedao.figures.days import MOST, Worked, still_open, worked
from jiedao.figures.street import connection_titles, span_of
from jiedao.figures.words import BATCHES
from jiedao.language import Text
from jiedao_web.console import numbers
from jiedao_web.console.frame import show
from jiedao_web.console.parts import Entry, Pages
from jiedao_web.console.spans import SPANS, asked, in_address
from jiedao_web.context import house
from jiedao_web.look import spoken_language
from jiedao_web.sessions import caller

pages = Pages("days")


@dataclass(frozen=True, slots=True)
class Day:
    """The shifts that began on a day, with what they were over and short by together, in fen."""

    on: date
    shifts: Sequence[Worked]
    over: int
    short: int


@pages.get("/days", entry=Entry("money", "days.title", "calendar"))
def days() -> str:
    """Shifts of a span, the latest first, and the ones that are open."""
    wanted, before = asked(default="week"), request.args.get("before", "")
    with house().store.read(caller().street) as tx:
        here = street(tx)
        span = span_of(tx, wanted["span"], wanted["first"], wanted["last"])
        found = worked(tx, span, here.timezone, before=before)
        waiting = sorted(still_open(tx), key=lambda shift: (shift.hall, shift.till))
        titles = connection_titles(tx)
        today = local_date(tx.now, here.timezone)
    spoken = spoken_language()
    closed = [shift for shift in found if shift.closed_at]
    more = url_for("console.days", before=found[-1].id, **in_address(wanted)) if len(found) == MOST else ""

    def clock(at: datetime) -> str:
        return numbers.clock(at, here.timezone)

    return show(
        "console/days.html",
        wanted=wanted,
        spans=SPANS,
        span=span,
        days=_by_day(closed, here.timezone),
        waiting=[(shift, local_date(shift.opened_at, here.timezone) < today) for shift in waiting],
        amount=numbers.amount,
        clock=clock,
        stamp=lambda at: stamp(at, here.timezone),
        day=lambda on: daynames.short(on).in_(spoken),
        batch=lambda state: BATCHES.get(state, Text.same(state)).in_(spoken),
        title=lambda connection: titles.get(connection, Text.same(connection)).in_(spoken),
        spoken=spoken,
        more=more,
    )


def _by_day(shifts: Sequence[Worked], timezone: str) -> list[Day]:
    def on(shift: Worked) -> date:
        return local_date(shift.opened_at, timezone)

    return [_day(day, list(some)) for day, some in groupby(shifts, key=on)]


def _day(on: date, shifts: list[Worked]) -> Day:
    differences = [shift.difference or 0 for shift in shifts]
    over, short = sum(n for n in differences if n > 0), -sum(n for n in differences if n < 0)
    return Day(on, sorted(shifts, key=lambda shift: (shift.hall, shift.till, shift.opened_at)), over, short)
