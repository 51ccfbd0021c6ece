"""Work behind the counter: acts that were just planned, and what crashes or missing answers left open."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Final

from jiedao.condition import BEAT_SECONDS, beat
from jiedao.figures.fold import fold
from jiedao.house import House
from jiedao.points.calendar import turn_the_page
from jiedao.tally import ROUNDS, WEBHOOKS
from jiedao.webhooks.courier import Courier, Post

log = logging.getLogger(__name__)

_PAUSE: Final = 0.5
_PAGE_SECONDS: Final = 600.0
_FOLD_SECONDS: Final = 5.0


class Runner:
    """Performs acts whose intent is committed, on threads of its own, so that a request need not wait for them.

    What it does not finish (the process ends) is taken over by a `Worker` when its lease is over.
    """

    def __init__(self, house: House, threads: int = 64) -> None:
        self._house = house
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="runner")

    def start(self, planned: Iterable[Any]) -> Future[None]:
        """Begin to perform; the future ends when nothing follows any more, and never with an exception."""
        return self._pool.submit(self._drive, list(planned))

    def beside(self, act: Callable[[], Iterable[Any]]) -> Future[None]:
        """Do something that no request may wait for, and perform what it returns; the future is as of `start`."""
        return self._pool.submit(self._beside, act)

    def ask(self, street: str, operation: str) -> Future[None]:
        """Look at one open operation now, because somebody is looking at it; the future is as of `start`."""
        return self._pool.submit(self._ask, street, operation)

    def heed(self, street: str, notice: str) -> Future[None]:
        """Ask about what a genuine notice is about; the future is as of `start`."""
        return self._pool.submit(self._heed, street, notice)

    def close(self) -> None:
        """Take no more work and wait for what has begun."""
        self._pool.shutdown(wait=True)

    def _drive(self, planned: list[Any]) -> None:
        try:
            self._house.operations.drive(planned)
        except Exception:
            log.exception("operations %s stopped; a worker goes on with them", [one.id for one in planned])

    def _beside(self, act: Callable[[], Iterable[Any]]) -> None:
        try:
            self._drive(list(act()))
        except Exception:
            log.exception("what was to be done beside a request stopped")

    def _ask(self, street: str, operation: str) -> None:
        try:
            self._house.operations.ask_now(street, operation)
        except Exception:
            log.exception("operation %s cannot be asked for now; a worker goes on with it", operation)

    def _heed(self, street: str, notice: str) -> None:
        try:
            self._house.notices.ask(street, notice)
        except Exception:
            log.exception("notice %s cannot be asked about now; a worker goes on with it", notice)


class Worker:
    """Finishes what was left open in every street, asks what happens to the post, lets points mature and lapse, and
    folds the journal into the figures.

    Any number of workers may run, in the web process or in one of their own.
    """

    def __init__(self, house: House, *, pause: float = _PAUSE, send: Post | None = None) -> None:
        """`send` sends messages to other programs; without it, this worker leaves them to others."""
        self._house, self._pause = house, pause
        self.courier: Courier | None = house.webhooks.courier(send) if send else None
        if self.courier:
            self.courier.heard = lambda outcome: house.tally.count(WEBHOOKS, outcome)
        self._stop = threading.Event()
        self._page_at = self._fold_at = self._beat_at = 0.0
        self._refreshing: set[str] = set()
        """Streets whose bureaus may have more to tell; a bureau that fails is asked again with the next page."""
        self._checking: set[str] = set()
        """Streets whose Live connections may be due for their daily check."""
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Work on a thread until `stop`; webhooks are delivered on others, so that neither waits for the other."""
        if self.courier:
            self.courier.start(self._pause)
        self._thread = threading.Thread(target=self.run, name="worker", daemon=True)
        self._thread.start()

    def run(self) -> None:
        """Work until `stop`; between rounds in which nothing was due, rest."""
        while not self._stop.is_set():
            if not self.once():
                self._stop.wait(self._pause)

    def stop(self) -> None:
        """End after the present round."""
        self._stop.set()
        if self.courier:
            self.courier.stop()
        if self._thread:
            self._thread.join()

    def deliver(self) -> None:
        """Try once to deliver every webhook that is due, and wait for what comes of it."""
        while self.courier and self.courier.once():
            self.courier.settle()

    def once(self) -> int:
        """One round over all streets. Returns how many operations were carried a step further."""
        turn = time.monotonic() >= self._page_at
        if turn:
            self._page_at = time.monotonic() + _PAGE_SECONDS
        folds = time.monotonic() >= self._fold_at
        if folds:
            self._fold_at = time.monotonic() + _FOLD_SECONDS
        try:
            streets = self._house.store.streets()
            self._live(streets)
            return sum(self._street(street, turn=turn, folds=folds) for street in streets)
        except Exception:
            log.exception("the database cannot be worked with; trying again")
            return 0

    def _live(self, streets: Sequence[str]) -> None:
        """Give a sign of life, for whoever watches."""
        self._house.tally.count(ROUNDS)
        if time.monotonic() >= self._beat_at:
            self._beat_at = time.monotonic() + BEAT_SECONDS
            for street in streets:
                beat(self._house.store, street)

    def _street(self, street: str, *, turn: bool, folds: bool) -> int:
        """One street; what goes wrong in it does not keep the others waiting."""
        try:
            if turn:
                self._turn_the_page(street)
            if folds:
                fold(self._house.store, street)
            # One at a time: an act that hangs must not hold up others whose lease would run out meanwhile.
            done = self._house.operations.resolve_due(street, limit=1)
            if not done:
                done = self._house.notices.finish_due(street)
            if not done:
                self._house.operations.drive(self._house.shifts.settle_waiting(street))
                self._house.post.tracking.track_due(street)
                self._refresh(street)
                self._check(street)
            return done
        except Exception:
            log.exception("street %s cannot be worked on; trying again", street)
            return 0

    def _turn_the_page(self, street: str) -> None:
        turn_the_page(self._house.store, street)
        self._house.operations.drive(self._house.shifts.turn_the_page(street))
        self._house.post.consignments.forget_offers(street)
        self._house.operations.drive(self._house.certification.turn_the_page(street))
        self._refreshing.add(street)
        self._checking.add(street)

    def _check(self, street: str) -> None:
        """One connection a round, and only where nothing else is due: a check may take its time."""
        if street in self._checking and not self._house.connections.check_due(street):
            self._checking.discard(street)

    def _refresh(self, street: str) -> None:
        if street in self._refreshing and not self._house.certification.refresh(street):
            self._refreshing.discard(street)
