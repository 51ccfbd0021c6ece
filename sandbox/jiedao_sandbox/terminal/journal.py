"""The terminal's memory: counters, session keys, every transaction, what is cancelled, what is being settled.

A transaction is written before it is sent, with its reversal already pending; only the acquirer's reply clears that.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from jiedao_connectors.unionpay.fields import BatchSums, Original, Totals
from jiedao_sandbox.books import Books, Row

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS counters (
  one INTEGER PRIMARY KEY CHECK (one = 1), trace INTEGER NOT NULL, batch INTEGER NOT NULL, keys TEXT NOT NULL
) STRICT;
INSERT INTO counters VALUES (1, 0, 0, '') ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS transactions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  reference TEXT NOT NULL, kind TEXT NOT NULL, amount INTEGER NOT NULL, original TEXT NOT NULL,
  batch TEXT NOT NULL, trace TEXT NOT NULL, card TEXT NOT NULL,
  state TEXT NOT NULL, reversal TEXT NOT NULL, code TEXT NOT NULL DEFAULT '', rrn TEXT NOT NULL DEFAULT '',
  authorisation TEXT NOT NULL DEFAULT '', settlement_date TEXT NOT NULL DEFAULT '',
  original_rrn TEXT NOT NULL, original_batch TEXT NOT NULL, original_trace TEXT NOT NULL, original_date TEXT NOT NULL,
  UNIQUE (batch, trace)
) STRICT;
CREATE INDEX IF NOT EXISTS transactions_by_reference ON transactions (reference, kind);
CREATE TABLE IF NOT EXISTS cancelled (reference TEXT PRIMARY KEY) STRICT;
CREATE TABLE IF NOT EXISTS settlements (
  reference TEXT PRIMARY KEY, batch TEXT NOT NULL, state TEXT NOT NULL, balanced INTEGER NOT NULL DEFAULT 0,
  debit INTEGER NOT NULL DEFAULT 0, debit_count INTEGER NOT NULL DEFAULT 0,
  credit INTEGER NOT NULL DEFAULT 0, credit_count INTEGER NOT NULL DEFAULT 0
) STRICT;
"""
# States of a transaction: sent (no reply yet: in doubt), approved, declined, not_sent, reversed, voided.
# Its reversal: none, pending, done, refused (the acquirer says that it stands).


