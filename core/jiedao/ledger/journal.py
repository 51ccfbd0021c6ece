"""Writing the journal. Nothing else inserts entries or postings, and nothing at all changes them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from sqlalchemy import func, select, update

from jiedao.ledger import accounts
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

Rows: TypeAlias = list[dict[str, Any]]
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
    """What one transaction adds to one book.

    Collected first and written last: the book's row is locked only at the end, for as short as can be, and always
    after the other locks of the transaction, so that no two can wait for each other.
    """

    def __init__(self, id_: str) -> None:
        self.id = id_
        self._wanted: list[tuple[str, str, list[Posting]]] = []
        self._receipts: list[Callable[[int], None]] = []

    def enter(self, kind: str, subject: str, postings: Iterable[Posting]) -> None:
        """Add an entry; postings of zero are left out, and an entry of nothing is not made."""
        kept = [posting for posting in postings if posting.amount]
        if kept:
            _check(kept)
            self._wanted.append((kind, subject, kept))

    def number_receipt(self, issue: Callable[[int], None]) -> None:
        """Have `issue` called with the next receipt number, which is used up only if the transaction commits."""
        self._receipts.append(issue)

    def write(self, tx: Tx) -> None:
        """Number, chain and insert what was collected, in four statements however much it is."""
        if not (self._wanted or self._receipts):
            return
        row = tx.first(_LOCK, book=self.id)
        if row is None:
            raise LookupError(f"no book {self.id}")
        entries, postings = _chain(tx, row, self._wanted)
        tx.set(
            _ADVANCE,
            book=self.id,
            number=row.entries + len(entries),
            head_=entries[-1]["hash"] if entries else row.head,
            receipts_=row.receipts + len(self._receipts),
        )
        tx.put(tables.entry, *entries)
        tx.put(tables.posting, *postings)
        for number, issue in enumerate(self._receipts, row.receipts + 1):
            issue(number)
        self._tell_points(tx)

    def _tell_points(self, tx: Tx) -> None:
        """Other programs hear by how much a resident's points changed, in hundredths, by their state."""
        changed: dict[str, dict[str, int]] = {}
        for posting in (posting for _, _, kept in self._wanted for posting in kept if posting.unit == PTS):
            if resident := accounts.points_of(posting.account):
                whose, state = resident
                found = changed.setdefault(whose, {})
                found[state] = found.get(state, 0) + posting.amount
        for whose, states in changed.items():
            if moved := {state: amount for state, amount in sorted(states.items()) if amount}:
                tx.tell("points.changed", resident=whose, changes=moved)


def _chain(tx: Tx, book: Row, wanted: Sequence[tuple[str, str, list[Posting]]]) -> tuple[Rows, Rows]:
    entries: Rows = []
    postings: Rows = []
    previous = book.head
    for number, (kind, subject, kept) in enumerate(wanted, book.entries + 1):
        place = {"book": book.id, "no": number}
        rows = [
            {**place, "seq": seq, "account": p.account, "unit": p.unit, "amount": p.amount}
            for seq, p in enumerate(kept, 1)
        ]
        head = {**place, "at": tx.now, "kind": kind, "subject": subject}
        digest = entry_hash(tx.street, head, rows, previous)
        entries.append({**head, "previous": previous, "hash": digest})
        postings += rows
        previous = digest
    return entries, postings


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


def book_rows(tx: Tx) -> Sequence[Row]:
    """All books of the street, for verification and for people."""
    return tx.rows(_BOOKS)


_B = tables.book.c
_LOCK: Final = select(tables.book).where(_B.street == STREET, _B.id == param("book")).with_for_update()
_ADVANCE: Final = (
    update(tables.book)
    .where(_B.street == STREET, _B.id == param("book"))
    .values(entries=param("number"), head=param("head"), receipts=param("receipts"))
)
_BOOKS: Final = select(tables.book).where(_B.street == STREET).order_by(_B.id)
_P = tables.posting.c
_BALANCE: Final = select(func.sum(_P.amount).label("total")).where(
    _P.street == STREET, _P.account == param("account"), _P.unit == param("unit")
)
