"""What EMS has in its books: orders, what happened to items, and what was pushed of it.

Every effect is committed before it is returned. States of an order: created, cancelled. An item that has an event is
in the post's hands and cannot be cancelled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jiedao_connectors.ems.values import is_item_number
from jiedao_sandbox.books import Books, Row

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS orders (
    id INTEGER PRIMARY KEY,
    interface TEXT NOT NULL,
    number TEXT NOT NULL UNIQUE,
    waybill TEXT NOT NULL UNIQUE,
    product TEXT NOT NULL,
    weight INTEGER NOT NULL,
    sent TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY,
    waybill TEXT NOT NULL,
    code TEXT NOT NULL,
    at TEXT NOT NULL,
    office TEXT NOT NULL,
    manner TEXT NOT NULL,
    failure TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS events_by_waybill ON events (waybill);
CREATE TABLE IF NOT EXISTS pushes (
    id INTEGER PRIMARY KEY,
    serial TEXT NOT NULL,
    waybill TEXT NOT NULL,
    variant TEXT NOT NULL,
    status INTEGER NOT NULL,
    acknowledged INTEGER NOT NULL
);
"""

_FIRST_WAYBILL: Final = 1_100_000_000_000


class Objection(Exception):
    """Why something was not done, as one of the words below."""


DUPLICATE, UNKNOWN, TAKEN, CANCELLED, NUMBER = "duplicate", "unknown", "taken", "cancelled", "number"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a customer wants sent; `sent` is all that came over the wire."""

    interface: str
    number: str
    waybill: str
    product: str
    weight: int
    sent: Mapping[str, Any]


class Post:
    """The books with their rules."""

    def __init__(self, directory: Path) -> None:
        self._books = Books(directory, "ems", SCHEMA)

    def create(self, wanted: Wanted) -> Row:
        """Enter an order. The same number of the customer a second time is refused, whatever it asks for."""
        with self._books.writing() as write:
            if self.order(wanted.number) is not None:
                raise Objection(DUPLICATE)
            number = self._next()
            waybill = wanted.waybill or str(_FIRST_WAYBILL + number)
            if not is_item_number(waybill) or self.item(waybill) is not None:
                raise Objection(NUMBER)
            sent = json.dumps(wanted.sent, ensure_ascii=False)
            values = (number, wanted.interface, wanted.number, waybill, wanted.product, wanted.weight, sent)
            write.execute("INSERT INTO orders VALUES (?, ?, ?, ?, ?, ?, ?, 'created', '')", values)
            return {"number": wanted.number, "waybill": waybill, "product": wanted.product}

    def cancel(self, number: str, waybill: str, reason: str) -> None:
        """Take an order back."""
        with self._books.writing() as write:
            order = self.order(number)
            if order is None or order["waybill"] != waybill:
                raise Objection(UNKNOWN)
            if order["state"] == "cancelled":
                raise Objection(CANCELLED)
            if self.events(waybill):
                raise Objection(TAKEN)
            write.execute("UPDATE orders SET state = 'cancelled', reason = ? WHERE number = ?", (reason, number))

    def order(self, number: str) -> Row | None:
        """By the customer's own number."""
        return self._books.row("SELECT * FROM orders WHERE number = ?", number)

    def item(self, waybill: str) -> Row | None:
        """By the number on the item."""
        return self._books.row("SELECT * FROM orders WHERE waybill = ?", waybill)

    def events(self, waybill: str) -> list[Row]:
        """What happened to an item, in the order of writing."""
        return self._books.rows("SELECT * FROM events WHERE waybill = ? ORDER BY id", waybill)

    def happen(self, waybill: str, code: str, at: str, office: str, manner: str, failure: str) -> None:
        """One more event of an item."""
        with self._books.writing() as write:
            write.execute(
                "INSERT INTO events (waybill, code, at, office, manner, failure) VALUES (?, ?, ?, ?, ?, ?)",
                (waybill, code, at, office, manner, failure),
            )

    def pushed(self, serial: str, waybill: str, variant: str, status: int, acknowledged: bool) -> None:
        """One push went out; `status` is 0 where nobody answered."""
        with self._books.writing() as write:
            write.execute(
                "INSERT INTO pushes (serial, waybill, variant, status, acknowledged) VALUES (?, ?, ?, ?, ?)",
                (serial, waybill, variant, status, int(acknowledged)),
            )

    def dump(self) -> dict[str, Any]:
        """All tables."""
        return self._books.dump()

    def close(self) -> None:
        """Close the books."""
        self._books.close()

    def _next(self) -> int:
        found = self._books.row("SELECT coalesce(max(id), 0) + 1 AS n FROM orders")
        return int(found["n"]) if found else 1
