"""Looking things up in the audit: who did what, to what, why, and when. It is only ever added to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, or_, select

from jiedao.directory.places import street
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

WORD_DAYS: Final = 92
"""Days that a search for words covers where no first day is given: words have no index."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty does not matter. `first` and `last` are days of the street, both included."""

    staff: str = ""
    action: str = ""
    subject: str = ""
    """Exactly, such as "operation 01J…"."""
    words: str = ""
    """Somewhere in the reason."""
    first: date | None = None
    last: date | None = None
    before: str = ""
    """The last id of the page before."""
    most: int = 50


@dataclass(frozen=True, slots=True)
class Noted:
    """One line of the audit."""

    id: str
    at: datetime
    staff: str
    staff_name: str
    """Empty for staff that there is no row of."""
    action: str
    subject: str
    reason: str
    detail: Mapping[str, Any]


def search(tx: Tx, wanted: Wanted) -> list[Noted]:
    """A page, newest first."""
    given = _given(tx, wanted)
    rows = tx.rows(_search(frozenset(given)), most=wanted.most, **given)
    return [_noted(row) for row in rows]


def _noted(row: Row) -> Noted:
    name = row.staff_name or ""
    return Noted(row.id, row.at, row.staff, name, row.action, row.subject, row.reason, row.detail)


def people(tx: Tx) -> list[tuple[str, str]]:
    """Id and name of everybody who may stand in the audit, by name."""
    return [(row.id, row.name) for row in tx.rows(_PEOPLE)]


def _given(tx: Tx, wanted: Wanted) -> dict[str, Any]:
    zone = ZoneInfo(street(tx).timezone)
    exact = ("staff", "action", "subject")
    given: dict[str, Any] = {name: value for name in exact if (value := getattr(wanted, name))}
    if wanted.words:
        given["words"] = f"%{_plain(wanted.words)}%"
    first = wanted.first or (tx.now.astimezone(zone).date() - timedelta(days=WORD_DAYS) if wanted.words else None)
    if first:
        given["since"] = datetime.combine(first, time(), zone)
    if wanted.last:
        given["until"] = datetime.combine(wanted.last + timedelta(days=1), time(), zone)
    if wanted.before and (row := tx.first(_AT, id_=wanted.before)):
        given |= {"below": row.at, "below_id": wanted.before}
    return given


def _plain(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@cache
def _search(names: frozenset[str]) -> Select[Any]:
    """The statement for one choice of filters."""
    return _ALL.where(*[condition for name, condition in _FILTERS.items() if name in names])


_A, _S = tables.audit.c, tables.staff.c
_FILTERS: Final[Mapping[str, Any]] = {
    "staff": _A.staff == param("staff"),
    "action": _A.action == param("action"),
    "subject": _A.subject == param("subject"),
    "words": _A.reason.like(param("words"), escape="\\"),
    "since": _A.at >= param("since"),
    "until": _A.at < param("until"),
    "below": or_(_A.at < param("below"), and_(_A.at == param("below"), _A.id < param("below_id"))),
}
_ALL: Final = (
    select(tables.audit, _S.name.label("staff_name"))
    .outerjoin(tables.staff, (_S.street == _A.street) & (_S.id == _A.staff))
    .where(_A.street == STREET)
    .order_by(_A.at.desc(), _A.id.desc())
    .limit(param("most"))
)
_PEOPLE: Final = select(_S.id, _S.name).where(_S.street == STREET).order_by(_S.name, _S.id)
_AT: Final = select(_A.at).where(_A.street == STREET, _A.id == param("id"))
