"""Transactions. Everything that reads or writes does so through a `Tx`, which belongs to one street.

A statement without the street among its parameters is refused before it is sent. On PostgreSQL the street is also
set on the database connection, where row-level security compares it with every row a second time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, TypeVar, cast
from weakref import WeakSet

from sqlalchemy import BindParameter, Connection, Engine, Executable, Insert, Row, Table, bindparam, insert, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql import visitors
from sqlalchemy.sql.visitors import ExternallyTraversible

from jiedao.clock import Clock


def param(name: str) -> BindParameter[Any]:
    """A parameter of a statement; the value is given to `Tx` under the same name.

    The prefix keeps it apart from the columns, which SQLAlchemy would otherwise set in an UPDATE.
    """
    return bindparam(f"p_{name}")


STREET: BindParameter[str] = param("street")
"""Every statement compares its tables' street with this parameter; `Tx` fills it in."""

_SET_STREET = text("SELECT set_config('jiedao.street', :street, false)")
_SERVER_NOW = text("SELECT clock_timestamp()")
_PATIENCE = 20
Result = TypeVar("Result")
_scoped: WeakSet[Executable] = WeakSet()


class AlreadyThere(Exception):
    """A unique key is taken; the transaction must be rolled back."""


class Overtaken(Exception):
    """Another transaction changed the thing first; begin again with what it is now."""


class Tx:
    """One transaction of one street."""

    def __init__(self, connection: Connection, street: str, now: datetime, shared_now: datetime) -> None:
        self._connection = connection
        self.street = street
        self.now = now
        self.shared_now = shared_now
        """The clock that all workers share, for leases and due times."""
        self.planned: list[Any] = []
        """Operations whose intent this transaction commits; `jiedao.operations` performs them afterwards."""
        self.on_commit: list[Callable[[], object]] = []
        """Run once the transaction is committed, and only then."""

    def rows(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        """All rows of a query."""
        return cast(Sequence[Row[Any]], self._execute(statement, values).all())

    def first(self, statement: Executable, **values: Any) -> Row[Any] | None:
        """The only row of a query, or None."""
        return cast(Row[Any] | None, self._execute(statement, values).one_or_none())

    def change(self, statement: Executable, **values: Any) -> int:
        """How many rows an UPDATE or DELETE touched; zero on a conditional one means: somebody else was first."""
        return int(self._execute(statement, values).rowcount)

    def add(self, table: Table, **values: Any) -> None:
        """Insert one row; `AlreadyThere` when its key is taken."""
        self._insert(table, {"street": self.street, **values})

    def add_all(self, table: Table, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows with the same columns in one go."""
        if rows:
            self._insert(table, [{"street": self.street, **row} for row in rows])

    def _insert(self, table: Table, values: dict[str, Any] | list[dict[str, Any]]) -> None:
        try:
            self._connection.execute(_insert_into(table), values)
        except IntegrityError as refused:
            if _is_unique(refused):
                raise AlreadyThere(table.name) from refused
            raise

    def _execute(self, statement: Executable, values: dict[str, Any]) -> Any:
        if statement not in _scoped:
            _check_scope(statement)
        given = {f"p_{name.rstrip('_')}": value for name, value in values.items()}
        return self._connection.execute(statement, {STREET.key: self.street, **given})


@lru_cache(maxsize=256)
def _insert_into(table: Table) -> Insert:
    return insert(table)


def _check_scope(statement: Executable) -> None:
    elements = visitors.iterate(cast(ExternallyTraversible, statement))
    if not any(isinstance(element, BindParameter) and element.key == STREET.key for element in elements):
        raise ValueError(f"a statement that is not scoped to its street: {statement}")
    _scoped.add(statement)


def _is_unique(refused: IntegrityError) -> bool:
    state = getattr(refused.orig, "sqlstate", None)
    return state == "23505" or "UNIQUE constraint failed" in str(refused.orig)


class Store:
    """The database of one installation."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer. Waiting for a lock of our own is fair; waiting for SQLite's is polling.
        self._writer: AbstractContextManager[Any] = threading.Lock() if self._sqlite else nullcontext()
        self._skewed = timedelta(0)
        self._skew_until = 0.0
        self._readers = engine.execution_options(jiedao_reading=True)

    @contextmanager
    def write(self, street: str) -> Iterator[Tx]:
        """A transaction that commits at the end of the block, or leaves nothing."""
        with self._writer, self.engine.connect() as connection:
            with _committing(connection, street) as began:
                tx = self._tx(began, street)
                yield tx
            for act in tx.on_commit:
                act()

    def retrying(self, street: str, work: Callable[[Tx], Result]) -> Result:
        """Run `work` in a transaction, again from the start whenever another transaction was first."""
        for _ in range(_PATIENCE):
            with suppress(Overtaken), self.write(street) as tx:
                return work(tx)
        raise Overtaken(f"lost {_PATIENCE} times in a row")

    @contextmanager
    def read(self, street: str) -> Iterator[Tx]:
        """A transaction for reading; on SQLite it does not wait for the writer."""
        with self._readers.connect() as connection, _committing(connection, street) as began:
            yield self._tx(began, street)

    def _tx(self, began: Connection, street: str) -> Tx:
        now = self.clock()
        return Tx(began, street, now, now + self._skew())

    def _skew(self) -> timedelta:
        """How far the database server's clock is ahead of ours, measured once a minute (PostgreSQL only)."""
        if not self._sqlite and time.monotonic() >= self._skew_until:
            with self.engine.connect() as connection:
                self._skewed = connection.execute(_SERVER_NOW).scalar_one() - self.clock()
            self._skew_until = time.monotonic() + 60
        return self._skewed

    def streets(self) -> list[str]:
        """Codes of all streets of the installation, for workers."""
        with self._readers.connect() as connection:
            return [row.street for row in connection.execute(text("SELECT street FROM street ORDER BY street"))]

    def close(self) -> None:
        """Give the database connections back."""
        self.engine.dispose()


@contextmanager
def _committing(connection: Connection, street: str) -> Iterator[Connection]:
    """Begin, say which street it is (PostgreSQL), commit at the end.

    The setting is for the session, so that it costs one statement for each database connection and not one for
    each transaction. PostgreSQL takes it back when its transaction is rolled back, so it is only believed after a
    commit.
    """
    info = connection.info
    with connection.begin():
        if connection.dialect.name == "postgresql" and info.pop("street", None) != street:
            connection.execute(_SET_STREET, {"street": street})
        else:
            info.pop("street", None)
        yield connection
    info["street"] = street


def later(moment: datetime, seconds: float) -> datetime:
    """A moment some seconds on."""
    return moment + timedelta(seconds=seconds)
