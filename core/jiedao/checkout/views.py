"""Orders as people look at them: one with everything that has happened to it, or a page of many. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from jiedao.checkout.graph import FINAL, At
from jiedao.checkout.state import GiveBack, Line, RefundLine, Tender, lines_of
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.tables.operations import UNFINISHED
from jiedao.store.unit import STREET, Tx, param


@dataclass(slots=True)
class AttemptView:
    """One try to pay, or one refund, with its events."""

    id: str
    kind: str
    state: At
    started_at: datetime
    staff_name: str
    reason: str
    tenders: list[Tender] = field(default_factory=list)
    refunds: list[RefundLine] = field(default_factory=list)
    givebacks: list[GiveBack] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen, save a late success."""
        return self.state in FINAL

    @property
    def parts(self) -> Iterable[Any]:
        """Everything that somebody outside may have to answer for."""
        return (*self.tenders, *self.refunds, *self.givebacks)


@dataclass(frozen=True, slots=True)
class Waiting:
    """Money that could not go back the way it came: an accountant hands it over."""

    attempt: str
    source: str
    tender: int
    amount: int


@dataclass(frozen=True, slots=True)
class WaitingSomewhere(Waiting):
    """The same, of any order of the street, with whose it is."""

    order: str
    resident: str
    resident_name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OrderView:
    """An order as it stands. Amounts are fen."""

    id: str
    till: str
    resident: str | None
    resident_name: str
    stored_state: str
    total: int
    currency: str
    placed_at: datetime
    lines: Sequence[Line]
    attempts: Sequence[AttemptView]
    receipts: Sequence[str]

    @property
    def state(self) -> str:
        """open, paying, paid, part_paid, refused, cancelled; or refunded, when all that was paid has gone back."""
        left = sum(line.amount - line.refunded for line in self.lines if line.state == "paid")
        return refunded_or(self.stored_state, left=left, under_way=self.confirming)

    @property
    def confirming(self) -> bool:
        """Whether something is under way or in doubt, so that nobody may say how it ended."""
        return any(not attempt.finished for attempt in self.attempts)

    @property
    def review(self) -> bool:
        """Whether a person has to look."""
        parts = [*self.lines, *(part for attempt in self.attempts for part in attempt.parts)]
        return any(part.state == "review" for part in parts)

    @property
    def waiting(self) -> Tender | None:
        """The tender whose end somebody outside is still to say, of the payment that is under way."""
        under_way = [one for one in self.attempts if one.kind == "payment" and one.state is At.TENDER_DOUBT]
        return next((tender for one in under_way for tender in one.tenders if tender.state == "doubt"), None)

    @property
    def cash_back(self) -> int:
        """Cash that went, or has to go now, from the drawer to the resident; change for a large note is not in it."""
        return sum(g.amount for attempt in self.attempts for g in attempt.givebacks if (g.how, g.state) == _CASH_BACK)

    @property
    def to_hand_over(self) -> list[Waiting]:
        """What waits for an accountant."""
        return [
            Waiting(attempt.id, giveback.source, giveback.tender, giveback.amount)
            for attempt in self.attempts
            for giveback in attempt.givebacks
            if giveback.state in ("refused", "to_hand_over")
        ]

    @property
    def refundable(self) -> dict[int, int]:
        """What is left of each paid line."""
        left = {line.no: line.amount - line.refunded for line in self.lines if line.state == "paid"}
        return {no: amount for no, amount in left.items() if amount}


@dataclass(frozen=True, slots=True)
class Brief:
    """One order of a list. Amounts are fen; `state` as of `OrderView`."""

    id: str
    till: str
    resident: str | None
    resident_name: str
    state: str
    total: int
    currency: str
    placed_at: datetime


def refunded_or(state: str, *, left: int, under_way: bool) -> str:
    """The state of an order of which so much (fen) has not gone back; nothing is said before a refund has ended."""
    return "refunded" if state in ("paid", "part_paid") and not left and not under_way else state


def order(tx: Tx, id_: str) -> OrderView:
    """One order; `NotFound` for one of another street."""
    rows = tx.rows(_ORDER, id_=id_)
    if not rows:
        raise NotFound("order.missing", _MISSING, field="order")
    attempts = {row.attempt_id: _attempt(row) for row in rows if row.attempt_id}
    for attempt in attempts.values():
        _fill(tx, attempt)
    row = rows[0]
    return OrderView(
        row.id,
        row.till,
        row.resident,
        row.resident_name,
        row.state,
        row.total,
        row.currency,
        row.placed_at,
        list(lines_of(tx, id_).values()),
        list(attempts.values()),
        [f"{row.book}-{row.number:06d}" for row in rows if row.number],
    )


def order_of(tx: Tx, attempt: str) -> str:
    """The order that an attempt belongs to."""
    row = tx.first(_ORDER_OF, id_=attempt)
    if row is None:
        raise NotFound("attempt.missing", _NO_ATTEMPT, field="attempt")
    return str(row.order)


def orders_of_open_work(tx: Tx) -> dict[str, str]:
    """The orders of all attempts that have an act without an outcome."""
    return {row.id: row.order for row in tx.rows(_ORDERS_OF_OPEN)}


def latest(tx: Tx, *, resident: str = "", till: str = "", before: str = "", most: int = 20) -> Sequence[Brief]:
    """Orders of a resident or of a till, newest first; ids rise with time, so the page begins below one."""
    below = before or _HIGHEST
    if resident:
        rows = tx.rows(_OF_RESIDENT, resident=resident, before=below, most=most)
    else:
        rows = tx.rows(_OF_TILL, till=till, before=below, most=most)
    return [_brief(row) for row in rows]


