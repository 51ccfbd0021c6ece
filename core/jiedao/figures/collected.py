"""What was collected in a span: sums of the journal by biller, category, hall, way of paying, and by day or month.

Every sum is the journal's, to the fen: what is folded (`fold`) and what was written since.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, and_, select, union_all

from jiedao.figures.facts import ISSUERS, MONEY, POINTS, Kind
from jiedao.figures.fold import DAY, MONTH, NAMES, Read, with_tail
from jiedao.figures.span import Span
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Sum:
    """Amounts of one biller, category, hall, day or month, in fen; `lines` counts the lines that were paid."""

    key: str
    paid: int
    refunded: int
    lines: int

    @property
    def net(self) -> int:
        """What stays collected."""
        return self.paid - self.refunded


@dataclass(frozen=True, slots=True)
class Step:
    """One day, or one month or the part of it that lies in the span."""

    span: Span
    paid: int
    refunded: int


@dataclass(frozen=True, slots=True)
class Way:
    """One way of paying: cash, credit, or an acquirer's account. Fen."""

    key: str
    taken: int
    returned: int


@dataclass(frozen=True, slots=True)
class Points:
    """Points of a span, in hundredths, and what the issuer owes at its end, in fen.

    `pool` is what it has paid ahead and is not spent yet (prepaid funding).
    """

    issued: int
    taken_back: int
    redeemed: int
    restored: int
    lapsed: int
    owed: int
    pool: int


@dataclass(frozen=True, slots=True)
class Collected:
    """A span's figures. Parts are ordered by what was paid, the largest first; halls have the empty key for none."""

    span: Span
    as_of: datetime
    """Everything that was booked before is in it."""
    complete: bool
    """False while older entries of a busy street are still being folded."""
    total: Sum
    orders: int
    by_biller: Sequence[Sum]
    by_category: Sequence[Sum]
    by_hall: Sequence[Sum]
    steps: Sequence[Step]
    ways: Sequence[Way]
    points: Points
    over: int
    short: int
    billers: dict[str, Text]
    """What billers are called."""


def collected(tx: Tx, span: Span) -> Collected:
    """The figures of a span."""
    facts, owed, read = _consistent(tx, span)
    names = {row.biller: row.name for row in tx.rows(NAMES)} | read.names
    of_kind: dict[str, list[_Fact]] = defaultdict(list)
    for fact in facts:
        of_kind[fact.kind].append(fact)
    paid, back = of_kind[Kind.PAID], of_kind[Kind.REFUNDED]
    return Collected(
        span=span,
        as_of=read.behind or tx.now,
        complete=read.behind is None,
        total=Sum("", _amount(paid), _amount(back), sum(f.number for f in paid)),
        orders=sum(fact.number for fact in of_kind[Kind.ORDERS]),
        by_biller=_by("who", paid, back),
        by_category=_by("category", paid, back),
        by_hall=_by("hall", paid, back),
        steps=_steps(span, paid, back),
        ways=_ways(of_kind[Kind.TAKEN], of_kind[Kind.RETURNED]),
        points=_points(of_kind, owed),
        over=_amount(of_kind[Kind.OVER]),
        short=_amount(of_kind[Kind.SHORT]),
        billers={biller: Text.from_json(name) for biller, name in names.items()},
    )


class _Fact(NamedTuple):
    """Of which there are thousands in a year: a tuple is made in a third of the time."""

    start: date
    hall: str
    kind: str
    who: str
    category: str
    amount: int
    number: int


def _consistent(tx: Tx, span: Span) -> tuple[list[_Fact], dict[str, int], Read]:
    """Sums, what the issuer owes, and what is beyond the marks, as of one moment."""

    def reading() -> tuple[list[_Fact], Counter[str]]:
        owed = Counter[str]()
        for row in tx.rows(_OWED, **_until(span.last)):
            owed[row.who] += row.amount
        return [_Fact(*row) for row in tx.rows(_SUMS, **_bounds(span))], owed

    read, (folded, owed) = with_tail(tx, reading)
    fresh = [_Fact(*key, *value) for key, value in read.sums.items()]
    for fact in fresh:
        if fact.kind == Kind.OWED and fact.start <= span.last:
            owed[fact.who] += fact.amount
    return [*folded, *(f for f in fresh if span.first <= f.start <= span.last)], owed, read


