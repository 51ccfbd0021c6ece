"""How everything stands that is not money: certifications, parcels, and what is open and waits for somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import case, func, select

from jiedao.certification.graph import At
from jiedao.figures.span import Span
from jiedao.language import Text
from jiedao.operations.model import State as Of
from jiedao.post.folding import Standing
from jiedao.post.records import State as Entered
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.tables.operations import UNFINISHED
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Certified:
    """One scheme: how many entitlements were certified in the span, and how many stand open now."""

    scheme: str
    title: Text
    done: int
    due: int
    overdue: int
    suspended: int
    known: int
    """Entitlements of the scheme that have not ended."""


class Parcel(StrEnum):
    """Where an item that was posted stands, in the words of a hall."""

    POSTED = "posted"
    """Entered at the post, or being entered."""
    ON_THE_WAY = "on_the_way"
    HELD = "held"
    """Waits at an office to be fetched."""
    DELIVERED = "delivered"
    """Handed to somebody who may not take it for the addressee."""
    SERVED = "served"
    RETURNED = "returned"
    """Refused, on its way back, or back."""
    LOST = "lost"
    CANCELLED = "cancelled"
    """Taken back before it was carried, or not taken by the post."""


@dataclass(frozen=True, slots=True)
class Open:
    """What is open now, however old: acts outside, differences, and shifts that began on an earlier day."""

    review: int
    """Acts that only a person can end."""
    unknown: int
    """Acts that may have been done and are being asked for."""
    unsent: int
    """Acts that are planned and not sent yet."""
    breaks: int
    shifts: int

    @property
    def total(self) -> int:
        """Everything that somebody should look at; what is merely under way is not in it."""
        return self.review + self.breaks + self.shifts


def certified(tx: Tx, span: Span) -> list[Certified]:
    """Every scheme of the street, by its title."""
    counts: dict[str, list[Row]] = {}
    for row in tx.rows(_ENTITLEMENTS, first=span.first, last=span.last):
        counts.setdefault(row.scheme, []).append(row)
    schemes = [_certified(row, counts.get(row.id, ())) for row in tx.rows(_SCHEMES)]
    return sorted(schemes, key=lambda one: (one.title.zh, one.scheme))


def parcels(tx: Tx, span: Span, timezone: str) -> dict[Parcel, int]:
    """Items that were posted in the span, by how each stands now; all words are there, also those of none."""
    since, until = span.moments(timezone)
    counts = Counter[Parcel]()
    for row in tx.rows(_CONSIGNMENTS, since=since, until=until):
        counts[_parcel(row.state, row.standing)] += int(row.number)
    return {word: counts[word] for word in Parcel}


def open_items(tx: Tx, span: Span, timezone: str) -> Open:
    """What is open; shifts count that began before the last day of the span."""
    acts = {row.state: int(row.number) for row in tx.rows(_ACTS)}
    begun, _ = Span(span.last, span.last).moments(timezone)
    found = tx.first(_OTHERS, begun=begun)
    return Open(
        review=acts.get(Of.REVIEW, 0),
        unknown=sum(acts.get(state, 0) for state in (Of.SENT, Of.UNKNOWN, Of.PENDING)),
        unsent=acts.get(Of.PLANNED, 0),
        breaks=int(found.breaks) if found else 0,
        shifts=int(found.shifts) if found else 0,
    )


def _certified(scheme: Row, rows: Iterable[Row]) -> Certified:
    known = {row.state: int(row.number) for row in rows}
    return Certified(
        scheme.id,
        Text.from_json(scheme.title),
        done=sum(int(row.done) for row in rows),
        due=known.get(At.DUE, 0),
        overdue=known.get(At.OVERDUE, 0),
        suspended=known.get(At.SUSPENDED, 0),
        known=sum(number for state, number in known.items() if state != At.ENDED),
    )


def _parcel(state: str, standing: str) -> Parcel:
    if state in (Entered.CANCELLED, Entered.REFUSED):
        return Parcel.CANCELLED
    return _OF_STANDING.get(standing, Parcel.POSTED)


_OF_STANDING: Final[dict[str, Parcel]] = {
    Standing.UNDER_WAY: Parcel.ON_THE_WAY,
    Standing.OUT_FOR_DELIVERY: Parcel.ON_THE_WAY,
    Standing.ATTEMPTED: Parcel.ON_THE_WAY,
    Standing.HELD: Parcel.HELD,
    Standing.DELIVERED_TO_THIRD_PARTY: Parcel.DELIVERED,
    Standing.SERVED: Parcel.SERVED,
    Standing.REFUSED: Parcel.RETURNED,
    Standing.RETURNING: Parcel.RETURNED,
    Standing.RETURNED: Parcel.RETURNED,
    Standing.LOST: Parcel.LOST,
    Standing.CANCELLED: Parcel.CANCELLED,
}
PARCEL_NAMES: Final = {
    Parcel.POSTED: Text(zh="已交寄", en="Posted"),
    Parcel.ON_THE_WAY: Text(zh="在途", en="On the way"),
    Parcel.HELD: Text(zh="网点待取", en="Held at an office"),
    Parcel.DELIVERED: Text(zh="他人代收，须跟进", en="With a third party, to follow up"),
    Parcel.SERVED: Text(zh="已送达", en="Served"),
    Parcel.RETURNED: Text(zh="退回", en="Returned"),
    Parcel.LOST: Text(zh="丢失", en="Lost"),
    Parcel.CANCELLED: Text(zh="撤销或未收寄", en="Cancelled or not taken"),
}
_E, _S, _C = tables.entitlement.c, tables.scheme.c, tables.consignment.c
_O, _B, _H = tables.operation.c, tables.settlement_break.c, tables.shift.c
_NUMBER: Final = func.count().label("number")
_SCHEMES: Final = select(_S.id, _S.title).where(_S.street == STREET)
_ENTITLEMENTS: Final = (
    select(
        _E.scheme,
        _E.state,
        _NUMBER,
        func.sum(case((_E.certified_on.between(param("first"), param("last")), 1), else_=0)).label("done"),
    )
    .where(_E.street == STREET)
    .group_by(_E.scheme, _E.state)
)
_CONSIGNMENTS: Final = (
    select(_C.state, _C.standing, _NUMBER)
    .where(
        _C.street == STREET,
        _C.created_at >= param("since"),
        _C.created_at < param("until"),
        _C.state.not_in([Entered.OFFERED, Entered.PLACED]),
    )
    .group_by(_C.state, _C.standing)
)
_ACTS: Final = select(_O.state, _NUMBER).where(_O.street == STREET, UNFINISHED).group_by(_O.state)
_OPEN_BREAKS: Final = select(func.count()).where(_B.street == STREET, _B.state == "open").scalar_subquery()
_OLD_SHIFTS: Final = (
    select(func.count()).where(_H.street == STREET, _H.state == "open", _H.opened_at < param("begun")).scalar_subquery()
)
_OTHERS: Final = select(_OPEN_BREAKS.label("breaks"), _OLD_SHIFTS.label("shifts"))
