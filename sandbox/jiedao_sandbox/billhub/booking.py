"""What the hub has booked: payments, cancellations, and what is still open of a bill.

Every effect is committed before it is returned. States of a payment: SUCCESS, PENDING, DECLINED. References are the
payer's, hub references are the hub's own.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from jiedao_sandbox.billhub import customers
from jiedao_sandbox.billhub.catalogue import Biller
from jiedao_sandbox.billhub.customers import Bill
from jiedao_sandbox.books import Books, Row

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY,
    hub_reference TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL,
    biller TEXT NOT NULL,
    account TEXT NOT NULL,
    bill TEXT NOT NULL,
    settles TEXT NOT NULL,
    amount INTEGER NOT NULL,
    "order" TEXT NOT NULL,
    status TEXT NOT NULL,
    code TEXT NOT NULL,
    booked_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS payments_by_reference ON payments (reference);
CREATE INDEX IF NOT EXISTS payments_by_bill ON payments (biller, settles);
CREATE TABLE IF NOT EXISTS cancels (
    number INTEGER PRIMARY KEY,
    hub_reference TEXT NOT NULL UNIQUE,
    reference TEXT NOT NULL UNIQUE,
    original TEXT NOT NULL,
    payment INTEGER NOT NULL REFERENCES payments (number),
    amount INTEGER NOT NULL,
    booked_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS cancels_by_payment ON cancels (payment);
"""

# A payment `p` less what was taken back of it.
_NET: Final = "p.amount - coalesce((SELECT sum(c.amount) FROM cancels c WHERE c.payment = p.number), 0)"

OK: Final = ""
_CHINA: Final = timedelta(hours=8)


class Conflict(Exception):
    """The reference was used before for something else."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What a payer asks for; `bill` may be empty where a biller takes payments by account."""

    reference: str
    biller: Biller
    account: str
    bill: str
    amount: int
    order: str


