"""Rows of every kind, put straight into the tables, and bodies that a document allows: for tests of all endpoints.

What is planted means nothing; it is there, it has an id, and it belongs to a street.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, String, Table

from jiedao.ids import new_id
from jiedao.store import tables
from jiedao.store.types import Instant
from jiedao.store.unit import Tx

WORDS = "说明：看过经办系统的记录"


class Garden:
    """The rows planted in one transaction; a row that others belong to is planted once."""

    def __init__(self, tx: Tx, known: Mapping[str, Mapping[str, Any]]) -> None:
        self._tx = tx
        self.rows: dict[str, dict[str, Any]] = {table: dict(row) for table, row in known.items()}

    def plant(self, name: str, **given: Any) -> dict[str, Any]:
        """The row of a table, planted with what it belongs to unless it is there."""
        if name not in self.rows:
            table = tables.metadata.tables[name]
            row = {column.name: value for column in table.columns if (value := _value(column)) is not None}
            row |= self._parents(table) | given
            row.pop("street", None)
            self._tx.add(table, **row)
            self.rows[name] = row
        return self.rows[name]

    def _parents(self, table: Table) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for constraint in table.foreign_key_constraints:
            parent = self.plant(constraint.referred_table.name)
            for mine, theirs in zip(constraint.columns, constraint.elements, strict=True):
                if mine.name != "street":
                    found[mine.name] = parent[theirs.column.name]
        return found


def _value(column: Any) -> Any:
    """Something that a column takes; None where it may be missing or has a default."""
    if column.primary_key or column.name == "id":
        return 1 if isinstance(column.type, Integer) else new_id()
    if column.nullable or column.default is not None:
        return None
    return _OF[next(kind for kind in _OF if isinstance(column.type, kind))]


_OF: dict[Any, Any] = {
    Instant: datetime(2026, 11, 20, 1, 0, tzinfo=UTC),
    Date: date(2026, 11, 20),
    Boolean: False,
    JSON: {},
    LargeBinary: b"sealed",
    Integer: 1,
    String: "x",
}


def body(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Any:
    """The smallest value that a schema of a document allows, made of harmless words."""
    if "$ref" in schema:
        return body(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]])
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return body(document, schema[several][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "object")
    return _KINDS[kind if isinstance(kind, str) else kind[0]](document, schema)


def _object(document: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    inner = schema.get("properties", {})
    return {name: body(document, inner[name]) for name in schema.get("required", ())}


def _words(document: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    known = {"date": "2026-11-20", "date-time": "2026-11-20T09:00:00+08:00", "time": "09:00"}
    if schema.get("format") in known:
        return known[schema["format"]]
    return WORDS[: schema.get("maxLength", len(WORDS))]


_KINDS: dict[str, Any] = {
    "object": _object,
    "array": lambda document, schema: [body(document, schema["items"])] * schema.get("minItems", 0),
    "string": _words,
    "integer": lambda _, schema: max(schema.get("minimum", 1), 1),
    "number": lambda _, schema: max(schema.get("minimum", 1), 1),
    "boolean": lambda *_: True,
}
