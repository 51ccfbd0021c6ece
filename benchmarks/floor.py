"""The floor under a visit: the rows that it writes, in as many commits, sent as plain SQL through the bare driver.

One visit is recorded as the driver saw it. The floor sends its INSERTs and UPDATEs again with fresh keys: no reads, no
rules, no Python in between. It is what the database and the driver alone cost, and no platform can be faster.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event

from jiedao.ids import new_id
from jiedao.store.unit import Store

_ID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{20}\b")
_NUMBERED = ("entry", "posting", "receipt")


@dataclass
class Recording:
    """What one visit sent: writes with their parameters, by transaction; reads are only counted."""

    transactions: list[list[tuple[str, Any]]] = field(default_factory=lambda: [[]])
    statements: int = 0
    commits: int = 0

    @property
    def writes(self) -> list[list[tuple[str, Any]]]:
        """The transactions that write."""
        return [transaction for transaction in self.transactions if transaction]

    @property
    def write_count(self) -> int:
        """How many statements write."""
        return sum(map(len, self.transactions))


@contextmanager
def recording(store: Store, found: Recording) -> Iterator[None]:
    """Record everything that goes to the database of a store."""

    def statement(sql: str, given: Any) -> None:
        found.statements += 1
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            found.transactions[-1].append((sql, given))

    def commit(_c: Any) -> None:
        found.commits += bool(found.transactions[-1])
        found.transactions.append([])

    event.listen(store.engine, "commit", commit)
    store.watch = statement
    try:
        yield
    finally:
        store.watch = None
        event.remove(store.engine, "commit", commit)


class Floor:
    """Sends a recorded visit again and again on one bare connection."""

    def __init__(self, store: Store, street: str, recorded: Recording, known: set[str], book: str, bill: str) -> None:
        self._recorded, self._known = recorded, known
        self._book, self._bill = book, bill
        self._connection = store.engine.raw_connection()
        self._sqlite = store.engine.dialect.name == "sqlite"
        if not self._sqlite:
            self._connection.cursor().execute("SELECT set_config('jiedao.street', %s, false)", (street,))
            self._connection.commit()

    def visit(self) -> None:
        """The rows of one visit."""
        fresh = self._renamer()
        cursor = self._connection.cursor()
        for transaction in self._recorded.writes:
            if self._sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            for sql, given in transaction:
                cursor.execute(sql, fresh(sql, given))
            self._connection.commit()
        cursor.close()

    def close(self) -> None:
        """Give the connection back."""
        self._connection.close()

    def _renamer(self) -> Callable[[str, Any], Any]:
        """Replaces the keys of the recorded visit by new ones, the same ones throughout."""
        names: dict[str, str] = {}

        def new(match: re.Match[str]) -> str:
            return match[0] if match[0] in self._known else names.setdefault(match[0], new_id())

        unique = new_id()

        def value(sql: str, given: Any) -> Any:
            if not isinstance(given, str):
                return given
            if given == self._book and any(sql.startswith(f"INSERT INTO {table} ") for table in _NUMBERED):
                return unique
            return _ID.sub(new, given).replace(self._bill, unique)

        def row(sql: str, given: Any) -> Any:
            if isinstance(given, dict):
                return {key: value(sql, item) for key, item in given.items()}
            return tuple(value(sql, item) for item in given)

        return row
