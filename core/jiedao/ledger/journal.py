"""Writing the journal. Nothing else inserts entries or postings, and nothing at all changes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, bindparam, func, select, update

from jiedao.store import tables
from jiedao.store.unit import STREET, Tx

CNY: Final = "CNY"
PTS: Final = "PTS"
OFFICE: Final = "office"
"""The book for what happens at no till."""


@dataclass(frozen=True, slots=True)
class Posting:
    """One amount on one account: debit positive, credit negative; fen for CNY, hundredths of a point for PTS."""

    account: str
    unit: str
    amount: int


class Unbalanced(Exception):
    """The postings of an entry do not sum to zero in each unit: a mistake in the program, never posted."""


def debit(account: str, amount: int, unit: str = CNY) -> Posting:
    """A debit."""
    return Posting(account, unit, amount)


def cr(account: str, amount: int, unit: str = CNY) -> Posting:
    """A credit."""
    return Posting(account, unit, -amount)


def move(source: str, target: str, amount: int, unit: str = PTS) -> tuple[Posting, Posting]:
    """From one account to another."""
    return Posting(source, unit, -amount), Posting(target, unit, amount)


class Book:
    """One book, locked until the transaction ends, so that its numbers have no gaps.

    Collects what the transaction wants to write, and writes it in three statements however many entries there are.
    """

    def __init__(self, tx: Tx, id_: str) -> None:
        row = tx.first(_LOCK, book=id_)
        if row is None:
            raise LookupError(f"no book {id_}")
        self._tx, self.id = tx, id_
        self._number, self._head, self._receipts = row.entries, row.head, row.receipts
        self._entries: list[dict[str, Any]] = []
        self._postings: list[dict[str, Any]] = []
        self._numbered = False

    def enter(self, kind: str, subject: str, postings: Iterable[Posting]) -> None:
        """Add an entry; postings of zero are left out, and an entry of nothing is not made."""
        kept = [posting for posting in postings if posting.amount]
        if not kept:
            return
        _check(kept)
        self._number += 1
        rows = [
            {"book": self.id, "no": self._number, "seq": seq, "account": p.account, "unit": p.unit, "amount": p.amount}
            for seq, p in enumerate(kept, 1)
        ]
        head = {"book": self.id, "no": self._number, "at": self._tx.now, "kind": kind, "subject": subject}
        digest = entry_hash(self._tx.street, head, rows, self._head)
        self._entries.append({**head, "previous": self._head, "hash": digest})
        self._postings += rows
        self._head = digest

    def next_receipt(self) -> int:
        """The next receipt number of this till; it is only used up when the transaction commits."""
        self._receipts += 1
        self._numbered = True
        return int(self._receipts)

    def write(self) -> None:
        """Write what was collected."""
        if self._entries or self._numbered:
            self._tx.change(_ADVANCE, book=self.id, number=self._number, head_=self._head, receipts_=self._receipts)
        self._tx.add_all(tables.entry, self._entries)
        self._tx.add_all(tables.posting, self._postings)


def balance(tx: Tx, account: str, unit: str = CNY) -> int:
    """The balance of an account, recomputed from its postings; debit positive."""
    row = tx.first(_BALANCE, account=account, unit_=unit)
    return int(row.total or 0) if row else 0


def entry_hash(street: str, head: dict[str, Any], postings: Sequence[Any], previous: str) -> str:
    """SHA-256 over the previous hash and everything that the entry says."""
    said = [
        previous,
        street,
        head["book"],
        head["no"],
        head["at"].isoformat(timespec="microseconds"),
        head["kind"],
        head["subject"],
        [[p["seq"], p["account"], p["unit"], p["amount"]] for p in postings],
    ]
    return hashlib.sha256(json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def _check(postings: Sequence[Posting]) -> None:
    for unit in (CNY, PTS):
        total = sum(posting.amount for posting in postings if posting.unit == unit)
        if total:
            raise Unbalanced(f"{unit} is off by {total}: {postings}")


def book_rows(tx: Tx) -> Sequence[Row[Any]]:
    """All books of the street, for verification and for people."""
    return tx.rows(_BOOKS)


_B = tables.book.c
_LOCK: Final = select(tables.book).where(_B.street == STREET, _B.id == bindparam("book")).with_for_update()
_ADVANCE: Final = (
    update(tables.book)
    .where(_B.street == STREET, _B.id == bindparam("book"))
    .values(entries=bindparam("number"), head=bindparam("head_"), receipts=bindparam("receipts_"))
)
_BOOKS: Final = select(tables.book).where(_B.street == STREET).order_by(_B.id)
_P = tables.posting.c
_BALANCE: Final = select(func.sum(_P.amount).label("total")).where(
    _P.street == STREET, _P.account == bindparam("account"), _P.unit == bindparam("unit_")
)
