"""Writes sent straight to the driver, many at a time.

A visit writes some forty rows, and what each costs in SQLAlchemy's execution machinery and in waiting for PostgreSQL to
answer is most of its price. Statements are still built and compiled by SQLAlchemy, once; then they are sent with bound
values only, and on PostgreSQL in one pipeline, so that a transaction waits once and not forty times. Nothing else of
the house touches a driver.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Connection, Dialect, Insert, Table, Update, insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

_UNIQUE: Final = "23505"


class AlreadyThere(Exception):
    """A unique key is taken; the transaction must be rolled back. `table` says in which table."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled statement: its text, its fixed values, and how each given value is turned into the driver's."""

    sql: str
    fixed: Mapping[str, Any]
    convert: Mapping[str, Callable[[Any], Any]]
    order: tuple[str, ...] | None
    """Names in the order of the placeholders; None where the driver takes names."""
    table: str

    def bind(self, values: Mapping[str, Any]) -> Any:
        """Values as the driver wants them."""
        given = {**self.fixed, **values}
        for name, convert in self.convert.items():
            given[name] = convert(given[name])
        return given if self.order is None else tuple(given[name] for name in self.order)


Write = tuple[Prepared, Any]


class Compiler:
    """Compiles each statement once for one kind of database."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._inserts: dict[tuple[str, tuple[str, ...]], Prepared] = {}
        self._others: dict[UpdateBase, Prepared] = {}

    def insert(self, table: Table, columns: tuple[str, ...]) -> Prepared:
        """An INSERT of these columns; the others get their defaults."""
        key = (table.name, columns)
        if key not in self._inserts:
            defaults = _defaults(table, columns)
            self._inserts[key] = self._prepare(insert(table), table, [*columns, *defaults], defaults)
        return self._inserts[key]

    def other(self, statement: UpdateBase) -> Prepared:
        """An UPDATE or DELETE with its own parameters."""
        if statement not in self._others:
            table = cast(Table, cast(Update, statement).table)
            self._others[statement] = self._prepare(statement, table, None, {})
        return self._others[statement]

    def _prepare(
        self, statement: UpdateBase | Insert, table: Table, columns: list[str] | None, fixed: dict[str, Any]
    ) -> Prepared:
        expanded = {"render_postcompile": True}
        compiled = statement.compile(dialect=self._dialect, column_keys=columns, compile_kwargs=expanded)
        literals = {name: value for name, value in compiled.params.items() if value is not None}
        order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        return Prepared(str(compiled), {**literals, **fixed}, _converters(compiled, self._dialect), order, table.name)


def send(connection: Connection, writes: Sequence[Write]) -> None:
    """Send writes in their order; `AlreadyThere` when a unique key is taken."""
    raw = cast(Any, connection.connection.driver_connection)
    try:
        if connection.dialect.name == "postgresql":
            with raw.pipeline(), raw.cursor() as cursor:
                for prepared, values in writes:
                    cursor.execute(prepared.sql, values)
        else:
            for prepared, values in writes:
                raw.execute(prepared.sql, values)
    except Exception as refused:
        if (table := _taken(refused)) is not None:
            raise AlreadyThere(table) from refused
        raise


def _taken(refused: Exception) -> str | None:
    """The table whose unique key is taken, if that is what the driver says."""
    if getattr(refused, "sqlstate", None) == _UNIQUE:
        return str(cast(Any, refused).diag.table_name)
    words = str(refused)
    if words.startswith("UNIQUE constraint failed: "):
        return words.removeprefix("UNIQUE constraint failed: ").split(".")[0]
    return None


def _defaults(table: Table, columns: tuple[str, ...]) -> dict[str, Any]:
    return {
        column.name: cast(Any, column.default).arg
        for column in table.columns
        if column.default is not None and column.name not in columns
    }


def _converters(compiled: SQLCompiler, dialect: Dialect) -> dict[str, Callable[[Any], Any]]:
    found: dict[str, Callable[[Any], Any]] = {}
    for bind, name in compiled.bind_names.items():
        convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None and name in compiled.params:
            found[name] = convert
    return found
