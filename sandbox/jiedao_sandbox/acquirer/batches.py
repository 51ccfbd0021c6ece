"""Settlement batches: open, then being settled, then closed, and the next one begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from jiedao_connectors.unionpay.fields import Balance, BatchSums, Totals, UploadRecord, decode_upload
from jiedao_sandbox.acquirer import books as written
from jiedao_sandbox.acquirer.books import Database
from jiedao_sandbox.books import Books, Row


@dataclass(frozen=True, slots=True)
class Settlement:
    """A terminal's request to settle, with the sums that it has itself."""

    terminal: str
    batch: str
    given: Totals
    reference: str
    day: date

    def as_row(self, ours: Totals) -> Row:
        """The line of the batches table, beside our own sums."""
        return {
            "terminal": self.terminal,
            "batch": self.batch,
            "state": "settling",
            "balanced": int(ours.same_sums(self.given)),
            "reference": self.reference,
            "settlement_date": self.day.isoformat(),
            **{name: getattr(ours, name) for name in _SUMS},
            **{f"terminal_{name}": getattr(self.given, name) for name in _SUMS},
        }


_SUMS: Final = ("debit", "debit_count", "credit", "credit_count")


class Batches:
    """The batches of all terminals. Its methods are called inside the host's writing transaction."""

    def __init__(self, books: Books) -> None:
        self._books = books

    def current(self, terminal: str) -> str:
        """The number of the batch that a terminal is in, 6 digits."""
        row = self._books.row("SELECT batch FROM terminals WHERE terminal = ?", terminal)
        return f"{row['batch'] if row else 1:06d}"

    def is_open(self, terminal: str, batch: str) -> bool:
        """Whether transactions may be booked in it."""
        return batch == self.current(terminal) and written.find_batch(self._books, terminal, batch) is None

    def is_current_or_settled(self, terminal: str, batch: str) -> bool:
        """Whether it may be settled, for the first time or once more."""
        return batch == self.current(terminal) or written.find_batch(self._books, terminal, batch) is not None

    def settle(self, database: Database, asked: Settlement) -> BatchSums:
        """The acquirer's sums with its verdict on the terminal's; a repetition gets the first answer."""
        known = written.find_batch(self._books, asked.terminal, asked.batch)
        if known is None:
            ours = written.totals(self._books, asked.terminal, asked.batch)
            known = asked.as_row(ours)
            columns, marks = ", ".join(known), ", ".join(f":{name}" for name in known)
            # Column names come from `Settlement` only.
            database.execute(f"INSERT INTO batches ({columns}) VALUES ({marks})", known)  # noqa: S608
        return _sums(known)

    def upload(self, database: Database, terminal: str, batch: str, processing_code: str, given: str) -> None:
        """Compare the terminal's details with ours and write the findings down; uploading again changes nothing."""
        direction = "debit" if processing_code == "000000" else "credit"
        for record in decode_upload(given):
            finding = self._finding(terminal, batch, record)
            database.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                (terminal, batch, record.trace, direction, record.amount, finding),
            )

    def _finding(self, terminal: str, batch: str, record: UploadRecord) -> str:
        ours = written.find(self._books, terminal, batch, record.trace)
        if ours is None or ours["state"] not in ("approved", "voided"):
            return "only at the terminal"
        return "same" if ours["amount"] == record.amount else "other amount"

    def close(self, database: Database, terminal: str, batch: str) -> bool:
        """End of upload: the batch is closed and the next one opens, once; False when it was never settled."""
        known = written.find_batch(self._books, terminal, batch)
        if known is None:
            return False
        if known["state"] != "closed":
            database.execute("UPDATE batches SET state = 'closed' WHERE terminal = ? AND batch = ?", (terminal, batch))
            database.execute("UPDATE terminals SET batch = batch + 1 WHERE terminal = ?", (terminal,))
        return True


def _sums(batch: Row) -> BatchSums:
    verdict = Balance.EQUAL if batch["balanced"] else Balance.DIFFERENT
    return BatchSums(
        Totals(batch["debit"], batch["debit_count"], batch["credit"], batch["credit_count"], verdict),
        Totals(verdict=Balance.EQUAL),
    )
