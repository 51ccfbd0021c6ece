"""What one entry of the journal adds to the figures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jiedao.ledger import accounts
from jiedao.ledger.journal import PTS, Posting


class Kind(StrEnum):
    """What is summed. Amounts are fen, or hundredths of a point; all are positive but those of OWED."""

    ORDERS = "orders"
    """Orders of which something was paid; `number` counts them."""
    PAID = "paid"
    """Lines that billers have confirmed, by biller and category."""
    REFUNDED = "refunded"
    """Parts of lines that billers took back, or owe back, by biller and category."""
    TAKEN = "taken"
    """Money that came in, by way of paying: cash, credit, or the acquirer's account (1110)."""
    RETURNED = "returned"
    """Money that went back to residents, by the way it went."""
    ISSUED = "issued"
    """Points earned."""
    TAKEN_BACK = "taken_back"
    """Points taken back with refunds."""
    REDEEMED = "redeemed"
    """Points spent."""
    RESTORED = "restored"
    """Spent points that went back to residents with refunds."""
    LAPSED = "lapsed"
    """Points that lapsed."""
    OWED = "owed"
    """Changes of what the issuer of the points owes (1120, 1121) or has paid ahead (2120): debit positive."""
    OVER = "over"
    SHORT = "short"
    """What was counted beyond, and below, what should have lain in the drawers."""


MONEY: Final = (Kind.ORDERS, Kind.PAID, Kind.REFUNDED, Kind.TAKEN, Kind.RETURNED, Kind.OVER, Kind.SHORT)
POINTS: Final = (Kind.ISSUED, Kind.TAKEN_BACK, Kind.REDEEMED, Kind.RESTORED, Kind.LAPSED)
CASH: Final = "cash"
CREDIT: Final = "credit"


@dataclass(frozen=True, slots=True)
class Line:
    """What a fact needs to know of a line of the entry's order."""

    biller: str
    category: str
    amount: int
    state: str
    refunded: int


@dataclass(frozen=True, slots=True)
class Fact:
    """One addition: `who` is the biller, the way of paying or the account; `number` counts lines and tenders."""

    kind: Kind
    who: str
    category: str
    amount: int
    number: int = 1


def facts_of(entry: str, postings: Sequence[Posting], lines: Iterable[Line]) -> Iterator[Fact]:
    """What an entry of this kind with these postings says; `lines` are those of its order, in their order."""
    if entry == "bills paid":
        yield from _paid(postings, lines)
    elif entry == "refund agreed":
        yield from _refunded(postings, list(lines))
    elif entry in ("tender taken", "late success"):
        yield from _moved(Kind.TAKEN, [p for p in postings if p.amount > 0])
    elif entry == "given back":
        yield from _moved(Kind.RETURNED, [p for p in postings if p.amount < 0])
    elif entry == "over and short":
        yield from _difference(postings)
    yield from _owed(postings)
    yield from _points(postings)


def _paid(postings: Sequence[Posting], lines: Iterable[Line]) -> Iterator[Fact]:
    """An order is paid in one entry, which credits its paid lines in their order: each posting is the next one."""
    waiting = [line for line in lines if line.state == "paid"]
    total = 0
    for biller, amount in _of(_PAYABLE, postings):
        line = next(line for line in waiting if (line.biller, line.amount) == (biller, -amount))
        waiting.remove(line)
        total -= amount
        yield Fact(Kind.PAID, biller, line.category, -amount)
    yield Fact(Kind.ORDERS, "", "", total)


def _refunded(postings: Sequence[Posting], lines: Sequence[Line]) -> Iterator[Fact]:
    """The entry does not say which line of a biller: where one order has several, it is one that the amount fits."""
    for biller, amount in [*_of(_PAYABLE, postings), *_of(_DUE, postings)]:
        mine = [line for line in lines if line.biller == biller]
        fitting = [line for line in mine if line.refunded >= amount] or mine
        yield Fact(Kind.REFUNDED, biller, fitting[0].category, amount)


def _moved(kind: Kind, postings: Iterable[Posting]) -> Iterator[Fact]:
    for posting in postings:
        way = {_CASH: CASH, _CREDIT: CREDIT, _ACQUIRER: posting.account}.get(posting.account.partition(":")[0])
        if way:
            yield Fact(kind, way, "", abs(posting.amount))


def _difference(postings: Iterable[Posting]) -> Iterator[Fact]:
    for posting in postings:
        if posting.account == accounts.CASH_OVER_SHORT:
            kind = Kind.SHORT if posting.amount > 0 else Kind.OVER
            yield Fact(kind, "", "", abs(posting.amount))


def _owed(postings: Iterable[Posting]) -> Iterator[Fact]:
    for posting in postings:
        if posting.account in ISSUERS:
            yield Fact(Kind.OWED, posting.account, "", posting.amount)


def _points(postings: Iterable[Posting]) -> Iterator[Fact]:
    for posting in postings:
        if posting.unit == PTS and posting.account in _MEMO:
            more, less = _MEMO[posting.account]
            yield Fact(more if posting.amount > 0 else less, "", "", abs(posting.amount))


def _of(prefix: str, postings: Iterable[Posting]) -> Iterator[tuple[str, int]]:
    for posting in postings:
        if posting.account.startswith(prefix):
            yield posting.account.removeprefix(prefix), posting.amount


ISSUERS: Final = (accounts.POINTS_REDEEMED, accounts.POINTS_ACCRUED, accounts.POINTS_POOL)
"""Accounts on which the issuer of the points stands."""
_PAYABLE: Final = accounts.payable("")
_DUE: Final = accounts.refund_due("")
_CASH: Final = accounts.cash("", "").partition(":")[0]
_CREDIT: Final = accounts.credit("").partition(":")[0]
_ACQUIRER: Final = accounts.acquirer("").partition(":")[0]
_MEMO: Final = {
    accounts.ISSUER: (Kind.TAKEN_BACK, Kind.ISSUED),
    accounts.REDEEMED: (Kind.REDEEMED, Kind.RESTORED),
    accounts.EXPIRED: (Kind.LAPSED, Kind.LAPSED),
}
"""What a debit and a credit of these memo accounts is."""
