"""Durable books of a stand-in: one SQLite file that survives kill -9 and is shared by all threads of the server.

What a stand-in has answered must stand in its books, so every `writing` block is on disk when it ends.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

Row: TypeAlias = dict[str, Any]


class Books:
    """The tables of one stand-in in ``directory/<name>.sqlite``; `schema` is run as CREATE TABLE IF NOT EXISTS."""

    def __init__(self, directory: Path, name: str, schema: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._database = sqlite3.connect(directory / f"{name}.sqlite", isolation_level=None, check_same_thread=False)
        self._database.row_factory = _as_dict
        self._database.execute("PRAGMA journal_mode=WAL")
        # NORMAL would lose the last commits in a power cut, although the answer had gone out.
        self._database.execute("PRAGMA synchronous=FULL")
        self._database.executescript(schema)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, alone in the process: on disk at the end of the block, undone by an exception."""
        with self._lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def rows(self, query: str, *values: object) -> list[Row]:
        """All rows of a query as dictionaries; inside `writing` it sees what was written so far."""
        with self._lock:
            found: list[Row] = self._database.execute(query, values).fetchall()
            return found

    def row(self, query: str, *values: object) -> Row | None:
        """The first row of a query."""
        found = self.rows(query, *values)
        return found[0] if found else None

    def dump(self) -> dict[str, list[Row]]:
        """Every table with its rows in the order of writing, for ``GET /_sandbox/books``."""
        names = self.rows("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        # The names are our own, from the schema; a table name cannot be a bound value.
        return {str(n["name"]): self.rows(f'SELECT * FROM "{n["name"]}" ORDER BY rowid') for n in names}  # noqa: S608

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Books:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _as_dict(cursor: sqlite3.Cursor, values: tuple[Any, ...]) -> Row:
    return {column[0]: value for column, value in zip(cursor.description, values, strict=True)}
