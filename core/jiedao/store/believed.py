"""Values that change rarely, believed for a while instead of being read each time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Believed(Generic[Key, Value]):
    """A small cache in which everything expires; the oldest goes first when it is full."""

    def __init__(self, seconds: float, most: int = 1024, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._most, self._clock = seconds, most, clock
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        """The value, unless it is too old to be believed."""
        kept = self._kept.get(key)
        if kept is None or self._clock() - kept[0] > self._seconds:
            return None
        return kept[1]

    def put(self, key: Key, value: Value) -> Value:
        """Believe a value from now on."""
        self._kept[key] = (self._clock(), value)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return value

    def take(self, key: Key) -> Value | None:
        """The value, which nobody else gets any more; for values that are changed by whoever has them."""
        kept = self._kept.pop(key, None)
        return kept[1] if kept and self._clock() - kept[0] <= self._seconds else None

    def drop(self, key: Key) -> None:
        """Believe it no longer."""
        self._kept.pop(key, None)

    def clear(self) -> None:
        """Believe nothing any longer."""
        self._kept.clear()