class Ledger:
    """The hub's books with their rules. `settle_after` seconds decide pending payments; None waits for `settle`."""

    def __init__(
        self,
        directory: Path,
        *,
        seed: int = 0,
        today: date | None = None,
        settle_after: float | None = None,
        clock: Callable[[], float],
    ) -> None:
        self._books = Books(directory, "billhub", SCHEMA)
        self._seed = seed
        self._today = today
        self._settle_after = settle_after
        self._clock = clock

    def open_bills(self, biller: Biller, account: str) -> list[tuple[Bill, int]]:
        """The unpaid bills of an account, each with what is left of it in fen."""
        bills = customers.bills_of(biller, account, self._day(), self._seed)
        left = [(bill, bill.amount - self._paid(biller, bill)) for bill in bills]
        return [(bill, amount) for bill, amount in left if amount > 0]

    def objection(self, biller: Biller, account: str, bill: str, amount: int) -> str:
        """Why an amount may not be paid, as a code; empty when it may."""
        return self._resolve(biller, account, bill, amount)[0]

    def pay(self, asked: Payment) -> Row:
        """Book a payment, or the refusal of one, and return its row.

        Where a biller de-duplicates, the same reference gives the row of the first time; `Conflict` when that asked
        for something else.
        """
        with self._books.writing() as write:
            earlier = self._first(asked.reference) if asked.biller.deduplicates else None
            if earlier is not None:
                return _same_payment(earlier, asked)
            code, settles = self._resolve(asked.biller, asked.account, asked.bill, asked.amount)
            return self._book(write, asked, settles, code or _fate(asked.account))

    def find(self, reference: str) -> Row | None:
        """The payment with a reference, what succeeded first, with `bookings`: how often it was booked."""
        self._settle_due()
        found = self._first(reference)
        if found is None:
            return None
        times = self._books.row(
            "SELECT count(*) AS n FROM payments WHERE reference = ? AND status = 'SUCCESS'", reference
        )
        return {**found, "bookings": times["n"] if times else 0}

    def cancel(self, reference: str, payment: Row, amount: int, minutes: int) -> tuple[str, Row | None]:
        """Take back part of a payment once: a code (empty: done) and the row of the cancellation.

        The same reference again gives the first row; `Conflict` when that asked for something else.
        """
        with self._books.writing() as write:
            earlier = self._books.row("SELECT * FROM cancels WHERE reference = ?", reference)
            if earlier is not None:
                return OK, _same_cancel(earlier, payment, amount)
            code = self._cancel_objection(payment, amount, minutes)
            return (code, None) if code else (OK, self._book_cancel(write, reference, payment, amount))

    def payment(self, original: str, hub_reference: str) -> Row | None:
        """The successful payment with a reference; `hub_reference` (may be empty) tells double bookings apart."""
        return self._books.row(
            "SELECT * FROM payments WHERE reference = ? AND ? IN ('', hub_reference) AND status = 'SUCCESS' "
            "ORDER BY number",
            original,
            hub_reference,
        )

    def settle(self, reference: str = "") -> int:
        """Decide the pending payments (of one reference, or all) by their accounts' fate; how many there were."""
        return self._settle("? IN ('', reference)", reference)

    def dump(self) -> dict[str, Any]:
        """All tables, and per biller how many payments succeeded and their fen, net of cancellations."""
        totals = self._books.rows(
            f"SELECT biller, count(*) AS payments, sum({_NET}) AS amount "  # noqa: S608 (our own words)
            "FROM payments p WHERE status = 'SUCCESS' GROUP BY biller ORDER BY biller"
        )
        return {**self._books.dump(), "totals": {t.pop("biller"): t for t in totals}}

    def close(self) -> None:
        """Close the books."""
        self._books.close()

    def _resolve(self, biller: Biller, account: str, bill: str, amount: int) -> tuple[str, str]:
        """Why not (empty: why not, indeed) and which bill the payment settles (empty: an account's credit)."""
        if not customers.is_known(biller, account):
            return "UNKNOWN_CUSTOMER", bill
        if not biller.minimum <= amount <= biller.maximum:
            return "AMOUNT_OUT_OF_RANGE", bill
        if biller.fetch == "NOT_SUPPORTED":
            return ("UNKNOWN_BILL" if bill else OK), bill
        return self._resolve_bill(biller, account, bill, amount)

    def _resolve_bill(self, biller: Biller, account: str, bill: str, amount: int) -> tuple[str, str]:
        if not bill and biller.fetch == "OPTIONAL":
            bill = next((open_bill.id for open_bill, _ in self.open_bills(biller, account)), "")
        billed = customers.find_bill(biller, account, bill, self._day(), self._seed)
        if billed is None:
            return "UNKNOWN_BILL", bill
        # A biller that does not de-duplicate looks at what it billed, never at what was paid since.
        left = billed.amount - (self._paid(biller, billed) if biller.deduplicates else 0)
        if left <= 0:
            return "BILL_PAID", bill
        return (OK if _is_allowed(biller, amount, left) else "AMOUNT_NOT_ALLOWED"), bill

    def _book(self, write: sqlite3.Connection, asked: Payment, settles: str, code: str) -> Row:
        number = self._next("payments")
        status = "SUCCESS" if not code else "PENDING" if code == "PENDING" else "DECLINED"
        write.execute(
            "INSERT INTO payments VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                number,
                f"BH{number:012d}",
                asked.reference,
                asked.biller.code,
                asked.account,
                asked.bill,
                settles,
                asked.amount,
                asked.order,
                status,
                code if status == "DECLINED" else OK,
                self._clock(),
            ),
        )
        booked = self._books.row("SELECT * FROM payments WHERE number = ?", number)
        if booked is None:
            raise sqlite3.IntegrityError("the payment just written is gone")
        return booked

    def _book_cancel(self, write: sqlite3.Connection, reference: str, payment: Row, amount: int) -> Row | None:
        number = self._next("cancels")
        write.execute(
            "INSERT INTO cancels VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, f"BC{number:012d}", reference, payment["reference"], payment["number"], amount, self._clock()),
        )
        return self._books.row("SELECT * FROM cancels WHERE number = ?", number)

    def _cancel_objection(self, payment: Row, amount: int, minutes: int) -> str:
        if not minutes:
            return "CANCEL_NOT_SUPPORTED"
        if self._clock() > payment["booked_at"] + minutes * 60:
            return "CANCEL_TOO_LATE"
        taken = self._books.row(
            "SELECT coalesce(sum(amount), 0) AS fen FROM cancels WHERE payment = ?", payment["number"]
        )
        if taken is None or amount > payment["amount"] - taken["fen"]:
            return "CANCEL_TOO_MUCH"
        return OK

    def _paid(self, biller: Biller, bill: Bill) -> int:
        """Fen that are booked or pending for a bill, net of cancellations."""
        found = self._books.row(
            f"SELECT coalesce(sum({_NET}), 0) AS fen FROM payments p "  # noqa: S608 (our own words)
            "WHERE biller = ? AND settles = ? AND status IN ('SUCCESS', 'PENDING')",
            biller.code,
            bill.id,
        )
        return int(found["fen"]) if found else 0

    def _first(self, reference: str) -> Row | None:
        return self._books.row(
            "SELECT * FROM payments WHERE reference = ? "
            "ORDER BY status = 'SUCCESS' DESC, status = 'PENDING' DESC, number",
            reference,
        )

    def _next(self, table: str) -> int:
        found = self._books.row(f"SELECT coalesce(max(number), 0) + 1 AS n FROM {table}")  # noqa: S608 (our own names)
        return int(found["n"]) if found else 1

    def _settle_due(self) -> None:
        if self._settle_after is not None:
            self._settle("booked_at <= ?", self._clock() - self._settle_after)

    def _settle(self, which: str, value: object) -> int:
        with self._books.writing() as write:
            done = write.execute(
                # `which` is one of two conditions above; the value is bound.
                "UPDATE payments SET status = iif(account LIKE ?, 'DECLINED', 'SUCCESS'), "  # noqa: S608
                "code = iif(account LIKE ?, 'REFUSED_BY_BILLER', '') "
                f"WHERE status = 'PENDING' AND {which}",
                (f"%{customers.PENDING_THEN_DECLINED}", f"%{customers.PENDING_THEN_DECLINED}", value),
            )
            return done.rowcount

    def _day(self) -> date:
        return self._today or (datetime.fromtimestamp(self._clock(), UTC) + _CHINA).date()


def _fate(account: str) -> str:
    """What becomes of a payment that is in order."""
    if account.endswith(customers.DECLINED):
        return "REFUSED_BY_BILLER"
    if account.endswith((customers.PENDING, customers.PENDING_THEN_DECLINED)):
        return "PENDING"
    return OK


def _is_allowed(biller: Biller, amount: int, left: int) -> bool:
    return {
        "EXACT": amount == left,
        "EXACT_AND_BELOW": amount <= left,
        "EXACT_AND_ABOVE": amount >= left,
        "ANY": True,
    }[biller.exactness]


def _same_payment(earlier: Row, asked: Payment) -> Row:
    before = (earlier["biller"], earlier["account"], earlier["bill"], earlier["amount"])
    if before != (asked.biller.code, asked.account, asked.bill, asked.amount):
        raise Conflict
    return earlier


def _same_cancel(earlier: Row, payment: Row, amount: int) -> Row:
    if (earlier["payment"], earlier["amount"]) != (payment["number"], amount):
        raise Conflict
    return earlier
