"""Holding new business against the terms of a connection. What begins passes here, what is open does not.

Terms come with the connection's row. A connection without terms costs no statement; a limit for the day locks the
connection's row and adds up, so that two windows cannot both take the last of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import func, select

from jiedao.clock import local, local_date, midnight
from jiedao.hookspecs.service import Day
from jiedao.language import Text, listed
from jiedao.money import format_amount
from jiedao.problems import Conflict, Invalid, NotFound, ServicePaused
from jiedao.registry.terms import Terms, closed
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

_BELIEVED_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Act:
    """What is about to begin: what each part of it is worth in fen, by the field that asks for it, and for whom."""

    amounts: Mapping[str, int] = field(default_factory=dict)
    resident: str | None = None
    begins: bool = True
    """False where somebody only looks: then it is not asked for whom."""


LOOK: Final = Act(begins=False)
"""Looking something up for a resident: hours and the first day hold, amounts and groups are asked when it begins."""


class Gate:
    """The terms of all streets' connections, applied."""

    def __init__(self) -> None:
        self._zones: Believed[str, str] = Believed(_BELIEVED_SECONDS)
        self.day: Callable[[Tx, date], Day] | None = None
        """What the street's calendar says of a day; joined by `jiedao.house`."""

    def check(self, tx: Tx, row: Row, act: Act) -> None:
        """Refuse what the terms of a connection do not allow now, saying why."""
        if not row.terms:
            return
        terms, title = Terms.from_json(row.terms), Text.from_json(row.title)
        self._check_time(tx, title, terms)
        if act.begins:
            self._check_group(tx, title, terms, act)
        for name, amount in act.amounts.items():
            _check_amount(title, terms, name, amount)
        if terms.daily and act.amounts:
            self._check_day(tx, row.id, title, terms.daily, act)

    def _check_time(self, tx: Tx, title: Text, terms: Terms) -> None:
        if not terms.since and not terms.hours and terms.on_holidays:
            return
        now = local(tx.now, self._zone(tx))
        day = None if terms.on_holidays or self.day is None else self.day(tx, now.date())
        if why := closed(terms, now, day):
            raise ServicePaused("terms.closed", _CLOSED.format(title=title, why=why))

    def _check_group(self, tx: Tx, title: Text, terms: Terms, act: Act) -> None:
        if not terms.groups:
            return
        if not act.resident:
            raise Invalid("terms.whose", _WHOSE.format(title=title), field="resident")
        if not {row.code for row in tx.rows(_GROUPS, resident=act.resident)} & set(terms.groups):
            names = [Text.from_json(row.name) for row in tx.rows(_NAMES) if row.code in terms.groups]
            raise Conflict("terms.group", _GROUP.format(title=title, groups=listed(names)), field="resident")

    def _check_day(self, tx: Tx, connection: str, title: Text, daily: int, act: Act) -> None:
        tx.rows(_LOCK, connection=connection)
        zone = self._zone(tx)
        began = midnight(local_date(tx.now, zone), zone)
        row = tx.first(_TAKEN, connection=connection, began=began)
        left = daily - int(row.taken if row else 0)
        if sum(act.amounts.values()) > left:
            says = _DAILY.format(title=title, daily=format_amount(daily), left=format_amount(max(left, 0)))
            raise Conflict("terms.daily", says, field=next(iter(act.amounts)), left=max(left, 0))

    def _zone(self, tx: Tx) -> str:
        if (known := self._zones.get(tx.street)) is not None:
            return known
        row = tx.first(_STREET)
        if row is None:
            raise NotFound("street.missing", _NO_STREET, field="street")
        return self._zones.put(tx.street, str(row.timezone))


def _check_amount(title: Text, terms: Terms, name: str, amount: int) -> None:
    if terms.most is not None and amount > terms.most:
        raise Invalid("terms.most", _MOST.format(title=title, most=format_amount(terms.most)), field=name)
    if terms.least is not None and amount < terms.least:
        raise Invalid("terms.least", _LEAST.format(title=title, least=format_amount(terms.least)), field=name)


_S, _M, _G = tables.street.c, tables.membership.c, tables.resident_group.c
_A, _T, _O, _L, _P = tables.attempt.c, tables.tender.c, tables.order.c, tables.order_line.c, tables.consignment.c
_STREET: Final = select(_S.timezone).where(_S.street == STREET)
_GROUPS: Final = select(_M.code).where(_M.street == STREET, _M.resident == param("resident"))
_NAMES: Final = select(_G.code, _G.name).where(_G.street == STREET).order_by(_G.code)
_LOCK: Final = (
    select(tables.connection.c.id)
    .where(tables.connection.c.street == STREET, tables.connection.c.id == param("connection"))
    .with_for_update()
)
_TENDERS: Final = (
    select(func.coalesce(func.sum(_T.amount), 0))
    .select_from(tables.attempt.join(tables.tender, (_T.street == _A.street) & (_T.attempt == _A.id)))
    .where(
        _A.street == STREET,
        _A.started_at >= param("began"),
        _T.connection == param("connection"),
        _T.state != "refused",
    )
)
_LINES: Final = (
    select(func.coalesce(func.sum(_L.amount), 0))
    .select_from(
        tables.attempt.join(tables.order, (_O.street == _A.street) & (_O.id == _A.order) & (_O.attempt == _A.id)).join(
            tables.order_line, (_L.street == _O.street) & (_L.order == _O.id)
        )
    )
    .where(
        _A.street == STREET,
        _A.kind == "payment",
        _A.started_at >= param("began"),
        _O.state.not_in(["open", "cancelled", "refused"]),
        _L.connection == param("connection"),
        _L.state != "refused",
    )
)
_POSTAGE: Final = select(func.coalesce(func.sum(_P.postage), 0)).where(
    _P.street == STREET,
    _P.connection == param("connection"),
    _P.created_at >= param("began"),
    _P.payer == "street",
    _P.state.in_(["creating", "created"]),
)
_TAKEN: Final = select(
    (_TENDERS.scalar_subquery() + _LINES.scalar_subquery() + _POSTAGE.scalar_subquery()).label("taken")
)
"""What a connection has taken or is taking since a moment: tenders, lines of orders, postage that the street bears."""
_CLOSED: Final = Text(zh="“{title}”现在不能办理：{why}", en='"{title}" is not open now: {why}')
_WHOSE: Final = Text(
    zh="“{title}”只对部分居民开放，请先确认居民", en='"{title}" is for some residents only; find the resident first'
)
_GROUP: Final = Text(zh="“{title}”只对这些居民开放：{groups}", en='"{title}" is for these residents only: {groups}')
_MOST: Final = Text(zh="“{title}”每笔最多 {most} 元", en='"{title}" takes payments up to {most}')
_LEAST: Final = Text(zh="“{title}”每笔至少 {least} 元", en='"{title}" takes payments from {least}')
_DAILY: Final = Text(
    zh="“{title}”每天最多 {daily} 元，今天还剩 {left} 元", en='"{title}" takes {daily} a day; {left} is left today'
)
_NO_STREET: Final = Text(zh="没有这个街道", en="There is no such street")
