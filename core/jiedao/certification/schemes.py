"""Schemes of a street: one kind of insurance at one bureau, how often it is certified, and by which rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.certification import periods
from jiedao.certification.periods import Late, Period
from jiedao.directory.caller import Caller, Role, audit
from jiedao.hookspecs.certification import Route
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.registry.connections import Connections
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Store, Tx, param


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme. `kind` is the bureau's code of the insurance (China: AAE140, 110 pension, 210 unemployment)."""

    id: str
    connection: str
    kind: str
    title: Text
    period: Period
    classes: frozenset[str] = frozenset()
    """Groups of the bureau that draw it; empty for everyone who has the benefit."""
    routes: frozenset[Route] = frozenset(Route) - {Route.DATA_MATCH}
    """Ways in which it may be shown that somebody is alive."""
    needs_photo: bool = False
    needs_delegation: bool = False
    """Whether one who acts for another must be registered as doing so."""
    reminder_days: int = 14
    """How many days before the due date one is reminded."""
    late: Late = Late.FROM_CERTIFIED

    def valid_to(self, certified_on: date, due_on: date | None) -> date:
        """Until when a certification lasts, where the bureau leaves that to the scheme."""
        return periods.valid_to(self.period, certified_on, due_on, self.late)

    @classmethod
    def of(cls, row: Row) -> Scheme:
        """From its row."""
        return cls(
            row.id,
            row.connection,
            row.kind,
            Text.from_json(row.title),
            periods.from_json(row.period),
            frozenset(row.classes),
            frozenset(Route(route) for route in row.routes),
            row.needs_photo,
            row.needs_delegation,
            row.reminder_days,
            Late(row.late),
        )


def schemes(tx: Tx) -> list[Scheme]:
    """Every scheme of the street."""
    return [Scheme.of(row) for row in _rows(tx)]


def scheme(tx: Tx, id_: str) -> Scheme:
    """One scheme."""
    for row in _rows(tx):
        if row.id == id_:
            return Scheme.of(row)
    raise NotFound("scheme.missing", _MISSING.format(id=id_), field="scheme")


def set_scheme(store: Store, connections: Connections, caller: Caller, wanted: Scheme) -> None:
    """Add a scheme, or change its rules; its bureau and kind stay, or its history would be about something else."""
    caller.must_be(Role.ADMINISTRATOR)
    with store.write(caller.street) as tx:
        _check(tx, connections, wanted)
        audit(tx, caller, "scheme", f"scheme {wanted.id}", connection=wanted.connection, kind=wanted.kind)
        if any(row.id == wanted.id for row in _rows(tx)):
            _change(tx, wanted)
        else:
            _add(tx, wanted)


def _change(tx: Tx, wanted: Scheme) -> None:
    known = scheme(tx, wanted.id)
    if (known.connection, known.kind) != (wanted.connection, wanted.kind):
        raise Conflict("scheme.moved", _MOVED, field="kind")
    tx.change(_CHANGE, id_=wanted.id, **_columns(wanted))


def _add(tx: Tx, wanted: Scheme) -> None:
    try:
        tx.add(tables.scheme, id=wanted.id, connection=wanted.connection, kind=wanted.kind, **_columns(wanted))
    except AlreadyThere:
        raise Conflict("scheme.exists", _EXISTS, field="kind") from None


def _check(tx: Tx, connections: Connections, wanted: Scheme) -> None:
    setup = next((one for one in connections.all(tx) if one.id == wanted.connection), None)
    if setup is None or "certification" not in connections.plugin(setup.plugin).manifest.families:
        raise Invalid("scheme.connection", _CONNECTION, field="connection")
    if not wanted.routes:
        raise Invalid("scheme.routes", _ROUTES, field="routes")


def _columns(wanted: Scheme) -> dict[str, Any]:
    return {
        "title": wanted.title.as_json(),
        "period": periods.as_json(wanted.period),
        "classes": sorted(wanted.classes),
        "routes": sorted(wanted.routes),
        "needs_photo": wanted.needs_photo,
        "needs_delegation": wanted.needs_delegation,
        "reminder_days": wanted.reminder_days,
        "late": wanted.late,
    }


def _rows(tx: Tx) -> Sequence[Row]:
    """All rows: a street has few, and a visit needs several."""
    if _ALL not in tx.memo:
        tx.memo[_ALL] = tx.rows(_ALL)
    rows: Sequence[Row] = tx.memo[_ALL]
    return rows


_S = tables.scheme.c
_ALL: Final = select(tables.scheme).where(_S.street == STREET).order_by(_S.id)
_CHANGE: Final = (
    update(tables.scheme)
    .where(_S.street == STREET, _S.id == param("id"))
    .values(
        title=param("title"),
        period=param("period"),
        classes=param("classes"),
        routes=param("routes"),
        needs_photo=param("needs_photo"),
        needs_delegation=param("needs_delegation"),
        reminder_days=param("reminder_days"),
        late=param("late"),
    )
)
_MISSING: Final = Text(zh="没有险种“{id}”", en='There is no scheme "{id}"')
_MOVED: Final = Text(zh="险种的经办机构和代码不能更改", en="Bureau and kind of a scheme cannot be changed")
_EXISTS: Final = Text(zh="这个经办机构的这一险种已经有了", en="There is a scheme of this kind at this bureau already")
_CONNECTION: Final = Text(zh="没有这个社保经办接入", en="There is no such connection to a bureau")
_ROUTES: Final = Text(zh="请至少选一种认证方式", en="Choose at least one way to certify")
