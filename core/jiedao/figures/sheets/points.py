"""Movements of points: one row for each entry of the journal and resident, with the change of each balance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import func, select

from jiedao.figures.sheets.sheet import MOMENTS, RESIDENT, Limits, Record, Sheet, Sort, by_day, column, counted, only
from jiedao.figures.words import ENTRIES
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import PTS
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param


def _points(tx: Tx, limits: Limits) -> Iterator[Record]:
    """One row for each entry and resident, with the change of each of the balances."""
    moved: dict[Any, dict[str, int]] = defaultdict(dict)
    heads: dict[Any, Row] = {}
    for row in tx.rows(_MOVES, **only(limits, *MOMENTS)):
        resident, _, state = row.account.removeprefix(_OWNED).rpartition(":")
        place = (row.at, row.book, row.no, resident)
        heads[place] = row
        moved[place][state] = moved[place].get(state, 0) + row.amount
    names = {row.id: row for row in tx.rows(_RESIDENTS, **only(limits, *MOMENTS))} if moved else {}
    for place in sorted(moved):
        at, book, no, resident = place
        person, change, head = names.get(resident), moved[place], heads[place]
        yield (
            at,
            f"{book} {no}",
            ENTRIES.get(head.kind, Text.same(head.kind)),
            head.subject,
            resident,
            person.name if person else "",
            change.get("active", 0),
            change.get("pending", 0),
            change.get("held", 0),
            -change.get("debt", 0),
        )


_E, _G, _N = tables.entry.c, tables.posting.c, tables.resident.c
_SINCE, _UNTIL = param("since"), param("until")
_OWNED: Final = accounts.points("", "").removesuffix(":")
_BOOKED: Final = (
    tables.entry.join(tables.posting, (_G.street == _E.street) & (_G.book == _E.book) & (_G.no == _E.no)),
    (_E.street == STREET)
    & (_E.at >= _SINCE)
    & (_E.at < _UNTIL)
    & (_G.unit == PTS)
    & _G.account.startswith(_OWNED, autoescape=True),
)
_MOVES: Final = (
    select(_E.at, _E.book, _E.no, _E.kind, _E.subject, _G.account, _G.amount).select_from(_BOOKED[0]).where(_BOOKED[1])
)
_MOVED: Final = select(_E.book, _E.no).select_from(_BOOKED[0]).where(_BOOKED[1]).distinct().subquery()
_MOVE_COUNT: Final = select(func.count().label("number")).select_from(_MOVED)
"""An entry moves the points of one resident."""
_RESIDENTS: Final = select(_N.id, _N.name).where(
    _N.street == STREET,
    _N.id.in_(select(func.substr(_G.account, len(_OWNED) + 1, 20)).select_from(_BOOKED[0]).where(_BOOKED[1])),
)
POINTS: Final = Sheet(
    "points",
    Text(zh="积分变动", en="Points movements"),
    (
        column("时间", "Time", Sort.MOMENT),
        column("凭证", "Entry"),
        column("事由", "What"),
        column("关联单号", "About"),
        column("居民编号", "Resident id"),
        RESIDENT,
        column("可用", "Active", Sort.MONEY),
        column("待生效", "Pending", Sort.MONEY),
        column("冻结", "Held", Sort.MONEY),
        column("欠分", "Debt", Sort.MONEY),
    ),
    counted(_MOVE_COUNT, *MOMENTS),
    by_day(_points),
)