@dataclass(frozen=True, slots=True)
class Undone:
    """The sale that a void or refund is about; the acquirer's numbers as far as they are known."""

    reference: str = ""
    rrn: str = ""
    batch: str = ""
    trace: str = ""
    date: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A transaction that is about to be sent. `card` is masked."""

    reference: str
    kind: str
    amount: int
    card: str
    undone: Undone = Undone()


class Journal:
    """One terminal's journal; every method is one transaction on disk."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def counters(self) -> Row:
        """trace, batch and keys (under the master key; empty when signed out)."""
        return self._books.rows("SELECT trace, batch, keys FROM counters")[0]

    def batch(self) -> str:
        """The open batch, 6 digits."""
        return f"{self.counters()['batch']:06d}"

    def next_trace(self) -> str:
        """The next trace number, from 000001 to 999999 and round again."""
        with self._books.writing() as database:
            return _next_trace(database)

    def signed_in(self, batch: str, keys: str) -> None:
        """Keep what a sign-in gave."""
        self._write("UPDATE counters SET batch = ?, keys = ?", int(batch), keys)

    def signed_out(self) -> None:
        """The keys are worth nothing any more."""
        self._write("UPDATE counters SET keys = ''")

    def write_down(self, draft: Draft, state: str = "sent", reversal: str = "pending", code: str = "") -> Row:
        """Write a transaction under a new trace number, before anything is sent."""
        undone = draft.undone
        with self._books.writing() as database:
            trace, batch = _next_trace(database), self.batch()
            cursor = database.execute(
                "INSERT INTO transactions (reference, kind, amount, original, batch, trace, card, state, reversal,"
                " code, original_rrn, original_batch, original_trace, original_date)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(draft.reference, draft.kind, draft.amount, undone.reference, batch, trace, draft.card),
                    *(state, reversal, code, undone.rrn, undone.batch, undone.trace, undone.date),
                ),
            )
            return self.by_id(int(cursor.lastrowid or 0))

    def finish(self, row: Row, **values: str) -> Row:
        """Write the outcome; an approved void moves its sale on in the same transaction."""
        marks = ", ".join(f"{name} = :{name}" for name in values)
        with self._books.writing() as database:
            # Names are the keywords of our own calls.
            database.execute(f"UPDATE transactions SET {marks} WHERE id = :id", {**values, "id": row["id"]})  # noqa: S608
            if row["kind"] == "void" and values.get("state") == "approved":
                _void_sale(database, row["original"])
        return self.by_id(row["id"])

    def by_id(self, number: int) -> Row:
        """A transaction that is there."""
        return self._books.rows("SELECT * FROM transactions WHERE id = ?", number)[0]

    def latest(self, kind: str, reference: str) -> Row | None:
        """The last attempt under a reference."""
        query = "SELECT * FROM transactions WHERE kind = ? AND reference = ? ORDER BY id DESC LIMIT 1"
        return self._books.row(query, kind, reference)

    def used_elsewhere(self, kind: str, reference: str) -> bool:
        """Whether a reference belongs to an act of another kind."""
        query = "SELECT 1 FROM transactions WHERE kind <> ? AND reference = ?"
        return self._books.row(query, kind, reference) is not None

    def left_open(self) -> list[Row]:
        """Reversals that are due and refunds without a reply. Newest first: a void is undone before its sale."""
        return self._books.rows(
            "SELECT * FROM transactions WHERE reversal = 'pending' OR (kind = 'refund' AND state = 'sent')"
            " ORDER BY id DESC"
        )

    def is_open(self, reference: str) -> bool:
        """Whether something under a reference was sent, or must be undone, and the acquirer has not concluded it."""
        query = (
            "SELECT 1 FROM transactions WHERE reference = ? AND (state = 'sent' OR reversal = 'pending')"
            " UNION ALL SELECT 1 FROM settlements WHERE reference = ? AND state = 'started'"
        )
        return self._books.row(query, reference, reference) is not None

    def cancel(self, reference: str) -> None:
        """Refuse a sale with this reference for ever."""
        self._write("INSERT INTO cancelled VALUES (?) ON CONFLICT DO NOTHING", reference)

    def is_cancelled(self, reference: str) -> bool:
        """Whether a sale with this reference must be refused."""
        return self._books.row("SELECT 1 FROM cancelled WHERE reference = ?", reference) is not None

    def in_batch(self, batch: str, kinds: tuple[str, ...]) -> list[Row]:
        """What moved money in a batch, in the order of the traces."""
        rows = self._books.rows(
            "SELECT * FROM transactions WHERE batch = ? AND state IN ('approved', 'voided') ORDER BY id", batch
        )
        return [row for row in rows if row["kind"] in kinds]

    def totals(self, batch: str) -> Totals:
        """The terminal's own sums of a batch."""
        debits = [row["amount"] for row in self.in_batch(batch, ("sale",))]
        credits = [row["amount"] for row in self.in_batch(batch, ("void", "refund"))]
        return Totals(sum(debits), len(debits), sum(credits), len(credits))

    def start_settlement(self, reference: str) -> Row:
        """Begin to settle the open batch under a reference."""
        self._write(
            "INSERT INTO settlements (reference, batch, state) VALUES (?, ?, 'started')", reference, self.batch()
        )
        return self._books.rows("SELECT * FROM settlements WHERE reference = ?", reference)[0]

    def settlement(self, reference: str) -> Row | None:
        """A settlement that was asked for under this reference."""
        return self._books.row("SELECT * FROM settlements WHERE reference = ?", reference)

    def open_settlement(self) -> Row | None:
        """The settlement that was begun and not finished; there is at most one."""
        return self._books.row("SELECT * FROM settlements WHERE state = 'started'")

    def close_settlement(self, reference: str, batch: str, sums: BatchSums, balanced: bool) -> None:
        """The acquirer closed the batch: the next one begins, and a sign-in is due."""
        totals = sums.domestic
        with self._books.writing() as database:
            database.execute(
                "UPDATE settlements SET state = 'closed', balanced = ?, debit = ?, debit_count = ?, credit = ?,"
                " credit_count = ? WHERE reference = ?",
                (balanced, totals.debit, totals.debit_count, totals.credit, totals.credit_count, reference),
            )
            database.execute("UPDATE counters SET batch = max(batch, ?), keys = ''", (int(batch) + 1,))

    def _write(self, statement: str, *values: Any) -> None:
        with self._books.writing() as database:
            database.execute(statement, values)


def original_of(row: Row) -> Original:
    """Field 61 for the undoing of a transaction of this journal."""
    return Original(row["batch"], row["trace"])


def _next_trace(database: sqlite3.Connection) -> str:
    row: Row = database.execute("UPDATE counters SET trace = trace % 999999 + 1 RETURNING trace").fetchone()
    return f"{row['trace']:06d}"


def _void_sale(database: sqlite3.Connection, reference: str) -> None:
    database.execute(
        "UPDATE transactions SET state = 'voided' WHERE kind = 'sale' AND reference = ? AND state = 'approved'",
        (reference,),
    )
