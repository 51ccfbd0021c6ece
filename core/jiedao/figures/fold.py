"""Folding the journal into sums by day and month. A book has no gaps and no changes, so one number marks how far it is.

Entries count for the day on which they were written, in the street's time zone, and for the hall of their till.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import and_, delete, func, select, update

from jiedao.directory.places import street
from jiedao.figures.facts import Fact, Line, facts_of
from jiedao.ledger import accounts
from jiedao.ledger.journal import OFFICE, Posting
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

Key: TypeAlias = tuple[date, str, str, str, str]
"""Day, hall, kind, who, category."""
Sums: TypeAlias = dict[Key, tuple[int, int]]
"""Amount and number."""

Result = TypeVar("Result")

DAY: Final = "day"
MONTH: Final = "month"
_A_TIME: Final = 500
"""Entries of each book that are folded in one transaction."""
TAIL: Final = 200
"""Entries of each book that a reader adds by itself."""


@dataclass(slots=True)
class Read:
    """What was read beyond the marks: its sums, how far each book was read, and the billers that were met."""

    sums: Sums = field(default_factory=dict)
    upto: dict[str, int] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    accounts: dict[tuple[str, str], int] = field(default_factory=dict)
    """By account and unit; those of single residents and orders are added up (`kind_of`)."""
    behind: datetime | None = None
    """Where a book goes on beyond what was read: the moment up to which every book was."""


def fold(store: Store, street_code: str) -> int:
    """Fold what was written since the last time. Returns how many entries; safe to run anywhere, at once, and again."""
    with store.read(street_code) as tx:
        if not tx.rows(_BOOKS_AHEAD):
            return 0
    done = 0
    while some := store.retrying(street_code, _fold_some):
        done += some
    return done


def rebuild(store: Store, street_code: str) -> int:
    """Forget all sums and fold the whole journal again. Returns how many entries it has."""
    with store.write(street_code) as tx:
        _lock(tx)
        for statement in _FORGET:
            tx.change(statement)
    return fold(store, street_code)


def beyond(tx: Tx, most: int) -> Read:
    """What the journal holds beyond the marks, up to `most` entries of each book."""
    read, ahead = Read(), tx.rows(_BOOKS_AHEAD)
    if not ahead:
        return read
    zone = ZoneInfo(street(tx).timezone)
    for book in ahead:
        _read_book(tx, read, book, zone, {"book": book.id, "after": book.upto, "until": book.upto + most})
    return read


def _read_book(tx: Tx, read: Read, book: Row, zone: ZoneInfo, which: dict[str, Any]) -> None:
    """By the book's own key: a join over all books would be at the mercy of the planner.

    Heads come first: what is written between two statements has its postings, and is left for the next time.
    """
    heads = tx.rows(_ENTRIES, **which)
    postings: dict[int, list[Posting]] = defaultdict(list)
    for row in tx.rows(_POSTINGS, **which):
        postings[row.no].append(Posting(row.account, row.unit, row.amount))
    lines: dict[int, list[Line]] = defaultdict(list)
    for row in tx.rows(_LINES, **which):
        lines[row.no].append(Line(row.biller, row.category, row.amount, row.state, row.refunded))
        read.names[row.biller] = row.biller_name
    for head in heads:
        facts = facts_of(head.kind, postings[head.no], lines[head.no])
        _add(read.sums, head.at.astimezone(zone).date(), book.hall or "", facts)
        for posting in postings[head.no]:
            key = kind_of(posting.account), posting.unit
            read.accounts[key] = read.accounts.get(key, 0) + posting.amount
        read.upto[book.id] = head.no
    if heads and heads[-1].no < book.entries:
        read.behind = min(read.behind or heads[-1].at, heads[-1].at)


def with_tail(tx: Tx, reading: Callable[[], Result]) -> tuple[Read, Result]:
    """What `reading` finds folded, and some of what is beyond the marks; a fold in between begins it again."""
    while True:
        marks = _folded(tx)
        read, found = beyond(tx, TAIL), reading()
        if _folded(tx) == marks:
            return read, found


def kind_of(account: str) -> str:
    """An account, or what stands for all of its kind where each resident or order has one of their own."""
    first, _, rest = account.partition(":")
    if first == "pts" and rest.startswith("resident:"):
        return f"pts:resident:{rest.rpartition(':')[2]}"
    return first if first in _OF_ONE else account


def _folded(tx: Tx) -> int:
    """How much is folded of all books together; it only grows, save when everything is folded anew."""
    row = tx.first(_FOLDED)
    return int(row.upto or 0) if row else 0


def _add(sums: Sums, day: date, hall: str, facts: Iterator[Fact]) -> None:
    for fact in facts:
        key = (day, hall, fact.kind.value, fact.who, fact.category)
        amount, number = sums.get(key, (0, 0))
        sums[key] = amount + fact.amount, number + fact.number


def _fold_some(tx: Tx) -> int:
    _lock(tx)
    marks = {row.book: row.upto for row in tx.rows(_MARKS)}
    read = beyond(tx, _A_TIME)
    for grain, sums in ((DAY, read.sums), (MONTH, _by_month(read.sums))):
        _keep(tx, grain, sums)
    for book, upto in read.upto.items():
        if book in marks:
            tx.set(_MARK, book=book, upto_=upto)
        else:
            tx.put(tables.figure_mark, {"book": book, "upto": upto})
    _keep_names(tx, read.names)
    for (account, unit), amount in read.accounts.items():
        if not tx.change(_ADD_TO_ACCOUNT, account_=account, unit_=unit, n=amount):
            tx.put(tables.account_sum, {"account": account, "unit": unit, "amount": amount})
    return sum(upto - marks.get(book, 0) for book, upto in read.upto.items())


def _lock(tx: Tx) -> None:
    """One folds at a time: the mark of the office's book, which every street has, is its lock."""
    if tx.first(_LOCK) is None:
        try:
            tx.add(tables.figure_mark, book=OFFICE, upto=0)
        except AlreadyThere:
            raise Overtaken(OFFICE) from None


