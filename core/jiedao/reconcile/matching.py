"""One row of a settlement: which act it is about, what it proves, and how it is booked.

A receivable (1110) always comes to what the provider itself says it owes. Its fees leave the receivable when they are
settled, and the bank (1102) gets money only by a payout: until then it is with the provider. What the books do not
know stands on suspense (1190) until a person has closed the break.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from jiedao.hookspecs.payment import Movement, SettlementRow, Slip
from jiedao.ledger import accounts
from jiedao.ledger.journal import OFFICE, Book, Posting, cr, debit
from jiedao.operations.history import How
from jiedao.operations.intent import find
from jiedao.operations.model import News, Operation, State
from jiedao.operations.runner import Operations
from jiedao.reconcile import breaks
from jiedao.reconcile.breaks import Kind
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Match:
    """The act that a row is about, None where there is none; `ours` is what the books have or will have for it."""

    operation: Operation | None
    ours: int

    @property
    def stands(self) -> bool:
        """Whether we hold it for done, or may still find that it was."""
        return self.operation is not None and self.operation.state not in (State.DECLINED, State.REVERSED)


class Matching:
    """The rows of one connection, in one transaction."""

    def __init__(self, tx: Tx, operations: Operations, connection: str, currency: str) -> None:
        self.tx, self._operations = tx, operations
        self._connection, self._currency = connection, currency

    def take(self, row: SettlementRow) -> None:
        """Store, match and book a row that was not taken before."""
        stored = {name: getattr(row, name) for name in row.__slots__}
        self.tx.add(tables.settlement_row, connection=self._connection, taken_at=self.tx.now, **stored)
        if row.currency != self._currency:
            # The books are in the street's own currency; what is not is for a person to see.
            self._break(Kind.CURRENCY, row)
        elif row.movement in (Movement.SALE, Movement.REFUND):
            self._moved(row)
        else:
            self._other(row)

    def _moved(self, row: SettlementRow) -> None:
        match = self._match(row)
        ours = match.ours if match.stands else 0
        booked = 0 if _is_reversal(match.operation) else ours
        if not match.stands:
            self._break(Kind.THEIRS_ONLY, row)
        elif ours != row.gross:
            self._break(Kind.AMOUNT, row, booked)
        elif match.operation is not None:
            self._prove(match.operation, row)
        back = breaks.came(self.tx, self._connection, row.operation, row.id) if row.operation else []
        self._book(row, [*self._difference(row.gross - booked), *self._fee(row.fee), *back])

    def _other(self, row: SettlementRow) -> None:
        if row.movement is Movement.PAYOUT:
            self._book(row, [debit(accounts.BANK, -row.net), cr(self._receivable, -row.net)])
        elif row.movement is Movement.FEE:
            self._book(row, self._fee(-row.net))
        else:
            self._break(Kind.CHARGEBACK if row.movement is Movement.CHARGEBACK else Kind.OTHER, row)
            self._book(row, [*self._difference(row.gross), *self._fee(row.fee)])

    # the act

    def _match(self, row: SettlementRow) -> Match:
        operation = find(self.tx, row.operation) if row.operation else None
        if operation is None or operation.connection != self._connection:
            return Match(None, 0)
        if row.movement is Movement.REFUND:
            return Match(operation if operation.hook in _UNDOING else None, -operation.request["amount"])
        if operation.hook != "payment_start":
            return Match(None, 0)
        act = self._capture_of(operation) or operation
        return Match(act, act.request["amount"])

    def _capture_of(self, payment: Operation) -> Operation | None:
        """What took the money that a payment only reserved."""
        rows = self.tx.rows(_CAPTURES, subject=payment.subject)
        found = (Operation.of(row) for row in rows if row.request["original"] == payment.id)
        return next(found, None)

    def _prove(self, operation: Operation, row: SettlementRow) -> None:
        """Money that was settled was moved: what a person would have had to find out is known."""
        if operation.state is State.REVIEW:
            slip = Slip(row.reference or row.id, settlement_date=row.settled_on, note=f"settlement {row.id}")
            news = News(State.SUCCEEDED, slip, code="settlement")
            self._operations.close_by_person(self.tx, operation.id, news, How.SETTLEMENT)

    # the books

    @property
    def _receivable(self) -> str:
        return accounts.acquirer(self._connection)

    def _difference(self, amount: int) -> Sequence[Posting]:
        """What they have moved beyond what the books know."""
        return [debit(self._receivable, amount), cr(accounts.suspense(self._connection), amount)]

    def _fee(self, fee: int) -> Sequence[Posting]:
        return [debit(accounts.ACQUIRING_FEE, fee), cr(self._receivable, fee)]

    def _book(self, row: SettlementRow, postings: Sequence[Posting]) -> None:
        book = Book(OFFICE)
        book.enter(f"settled {row.movement}", row.id, postings)
        book.write(self.tx)

    def _break(self, kind: Kind, row: SettlementRow, ours: int | None = None) -> None:
        breaks.find(
            self.tx,
            kind,
            self._connection,
            row.settled_on,
            currency=row.currency,
            row=row.id,
            operation=row.operation,
            ours=ours,
            theirs=row.gross,
        )


def _is_reversal(operation: Operation | None) -> bool:
    """A payment that was undone while it was unknown is not in the books, and neither is its undoing.

    The provider's two rows meet on suspense.
    """
    return operation is not None and operation.hook == "payment_reverse"


_UNDOING: Final = frozenset({"payment_refund", "payment_void", "payment_reverse"})
_O = tables.operation.c
_CAPTURES: Final = select(tables.operation).where(
    _O.street == STREET, _O.subject == param("subject"), _O.hook == "payment_capture"
)
