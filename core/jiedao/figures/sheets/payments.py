"""Lines of orders: what was paid to whom, with what, and how it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import func, select

from jiedao.checkout.slips import CATEGORY_NAMES, TENDER_NAMES
from jiedao.figures.sheets.sheet import (
    HALL,
    MOMENTS,
    ORDER,
    RESIDENT,
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
from jiedao.figures.words import LINES
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


def _payments(tx: Tx, limits: Limits) -> Iterator[Record]:
    day = only(limits, *MOMENTS)
    shares: dict[Any, list[Text]] = defaultdict(list)
    for row in tx.rows(_SHARES, **day):
        name = TENDER_NAMES.get(row.kind, Text.same(row.kind))
        shares[row.order, row.line].append(_SHARE.format(name=name, amount=format_amount(row.amount)))
    receipts: dict[str, list[str]] = defaultdict(list)
    for row in tx.rows(_RECEIPTS, **day):
        receipts[row.order].append(f"{row.book}-{row.no:06d}")
    for row in tx.rows(_PAYMENTS, **day):
        yield (
            row.placed_at,
            row.order,
            row.no,
            Text.from_json(row.hall_name),
            row.till,
            row.staff_name or row.placed_by,
            row.resident_name,
            row.biller,
            Text.from_json(row.biller_name),
            CATEGORY_NAMES.get(row.category, Text.same(row.category)),
            row.account,
            row.bill,
            row.period,
            row.amount,
            row.refunded,
            _joined(shares[row.order, row.no]),
            LINES.get(row.state, Text.same(row.state)),
            " ".join(receipts[row.order]),
            row.reference,
        )


def _joined(parts: Sequence[Text]) -> Text:
    return Text("；".join(part.zh for part in parts), "; ".join(part.en for part in parts))


_O, _L, _S, _T = (t.c for t in (tables.order, tables.order_line, tables.share, tables.tender))
_R, _K, _H, _P = (t.c for t in (tables.receipt, tables.till, tables.hall, tables.staff))
_SINCE, _UNTIL = param("since"), param("until")
_SHARE: Final = Text(zh="{name} {amount}", en="{name} {amount}")
_PLACED: Final = (_O.street == STREET) & (_O.placed_at >= _SINCE) & (_O.placed_at < _UNTIL)
_PAYMENTS: Final = (
    select(
        _O.placed_at,
        _O.till,
        _O.placed_by,
        _O.resident_name,
        _H.name.label("hall_name"),
        _P.name.label("staff_name"),
        *(_L[name] for name in ("order", "no", "biller", "biller_name", "category", "account", "bill", "period")),
        *(_L[name] for name in ("amount", "refunded", "state", "reference")),
    )
    .join(tables.order_line, (_L.street == _O.street) & (_L.order == _O.id))
    .join(tables.till, (_K.street == _O.street) & (_K.id == _O.till))
    .join(tables.hall, (_H.street == _K.street) & (_H.id == _K.hall))
    .outerjoin(tables.staff, (_P.street == _O.street) & (_P.id == _O.placed_by))
    .where(_PLACED)
    .order_by(_O.placed_at, _O.id, _L.no)
)
_SHARES: Final = (
    select(_O.id.label("order"), _S.line, _S.amount, _T.kind)
    .join(tables.share, (_S.street == _O.street) & (_S.attempt == _O.attempt))
    .join(tables.tender, (_T.street == _S.street) & (_T.attempt == _S.attempt) & (_T.no == _S.tender))
    .where(_PLACED, _T.state != "refused", _S.line > 0)
    .order_by(_O.placed_at, _O.id, _S.line, _S.tender)
)
"""What each line was paid with: of the attempt that the order is at."""
_RECEIPTS: Final = (
    select(_R.order, _R.book, _R.no)
    .join(tables.order, (_O.street == _R.street) & (_O.id == _R.order))
    .where(_PLACED)
    .order_by(_R.order, _R.book, _R.no)
)
_PAYMENT_COUNT: Final = (
    select(func.count().label("number"))
    .select_from(tables.order.join(tables.order_line, (_L.street == _O.street) & (_L.order == _O.id)))
    .where(_PLACED)
)
PAYMENTS: Final = Sheet(
    "payments",
    Text(zh="收费明细", en="Payments"),
    (
        column("时间", "Time", Sort.MOMENT),
        ORDER,
        column("行号", "Line", Sort.WHOLE),
        HALL,
        TILL,
        STAFF,
        RESIDENT,
        column("收费单位代码", "Biller code"),
        column("收费单位", "Biller"),
        column("类别", "Category"),
        column("户号", "Account number"),
        column("账单号", "Bill"),
        column("账期", "Period"),
        column("金额", "Amount", Sort.MONEY),
        column("已退金额", "Refunded", Sort.MONEY),
        column("支付方式", "Paid with"),
        STATE,
        column("收据号", "Receipts"),
        column("收费单位流水号", "Biller's reference"),
    ),
    counted(_PAYMENT_COUNT, *MOMENTS),
    by_day(_payments),
)