def _brief(row: Row) -> Brief:
    state = refunded_or(row.state, left=row.left or 0, under_way=bool(row.under_way))
    told = (row.total, row.currency, row.placed_at)
    return Brief(row.id, row.till, row.resident, row.resident_name, state, *told)


def waiting_hand_overs(tx: Tx, most: int = 50) -> list[WaitingSomewhere]:
    """Money of the whole street that an accountant has to hand over, the oldest first."""
    return [
        WaitingSomewhere(
            row.attempt, row.source, row.tender, row.amount, row.order, row.resident or "", row.resident_name, row.since
        )
        for row in tx.rows(_TO_HAND_OVER, most=most)
    ]


def _attempt(row: Row) -> AttemptView:
    return AttemptView(
        row.attempt_id, row.kind, At(row.attempt_state), row.started_at, row.staff_name, row.attempt_reason
    )


def _fill(tx: Tx, attempt: AttemptView) -> None:
    """By the attempt's own key each time: a join over a street's table is at the mercy of the planner's statistics."""
    attempt.events += tx.rows(_EVENTS, attempt=attempt.id)
    attempt.tenders = _parts_of(tx, _TENDERS, attempt, Tender)
    if attempt.kind == "refund":
        attempt.refunds = _parts_of(tx, _REFUNDS, attempt, RefundLine)
    if attempt.state not in _NOTHING_BACK:
        attempt.givebacks = _parts_of(tx, _GIVEBACKS, attempt, GiveBack)


def _parts_of(tx: Tx, statement: Any, attempt: AttemptView, kind: type[Any]) -> list[Any]:
    return [kind(*row) for row in tx.rows(statement, attempt=attempt.id)]


_CASH_BACK: Final = ("cash", "done")
_NOTHING_BACK: Final = frozenset({At.COLLECTING, At.TENDER_DOUBT, At.TELLING, At.LINE_DOUBT, At.PAID})
_HIGHEST: Final = "Z" * 20
"""Above every id (`jiedao.ids`) in every collation."""
_O, _A, _P, _R = tables.order.c, tables.attempt.c, tables.operation.c, tables.receipt.c
_ORDER: Final = (
    select(
        tables.order,
        _A.id.label("attempt_id"),
        _A.kind,
        _A.state.label("attempt_state"),
        _A.started_at,
        _A.staff_name,
        _A.reason.label("attempt_reason"),
        _R.book,
        _R.no.label("number"),
    )
    .outerjoin(tables.attempt, (_A.street == _O.street) & (_A.order == _O.id))
    .outerjoin(tables.receipt, (_R.street == _A.street) & (_R.attempt == _A.id))
    .where(_O.street == STREET, _O.id == param("id"))
    .order_by(_A.started_at, _A.id)
)
"""The order with its attempts, each with the receipt that it has or has not."""
_ORDER_OF: Final = select(_A.order).where(_A.street == STREET, _A.id == param("id"))
_ORDERS_OF_OPEN: Final = (
    select(_A.id, _A.order)
    .join(tables.operation, (_P.street == _A.street) & (_P.subject == _A.id))
    .where(_A.street == STREET, UNFINISHED)
    .distinct()
)


def _parts(table: Any, names: tuple[str, ...], *by: str) -> Any:
    return (
        select(*(table.c[name] for name in names))
        .where(table.c.street == STREET, table.c.attempt == param("attempt"))
        .order_by(*(table.c[name] for name in by))
    )


_EVENTS: Final = _parts(tables.attempt_event, ("event", "state", "at", "detail"), "seq")
_TENDERS: Final = _parts(tables.tender, tuple(Tender.__slots__), "no")
_REFUNDS: Final = _parts(tables.refund_line, tuple(RefundLine.__slots__), "line")
_GIVEBACKS: Final = _parts(tables.giveback, tuple(GiveBack.__slots__), "source", "tender")
_L = tables.order_line.c
_LEFT: Final = (
    select(func.sum(_L.amount - _L.refunded))
    .where(_L.street == _O.street, _L.order == _O.id, _L.state == "paid")
    .scalar_subquery()
    .label("left")
)
_UNDER_WAY: Final = (
    select(func.count())
    .where(_A.street == _O.street, _A.order == _O.id, _A.state.not_in([state.value for state in FINAL]))
    .scalar_subquery()
    .label("under_way")
)
_PAGE: Final = (
    select(tables.order, _LEFT, _UNDER_WAY)
    .where(_O.street == STREET, _O.id < param("before"))
    .order_by(_O.id.desc())
    .limit(param("most"))
)
_OF_RESIDENT: Final = _PAGE.where(_O.resident == param("resident"))
_OF_TILL: Final = _PAGE.where(_O.till == param("till"))
_G = tables.giveback.c
_TO_HAND_OVER: Final = (
    select(
        _G.attempt,
        _G.source,
        _G.tender,
        _G.amount,
        _A.order,
        _O.resident,
        _O.resident_name,
        _A.started_at.label("since"),
    )
    .join(tables.attempt, (_A.street == _G.street) & (_A.id == _G.attempt))
    .join(tables.order, (_O.street == _A.street) & (_O.id == _A.order))
    .where(_G.street == STREET, _G.state.in_(["refused", "to_hand_over"]))
    .order_by(_G.attempt, _G.source, _G.tender)
    .limit(param("most"))
)
_MISSING: Final = Text(zh="没有这笔交易", en="There is no such order")
_NO_ATTEMPT: Final = Text(zh="没有这次交易", en="There is no such attempt")
