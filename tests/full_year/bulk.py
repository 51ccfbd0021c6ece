"""Many rows at once, past all rooms, in one transaction; ids that rise with time; books chained as real ones are."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Index, Table

from jiedao.house import House
from jiedao.ledger.journal import CNY, PTS, entry_hash
from jiedao.store import tables
from jiedao.store.direct import Compiler, Prepared

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]
_A_TIME = 20_000
_FAST = ("journal_mode=OFF", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-200000")
_AS_BEFORE = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-2000")
Amounts = Sequence[tuple[str, int]]
"""Accounts and amounts: debit positive."""


class Bulk:
    """Collects rows and writes them, tables in the order in which they refer to each other."""

    def __init__(self, house: House, street: str, dice: random.Random) -> None:
        self.street, self.dice = street, dice
        self._engine = house.store.engine
        self._compiler = Compiler(self._engine.dialect)
        self._rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._waiting = 0
        self._books: dict[str, tuple[int, str, int]] = {}
        """Entries, head and receipts of each book."""

    def __enter__(self) -> Bulk:
        self._engine.dispose()
        self._connection = self._engine.connect()
        self._raw: Any = self._connection.connection.driver_connection
        self._pragma(*_FAST)
        self._began = self._connection.begin()
        for index in self._indexes():
            index.drop(self._connection)
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.flush()
            self._write_books()
            for index in self._indexes():
                index.create(self._connection)
            self._began.commit()
            self._pragma(*_AS_BEFORE)
        self._connection.close()
        self._engine.dispose()

    def _indexes(self) -> list[Index]:
        """Indexes that are faster made at the end than kept up; unique ones stay."""
        known = [index for table in tables.metadata.sorted_tables for index in table.indexes]
        return sorted((index for index in known if not index.unique), key=lambda index: str(index.name))

    def _pragma(self, *settings: str) -> None:
        """SQLite: nobody else is there, and a crash would only mean to begin again."""
        for setting in settings if self._engine.dialect.name == "sqlite" else ():
            self._raw.execute(f"PRAGMA {setting}").fetchall()

    def id(self, at: datetime) -> str:
        """An id as `jiedao.ids` would have made it at this moment."""
        number = int(at.timestamp() * 1000) << 55 | self.dice.getrandbits(55)
        return "".join([_PAIRS[number >> shift & 1023] for shift in range(90, -1, -10)])

    def moments(self, many: int, now: datetime) -> list[datetime]:
        """So many moments from the first days of January to an hour ago, oldest first."""
        begins = now.replace(month=1, day=5)
        seconds = int((now - begins).total_seconds()) - 3600
        return sorted(begins + timedelta(seconds=self.dice.randrange(seconds)) for _ in range(many))

    def put(self, table: Table, **row: Any) -> None:
        """One row; every row of a table names the same columns."""
        self._rows[table.name].append({"street": self.street, **row})
        self._waiting += 1
        if self._waiting >= _A_TIME:
            self.flush()

    def change(self, table: Table, *which: Any, **values: Any) -> None:
        """Change rows, also those that wait."""
        self.flush()
        self._connection.execute(table.update().where(table.c.street == self.street, *which).values(**values))

    def rows(self, statement: Any) -> Sequence[Any]:
        """What stands in the tables by now."""
        self.flush()
        return self._connection.execute(statement).all()

    def flush(self) -> None:
        """Write what waits."""
        for table in tables.metadata.sorted_tables:
            rows = self._rows.pop(table.name, None)
            if rows:
                prepared = self._compiler.insert(table, tuple(rows[0]))
                cursor = self._raw.cursor()
                cursor.executemany(prepared.sql, _bound(prepared, rows))
                cursor.close()
        self._waiting = 0

    def act(
        self,
        at: datetime,
        connection: str,
        hook: str,
        subject: tuple[str, str, str],
        asked: dict[str, Any],
        said: dict[str, Any] | None,
    ) -> str:
        """An operation that has succeeded; without an answer, one that waits for a person."""
        id_ = self.id(at)
        kind, about, part = subject
        self.put(
            tables.operation,
            id=id_,
            connection=connection,
            hook=hook,
            subject_kind=kind,
            subject=about,
            part=part,
            state="review" if said is None else "succeeded",
            fence=1,
            tries=1,
            request={"operation": id_, **asked},
            sealed=None,
            outcome={} if said is None else {"detail": said, "reason": {}},
            reason="",
            original="",
            planned_at=at,
            sent_at=at,
            due_at=None,
        )
        return id_

    # books

    def enter(self, book: str, at: datetime, kind: str, subject: str, money: Amounts, points: Amounts = ()) -> None:
        """One entry; what is zero is left out, and an entry of nothing is not made."""
        known = [(CNY, *one) for one in money if one[1]] + [(PTS, *one) for one in points if one[1]]
        if not known:
            return
        entries, head, receipts = self._books.get(book, (0, "", 0))
        place = {"book": book, "no": entries + 1}
        rows = [
            {**place, "seq": seq, "account": account, "unit": unit, "amount": amount}
            for seq, (unit, account, amount) in enumerate(known, 1)
        ]
        first = {**place, "at": at, "kind": kind, "subject": subject}
        digest = entry_hash(self.street, first, rows, head)
        self.put(tables.entry, **first, previous=head, hash=digest)
        for row in rows:
            self.put(tables.posting, **row)
        self._books[book] = entries + 1, digest, receipts

    def next_receipt(self, book: str) -> int:
        """The next number of a book."""
        entries, head, receipts = self._books.get(book, (0, "", 0))
        self._books[book] = entries, head, receipts + 1
        return receipts + 1

    def _write_books(self) -> None:
        for book, (entries, head, receipts) in self._books.items():
            self.change(tables.book, tables.book.c.id == book, entries=entries, head=head, receipts=receipts)


def _bound(prepared: Prepared, rows: Sequence[dict[str, Any]]) -> list[Any]:
    """Rows as the driver wants them: as `Prepared.bind` does it, with what is the same for all rows done once."""
    if prepared.order is None:
        return [prepared.bind(row) for row in rows]
    columns = [(name, prepared.convert.get(name)) for name in prepared.order if name in rows[0]]
    if len(columns) < len(prepared.order):
        return [prepared.bind(row) for row in rows]
    return [tuple([row[name] if convert is None else convert(row[name]) for name, convert in columns]) for row in rows]
