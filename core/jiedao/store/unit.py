"""Transactions. Everything that reads or writes does so through a `Tx`, which belongs to one street.

A statement without the street among its parameters is refused before it is sent. On PostgreSQL the street is also
set on the database connection, where row-level security compares it with every row a second time.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar, cast
from weakref import WeakSet

from sqlalchemy import BindParameter, Connection, Engine, Executable, Table, bindparam, text
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.visitors import ExternallyTraversible

from jiedao.clock import Clock
from jiedao.store.direct import Compiler, Prepared, Row, Write, count, fetch, send


def param(name: str) -> BindParameter[Any]:
    """A parameter of a statement; the value is given to `Tx` under the same name.

    The prefix keeps it apart from the columns, which SQLAlchemy would otherwise set in an UPDATE.
    """
    return bindparam(f"p_{name}", required=False)


STREET: BindParameter[str] = param("street")
"""Every statement compares its tables' street with this parameter; `Tx` fills it in."""

_SET_STREET = text("SELECT set_config('jiedao.street', :street, false)")
_SERVER_NOW = text("SELECT clock_timestamp()")
_PATIENCE = 20
Result = TypeVar("Result")
_scoped: WeakSet[Executable] = WeakSet()


class Overtaken(Exception):
    """Another transaction changed the thing first; begin again with what it is now."""


Watch = Callable[[str, Any], object]
Means = tuple[Compiler, Watch | None]


class Tx:
    """One transaction of one street."""

    def __init__(self, connection: Connection, street: str, now: datetime, shared_now: datetime, means: Means) -> None:
        self._connection = connection
        self._compiler, self._watch = means
        self._waiting: list[Write] = []
        self.street = street
        self.now = now
        self.shared_now = shared_now
        """The clock that all workers share, for leases and due times."""
        self.planned: list[Any] = []
        """Operations whose intent this transaction commits; `jiedao.operations` performs them afterwards."""
        self.memo: dict[Any, Any] = {}
        """What a room has read in this transaction and need not read again."""
        self.on_commit: list[Callable[[], object]] = []
        """Run once the transaction is committed, and only then."""
        self.told: list[tuple[str, dict[str, Any]]] = []
        """What happened in this transaction that other programs may hear of (`tell`)."""

    def rows(self, statement: Executable, **values: Any) -> Sequence[Row]:
        """All rows of a query."""
        return self._fetch(statement, values)

    def first(self, statement: Executable, **values: Any) -> Row | None:
        """The only row of a query, or None."""
        rows = self._fetch(statement, values)
        if len(rows) > 1:
            raise LookupError(f"more than one row: {statement}")
        return rows[0] if rows else None

    def change(self, statement: Executable, **values: Any) -> int:
        """How many rows an UPDATE or DELETE touched; zero on a conditional one means: somebody else was first."""
        prepared, bound = self._ready(statement, values)
        return count(self._connection, prepared, bound)

    def put(self, table: Table, *rows: Mapping[str, Any]) -> None:
        """Insert rows, together with the other writes that wait, before the next statement or the commit.

        A taken key shows as `AlreadyThere` only then; use `add` where it is to be caught on the spot.
        """
        for row in rows:
            prepared = self._compiler.insert(table, ("street", *row))
            self._queue(prepared, {"street": self.street, **row})

    def set(self, statement: UpdateBase, **values: Any) -> None:
        """An UPDATE or DELETE whose count nobody needs, sent like `put`."""
        if statement not in _scoped:
            _check_scope(statement)
        self._queue(self._compiler.other(statement), self._given(values))

    def add(self, table: Table, **values: Any) -> None:
        """Insert one row now; `AlreadyThere` when its key is taken."""
        self.put(table, values)
        self.flush()

    def flush(self) -> None:
        """Send the writes that wait."""
        if self._waiting:
            writes, self._waiting = self._waiting, []
            send(self._connection, writes)

    def tell(self, kind: str, /, **data: Any) -> None:
        """Say what happened; ids and amounts only. It is written down with the rest, if anybody listens to it."""
        self.told.append((kind, data))

    def _queue(self, prepared: Prepared, values: Mapping[str, Any]) -> None:
        self._waiting.append(self._bound(prepared, values))

    def _given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {STREET.key: self.street, **{f"p_{name.rstrip('_')}": value for name, value in values.items()}}

    def _fetch(self, statement: Executable, values: dict[str, Any]) -> list[Row]:
        prepared, bound = self._ready(statement, values)
        return fetch(self._connection, prepared, bound)

    def _ready(self, statement: Executable, values: dict[str, Any]) -> Write:
        """A statement that needs its answer at once: what waits goes first."""
        if statement not in _scoped:
            _check_scope(statement)
        self.flush()
        return self._bound(self._compiler.other(statement), self._given(values))

    def _bound(self, prepared: Prepared, values: Mapping[str, Any]) -> Write:
        bound = prepared.bind(values)
        if self._watch:
            self._watch(prepared.sql, bound)
        return prepared, bound


def _check_scope(statement: Executable) -> None:
    elements = visitors.iterate(cast(ExternallyTraversible, statement))
    if not any(isinstance(element, BindParameter) and element.key == STREET.key for element in elements):
        raise ValueError(f"a statement that is not scoped to its street: {statement}")
    _scoped.add(statement)


class Store:
    """The database of one installation."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self.engine = engine
        self.clock = clock
        self._sqlite = engine.dialect.name == "sqlite"
        # SQLite has one writer. Waiting for a lock of our own is fair; waiting for SQLite's is polling.
        self._writer: AbstractContextManager[Any] = threading.Lock() if self._sqlite else nullcontext()
        self._compiler = Compiler(engine.dialect)
        self.watch: Watch | None = None
        """Called with each write as the driver gets it; for measuring, next to SQLAlchemy's own events."""
        self.herald: Callable[[Tx], object] | None = None
        """Called at the end of a transaction in which something was told, to write it down in the same one."""
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
                if tx.told and self.herald:
                    self.herald(tx)
                tx.flush()
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
        return Tx(began, street, now, now + self._skew(), (self._compiler, self.watch))

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
