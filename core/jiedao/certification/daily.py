"""What time does: entitlements fall due and run out, people are reminded, due lists are asked for anew.

Run by a worker; safe to repeat, and by several at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, TypeAlias

from sqlalchemy import exists, select

from jiedao.certification import entitlements, periods
from jiedao.certification.bureau import today
from jiedao.certification.entitlements import Change, Entitlement, Source
from jiedao.certification.graph import At, Event
from jiedao.certification.schemes import Scheme, scheme
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Store, Tx, param

_MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Reminder:
    """Whom to remind of what."""

    resident: str
    entitlement: str
    scheme: Text
    due_on: date


@dataclass(frozen=True, slots=True)
class Planned:
    """How somebody is reminded: the channel, and the operation that was planned for it in the same transaction."""

    channel: str
    operation: str


Remind: TypeAlias = Callable[[Tx, Reminder], Planned | None]
"""Plans a message in the transaction that notes the reminder, with an empty channel for one who cannot or will not be
reached. None when nothing can be sent now: it is not noted, and tried again."""


def turn(store: Store, street: str) -> int:
    """Let the calendar move what it moves today. Returns how many entitlements."""
    with store.read(street) as tx:
        turning = [row.id for row in tx.rows(_TURNING, today=today(tx), most=_MOST)]
    for id_ in turning:
        store.retrying(street, partial(_turn, id_=id_))
    return len(turning)


def remind(store: Store, street: str, by: Remind, after: str = "") -> tuple[list[Any], str]:
    """Remind of some that are due, once for each due date. Returns the operations to perform, and where to go on.

    One who is not reached now does not keep the others waiting: the next call begins after the last of this one.
    """
    with store.read(street) as tx:
        rows = tx.rows(_TO_REMIND, today=today(tx), after=after, most=_MOST)
    planned = [operation for row in rows for operation in _remind(store, street, row.id, by)]
    return planned, rows[-1].id if len(rows) == _MOST else ""


def _remind(store: Store, street: str, id_: str, by: Remind) -> list[Any]:
    try:
        return store.retrying(street, partial(_remind_one, id_=id_, by=by))
    except AlreadyThere:  # another worker was first; what was planned here is rolled back
        return []


def _remind_one(tx: Tx, id_: str, by: Remind) -> list[Any]:
    held = entitlements.entitlement(tx, id_)
    if held.dates.due_on is None:
        return []
    about = Reminder(held.resident, id_, scheme(tx, held.scheme).title, held.dates.due_on)
    how = by(tx, about)
    if how is not None:
        row = {"entitlement": id_, "due_on": about.due_on, "channel": how.channel, "operation": how.operation}
        tx.add(tables.reminder, **row, planned_at=tx.now)
    return tx.planned


def _turn(tx: Tx, id_: str) -> None:
    held = entitlements.entitlement(tx, id_)
    about, now = scheme(tx, held.scheme), today(tx)
    for event in _due_events(held, about, now):
        held = entitlements.change(tx, held, about, Change(event, now, Source(words="calendar")))


def _due_events(held: Entitlement, about: Scheme, now: date) -> Iterator[Event]:
    """What the calendar does to an entitlement whose day has come, in order."""
    if held.dates.due_on is None:
        return
    coming = periods.due(about.period, held.dates.due_on)
    if held.at in (At.NOT_DUE, At.RESTORED) and coming.opens_on <= now:
        yield Event.OPENED
    if held.at in (At.NOT_DUE, At.RESTORED, At.DUE) and coming.overdue_on <= now:
        yield Event.RAN_OUT


_E, _M = tables.entitlement.c, tables.reminder.c
_TURNING: Final = (
    select(_E.id).where(_E.street == STREET, _E.turns_on <= param("today")).order_by(_E.id).limit(param("most"))
)
_TO_REMIND: Final = (
    select(_E.id)
    .where(
        _E.street == STREET,
        _E.remind_on <= param("today"),
        _E.id > param("after"),
        ~exists().where(_M.street == _E.street, _M.entitlement == _E.id, _M.due_on == _E.due_on),
    )
    .order_by(_E.id)
    .limit(param("most"))
)
