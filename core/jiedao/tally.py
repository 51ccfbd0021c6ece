"""What a process has done since it began, counted in memory; for measuring only, nothing decides by it."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final

OPERATIONS: Final = "operations"
"""Operations that got a state, by hook and state."""
WEBHOOKS: Final = "webhooks"
"""Tries to deliver a message, by what came of them."""
ROUNDS: Final = "rounds"
"""Rounds of a worker."""


class Tally:
    """Counts by name and labels; threads may share it. Labels are words of the platform, never anybody's data."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[tuple[str, ...]] = Counter()

    def count(self, name: str, *labels: str) -> None:
        """One more."""
        with self._lock:
            self._counts[name, *labels] += 1

    def of(self, name: str) -> dict[tuple[str, ...], int]:
        """All counts of a name, by labels."""
        with self._lock:
            return {key[1:]: n for key, n in self._counts.items() if key[0] == name}
