"""The books of the stand-in: folders of drafts, envelopes that were sent, what became of each item, complaints."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jiedao_sandbox.books import Books, Row

SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS buffers (
    id INTEGER PRIMARY KEY,
    note TEXT NOT NULL,
    office INTEGER,
    card INTEGER,
    day TEXT NOT NULL,
    active INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS envelopes (
    id INTEGER PRIMARY KEY,
    status TEXT NOT NULL,
    office INTEGER NOT NULL,
    day TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS shipments (
    number TEXT PRIMARY KEY,
    guid TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    content TEXT NOT NULL,
    buffer INTEGER,
    envelope INTEGER REFERENCES envelopes (id)
);
CREATE INDEX IF NOT EXISTS shipments_by_buffer ON shipments (buffer);
CREATE INDEX IF NOT EXISTS shipments_by_envelope ON shipments (envelope);
CREATE TABLE IF NOT EXISTS proofs (
    guid TEXT PRIMARY KEY,
    status TEXT NOT NULL,
    first_notice TEXT,
    second_notice TEXT,
    place_left TEXT,
    office INTEGER,
    delivered_at TEXT,
    person TEXT,
    class TEXT,
    told_at TEXT,
    returned_at TEXT,
    reason TEXT,
    more TEXT,
    signature TEXT
);
CREATE TABLE IF NOT EXISTS complaints (
    id INTEGER PRIMARY KEY,
    guid TEXT NOT NULL,
    main INTEGER NOT NULL,
    detail INTEGER NOT NULL,
    says TEXT NOT NULL,
    claimed INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS verdict (one INTEGER PRIMARY KEY CHECK (one = 1), status TEXT NOT NULL);
INSERT OR IGNORE INTO buffers VALUES (1, '', NULL, NULL, '2026-01-01', 1);
INSERT OR IGNORE INTO verdict VALUES (1, 'WYSLANY');
"""

_PROOF: Final = (
    *("status", "first_notice", "second_notice", "place_left", "office", "delivered_at", "person", "class"),
    *("told_at", "returned_at", "reason", "more", "signature"),
)


