"""What a sheet is: columns, and rows that are read one day at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, TypeAlias

from jiedao.figures.span import Span
from jiedao.language import Text
from jiedao.store.unit import Tx

Record: TypeAlias = tuple[Any, ...]
Limits: TypeAlias = Mapping[str, Any]
"""A day: since and until (instants), first and last (dates)."""


class Sort(StrEnum):
    """What a column holds."""

    TEXT = "text"
    """Words or an identifier; a `Text` is said in the reader's language."""
    MONEY = "money"
    """Fen, or hundredths of a point."""
    WHOLE = "whole"
    DAY = "day"
    MOMENT = "moment"
    """An instant, shown in the street's time zone."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    title: Text
    sort: Sort = Sort.TEXT


@dataclass(frozen=True, slots=True)
class Sheet:
    """One kind of export: its columns, how many rows a span has, and the rows themselves, oldest first.

    A value may be missing (None). `rows` reads inside the transaction that it is given, a day at a time.
    """

    name: str
    title: Text
    columns: Sequence[Column]
    count: Callable[[Tx, Span, str], int]
    rows: Callable[[Tx, Span, str], Iterator[Record]]


def by_day(read: Callable[[Tx, Limits], Iterator[Record]]) -> Callable[[Tx, Span, str], Iterator[Record]]:
    """The rows of a span, one day after the other; `read` gets the limits of a day."""

    def rows(tx: Tx, span: Span, timezone: str) -> Iterator[Record]:
        for offset in range(span.days):
            day = span.first + timedelta(days=offset)
            yield from read(tx, _limits(Span(day, day), timezone))

    return rows


def counted(statement: Any, *limits: str) -> Callable[[Tx, Span, str], int]:
    """How many rows a span has; `limits` are the parameters of the statement."""

    def count(tx: Tx, span: Span, timezone: str) -> int:
        row = tx.first(statement, **only(_limits(span, timezone), *limits))
        return int(row.number) if row else 0

    return count


def _limits(span: Span, timezone: str) -> dict[str, Any]:
    since, until = span.moments(timezone)
    return {"since": since, "until": until, "first": span.first, "last": span.last}


def only(known: Limits, *names: str) -> dict[str, Any]:
    """Some of the limits, as parameters."""
    return {name: known[name] for name in names}


def column(zh: str, en: str, sort: Sort = Sort.TEXT) -> Column:
    """A column with its title in both languages."""
    return Column(Text(zh, en), sort)


MOMENTS: Final = ("since", "until")
DAYS: Final = ("first", "last")
HALL: Final = column("大厅", "Hall")
TILL: Final = column("收银台", "Till")
ORDER: Final = column("交易单号", "Order")
STAFF: Final = column("经办人", "Operator")
STATE: Final = column("状态", "State")
RESIDENT: Final = column("居民", "Resident")
