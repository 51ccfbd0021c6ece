"""An attempt in memory: loaded whole, moved along the graph, saved whole or not at all.

Nobody else may have moved it in between: saving compares the version, and `Overtaken` makes the caller begin again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.checkout.graph import FINAL, At, Event, follow
from jiedao.checkout.shares import Share
from jiedao.language import Text
from jiedao.ledger.journal import Book
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.unit import STREET, Overtaken, Tx, param

OUTSIDE: Final = ("card", "qr", "online")
"""Kinds of tenders that somebody outside takes: at a terminal, by a code that a phone scans, on a page."""


@dataclass(slots=True)
class Line:
    """One line of an order. States: planned, asking, doubt, review, paid, refused."""

    no: int
    connection: str
    biller: str
    biller_name: dict[str, str]
    category: str
    account: str
    bill: str
    customer: str
    period: str
    due: int
    amount: int
    state: str
    refunded: int
    operation: str
    reference: str
    printed: dict[str, str]
    reason: dict[str, str]
    sealed: bytes | None
    """The real account where `account` is only a masked resident's number (see `jiedao.store.keyring`)."""
    lock: str
    """How the bill is kept from being paid twice: outside (the biller's own bill), stored (our table) or not at all."""
    act: str
    """The hook that the line's money is for (see `jiedao.checkout.errands`)."""

    @property
    def open(self) -> bool:
        """Whether the biller's word is still missing."""
        return self.state in ("asking", "doubt", "review")


@dataclass(slots=True)
class Tender:
    """One way of paying. States: planned, asking, doubt, giving_up, review, taken, capturing, refused.

    `slip` is the evidence once it is taken; until then it may hold what the resident has to see (`show`).
    """

    no: int
    kind: str
    connection: str
    amount: int
    received: int
    state: str
    returned: int
    operation: str
    slip: dict[str, Any]

    @property
    def show(self) -> str:
        """What the resident's phone has to scan, while the acquirer waits for it."""
        return str(self.slip.get("show", ""))


@dataclass(slots=True)
class GiveBack:
    """Money of one tender on its way back. States: planned, asking, doubt, review, refused, to_hand_over, done."""

    source: str
    """The attempt whose tender it was."""
    tender: int
    amount: int
    state: str
    operation: str = ""
    how: str = ""
    """In which kind of money it went back, once it has."""
    reference: str = ""


@dataclass(slots=True)
class RefundLine:
    """One line, or a part of it, that is to be refunded. States: planned, asking, doubt, agreed, owed, refused."""

    line: int
    amount: int
    state: str
    operation: str


@dataclass(slots=True)
class Attempt:
    """One try to pay an order, or one refund of it."""

    id: str
    order: str
    kind: str
    state: At
    version: int
    book: str
    shift: str
    staff: str
    staff_name: str
    reason: str
    accrual: dict[str, Any]
    resident: str | None
    resident_name: str
    currency: str
    order_state: str
    current: bool
    """Whether this is the attempt that the order is at."""
    lines: dict[int, Line] = field(default_factory=dict)
    tenders: dict[int, Tender] = field(default_factory=dict)
    shares: list[Share] = field(default_factory=list)
    givebacks: list[GiveBack] = field(default_factory=list)
    refunds: dict[int, RefundLine] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    ledger: Book = field(init=False)
    touched: list[Any] = field(default_factory=list)
    fresh: list[GiveBack] = field(default_factory=list)
    """Give-backs that are not saved yet."""
    was_order_state: str = ""

    def __post_init__(self) -> None:
        self.ledger = Book(self.book)
        self.was_order_state = self.order_state

    def happen(self, event: Event, **detail: Any) -> None:
        """Follow the edge of an event and write it down."""
        self.state = follow(self.state, event)
        self.events.append({"event": event.value, "state": self.state.value, "detail": detail})

    def touch(self, part: Any, **changes: Any) -> None:
        """Change a line, tender, give-back or refund line."""
        for name, value in changes.items():
            setattr(part, name, value)
        if not any(part is known for known in [*self.touched, *self.fresh]):
            self.touched.append(part)

    def plan_return(self, source: str, tender: int, amount: int, *, how: str = "") -> None:
        """Note that money of a tender has to go back; with `how`, that it has gone back already."""
        if amount:
            self.fresh.append(GiveBack(source, tender, amount, "done" if how else "planned", how=how))
            self.givebacks.append(self.fresh[-1])

    def saved(self) -> Attempt:
        """The attempt as the database now has it, ready for the next step."""
        self.version += 1
        self.events, self.touched, self.fresh = [], [], []
        self.ledger = Book(self.book)
        self.was_order_state = self.order_state
        return self

    @property
    def finished(self) -> bool:
        """Whether nothing more will happen, save a late success."""
        return self.state in FINAL


