"""How fast one program may ask: a bucket that fills steadily and is emptied by requests (a token bucket).

Each process has buckets of its own. What they protect is the process: a program that runs in a circle takes no threads
from the people at the windows.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Final

from jiedao.language import Text
from jiedao.problems import TooMany

PER_SECOND: Final = 20
AT_ONCE: Final = 100
_MOST: Final = 4096
"""Buckets that are remembered. A forgotten one is full again, which the longest unused one was in any case."""


class Pace:
    """Buckets by name."""

    def __init__(
        self, per_second: float = PER_SECOND, at_once: int = AT_ONCE, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._full, self._clock = per_second, float(at_once), clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        """What was left, and when."""
        self._lock = Lock()

    def spend(self, whom: str) -> None:
        """One request; `TooMany` with the seconds to wait when the bucket is empty. A refused one costs nothing."""
        now = self._clock()
        with self._lock:
            left, since = self._buckets.get(whom, (self._full, now))
            left = min(self._full, left + (now - since) * self._rate)
            enough = left >= 1
            self._buckets[whom] = (left - 1 if enough else left, now)
            self._buckets.move_to_end(whom)
            while len(self._buckets) > _MOST:
                self._buckets.popitem(last=False)
        if not enough:
            raise TooMany("key.pace", _SLOWER, retry_after=math.ceil((1 - left) / self._rate))


_SLOWER: Final = Text(zh="请求太快，请稍后再发", en="Too many requests from this key; wait and go on more slowly")
