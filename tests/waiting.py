"""Waiting for what threads and other processes do."""

from __future__ import annotations

import time
from collections.abc import Callable

_SECONDS = 15.0


def until(true: Callable[[], object], what: str = "what is waited for") -> None:
    """Wait for something that threads do; fails after a while."""
    end = time.monotonic() + _SECONDS
    while not true():
        assert time.monotonic() < end, f"{what} did not happen"
        time.sleep(0.01)