def load(tx: Tx, id_: str) -> Attempt:
    """An attempt with everything that belongs to it."""
    row = tx.first(_ATTEMPT, id_=id_)
    if row is None:
        raise NotFound("attempt.missing", _MISSING)
    attempt = Attempt(
        row.id,
        row.order,
        row.kind,
        At(row.state),
        row.version,
        row.book,
        row.shift,
        row.staff,
        row.staff_name,
        row.reason,
        row.accrual,
        row.resident,
        row.resident_name,
        row.currency,
        row.order_state,
        row.current == row.id,
    )
    attempt.lines = lines_of(tx, row.order)
    attempt.tenders, attempt.shares = tenders_of(tx, id_)
    if attempt.state not in (At.COLLECTING, At.TELLING):
        _load_returns(tx, attempt)
    return attempt


def lines_of(tx: Tx, order: str) -> dict[int, Line]:
    """The lines of an order by number."""
    return {row.no: Line(**row._asdict()) for row in tx.rows(_LINES, order=order)}


def tenders_of(tx: Tx, attempt: str) -> tuple[dict[int, Tender], list[Share]]:
    """The tenders of an attempt by number, and what each pays."""
    return (
        {row.no: Tender(**row._asdict()) for row in tx.rows(_TENDERS, attempt=attempt)},
        [Share(**row._asdict()) for row in tx.rows(_SHARES, attempt=attempt)],
    )


def _load_returns(tx: Tx, attempt: Attempt) -> None:
    attempt.givebacks = [GiveBack(**row._asdict()) for row in tx.rows(_GIVEBACKS, attempt=attempt.id)]
    if attempt.kind == "refund":
        attempt.refunds = {row.line: RefundLine(**row._asdict()) for row in tx.rows(_REFUNDS, attempt=attempt.id)}


def insert_new(tx: Tx, attempt: Attempt) -> None:
    """Save an attempt for the first time, with everything that has happened to it already."""
    row = {
        "id": attempt.id,
        "order": attempt.order,
        "kind": attempt.kind,
        "state": attempt.state.value,
        "book": attempt.book,
        "shift": attempt.shift,
        "staff": attempt.staff,
        "staff_name": attempt.staff_name,
        "reason": attempt.reason,
        "accrual": attempt.accrual,
        "started_at": tx.now,
    }
    tx.put(tables.attempt, row)
    tx.put(tables.tender, *[_row(attempt, tender) for tender in attempt.tenders.values()])
    tx.put(tables.share, *[_row(attempt, share) for share in attempt.shares])
    tx.put(tables.refund_line, *[_row(attempt, line) for line in attempt.refunds.values()])
    attempt.touched = [part for part in attempt.touched if isinstance(part, Line)]
    _save_parts(tx, attempt)


def save(tx: Tx, attempt: Attempt) -> None:
    """Save what changed; `Overtaken` when somebody else changed the attempt since it was loaded."""
    if not tx.change(_MOVE, id_=attempt.id, version_=attempt.version, state_=attempt.state.value):
        raise Overtaken(attempt.id)
    _save_parts(tx, attempt)


def _save_parts(tx: Tx, attempt: Attempt) -> None:
    for part in attempt.touched:
        _SAVERS[type(part)](tx, attempt, part)
    tx.put(tables.giveback, *[_row(attempt, giveback) for giveback in attempt.fresh])
    if attempt.current and attempt.order_state != attempt.was_order_state:
        tx.set(_ORDER, order=attempt.order, state_=attempt.order_state)
    first = attempt.version * _EVENTS_A_SAVE
    rows = [
        {"attempt": attempt.id, "seq": seq, "at": tx.now, **event} for seq, event in enumerate(attempt.events, first)
    ]
    tx.put(tables.attempt_event, *rows)
    attempt.ledger.write(tx)


def _row(attempt: Attempt, part: Any) -> dict[str, Any]:
    return {"attempt": attempt.id} | {name: getattr(part, name) for name in part.__slots__}


def _save_line(tx: Tx, attempt: Attempt, line: Line) -> None:
    tx.set(
        _SAVE_LINE,
        order=attempt.order,
        no_=line.no,
        state_=line.state,
        operation_=line.operation,
        reference_=line.reference,
        printed_=dict(line.printed),
        reason_=line.reason,
    )


def _save_tender(tx: Tx, attempt: Attempt, tender: Tender) -> None:
    tx.set(
        _SAVE_TENDER,
        attempt=attempt.id,
        no_=tender.no,
        state_=tender.state,
        operation_=tender.operation,
        returned_=tender.returned,
        slip_=tender.slip,
    )


