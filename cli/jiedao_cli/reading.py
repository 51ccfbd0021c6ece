"""Queries that only the command line asks. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from jiedao.operations.model import FINAL
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param


def latest_entries(tx: Tx, book: str, last: int) -> Sequence[Row]:
    """The postings of the latest entries of a book, or of all books, with their entries; oldest first."""
    of_book = _LATEST.where(_E.book == param("book")) if book else _LATEST
    latest = of_book.subquery()
    statement = (
        select(latest.c.book, latest.c.no, latest.c.at, latest.c.kind, _P.account, _P.unit, _P.amount)
        .join(tables.posting, (_P.street == latest.c.street) & (_P.book == latest.c.book) & (_P.no == latest.c.no))
        .where(_P.street == STREET)
        .order_by(latest.c.at, latest.c.book, latest.c.no, _P.seq)
    )
    return tx.rows(statement, last=last, **({"book": book} if book else {}))


def latest_orders(tx: Tx, last: int) -> Sequence[Row]:
    """The latest orders of the street, newest first."""
    return tx.rows(_ORDERS, last=last)


def open_operations(tx: Tx) -> Sequence[Row]:
    """How many operations are open in each state, and since when, and when the first was due."""
    return tx.rows(_OPEN)


_E, _P, _O, _X = tables.entry.c, tables.posting.c, tables.order.c, tables.operation.c
_LATEST: Final = (
    select(tables.entry)
    .where(_E.street == STREET)
    .order_by(_E.at.desc(), _E.book.desc(), _E.no.desc())
    .limit(param("last"))
)
_ORDERS: Final = select(tables.order).where(_O.street == STREET).order_by(_O.id.desc()).limit(param("last"))
_OPEN: Final = (
    select(
        _X.state,
        func.count().label("count"),
        func.min(_X.planned_at).label("since"),
        func.min(_X.due_at).label("due"),
    )
    .where(_X.street == STREET, _X.state.not_in(sorted(FINAL)))
    .group_by(_X.state)
    .order_by(_X.state)
)
