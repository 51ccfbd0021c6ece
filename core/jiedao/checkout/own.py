"""What a resident has ordered themselves: their own, on whichever till, and nothing else. Reads only.

At a kiosk somebody may pay without saying who they are; what they order belongs to that visit, and is seen in it only.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select

from jiedao.checkout import views
from jiedao.checkout.views import OrderView
from jiedao.directory.caller import Caller
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Brief:
    """An order of a list; `what` are the billers of its lines."""

    id: str
    state: str
    total: int
    currency: str
    placed_at: datetime
    what: Sequence[Text]


def latest(tx: Tx, resident: str, before: str = "", most: int = 20) -> list[Brief]:
    """Orders of a resident, newest first; ids rise with time, so the page begins below one."""
    page = {"resident": resident, "before": before or _HIGHEST, "most": most}
    what: defaultdict[str, list[Text]] = defaultdict(list)
    for line in tx.rows(_LINES, **page):
        what[line.order].append(Text.from_json(line.biller_name))
    return [
        Brief(row.id, row.state, row.total, row.currency, row.placed_at, what[row.id]) for row in tx.rows(_PAGE, **page)
    ]


def order(tx: Tx, caller: Caller, id_: str) -> OrderView:
    """An order of the caller's; `NotFound` for anybody else's, as for one that is not there."""
    check(tx, caller, id_)
    return views.order(tx, id_)


def check(tx: Tx, caller: Caller, id_: str) -> None:
    """`NotFound` unless the order is the caller's."""
    row = tx.first(_WHOSE, id_=id_)
    if row is None or not _theirs(caller, row.resident or "", row.placed_by):
        raise NotFound("order.missing", _MISSING, field="order")


def receipt(tx: Tx, caller: Caller, number: str) -> None:
    """`NotFound` unless the receipt is of an order of the caller's."""
    book, _, digits = number.rpartition("-")
    row = tx.first(_OF_RECEIPT, book=book, no_=int(digits)) if digits.isdecimal() and len(digits) <= _LONGEST else None
    if row is None or not _theirs(caller, row.resident or "", row.placed_by):
        raise NotFound("receipt.missing", _NO_RECEIPT.format(number=number), field="number")


def _theirs(caller: Caller, resident: str, placed_by: str) -> bool:
    return resident == caller.resident if resident or caller.resident else placed_by == caller.staff


_LONGEST: Final = 9
"""Digits of a receipt number that the database can hold."""
_HIGHEST: Final = "Z" * 20
"""Above every id (`jiedao.ids`) in every collation."""
_O, _R, _L = tables.order.c, tables.receipt.c, tables.order_line.c
_THEIRS: Final = (_O.street == STREET) & (_O.resident == param("resident")) & (_O.id < param("before"))
_PAGE: Final = select(tables.order).where(_THEIRS).order_by(_O.id.desc()).limit(param("most"))
_IDS: Final = select(_O.id).where(_THEIRS).order_by(_O.id.desc()).limit(param("most"))
_LINES: Final = (
    select(_L.order, _L.biller_name).where(_L.street == STREET, _L.order.in_(_IDS)).order_by(_L.order, _L.no)
)
_WHOSE: Final = select(_O.resident, _O.placed_by).where(_O.street == STREET, _O.id == param("id"))
_OF_RECEIPT: Final = (
    select(_O.resident, _O.placed_by)
    .join(tables.receipt, (_R.street == _O.street) & (_R.order == _O.id))
    .where(_O.street == STREET, _R.book == param("book"), _R.no == param("no"))
)
_MISSING: Final = Text(zh="没有这笔交易", en="There is no such order")
_NO_RECEIPT: Final = Text(zh="没有收据 {number}", en="There is no receipt {number}")
