"""Several who act at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Do everything at the same moment, each on a thread of its own; results and exceptions in order."""
    together = threading.Barrier(len(acts))
    ends: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        together.wait()
        try:
            ends[number] = act()
        except Exception as refused:
            ends[number] = refused

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends
