"""Items that were posted, and how each stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy import func, select

from jiedao.figures.sheets.sheet import (
    HALL,
    MOMENTS,
    ORDER,
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
from jiedao.figures.words import STANDINGS
from jiedao.language import Text
from jiedao.post.rules import PURPOSE_NAMES
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


def _parcels(tx: Tx, limits: Limits) -> Iterator[Record]:
    for row in tx.rows(_PARCELS, **only(limits, *MOMENTS)):
        yield (
            row.created_at,
            row.id,
            row.number,
            row.connection,
            Text.from_json(row.title),
            Text.from_json(row.hall_name),
            row.till,
            row.recipient,
            PURPOSE_NAMES.get(row.purpose, Text.same(row.purpose)),
            row.postage,
            _PAYERS.get(row.payer, Text.same(row.payer)),
            STANDINGS.get(row.standing or row.state, Text.same(row.standing or row.state)),
            row.order,
            row.dispatch,
        )


_C, _H = tables.consignment.c, tables.hall.c
_SINCE, _UNTIL = param("since"), param("until")
_PAYERS: Final = {"order": Text(zh="居民", en="Resident"), "street": Text(zh="街道", en="Street")}
_POSTED: Final = (
    (_C.street == STREET)
    & (_C.created_at >= _SINCE)
    & (_C.created_at < _UNTIL)
    & _C.state.not_in(["offered", "placed"])
)
_PARCELS: Final = (
    select(
        *(_C[name] for name in ("created_at", "id", "number", "connection", "title", "till", "recipient", "purpose")),
        *(_C[name] for name in ("postage", "payer", "standing", "state", "order", "dispatch")),
        _H.name.label("hall_name"),
    )
    .join(tables.hall, (_H.street == _C.street) & (_H.id == _C.hall))
    .where(_POSTED)
    .order_by(_C.created_at, _C.id)
)
_PARCEL_COUNT: Final = select(func.count().label("number")).where(_POSTED)
PARCELS: Final = Sheet(
    "parcels",
    Text(zh="邮件", en="Parcels"),
    (
        column("时间", "Time", Sort.MOMENT),
        column("邮件编号", "Consignment"),
        column("邮件号码", "Number"),
        column("接入", "Connection"),
        column("产品", "Product"),
        HALL,
        TILL,
        column("收件人", "Recipient"),
        column("用途", "Purpose"),
        column("邮资", "Postage", Sort.MONEY),
        column("付费方", "Paid by"),
        STATE,
        ORDER,
        column("交寄清单", "Dispatch list"),
    ),
    counted(_PARCEL_COUNT, *MOMENTS),
    by_day(_parcels),
)
