"""What a plugin may keep between calls: the client of a connection, for as long as its settings stay the same."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from jiedao.hookspecs.connection import Connection

Client = TypeVar("Client")


class PerConnection(Generic[Client]):
    """One client for each connection and version of its settings, made when it is first asked for.

    Threads may share it. Only the newest version is kept; the client of an older one is closed with `close`. Two
    streets never share a client, even with the same connection id.
    """

    def __init__(self, make: Callable[[Connection], Client], close: Callable[[Client], object]) -> None:
        self._make, self._close = make, close
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, str], tuple[Connection, Client]] = {}

    def of(self, connection: Connection) -> Client:
        """The client for the connection's present settings."""
        place = (connection.street, connection.id)
        with self._lock:
            known = self._kept.get(place)
            if known is not None and _same_setup(known[0], connection):
                return known[1]
            if known is not None:
                self._close(known[1])
            made = self._make(connection)
            self._kept[place] = (connection, made)
            return made

    def close(self) -> None:
        """Close them all."""
        with self._lock:
            while self._kept:
                self._close(self._kept.popitem()[1][1])


def _same_setup(one: Connection, other: Connection) -> bool:
    """The settings are compared too: two installations in one process may both be at version 1."""
    return one.version == other.version and one.settings == other.settings
