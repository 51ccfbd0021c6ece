"""Shifts by day: who sat at which till, what was counted, and what the acquirers said to the batches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from jiedao.figures.span import Span
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

MOST: Final = 100
"""Shifts of one page."""


@dataclass(frozen=True, slots=True)
class Batch:
    """An acquirer's answer to the closing of its batch of a shift.

    States: sent (being asked), then those of an operation. `balanced` is whether the totals met, None before it said.
    """

    connection: str
    state: str
    balanced: bool | None


@dataclass(frozen=True, slots=True)
class Worked:
    """One shift. Amounts are fen; `expected` and `difference` are known once it is closed: the count is blind."""

    id: str
    till: str
    till_name: str
    hall: str
    hall_name: Text
    staff: str
    staff_name: str
    state: str
    opened_at: datetime
    float: int
    closed_at: datetime | None
    counted: int | None
    expected: int | None
    batches: Sequence[Batch]
    waiting: bool
    """Whether a batch waits for something in doubt before it can be settled."""

    @property
    def difference(self) -> int | None:
        """Over (positive) or short (negative)."""
        return None if self.counted is None or self.expected is None else self.counted - self.expected


def worked(tx: Tx, span: Span, timezone: str, *, before: str = "", most: int = MOST) -> list[Worked]:
    """Shifts that were opened in the span, newest first; ids rise with time, so a page begins below one."""
    since, until = span.moments(timezone)
    rows = tx.rows(_IN_SPAN, since=since, until=until, before=before or _HIGHEST, most=most)
    return [_worked(row) for row in rows]


def still_open(tx: Tx) -> list[Worked]:
    """Shifts that are open now, the oldest first; a till has one at most."""
    return sorted((_worked(row) for row in tx.rows(_OPEN)), key=lambda shift: shift.id)


def _worked(row: Row) -> Worked:
    return Worked(
        row.id,
        row.till,
        row.till_name,
        row.hall,
        Text.from_json(row.hall_name),
        row.staff,
        row.staff_name or "",
        row.state,
        row.opened_at,
        row.float,
        row.closed_at,
        row.counted,
        row.expected,
        [_batch(connection, said) for connection, said in sorted(row.batches.items())],
        row.waiting,
    )


def _batch(connection: str, said: Mapping[str, Any]) -> Batch:
    totals = said.get("totals")
    return Batch(connection, said["state"], totals.get("balanced") if isinstance(totals, dict) else None)


_HIGHEST: Final = "Z" * 20
_S, _T, _H, _P, _O = (t.c for t in (tables.shift, tables.till, tables.hall, tables.staff, tables.open_till))
_ALL: Final = (
    select(tables.shift, _T.name.label("till_name"), _T.hall, _H.name.label("hall_name"), _P.name.label("staff_name"))
    .join(tables.till, (_T.street == _S.street) & (_T.id == _S.till))
    .join(tables.hall, (_H.street == _T.street) & (_H.id == _T.hall))
    .outerjoin(tables.staff, (_P.street == _S.street) & (_P.id == _S.staff))
    .where(_S.street == STREET)
)
_IN_SPAN: Final = (
    _ALL.where(_S.opened_at >= param("since"), _S.opened_at < param("until"), _S.id < param("before"))
    .order_by(_S.opened_at.desc(), _S.id.desc())
    .limit(param("most"))
)
_OPEN: Final = _ALL.join(tables.open_till, (_O.street == _S.street) & (_O.shift == _S.id))
