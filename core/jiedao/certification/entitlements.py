"""Entitlements: what a resident draws, how it stands, and the log of every change.

Two who change one entitlement at once meet at its version: the second begins again with what the first left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.certification import periods
from jiedao.certification.graph import At, Event, follow
from jiedao.certification.schemes import Scheme
from jiedao.hookspecs.codec import to_json
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Overtaken, Tx, param

DECEASED: Final = "deceased"
_ENDED: Final = "ended"


@dataclass(frozen=True, slots=True)
class Source:
    """By whom or what something became known: a member of staff, an operation, or in words (a notice)."""

    staff: str = ""
    operation: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of the dates of an entitlement."""

    certified_on: date | None = None
    valid_to: date | None = None
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One benefit of one resident. `attempt` is the one that is open on it; `ended` says why it ended."""

    id: str
    resident: str
    scheme: str
    at: At
    region: str
    reason: str
    ended: str
    dates: Dates
    suspended_on: date | None
    ended_on: date | None
    attempt: str
    version: int

    @classmethod
    def of(cls, row: Row) -> Entitlement:
        """From its row."""
        return cls(
            row.id,
            row.resident,
            row.scheme,
            At(row.state),
            row.region,
            row.reason,
            row.ended,
            Dates(row.certified_on, row.valid_to, row.due_on),
            row.suspended_on,
            row.ended_on,
            row.attempt,
            row.version,
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to an entitlement on a day, and what is known with it; None leaves a value as it is."""

    event: Event
    on: date
    source: Source
    dates: Dates | None = None
    region: str | None = None
    reason: str | None = None


def entitlement(tx: Tx, id_: str) -> Entitlement:
    """One entitlement."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("entitlement.missing", _MISSING, field="entitlements")
    return Entitlement.of(row)


def of_resident(tx: Tx, resident: str) -> list[Entitlement]:
    """What a resident draws, in the order in which whoever changes several must take them."""
    return [Entitlement.of(row) for row in tx.rows(_OF_RESIDENT, resident=resident)]


def add(tx: Tx, resident: str, scheme: str) -> Entitlement:
    """A benefit of which nothing is known but that it is drawn; `AlreadyThere` when it is known."""
    id_ = new_id()
    tx.add(tables.entitlement, id=id_, resident=resident, scheme=scheme, state=At.UNKNOWN)
    return entitlement(tx, id_)


def change(tx: Tx, held: Entitlement, scheme: Scheme, what: Change) -> Entitlement:
    """Let something happen to an entitlement, and write it down; what changes nothing leaves no trace."""
    new = _changed(held, what)
    if replace(new, version=held.version) == held:
        return held
    written = tx.change(_CHANGE, id_=held.id, held=held.version, **_columns(new, scheme, what.on))
    if not written:
        raise Overtaken(held.id)
    _log(tx, new, what)
    return new


def log(tx: Tx, id_: str) -> Sequence[Row]:
    """Everything that happened to an entitlement, newest first."""
    entitlement(tx, id_)
    return tx.rows(_LOG, id_=id_)


def dates_of(scheme: Scheme, certified_on: date | None, valid_to: date | None, before: Dates) -> Dates:
    """Dates after a certification: by the scheme's period where the bureau does not say. Older news changes nothing."""
    known = before.certified_on
    if certified_on is None or (known is not None and certified_on < known):
        return before
    if valid_to is None:
        same = known == certified_on and before.valid_to is not None
        valid_to = before.valid_to if same else scheme.valid_to(certified_on, before.due_on)
    return Dates(certified_on, valid_to, valid_to)


def _changed(held: Entitlement, what: Change) -> Entitlement:
    at = follow(held.at, what.event)
    begins = held.at is not at
    return replace(
        held,
        at=at,
        region=held.region if what.region is None else what.region,
        reason=held.reason if what.reason is None else what.reason,
        ended=_why_ended(held, what, at),
        dates=what.dates or held.dates,
        suspended_on=(what.on if begins else held.suspended_on) if at is At.SUSPENDED else None,
        ended_on=(what.on if begins else held.ended_on) if at is At.ENDED else None,
        version=held.version + 1,
    )


def _why_ended(held: Entitlement, what: Change, at: At) -> str:
    if at is not At.ENDED:
        return ""
    return DECEASED if what.event is Event.DIED else held.ended or _ENDED


def _columns(new: Entitlement, scheme: Scheme, today: date) -> dict[str, Any]:
    due_on = new.dates.due_on
    return {
        "state": new.at,
        "region": new.region,
        "reason": new.reason,
        "ended": new.ended,
        "certified_on": new.dates.certified_on,
        "valid_to": new.dates.valid_to,
        "due_on": due_on,
        "suspended_on": new.suspended_on,
        "ended_on": new.ended_on,
        "turns_on": _turns_on(new, scheme, today),
        "remind_on": due_on - timedelta(days=scheme.reminder_days) if due_on and new.at in _REMINDED else None,
    }


def _turns_on(new: Entitlement, scheme: Scheme, today: date) -> date | None:
    """When the calendar moves it next. What the bureau says today stands today, whatever our dates say."""
    if new.dates.due_on is None:
        return None
    coming = periods.due(scheme.period, new.dates.due_on)
    turns = {
        At.NOT_DUE: (coming.opens_on, coming.due_on),
        At.RESTORED: (coming.opens_on, coming.due_on),
        At.DUE: (coming.overdue_on,),
    }
    return next((day for day in turns.get(new.at, ()) if day > today), None)


def _log(tx: Tx, new: Entitlement, what: Change) -> None:
    row = {
        "entitlement": new.id,
        "seq": new.version,
        "event": what.event,
        "state": new.at,
        "at": tx.now,
        "staff": what.source.staff,
        "operation": what.source.operation,
        "source": what.source.words,
        "detail": {**to_json(new.dates), "region": new.region, "reason": new.reason, "ended": new.ended},
    }
    tx.put(tables.entitlement_event, row)


_REMINDED: Final = frozenset({At.NOT_DUE, At.RESTORED, At.DUE, At.OVERDUE})
_E, _L = tables.entitlement.c, tables.entitlement_event.c
_ONE: Final = select(tables.entitlement).where(_E.street == STREET, _E.id == param("id"))
_OF_RESIDENT: Final = (
    select(tables.entitlement).where(_E.street == STREET, _E.resident == param("resident")).order_by(_E.id)
)
_CHANGE: Final = (
    update(tables.entitlement)
    .where(_E.street == STREET, _E.id == param("id"), _E.version == param("held"))
    .values(
        version=_E.version + 1,
        state=param("state"),
        region=param("region"),
        reason=param("reason"),
        ended=param("ended"),
        certified_on=param("certified_on"),
        valid_to=param("valid_to"),
        due_on=param("due_on"),
        suspended_on=param("suspended_on"),
        ended_on=param("ended_on"),
        turns_on=param("turns_on"),
        remind_on=param("remind_on"),
    )
)
_LOG: Final = (
    select(tables.entitlement_event).where(_L.street == STREET, _L.entitlement == param("id")).order_by(_L.seq.desc())
)
_MISSING: Final = Text(zh="没有这项待遇", en="There is no such entitlement")
