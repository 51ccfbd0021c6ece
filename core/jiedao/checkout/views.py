"""Orders as people look at them: one with everything that has happened to it, or a page of many. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from jiedao.checkout.graph import FINAL, At
from jiedao.checkout.state import GiveBack, Line, RefundLine, Tender, lines_of
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
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
class OrderView:
    """An order as it stands. Amounts are fen."""

    id: str
    till: str
    resident: str | None
    resident_name: str
    state: str
    total: int
    currency: str
    placed_at: datetime
    lines: Sequence[Line]
    attempts: Sequence[AttemptView]
    receipts: Sequence[str]

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


def latest(tx: Tx, *, resident: str = "", till: str = "", before: str = "", most: int = 20) -> Sequence[Row]:
    """Orders of a resident or of a till, newest first; ids rise with time, so the page begins below one."""
    below = before or _HIGHEST
    if resident:
        return tx.rows(_OF_RESIDENT, resident=resident, before=below, most=most)
    return tx.rows(_OF_TILL, till=till, before=below, most=most)


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
    .where(_A.street == STREET, _P.state.not_in(["succeeded", "declined", "reversed"]))
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
_PAGE: Final = (
    select(tables.order).where(_O.street == STREET, _O.id < param("before")).order_by(_O.id.desc()).limit(param("most"))
)
_OF_RESIDENT: Final = _PAGE.where(_O.resident == param("resident"))
_OF_TILL: Final = _PAGE.where(_O.till == param("till"))
_MISSING: Final = Text(zh="没有这笔交易", en="There is no such order")
_NO_ATTEMPT: Final = Text(zh="没有这次交易", en="There is no such attempt")
