"""Everything the stand-in knows, durable: Stripe's objects as they are shown, and what each idempotency key did."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, TypeAlias

from jiedao_sandbox.books import Books

Thing: TypeAlias = dict[str, Any]

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS things (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    object TEXT NOT NULL,
    created REAL NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS things_by_object ON things (object, number);
CREATE TABLE IF NOT EXISTS keys (
    key TEXT PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    answer TEXT NOT NULL
);
"""


class Cabinet:
    """The books of one account."""

    def __init__(self, directory: Path, clock: Callable[[], float]) -> None:
        self._books = Books(directory, "stripe", _SCHEMA)
        self.clock = clock

    @contextmanager
    def changing(self) -> Iterator[Drawer]:
        """One transaction; what is put into the drawer is on disk at the end of the block."""
        with self._books.writing() as write:
            yield Drawer(write, self)

    def find(self, id_: str) -> Thing | None:
        """One object."""
        row = self._books.row("SELECT body FROM things WHERE id = ?", id_)
        return json.loads(row["body"]) if row else None

    def all(self, kind: str) -> list[Thing]:
        """All objects of a kind, newest first, as lists are given."""
        rows = self._books.rows("SELECT body FROM things WHERE object = ? ORDER BY number DESC", kind)
        return [json.loads(row["body"]) for row in rows]

    def known_key(self, key: str) -> tuple[str, Thing] | None:
        """Fingerprint and answer of a key that was used."""
        row = self._books.row("SELECT * FROM keys WHERE key = ?", key)
        return (row["fingerprint"], json.loads(row["answer"])) if row else None

    def dump(self) -> dict[str, Any]:
        """Every object by kind, oldest first, and the used keys."""
        kinds: dict[str, Any] = {}
        for row in self._books.rows("SELECT object, body FROM things ORDER BY number"):
            kinds.setdefault(row["object"], []).append(json.loads(row["body"]))
        return {**kinds, "keys": [row["key"] for row in self._books.rows("SELECT key FROM keys ORDER BY rowid")]}

    def close(self) -> None:
        """Close the books."""
        self._books.close()


class Drawer:
    """Objects inside one transaction."""

    def __init__(self, write: sqlite3.Connection, cabinet: Cabinet) -> None:
        self._write, self._cabinet = write, cabinet
        self.news: list[tuple[str, Thing]] = []
        """What webhooks have to tell once this is on disk: type and object."""

    def make(self, prefix: str, kind: str, **facts: Any) -> Thing:
        """A new object."""
        number = self._write.execute("SELECT coalesce(max(number), 0) + 1 AS n FROM things").fetchone()["n"]
        now = self._cabinet.clock()
        thing = {"id": f"{prefix}_3Sb{number:012d}", "object": kind, "created": int(now), "livemode": False, **facts}
        self._write.execute(
            "INSERT INTO things VALUES (?, ?, ?, ?, ?)", (number, thing["id"], kind, now, json.dumps(thing))
        )
        return thing

    def put(self, thing: Thing, **changes: Any) -> Thing:
        """An object as it is now."""
        thing.update(changes)
        self._write.execute("UPDATE things SET body = ? WHERE id = ?", (json.dumps(thing), thing["id"]))
        return thing

    def rename(self, thing: Thing, id_: str) -> Thing:
        """Give an object an id that somebody else chose."""
        self._write.execute("UPDATE things SET id = ? WHERE id = ?", (id_, thing["id"]))
        return self.put({**thing, "id": id_})

    def find(self, id_: str) -> Thing | None:
        """One object, with what was changed in this transaction."""
        return self._cabinet.find(id_)

    def all(self, kind: str) -> list[Thing]:
        """All objects of a kind, newest first."""
        return self._cabinet.all(kind)

    def use_key(self, key: str, fingerprint: str, answer: Thing) -> None:
        """Remember what a key did."""
        self._write.execute("INSERT INTO keys VALUES (?, ?, ?)", (key, fingerprint, json.dumps(answer)))

    def tell(self, kind: str, thing: Thing) -> None:
        """Let webhooks tell of it."""
        self.news.append((kind, thing))
