"""A clock for stand-ins whose answers depend on the time of day."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta


class WallClock:
    """A wall clock that may be set, so that no test waits for the evening. Local time without a zone, as on the wire.

    From the moment it is set it runs on; unset it is the machine's clock.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._lock = threading.Lock()
        self._start = start or datetime.now()  # noqa: DTZ005 (the wire knows local time only)
        self._since = time.monotonic()

    def now(self) -> datetime:
        """The present local time."""
        with self._lock:
            return self._start + timedelta(seconds=time.monotonic() - self._since)

    def set(self, start: datetime) -> None:
        """Continue from another moment."""
        with self._lock:
            self._start, self._since = start, time.monotonic()
