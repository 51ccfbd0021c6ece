"""Values that a client carries for us and cannot change: sealed for one purpose and one place, good for a while."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from jiedao.store.keyring import CannotOpen, Keyring
from jiedao.store.unit import Store, later


class Expired(Exception):
    """Sealed by us, but too long ago."""


class Carried:
    """Seals JSON into opaque texts that expire. Nothing is stored of them."""

    def __init__(self, store: Store, keyring: Keyring, purpose: str) -> None:
        self._store, self._keyring, self._purpose = store, keyring, purpose

    def seal(self, place: str, value: Any, seconds: float) -> str:
        """A value as a text that opens at this place only, for some seconds."""
        until = later(self._store.clock(), seconds)
        plain = json.dumps([until.isoformat(), value], separators=(",", ":"), ensure_ascii=False)
        return self._keyring.seal(plain, self._purpose, place).hex()

    def open(self, place: str, words: str) -> Any:
        """The value in a text that we made; `CannotOpen` for anything else, `Expired` when it is too old."""
        try:
            plain = self._keyring.open(bytes.fromhex(words), self._purpose, place)
        except (ValueError, IndexError):
            raise CannotOpen(self._purpose) from None
        until, value = json.loads(plain)
        if datetime.fromisoformat(until) < self._store.clock():
            raise Expired(self._purpose)
        return value