def _by_month(sums: Sums) -> Sums:
    months: Sums = {}
    for (day, *rest), (amount, number) in sums.items():
        key: Any = (day.replace(day=1), *rest)
        before = months.get(key, (0, 0))
        months[key] = before[0] + amount, before[1] + number
    return months


def _keep(tx: Tx, grain: str, sums: Sums) -> None:
    for (start, hall, kind, who, category), (amount, number) in sums.items():
        place = {"start": start, "hall": hall, "kind": kind, "who": who, "category": category}
        named = {f"{name}_": value for name, value in place.items()}
        if not tx.change(_ADD, grain_=grain, amount_=amount, number_=number, **named):
            tx.put(tables.figure, {"grain": grain, **place, "amount": amount, "number": number})


def _keep_names(tx: Tx, names: Mapping[str, dict[str, str]]) -> None:
    """A biller is called what the latest of its lines calls it."""
    known = {row.biller: row.name for row in tx.rows(NAMES)}
    for biller, name in names.items():
        if biller not in known:
            tx.put(tables.figure_biller, {"biller": biller, "name": name})
        elif known[biller] != name:
            tx.set(_RENAME, biller_=biller, name_=name)


_F, _M, _N = tables.figure.c, tables.figure_mark.c, tables.figure_biller.c
_B, _E, _P, _L, _T = tables.book.c, tables.entry.c, tables.posting.c, tables.order_line.c, tables.till.c
_LOCK: Final = select(_M.book).where(_M.street == STREET, _M.book == OFFICE).with_for_update()
_MARKS: Final = select(_M.book, _M.upto).where(_M.street == STREET)
_MARK: Final = (
    update(tables.figure_mark).where(_M.street == STREET, _M.book == param("book")).values(upto=param("upto"))
)
_UPTO: Final = func.coalesce(_M.upto, 0)
_WITH_MARK: Final = tables.book.outerjoin(tables.figure_mark, and_(_M.street == _B.street, _M.book == _B.id))
_BOOKS_AHEAD: Final = (
    select(_B.id, _B.entries, _UPTO.label("upto"), _T.hall)
    .select_from(_WITH_MARK.outerjoin(tables.till, and_(_T.street == _B.street, _T.id == _B.id)))
    .where(_B.street == STREET, _B.entries > _UPTO)
    .order_by(_B.id)
)
_NEW: Final = (_E.street == STREET) & (_E.book == param("book")) & (_E.no > param("after")) & (_E.no <= param("until"))
_ENTRIES: Final = select(_E.no, _E.at, _E.kind).where(_NEW).order_by(_E.no)
_POSTINGS: Final = (
    select(_P.no, _P.account, _P.unit, _P.amount)
    .where(_P.street == STREET, _P.book == param("book"), _P.no > param("after"), _P.no <= param("until"))
    .order_by(_P.no, _P.seq)
)
_LINES: Final = (
    select(_E.no, _L.biller, _L.biller_name, _L.category, _L.amount, _L.state, _L.refunded)
    .join(tables.order_line, (_L.street == _E.street) & (_L.order == _E.subject))
    .where(_NEW, _E.kind.in_(["bills paid", "refund agreed"]))
    .order_by(_E.no, _L.no)
)
_ADD: Final = (
    update(tables.figure)
    .where(
        _F.street == STREET,
        *(_F[name] == param(name) for name in ("grain", "kind", "start", "hall", "who", "category")),
    )
    .values(amount=_F.amount + param("amount"), number=_F.number + param("number"))
)
_S = tables.account_sum.c
_ADD_TO_ACCOUNT: Final = (
    update(tables.account_sum)
    .where(_S.street == STREET, _S.account == param("account"), _S.unit == param("unit"))
    .values(amount=_S.amount + param("n"))
)
_FOLDED: Final = select(func.sum(_M.upto).label("upto")).where(_M.street == STREET)
_OF_ONE: Final = frozenset(of_one("").partition(":")[0] for of_one in (accounts.credit, accounts.in_progress))
NAMES: Final = select(_N.biller, _N.name).where(_N.street == STREET)
_RENAME: Final = (
    update(tables.figure_biller).where(_N.street == STREET, _N.biller == param("biller")).values(name=param("name"))
)
_FORGET: Final = (
    delete(tables.figure).where(_F.street == STREET),
    update(tables.figure_mark).where(_M.street == STREET).values(upto=0),
    delete(tables.figure_biller).where(_N.street == STREET),
    delete(tables.account_sum).where(_S.street == STREET),
)
