"""Statements sent straight to the driver, writes many at a time.

A visit takes some sixty statements, and what each costs in SQLAlchemy's execution machinery and in waiting for
PostgreSQL to answer is most of its price. Statements are still built and compiled by SQLAlchemy, once, and its types
convert every value; then only values are sent, and on PostgreSQL writes go in one pipeline, so that a transaction
waits once and not forty times. Nothing else of the house touches a driver.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from sqlalchemy import ClauseElement, Connection, Dialect, Executable, SelectBase, Table, insert
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.dml import UpdateBase

_UNIQUE: Final = "23505"


class AlreadyThere(Exception):
    """A unique key is taken; the transaction must be rolled back. `table` says in which table."""

    def __init__(self, table: str) -> None:
        super().__init__(table)
        self.table = table


class Row(tuple[Any, ...]):
    """One row of a result; its columns are attributes."""

    __slots__ = ()
    columns: ClassVar[tuple[str, ...]] = ()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """A column."""

    def _asdict(self) -> dict[str, Any]:
        """The row by column name."""
        return dict(zip(self.columns, self, strict=True))


@dataclass(frozen=True, slots=True)
class Shape:
    """How the rows of a query are read: their class, and how each converted column is turned into ours."""

    row: type[Row]
    convert: tuple[tuple[int, Callable[[Any], Any]], ...]

    def read(self, raw: Sequence[Any]) -> Row:
        """A row as the driver gave it."""
        if not self.convert:
            return self.row(raw)
        values = list(raw)
        for place, convert in self.convert:
            values[place] = convert(values[place])
        return self.row(values)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A compiled statement: its text, its fixed values, and how each given value is turned into the driver's."""

    sql: str
    fixed: Mapping[str, Any]
    convert: Mapping[str, Callable[[Any], Any]]
    order: tuple[str, ...] | None
    """Names in the order of the placeholders; None where the driver takes names."""
    shape: Shape | None = None
    """Of a query, or of a change that returns what it made of its rows."""

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
        self._others: dict[Executable, Prepared] = {}

    def insert(self, table: Table, columns: tuple[str, ...]) -> Prepared:
        """An INSERT of these columns; the others get their defaults."""
        key = (table.name, columns)
        if key not in self._inserts:
            defaults = _defaults(table, columns)
            self._inserts[key] = self._prepare(insert(table), [*columns, *defaults], defaults)
        return self._inserts[key]

    def other(self, statement: Executable) -> Prepared:
        """A statement with its own parameters."""
        if statement not in self._others:
            self._others[statement] = self._prepare(cast(ClauseElement, statement), None, {})
        return self._others[statement]

    def _prepare(self, statement: ClauseElement, columns: list[str] | None, fixed: dict[str, Any]) -> Prepared:
        expanded = {"render_postcompile": True}
        made = statement.compile(dialect=self._dialect, column_keys=columns, compile_kwargs=expanded)
        compiled = cast(SQLCompiler, made)
        given = {name for bind, name in compiled.bind_names.items() if bind.required}
        literals = {name: value for name, value in compiled.params.items() if name not in given}
        order = tuple(compiled.positiontup) if compiled.positiontup is not None else None
        columns_back = _columns_back(statement)
        shape = self._shape(columns_back) if columns_back else None
        return Prepared(str(compiled), {**literals, **fixed}, _converters(compiled, self._dialect), order, shape)

    def _shape(self, columns: Sequence[Any]) -> Shape:
        names = tuple(str(column.name) for column in columns)
        members = {name: property(itemgetter(place)) for place, name in enumerate(names)}
        row = type("Row", (Row,), {"__slots__": (), "columns": names, **members})
        return Shape(row, tuple(self._readers(columns)))

    def _readers(self, columns: Sequence[Any]) -> Iterator[tuple[int, Callable[[Any], Any]]]:
        for place, column in enumerate(columns):
            reader = column.type.dialect_impl(self._dialect).result_processor(self._dialect, None)
            if reader is not None:
                yield place, reader


def fetch(connection: Connection, prepared: Prepared, values: Any) -> list[Row]:
    """All rows of a query."""
    if prepared.shape is None:
        raise TypeError(f"not a query: {prepared.sql}")
    cursor = _raw(connection).execute(prepared.sql, values)
    rows = [prepared.shape.read(raw) for raw in cursor.fetchall()]
    cursor.close()
    return rows


def count(connection: Connection, prepared: Prepared, values: Any) -> int:
    """How many rows an UPDATE or DELETE touched."""
    cursor = _raw(connection).execute(prepared.sql, values)
    touched = int(cursor.rowcount)
    cursor.close()
    return touched


def send(connection: Connection, writes: Sequence[Write]) -> None:
    """Send writes in their order; `AlreadyThere` when a unique key is taken."""
    raw = _raw(connection)
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


def _columns_back(statement: ClauseElement) -> Sequence[Any]:
    if isinstance(statement, SelectBase):
        return list(statement.selected_columns)
    return list(statement.exported_columns) if isinstance(statement, UpdateBase) else ()


def _raw(connection: Connection) -> Any:
    return connection.connection.driver_connection


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
