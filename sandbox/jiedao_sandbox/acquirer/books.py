"""What the acquirer writes down, and what it reads back. Card numbers are masked before they come here."""

from __future__ import annotations

import sqlite3
from dataclasses import asdict, dataclass
from typing import Final, TypeAlias

from jiedao_connectors.unionpay.fields import Original, Totals
from jiedao_sandbox.books import Books, Row

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS terminals (
  terminal TEXT PRIMARY KEY, merchant TEXT NOT NULL, batch INTEGER NOT NULL, keys TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS transactions (
  terminal TEXT NOT NULL, batch TEXT NOT NULL, trace TEXT NOT NULL,
  kind TEXT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL, amount INTEGER NOT NULL, reference TEXT NOT NULL,
  merchant TEXT NOT NULL, card TEXT NOT NULL, rrn TEXT NOT NULL UNIQUE, authorisation TEXT NOT NULL,
  original_rrn TEXT NOT NULL, settlement_date TEXT NOT NULL, booked_at TEXT NOT NULL,
  PRIMARY KEY (terminal, batch, trace)
) STRICT;
CREATE TABLE IF NOT EXISTS reversals (
  terminal TEXT NOT NULL, batch TEXT NOT NULL, trace TEXT NOT NULL,
  reason TEXT NOT NULL, code TEXT NOT NULL, found TEXT NOT NULL, times INTEGER NOT NULL, reference TEXT NOT NULL,
  PRIMARY KEY (terminal, batch, trace)
) STRICT;
CREATE TABLE IF NOT EXISTS batches (
  terminal TEXT NOT NULL, batch TEXT NOT NULL, state TEXT NOT NULL, balanced INTEGER NOT NULL,
  reference TEXT NOT NULL, settlement_date TEXT NOT NULL,
  debit INTEGER NOT NULL, debit_count INTEGER NOT NULL, credit INTEGER NOT NULL, credit_count INTEGER NOT NULL,
  terminal_debit INTEGER NOT NULL, terminal_debit_count INTEGER NOT NULL,
  terminal_credit INTEGER NOT NULL, terminal_credit_count INTEGER NOT NULL,
  PRIMARY KEY (terminal, batch)
) STRICT;
CREATE TABLE IF NOT EXISTS uploads (
  terminal TEXT NOT NULL, batch TEXT NOT NULL, trace TEXT NOT NULL,
  direction TEXT NOT NULL, amount INTEGER NOT NULL, finding TEXT NOT NULL,
  PRIMARY KEY (terminal, batch, trace)
) STRICT;
"""

Database: TypeAlias = sqlite3.Connection
COUNTED: Final = "('approved', 'voided')"
"""States in which a transaction moves money in its batch: a voided sale stays a debit, its void is a credit."""


@dataclass(frozen=True, slots=True)
class Booking:
    """One line of the transactions table; keyed by terminal, batch and trace."""

    terminal: str
    batch: str
    trace: str
    kind: str
    state: str
    code: str
    amount: int
    reference: str
    merchant: str
    card: str
    rrn: str
    authorisation: str
    original_rrn: str
    settlement_date: str
    booked_at: str

    def write(self, database: Database) -> None:
        """Insert it."""
        values = asdict(self)
        columns, marks = ", ".join(values), ", ".join(f":{name}" for name in values)
        # Column names come from this dataclass only.
        database.execute(f"INSERT INTO transactions ({columns}) VALUES ({marks})", values)  # noqa: S608


def find(books: Books, terminal: str, batch: str, trace: str) -> Row | None:
    """A transaction by its key."""
    return books.row(
        "SELECT * FROM transactions WHERE terminal = ? AND batch = ? AND trace = ?", terminal, batch, trace
    )


def find_sale(books: Books, merchant: str, rrn: str) -> Row | None:
    """A sale of the merchant by the acquirer's own number."""
    return books.row("SELECT * FROM transactions WHERE kind = 'sale' AND merchant = ? AND rrn = ?", merchant, rrn)


def refunded(books: Books, rrn: str) -> int:
    """Fen that were given back of a sale."""
    row = books.row(
        "SELECT coalesce(sum(amount), 0) AS fen FROM transactions"
        " WHERE kind = 'refund' AND state = 'approved' AND original_rrn = ?",
        rrn,
    )
    return int(row["fen"]) if row else 0


def set_state(database: Database, rrn: str, state: str) -> None:
    """Move a transaction on."""
    database.execute("UPDATE transactions SET state = ? WHERE rrn = ?", (state, rrn))


def restore_sale(database: Database, rrn: str) -> None:
    """A sale whose void was reversed stands again, unless a reversal of its own came in the meantime."""
    database.execute(
        "UPDATE transactions SET state = CASE WHEN EXISTS ("
        "SELECT 1 FROM reversals AS r WHERE r.terminal = transactions.terminal"
        " AND r.batch = transactions.batch AND r.trace = transactions.trace) THEN 'reversed' ELSE 'approved' END"
        " WHERE rrn = ? AND state = 'voided'",
        (rrn,),
    )


def was_reversed(books: Books, terminal: str, batch: str, trace: str) -> bool:
    """Whether a reversal came for this key, perhaps before the transaction itself."""
    query = "SELECT 1 FROM reversals WHERE terminal = ? AND batch = ? AND trace = ?"
    return books.row(query, terminal, batch, trace) is not None


@dataclass(frozen=True, slots=True)
class ReversalNote:
    """What came of a reversal: `found` is the state in which the original was, or "never seen"."""

    terminal: str
    original: Original
    reason: str
    code: str
    found: str
    reference: str

    def write(self, database: Database) -> None:
        """Insert it, or count one more repetition; the first finding stays."""
        database.execute(
            "INSERT INTO reversals VALUES (?, ?, ?, ?, ?, ?, 1, ?)"
            " ON CONFLICT DO UPDATE SET times = times + 1, reason = excluded.reason",
            (
                self.terminal,
                self.original.batch,
                self.original.trace,
                self.reason,
                self.code,
                self.found,
                self.reference,
            ),
        )


def totals(books: Books, terminal: str, batch: str) -> Totals:
    """The acquirer's own sums of a batch."""
    rows = books.rows(
        "SELECT kind = 'sale' AS debit, sum(amount) AS fen, count(*) AS number FROM transactions"  # noqa: S608
        f" WHERE terminal = ? AND batch = ? AND state IN {COUNTED} GROUP BY 1",
        terminal,
        batch,
    )
    sums = {bool(row["debit"]): (int(row["fen"]), int(row["number"])) for row in rows}
    debit, credit = sums.get(True, (0, 0)), sums.get(False, (0, 0))
    return Totals(debit[0], debit[1], credit[0], credit[1])


def find_batch(books: Books, terminal: str, batch: str) -> Row | None:
    """A batch that is being settled or is closed."""
    return books.row("SELECT * FROM batches WHERE terminal = ? AND batch = ?", terminal, batch)
