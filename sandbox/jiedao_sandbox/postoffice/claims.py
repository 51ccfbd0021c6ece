"""The claims book: what streets ask the post office to pay, what it answered, and what it has paid.

The last two digits of a claim's total (its fen) decide its fate: 55 is refused, 66 stays pending and is then refused,
77 stays pending and is then accepted, anything else is accepted at once. An accepted claim is paid after `pay_after`
seconds, once, under the claim's number.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from jiedao_sandbox.books import Books, Row
from jiedao_sandbox.postoffice.cards import is_member

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS claims (
    number INTEGER PRIMARY KEY,
    reference TEXT NOT NULL UNIQUE,
    street TEXT NOT NULL,
    claim TEXT NOT NULL,
    total INTEGER NOT NULL,
    digest TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('ACCEPTED', 'PENDING', 'REFUSED')),
    code TEXT NOT NULL,
    received_at REAL NOT NULL,
    decided_at REAL,
    UNIQUE (street, claim)
);
CREATE TABLE IF NOT EXISTS lines (
    number INTEGER NOT NULL REFERENCES claims,
    street TEXT NOT NULL,
    redemption TEXT NOT NULL,
    member TEXT NOT NULL,
    category TEXT NOT NULL,
    amount INTEGER NOT NULL,
    redeemed_on TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS lines_of_redemption ON lines (street, redemption);
CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY REFERENCES claims,
    street TEXT NOT NULL,
    claim TEXT NOT NULL,
    amount INTEGER NOT NULL,
    paid_at REAL NOT NULL
);
"""
_PENDING: Final = frozenset({66, 77})


class Conflict(Exception):
    """The claim's number was used for another statement."""


@dataclass(frozen=True, slots=True)
class Line:
    """One redemption; `amount` is fen."""

    redemption: str
    member: str
    category: str
    amount: int
    redeemed_on: str


@dataclass(frozen=True, slots=True)
class Claim:
    """A street's statement as it came in; `total` is fen and may be wrong."""

    street: str
    claim: str
    total: int
    lines: tuple[Line, ...]

    def digest(self) -> str:
        """The same for the same statement only."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()


class ClaimsBook:
    """Durable claims and payments. `settle_after` seconds decide pending claims; None leaves them to `settle`."""

    def __init__(
        self, directory: Path, *, pay_after: float, settle_after: float | None, clock: Callable[[], float]
    ) -> None:
        self._books = Books(directory, "postoffice", _SCHEMA)
        self._pay_after = pay_after
        self._settle_after = settle_after
        self._clock = clock

    def submit(self, asked: Claim) -> Row:
        """Book a claim with its answer; the same claim again gives the row of the first time.

        Raises `Conflict` when the number stands for another statement.
        """
        with self._books.writing() as write:
            earlier = self._row(asked.street, asked.claim)
            if earlier is not None and earlier["digest"] != asked.digest():
                raise Conflict
            if earlier is None:
                self._book(write, asked)
            self._pay_due(write)
        return self._found(asked.street, asked.claim)

    def find(self, street: str, claim: str) -> Row | None:
        """A claim with `paid`: the fen paid for it so far."""
        with self._books.writing() as write:
            if self._settle_after is not None:
                self._decide(write, "received_at <= ?", self._clock() - self._settle_after)
            self._pay_due(write)
        return self._row(street, claim)

    def settle(self, claim: str = "") -> int:
        """Decide pending claims (with one number, or all) now and pay all that is accepted; how many were decided."""
        with self._books.writing() as write:
            decided = self._decide(write, "? IN ('', claim)", claim)
            self._pay(write, self._clock())
            return decided

    def dump(self) -> dict[str, Any]:
        """All tables, and what was paid in all, in fen."""
        paid = self._books.row("SELECT coalesce(sum(amount), 0) AS fen FROM payments")
        return {**self._books.dump(), "paid": paid["fen"] if paid else 0}

    def close(self) -> None:
        """Close the books."""
        self._books.close()

    def _book(self, write: sqlite3.Connection, asked: Claim) -> None:
        code = self._objection(asked)
        status = "REFUSED" if code else "PENDING" if asked.total % 100 in _PENDING else "ACCEPTED"
        now = self._clock()
        decided = None if status == "PENDING" else now
        number = write.execute(
            "INSERT INTO claims (reference, street, claim, total, digest, status, code, received_at, decided_at) "
            "VALUES ((SELECT printf('PC%012d', coalesce(max(number), 0) + 1) FROM claims), ?, ?, ?, ?, ?, ?, ?, ?) "
            "RETURNING number",
            (asked.street, asked.claim, asked.total, asked.digest(), status, code, now, decided),
        ).fetchone()["number"]
        write.executemany(
            "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(number, asked.street, *asdict(line).values()) for line in asked.lines],
        )

    def _objection(self, asked: Claim) -> str:
        """Why a statement is refused at once, as a code; empty when it is not."""
        if not asked.lines or asked.total != sum(line.amount for line in asked.lines):
            return "WRONG_SUM" if asked.lines else "NO_LINES"
        if not all(is_member(line.member) for line in asked.lines):
            return "UNKNOWN_MEMBER"
        redemptions = [line.redemption for line in asked.lines]
        if len(set(redemptions)) < len(redemptions) or any(self._is_claimed(asked.street, one) for one in redemptions):
            return "CLAIMED_BEFORE"
        return "REFUSED_BY_POST_OFFICE" if asked.total % 100 == 55 else ""

    def _is_claimed(self, street: str, redemption: str) -> bool:
        """Whether a redemption stands in a claim that was not refused."""
        found = self._books.row(
            "SELECT 1 FROM lines JOIN claims USING (number) "
            "WHERE lines.street = ? AND redemption = ? AND status <> 'REFUSED'",
            street,
            redemption,
        )
        return found is not None

    def _decide(self, write: sqlite3.Connection, which: str, value: object) -> int:
        return write.execute(
            # `which` is one of two conditions above; the value is bound.
            "UPDATE claims SET decided_at = ?, "  # noqa: S608
            "status = iif(total % 100 = 66, 'REFUSED', 'ACCEPTED'), "
            "code = iif(total % 100 = 66, 'REFUSED_BY_POST_OFFICE', '') "
            f"WHERE status = 'PENDING' AND {which}",
            (self._clock(), value),
        ).rowcount

    def _pay_due(self, write: sqlite3.Connection) -> None:
        self._pay(write, self._clock() - self._pay_after)

    def _pay(self, write: sqlite3.Connection, decided_by: float) -> None:
        """Pay every claim accepted until a moment; the key of `payments` makes a second payment impossible."""
        write.execute(
            "INSERT INTO payments SELECT number, street, claim, total, ? FROM claims "
            "WHERE status = 'ACCEPTED' AND decided_at <= ? AND number NOT IN (SELECT number FROM payments)",
            (self._clock(), decided_by),
        )

    def _found(self, street: str, claim: str) -> Row:
        row = self._row(street, claim)
        if row is None:
            raise sqlite3.IntegrityError("the claim just written is gone")
        return row

    def _row(self, street: str, claim: str) -> Row | None:
        return self._books.row(
            "SELECT claims.*, coalesce(payments.amount, 0) AS paid FROM claims LEFT JOIN payments USING (number) "
            "WHERE claims.street = ? AND claims.claim = ?",
            street,
            claim,
        )