def _save_giveback(tx: Tx, attempt: Attempt, giveback: GiveBack) -> None:
    tx.set(
        _SAVE_GIVEBACK,
        attempt=attempt.id,
        source=giveback.source,
        tender=giveback.tender,
        state_=giveback.state,
        operation_=giveback.operation,
        how_=giveback.how,
        reference_=giveback.reference,
    )


def _save_refund(tx: Tx, attempt: Attempt, refund: RefundLine) -> None:
    tx.set(_SAVE_REFUND, attempt=attempt.id, line_=refund.line, state_=refund.state, operation_=refund.operation)


def _save_share(tx: Tx, attempt: Attempt, share: Share) -> None:
    tx.set(_SAVE_SHARE, attempt=attempt.id, line_=share.line, tender=share.tender, returned_=share.returned)


def day(attempt: Attempt, key: str) -> date:
    """A date of what the attempt earns."""
    return date.fromisoformat(attempt.accrual[key])


def total(parts: Iterable[Any]) -> int:
    """Sum of the amounts of lines, tenders or shares."""
    return sum(part.amount for part in parts)


_SAVERS: Final[dict[type[Any], Any]] = {
    Line: _save_line,
    Tender: _save_tender,
    GiveBack: _save_giveback,
    RefundLine: _save_refund,
    Share: _save_share,
}
_EVENTS_A_SAVE: Final = 1000
_A, _O, _L, _T = tables.attempt.c, tables.order.c, tables.order_line.c, tables.tender.c
_S, _G, _R = tables.share.c, tables.giveback.c, tables.refund_line.c
_OF_ATTEMPT: Final = param("attempt")
_ATTEMPT: Final = (
    select(
        tables.attempt,
        _O.resident,
        _O.resident_name,
        _O.currency,
        _O.state.label("order_state"),
        _O.attempt.label("current"),
    )
    .join(tables.order, (_O.street == _A.street) & (_O.id == _A.order))
    .where(_A.street == STREET, _A.id == param("id"))
)
_LINES: Final = (
    select(*(_L[name] for name in Line.__slots__))
    .where(_L.street == STREET, _L.order == param("order"))
    .order_by(_L.no)
)
_TENDERS: Final = (
    select(*(_T[name] for name in Tender.__slots__))
    .where(_T.street == STREET, _T.attempt == _OF_ATTEMPT)
    .order_by(_T.no)
)
_SHARES: Final = (
    select(*(_S[name] for name in Share.__slots__))
    .where(_S.street == STREET, _S.attempt == _OF_ATTEMPT)
    .order_by(_S.tender, _S.line)
)
_GIVEBACKS: Final = (
    select(*(_G[name] for name in GiveBack.__slots__))
    .where(_G.street == STREET, _G.attempt == _OF_ATTEMPT)
    .order_by(_G.source, _G.tender)
)
_REFUNDS: Final = (
    select(*(_R[name] for name in RefundLine.__slots__))
    .where(_R.street == STREET, _R.attempt == _OF_ATTEMPT)
    .order_by(_R.line)
)
_MOVE: Final = (
    update(tables.attempt)
    .where(_A.street == STREET, _A.id == param("id"), _A.version == param("version"))
    .values(version=_A.version + 1, state=param("state"))
)
_ORDER: Final = update(tables.order).where(_O.street == STREET, _O.id == param("order")).values(state=param("state"))
_SAVE_LINE: Final = (
    update(tables.order_line)
    .where(_L.street == STREET, _L.order == param("order"), _L.no == param("no"))
    .values(
        state=param("state"),
        operation=param("operation"),
        reference=param("reference"),
        printed=param("printed"),
        reason=param("reason"),
    )
)
_SAVE_TENDER: Final = (
    update(tables.tender)
    .where(_T.street == STREET, _T.attempt == _OF_ATTEMPT, _T.no == param("no"))
    .values(
        state=param("state"),
        operation=param("operation"),
        returned=param("returned"),
        slip=param("slip"),
    )
)
_SAVE_GIVEBACK: Final = (
    update(tables.giveback)
    .where(
        _G.street == STREET,
        _G.attempt == _OF_ATTEMPT,
        _G.source == param("source"),
        _G.tender == param("tender"),
    )
    .values(
        state=param("state"),
        operation=param("operation"),
        how=param("how"),
        reference=param("reference"),
    )
)
_SAVE_REFUND: Final = (
    update(tables.refund_line)
    .where(_R.street == STREET, _R.attempt == _OF_ATTEMPT, _R.line == param("line"))
    .values(state=param("state"), operation=param("operation"))
)
_SAVE_SHARE: Final = (
    update(tables.share)
    .where(_S.street == STREET, _S.attempt == _OF_ATTEMPT, _S.line == param("line"), _S.tender == param("tender"))
    .values(returned=param("returned"))
)
_MISSING: Final = Text(zh="没有这次交易", en="There is no such attempt")
