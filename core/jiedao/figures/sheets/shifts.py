"""Shifts with what was counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select

from jiedao.figures.sheets.sheet import (
    HALL,
    MOMENTS,
    STAFF,
    STATE,
    TILL,
    Limits,
    Record,
    Sheet,
    Sort,
    by_day,
    column,
    counted,
    only,
)
from jiedao.figures.words import SHIFTS as STATES
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


def _shifts(tx: Tx, limits: Limits) -> Iterator[Record]:
    for row in tx.rows(_SHIFTS, **only(limits, *MOMENTS)):
        difference = None if row.counted is None or row.expected is None else row.counted - row.expected
        batches = [f"{connection} {said['state']}" for connection, said in sorted(row.batches.items())]
        yield (
            row.id,
            Text.from_json(row.hall_name),
            row.till,
            row.staff_name or row.staff,
            row.opened_at,
            row.closed_at,
            STATES.get(row.state, Text.same(row.state)),
            row.float,
            row.expected,
            row.counted,
            difference,
            "; ".join(batches),
        )


_F, _K, _H, _P = (t.c for t in (tables.shift, tables.till, tables.hall, tables.staff))
_SINCE, _UNTIL = param("since"), param("until")
_AT_TILLS: Final = (
    select(tables.shift, _H.name.label("hall_name"), _P.name.label("staff_name"))
    .join(tables.till, (_K.street == _F.street) & (_K.id == _F.till))
    .join(tables.hall, (_H.street == _K.street) & (_H.id == _K.hall))
    .outerjoin(tables.staff, (_P.street == _F.street) & (_P.id == _F.staff))
)
_OPENED: Final = (_F.street == STREET) & (_F.opened_at >= _SINCE) & (_F.opened_at < _UNTIL)
_SHIFTS: Final = _AT_TILLS.where(_OPENED).order_by(_F.opened_at, _F.id)
_SHIFT_COUNT: Final = select(func.count().label("number")).where(_OPENED)
SHIFTS: Final = Sheet(
    "shifts",
    Text(zh="班次", en="Shifts"),
    (
        column("班次号", "Shift"),
        HALL,
        TILL,
        STAFF,
        column("开班", "Opened", Sort.MOMENT),
        column("结班", "Closed", Sort.MOMENT),
        STATE,
        column("备用金", "Float", Sort.MONEY),
        column("应有", "Expected", Sort.MONEY),
        column("清点", "Counted", Sort.MONEY),
        column("长短款", "Over or short", Sort.MONEY),
        column("批次", "Batches"),
    ),
    counted(_SHIFT_COUNT, *MOMENTS),
    by_day(_shifts),
)
