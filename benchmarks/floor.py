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

from sqlalchemy import Engine, event

from jiedao.ids import new_id

_ID = re.compile(r"\b[0-9A-HJKMNP-TV-Z]{20}\b")
_NUMBERED = ("entry", "posting", "receipt")


@dataclass
class Recording:
    """What one visit sent: statements with their parameters, by transaction; reads are only counted."""

    transactions: list[list[tuple[str, Any, bool]]] = field(default_factory=lambda: [[]])
    statements: int = 0
    commits: int = 0

    @property
    def writes(self) -> list[list[tuple[str, Any, bool]]]:
        """The transactions that write."""
        return [transaction for transaction in self.transactions if transaction]


@contextmanager
def recording(engine: Engine) -> Iterator[Recording]:
    """Record everything that passes the driver of an engine."""
    found = Recording()

    def statement(_c: Any, _cursor: Any, sql: str, given: Any, _context: Any, many: bool) -> None:
        found.statements += not sql.startswith("BEGIN")
        if sql.startswith(("INSERT", "UPDATE", "DELETE")):
            found.transactions[-1].append((sql, given, many))

    def commit(_c: Any) -> None:
        found.commits += bool(found.transactions[-1])
        found.transactions.append([])

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "commit", commit)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", statement)
        event.remove(engine, "commit", commit)


class Floor:
    """Sends a recorded visit again and again on one bare connection."""

    def __init__(self, engine: Engine, recorded: Recording, known: set[str], book: str, bill: str) -> None:
        self._engine, self._recorded, self._known = engine, recorded, known
        self._book, self._bill = book, bill
        self._connection = engine.raw_connection()
        self._sqlite = engine.dialect.name == "sqlite"

    def visit(self) -> None:
        """The rows of one visit."""
        fresh = self._renamer()
        cursor = self._connection.cursor()
        for transaction in self._recorded.writes:
            if self._sqlite:
                cursor.execute("BEGIN IMMEDIATE")
            for sql, given, many in transaction:
                if many:
                    cursor.executemany(sql, [fresh(sql, row) for row in given])
                else:
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