class PostBook:
    """The books with their rules; every method that writes is one transaction."""

    def __init__(self, directory: Path) -> None:
        self._books = Books(directory, "enadawca", SCHEMA)

    def buffers(self) -> list[Row]:
        """All folders."""
        return self._books.rows("SELECT * FROM buffers ORDER BY id")

    def buffer(self, asked: str | None) -> int | None:
        """The folder that is asked for, or the active one; None when there is no such folder."""
        found = self._books.row("SELECT id FROM buffers WHERE iif(? IS NULL, active, id = ?)", asked, asked)
        return int(found["id"]) if found else None

    def open_buffer(self, note: str, office: str | None, card: str | None, day: str) -> Row:
        """A new folder."""
        with self._books.writing() as write:
            made = write.execute("INSERT INTO buffers VALUES (NULL, ?, ?, ?, ?, 0)", (note, office, card, day))
            return self._one("SELECT * FROM buffers WHERE id = ?", made.lastrowid)

    def add(self, guid: str, number: str, type_: str, content: str, buffer: int) -> Row | None:
        """Write a draft; None when the guid or the number is taken. Without a number, the next one of the post."""
        with self._books.writing() as write:
            try:
                write.execute(
                    "INSERT INTO shipments VALUES (?, ?, ?, ?, ?, NULL)",
                    (number or self._next_number(), guid, type_, content, buffer),
                )
            except sqlite3.IntegrityError:
                return None
            return self.shipment(guid)

    def shipment(self, guid: str) -> Row | None:
        """The shipment with a guid."""
        return self._books.row("SELECT * FROM shipments WHERE guid = ?", guid)

    def drafts(self, buffer: int) -> list[Row]:
        """What lies in a folder."""
        return self._books.rows("SELECT * FROM shipments WHERE buffer = ? ORDER BY rowid", buffer)

    def contents(self, envelope: str) -> list[Row]:
        """What was sent in an envelope, with its day."""
        return self._books.rows(
            "SELECT s.*, e.day FROM shipments s JOIN envelopes e ON e.id = s.envelope WHERE e.id = ? ORDER BY s.rowid",
            envelope,
        )

    def move(self, guid: str, source: int, target: int) -> bool:
        """Move a draft; False when it does not lie in the source."""
        with self._books.writing() as write:
            moved = write.execute(
                "UPDATE shipments SET buffer = ? WHERE guid = ? AND buffer = ?", (target, guid, source)
            )
            return moved.rowcount == 1

    def clear(self, guid: str, buffer: int) -> bool:
        """Throw a draft away; False when it does not lie in the folder."""
        with self._books.writing() as write:
            return write.execute("DELETE FROM shipments WHERE guid = ? AND buffer = ?", (guid, buffer)).rowcount == 1

    def send(self, buffer: int, office: str, status: str = "") -> Row | None:
        """Send a folder as an envelope, in a state or the one that is set; None when it is empty.

        A folder that is not the active one is gone then.
        """
        with self._books.writing() as write:
            if not self.drafts(buffer):
                return None
            status = status or self._one("SELECT status FROM verdict")["status"]
            made = write.execute("INSERT INTO envelopes VALUES (NULL, ?, ?, ?)", (status, office, today()))
            write.execute("UPDATE shipments SET buffer = NULL, envelope = ? WHERE buffer = ?", (made.lastrowid, buffer))
            write.execute("DELETE FROM buffers WHERE id = ? AND NOT active", (buffer,))
            return self._one("SELECT * FROM envelopes WHERE id = ?", made.lastrowid)

    def send_by_hand(self, buffer: int) -> dict[str, Any]:
        """Send a folder from the post's own screen."""
        return self.send(buffer, "1") or {}

    def envelopes(self, first: str, last: str) -> list[Row]:
        """The envelopes of some days."""
        return self._books.rows("SELECT * FROM envelopes WHERE day BETWEEN ? AND ? ORDER BY id", first, last)

    def envelope(self, id_: str) -> Row | None:
        """One envelope."""
        return self._books.row("SELECT * FROM envelopes WHERE id = ?", id_)

    def receive_as(self, status: str) -> dict[str, Any]:
        """How the next envelopes are received."""
        with self._books.writing() as write:
            write.execute("UPDATE verdict SET status = ?", (status,))
        return {"status": status}

    def decide(self, envelope: int, status: str) -> dict[str, Any]:
        """Change the state of an envelope."""
        with self._books.writing() as write:
            write.execute("UPDATE envelopes SET status = ? WHERE id = ?", (status, envelope))
        return self.envelope(str(envelope)) or {}

    def prove(self, guid: str, **facts: Any) -> dict[str, Any]:
        """Write what became of an item; facts are the columns of `proofs`, and what is not named stays."""
        with self._books.writing() as write:
            write.execute("INSERT OR IGNORE INTO proofs (guid, status) VALUES (?, 'NADANIE')", (guid,))
            for name in _PROOF:
                if name in facts:
                    # Names are our own, from the schema; a column name cannot be a bound value.
                    write.execute(f"UPDATE proofs SET {name} = ? WHERE guid = ?", (facts[name], guid))  # noqa: S608
            return self._one("SELECT * FROM proofs WHERE guid = ?", guid)

    def proof(self, guid: str) -> Row | None:
        """What became of an item."""
        return self._books.row("SELECT * FROM proofs WHERE guid = ?", guid)

    def complain(self, guid: str, main: str, detail: str, says: str, claimed: str) -> str:
        """Take a complaint; its number."""
        with self._books.writing() as write:
            made = write.execute(
                "INSERT INTO complaints VALUES (NULL, ?, ?, ?, ?, ?)", (guid, main, detail, says, claimed)
            )
            return f"R{made.lastrowid:08d}"

    def dump(self) -> dict[str, Any]:
        """All tables."""
        return self._books.dump()

    def close(self) -> None:
        """Close the books."""
        self._books.close()

    def _one(self, query: str, *values: object) -> Row:
        found = self._books.row(query, *values)
        if found is None:
            raise sqlite3.IntegrityError("the row just written is gone")
        return found

    def _next_number(self) -> str:
        """Twenty digits as the post numbers its items: 00, a GS1 number of the sender, and its check digit."""
        taken = self._one("SELECT count(*) + coalesce(max(rowid), 0) + 1 AS n FROM shipments")["n"]
        body = f"0015900773{taken:09d}"
        weighed = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body[2:])))
        return f"{body}{-weighed % 10}"


def today() -> str:
    """The day at the post, in UTC as the whole stand-in."""
    return datetime.now(UTC).date().isoformat()