def _by(part: str, paid: Iterable[_Fact], back: Iterable[_Fact]) -> list[Sum]:
    in_, lines, out = Counter[str](), Counter[str](), Counter[str]()
    for fact in paid:
        in_[getattr(fact, part)] += fact.amount
        lines[getattr(fact, part)] += fact.number
    for fact in back:
        out[getattr(fact, part)] += fact.amount
    sums = [Sum(key, in_[key], out[key], lines[key]) for key in in_ | out]
    return sorted(sums, key=lambda one: (-one.paid, one.key))


def _steps(span: Span, paid: Iterable[_Fact], back: Iterable[_Fact]) -> list[Step]:
    steps = list(span.steps())
    in_, out = _by_step(span, paid), _by_step(span, back)
    return [Step(step, in_[_step_key(span, step.first)], out[_step_key(span, step.first)]) for step in steps]


def _by_step(span: Span, facts: Iterable[_Fact]) -> Counter[date]:
    starts, sums = Counter[date](), Counter[date]()
    for fact in facts:
        starts[fact.start] += fact.amount
    for start, amount in starts.items():
        sums[_step_key(span, start)] += amount
    return sums


def _step_key(span: Span, day: date) -> date:
    return day.replace(day=1) if span.by_month else day


def _ways(taken: Iterable[_Fact], returned: Iterable[_Fact]) -> list[Way]:
    in_, out = Counter[str](), Counter[str]()
    for fact in taken:
        in_[fact.who] += fact.amount
    for fact in returned:
        out[fact.who] += fact.amount
    return sorted((Way(key, in_[key], out[key]) for key in in_ | out), key=lambda way: (-way.taken, way.key))


def _points(of_kind: dict[str, list[_Fact]], owed: dict[str, int]) -> Points:
    moved = {kind.value: _amount(of_kind[kind]) for kind in POINTS}
    redeemed, accrued, pool = (owed.get(account, 0) for account in ISSUERS)
    return Points(**moved, owed=redeemed + accrued, pool=-pool)


def _amount(facts: Iterable[_Fact]) -> int:
    return sum(fact.amount for fact in facts)


def _bounds(span: Span) -> dict[str, Any]:
    """A span as parameters: days at both ends and whole months between, or days only where it is shown by day."""
    before, months, after = span.pieces() if span.by_month else (span, None, None)
    return {**_ends("before", before), **_ends("months", months), **_ends("after", after)}


def _until(last: date) -> dict[str, Any]:
    """All whole months before the one of a day, and its days up to it."""
    return {"month": last.replace(day=1), "day": last}


def _ends(name: str, piece: Span | None) -> dict[str, date]:
    first, last = (piece.first, piece.last) if piece else (date.max, date.min)
    return {f"{name}_first": first, f"{name}_last": last}


_F = tables.figure.c


def _within(grain: str, name: str) -> ColumnElement[bool]:
    return and_(_F.grain == grain, _F.start >= param(f"{name}_first"), _F.start <= param(f"{name}_last"))


def _piece(grain: str, name: str) -> Any:
    """One after the other: an OR would make an engine read all sums that there are."""
    return select(_F.start, _F.hall, _F.kind, _F.who, _F.category, _F.amount, _F.number).where(
        _F.street == STREET, _F.kind.in_([kind.value for kind in (*MONEY, *POINTS)]), _within(grain, name)
    )


_SUMS: Final = union_all(_piece(DAY, "before"), _piece(MONTH, "months"), _piece(DAY, "after"))


def _owed(*when: ColumnElement[bool]) -> Any:
    return select(_F.who, _F.amount).where(_F.street == STREET, _F.kind == Kind.OWED.value, *when)


_OWED: Final = union_all(
    _owed(_F.grain == MONTH, _F.start < param("month")),
    _owed(_F.grain == DAY, _F.start >= param("month"), _F.start <= param("day")),
)
