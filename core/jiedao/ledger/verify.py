"""Checking the books: chains, balance, and every stored balance against the postings it comes from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import func, select

from jiedao.ledger import accounts
from jiedao.ledger.journal import CNY, PTS, book_rows, entry_hash
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in the books, and where."""

    where: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """How much was checked, and what is wrong; nothing in `faults` means that the books are good."""

    books: int
    entries: int
    postings: int
    faults: tuple[Fault, ...]
    heads: tuple[tuple[str, int, str], ...] = ()
    """Of each book its entries and its last hash: written down elsewhere, they prove that nothing was cut off."""


def verify(tx: Tx) -> Verified:
    """Recompute everything that can be recomputed."""
    books = book_rows(tx)
    postings = _by_entry(tx.rows(_POSTINGS))
    entries = tx.rows(_ENTRIES)
    faults = [
        *_chain_faults(tx.street, books, entries, postings),
        *_balance_faults(entries, postings),
        *_stray_faults(entries, postings),
        *_points_faults(tx),
        *_credit_faults(tx),
    ]
    heads = tuple((book.id, book.entries, book.head) for book in books)
    return Verified(len(books), len(entries), sum(map(len, postings.values())), tuple(faults), heads)


def balances(tx: Tx) -> list[tuple[str, str, int]]:
    """Every account with its unit and balance, recomputed; accounts at zero are left out."""
    return [(row.account, row.unit, int(row.total)) for row in tx.rows(_BALANCES) if row.total]


def _by_entry(rows: Any) -> dict[tuple[str, int], list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in rows:
        found[row.book, row.no].append(row._asdict())
    return found


def _chain_faults(street: str, books: Any, entries: Any, postings: Any) -> Iterator[Fault]:
    chains: dict[str, list[Row]] = defaultdict(list)
    for row in entries:
        chains[row.book].append(row)
    for book in books:
        yield from _one_chain(street, book, chains.pop(book.id, []), postings)
    for stray in chains:
        yield Fault(stray, "entries of a book that does not exist")


def _one_chain(street: str, book: Row, chain: list[Row], postings: Any) -> Iterator[Fault]:
    head = ""
    for number, row in enumerate(chain, 1):
        where = f"{book.id} {row.no}"
        if row.no != number:
            yield Fault(where, f"number {number} is missing")
            return
        if row.previous != head:
            yield Fault(where, "does not follow the entry before it")
        head = entry_hash(street, row._asdict(), postings[book.id, row.no], row.previous)
        if head != row.hash:
            yield Fault(where, "was changed after it was written")
            head = row.hash
    if (len(chain), head) != (book.entries, book.head):
        yield Fault(book.id, "does not end where the book says it ends")


def _balance_faults(entries: Any, postings: Any) -> Iterator[Fault]:
    for row in entries:
        for unit in (CNY, PTS):
            if total := sum(p["amount"] for p in postings[row.book, row.no] if p["unit"] == unit):
                yield Fault(f"{row.book} {row.no}", f"{unit} is off by {total}")


def _stray_faults(entries: Any, postings: Any) -> Iterator[Fault]:
    known = {(row.book, row.no) for row in entries}
    for book, number in sorted(place for place, rows in postings.items() if rows and place not in known):
        yield Fault(f"{book} {number}", "postings of an entry that does not exist")


def _points_faults(tx: Tx) -> Iterator[Fault]:
    rows = tx.rows(_POINTS)
    stored = {(row.resident, state): getattr(row, state) for row in rows for state in _STATES}
    booked = {_owner(row.account): int(row.total) for row in tx.rows(_BALANCES) if row.account.startswith(_OWNED)}
    lots = {(row.resident, row.state): int(row.remaining) for row in [*tx.rows(_LOTS), *tx.rows(_HELD)]}
    for resident, state in sorted(stored.keys() | booked.keys()):
        known = stored.get((resident, state), 0)
        if booked.get((resident, state), 0) != (-known if state == "debt" else known):
            yield Fault(f"points {resident}", f"{state} is not what the journal says")
        if state != "debt" and lots.get((resident, state), 0) != known:
            yield Fault(f"points {resident}", f"{state} is not the sum of its lots")


def _owner(account: str) -> tuple[str, str]:
    resident, _, state = account.removeprefix(_OWNED).rpartition(":")
    return resident, state


def _credit_faults(tx: Tx) -> Iterator[Fault]:
    stored = {accounts.credit(row.resident): row.balance for row in tx.rows(_CREDITS)}
    booked = {row.account: int(row.total) for row in tx.rows(_BALANCES) if row.account.startswith(accounts.credit(""))}
    for account in sorted(stored.keys() | booked.keys()):
        if booked.get(account, 0) != -stored.get(account, 0):
            yield Fault(f"credit {account.removeprefix(accounts.credit(''))}", "is not what the journal says")


_STATES: Final = ("active", "pending", "held", "debt")
_OWNED: Final = accounts.points("", "").removesuffix(":")
_E, _P, _L = tables.entry.c, tables.posting.c, tables.lot.c
_ENTRIES: Final = select(tables.entry).where(_E.street == STREET).order_by(_E.book, _E.no)
_POSTINGS: Final = select(tables.posting).where(_P.street == STREET).order_by(_P.book, _P.no, _P.seq)
_BALANCES: Final = (
    select(_P.account, _P.unit, func.sum(_P.amount).label("total"))
    .where(_P.street == STREET)
    .group_by(_P.account, _P.unit)
    .order_by(_P.account, _P.unit)
)
_LOTS: Final = (
    select(_L.resident, _L.state, func.sum(_L.remaining).label("remaining"))
    .where(_L.street == STREET, _L.state.in_(["active", "pending"]))
    .group_by(_L.resident, _L.state)
)
_H = tables.held_lot.c
_HELD: Final = (
    select(_H.resident, _H.state, func.sum(_H.amount).label("remaining"))
    .where(_H.street == STREET, _H.state == "held")
    .group_by(_H.resident, _H.state)
)
_POINTS: Final = select(tables.points_account).where(tables.points_account.c.street == STREET)
_CREDITS: Final = select(tables.credit).where(tables.credit.c.street == STREET)
