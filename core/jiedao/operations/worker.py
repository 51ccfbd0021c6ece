"""The loop that finishes what is open: due operations, and the calendar of points.

Any number of workers may run, as threads or as processes on several machines: whoever takes an operation over first
carries it on (see `jiedao.operations.runner`).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from jiedao.points.calendar import turn_the_page

if TYPE_CHECKING:
    from jiedao.house import House

log = logging.getLogger(__name__)


class Worker:
    """Serves every street of a house in turn. No exception ends it: it is logged and the next round is tried.

    `interval` is how many seconds it rests when nothing was due, `page` how many pass between two looks at the
    calendar of points (waiting points ripen, old ones lapse).
    """

    def __init__(
        self,
        house: House,
        *,
        interval: float = 0.5,
        page: float = 3600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._house, self._interval, self._page, self._clock = house, interval, page, clock
        self._turned: dict[str, float] = {}

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set; what is under way then is finished first."""
        while not stop.is_set():
            if not self.round():
                stop.wait(self._interval)

    def round(self) -> int:
        """One turn through all streets, at most one operation of each. Returns how many operations were due.

        One at a time, so that an act that hangs holds up no other whose lease would run out meanwhile.
        """
        return sum(self._serve(street) for street in self._streets())

    def _streets(self) -> list[str]:
        try:
            return self._house.store.streets()
        except Exception:
            log.exception("the streets cannot be read; trying again")
            return []

    def _serve(self, street: str) -> int:
        try:
            self._turn_the_page(street)
            return self._house.operations.resolve_due(street, limit=1)
        except Exception:
            log.exception("street %s cannot be served; trying again", street)
            return 0

    def _turn_the_page(self, street: str) -> None:
        now = self._clock()
        if now - self._turned.get(street, -self._page) < self._page:
            return
        self._turned[street] = now
        turn_the_page(self._house.store, street)
