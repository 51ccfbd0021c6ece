"""Delivering: each message until its receiver says that it has it, without anybody waiting for a slow one.

Every endpoint has threads of its own. A message is taken with a lease before it is sent, so any number of couriers may
run; one that dies leaves a message that another sends again, and receivers know it by its id.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from sqlalchemy import select, update

from jiedao.registry.crew import Crew
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, later, param
from jiedao.webhooks import endpoints, signing
from jiedao.webhooks.deliveries import State, sweep
from jiedao.webhooks.endpoints import FAILING, GONE, Endpoints
from jiedao.webhooks.outbox import Outbox
from jiedao.webhooks.reach import Reach

log = logging.getLogger(__name__)

PAUSES: Final = (5.0, 300.0, 1800.0, 7200.0, 18000.0, 36000.0, 50400.0, 72000.0, 86400.0)
"""Seconds between tries: 5 s, 5 and 30 min, 2, 5, 10, 14, 20 and 24 h. After the last one it is a dead letter."""
PATIENCE: Final = timedelta(days=5)
"""An endpoint that took nothing for so long is switched off."""
AT_A_TIME: Final = 4
"""Messages on their way to one endpoint."""
DEADLINE: Final = 15.0
"""Seconds in which a receiver has to answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try: the status, 0 where there was none, and why in a few words of ours."""

    status: int
    says: str = ""

    @property
    def taken(self) -> bool:
        """Whether the receiver has the message."""
        return 200 <= self.status < 300


class Post(Protocol):
    """Sends one message over the network; the core knows no protocol and is handed this by whoever runs it.

    It must send to no address, in digits, that `allowed` refuses, follow no redirection, and never raise.
    """

    def __call__(
        self, url: str, headers: Mapping[str, str], body: bytes, deadline: float, allowed: Callable[[str], bool]
    ) -> tuple[int, str]:
        """The status and why, as of `Answer`."""


@dataclass(frozen=True, slots=True)
class _Taken:
    """A message that this courier holds until its lease is over."""

    street: str
    endpoint: str
    id: str
    event: str
    fence: int
    tries: int
    url: str
    body: str


class Courier:
    """Delivers what waits, in every street."""

    def __init__(self, store: Store, kept: Endpoints, outbox: Outbox, reach: Reach, send: Post) -> None:
        self._store, self._endpoints, self._outbox, self._reach = store, kept, outbox, reach
        self._send = send
        self._crews: dict[tuple[str, str], Crew] = {}
        self._busy: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._under_way: set[Future[None]] = set()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._sweep_at = 0.0
        self.heard: Callable[[str], object] | None = None
        """Called with what came of each try (delivered, retry, dead, off); for measuring."""

    def start(self, pause: float = 0.5) -> None:
        """Deliver on threads until `stop`."""
        self._thread = threading.Thread(target=self._run, args=(pause,), name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take up nothing more. Tries that hang are left to themselves; their messages are sent again by another."""
        self._stop.set()
        if self._thread:
            self._thread.join()
        wait(self._under_way, timeout=_GRACE)
        for crew in self._crews.values():
            crew.close()

    def once(self) -> int:
        """Hand what is due to the threads. Returns how many messages."""
        try:
            if time.monotonic() >= self._sweep_at:
                self._sweep_at = time.monotonic() + _SWEEP_SECONDS
                self._sweep()
            return sum(self._street(street) for street in self._store.streets())
        except Exception:
            log.exception("webhooks cannot be worked on; trying again")
            return 0

    def settle(self, seconds: float = 30.0) -> None:
        """Wait for what is on its way, for commands that end afterwards."""
        wait(set(self._under_way), timeout=seconds)

    def _run(self, pause: float) -> None:
        while not self._stop.is_set():
            if not self.once():
                self._stop.wait(pause)

    def _sweep(self) -> None:
        for street in self._store.streets():
            with self._store.write(street) as tx:
                sweep(tx)

    def _street(self, street: str) -> int:
        return sum(self._endpoint(street, one.endpoint) for one in self._outbox.listeners(street))

    def _endpoint(self, street: str, endpoint: str) -> int:
        """Take as many messages as there are threads free for this endpoint."""
        place = (street, endpoint)
        with self._lock:
            free = AT_A_TIME - self._busy[place]
        if free <= 0:
            return 0
        taken = self._take(street, endpoint, free)
        for one in taken:
            self._hand_over(place, one)
        return len(taken)

    def _hand_over(self, place: tuple[str, str], one: _Taken) -> None:
        with self._lock:
            self._busy[place] += 1
            crew = self._crews.setdefault(place, Crew(AT_A_TIME))
        future = crew.submit(self._deliver, one)
        self._under_way.add(future)
        future.add_done_callback(lambda done: self._put_down(place, done))

    def _put_down(self, place: tuple[str, str], done: Future[None]) -> None:
        with self._lock:
            self._busy[place] -= 1
        self._under_way.discard(done)

    def _take(self, street: str, endpoint: str, most: int) -> list[_Taken]:
        with self._store.read(street) as tx:
            if not tx.rows(_DUE, endpoint_=endpoint, now=tx.shared_now, most=1):
                return []
        with self._store.write(street) as tx:
            url = endpoints.look(tx, endpoint).url
            rows = tx.rows(_DUE_LOCKED, endpoint_=endpoint, now=tx.shared_now, most=most)
            return [self._leased(tx, row, url) for row in rows]

    def _leased(self, tx: Tx, row: Row, url: str) -> _Taken:
        tx.change(_LEASE, id_=row.id, until=later(tx.shared_now, DEADLINE + _MARGIN), now=tx.now)
        return _Taken(tx.street, row.endpoint, row.id, row.event, row.fence + 1, row.tries + 1, url, row.body)

    # one try

    def _deliver(self, one: _Taken) -> None:
        try:
            self._note(one, self._try(one))
        except Exception:
            log.exception("webhook %s of street %s stopped; it is sent again", one.id, one.street)

    def _try(self, one: _Taken) -> Answer:
        with self._store.read(one.street) as tx:
            row, now = endpoints.row_of(tx, one.endpoint), tx.now
        body = one.body.encode()
        signed = signing.headers(one.event, int(now.timestamp()), body, self._endpoints.secrets(row, now))
        told = {"content-type": "application/json", **signed}
        status, says = self._send(one.url, told, body, DEADLINE, self._reach.allows)
        return Answer(status, says)

    def _note(self, one: _Taken, answer: Answer) -> None:
        with self._store.write(one.street) as tx:
            seen = self._noted(tx, one, answer)
        if self.heard and seen:
            self.heard(seen)

    def _noted(self, tx: Tx, one: _Taken, answer: Answer) -> str:
        last = one.tries > len(PAUSES)
        state = State.DELIVERED if answer.taken else State.DEAD if last else State.WAITING
        due = later(tx.shared_now, PAUSES[one.tries - 1]) if state is State.WAITING else None
        says = answer.says[:_WORDS]
        told = {"state_": state, "status_": answer.status, "says_": says, "due": due, "now": tx.now}
        if not tx.change(_NOTE, id_=one.id, held=one.fence, **told):
            return ""
        if answer.taken:
            endpoints.note_success(tx, one.endpoint)
            return "delivered"
        return self._failed(tx, one, answer) or ("dead" if last else "retry")

    def _failed(self, tx: Tx, one: _Taken, answer: Answer) -> str:
        since = endpoints.note_failure(tx, one.endpoint)
        because = GONE if answer.status == _GONE else FAILING if since and tx.now - since >= PATIENCE else ""
        if not because:
            return ""
        log.warning("webhook endpoint %s of street %s is switched off: %s", one.endpoint, one.street, because)
        endpoints.switch_off(tx, one.endpoint, because)
        tx.on_commit.append(lambda: self._outbox.forget(one.street))
        return "off"


_GRACE: Final = 2.0
_MARGIN: Final = 15.0
_SWEEP_SECONDS: Final = 3600.0
_WORDS: Final = 200
_GONE: Final = 410
_D, _V = tables.webhook_delivery.c, tables.webhook_event.c
_THIS: Final = (_D.street == STREET) & (_D.id == param("id"))
_WANTED: Final = (_D.street == STREET) & (_D.endpoint == param("endpoint")) & (_D.due_at <= param("now"))
_DUE: Final = select(_D.id).where(_WANTED).order_by(_D.due_at).limit(param("most"))
_DUE_LOCKED: Final = (
    select(_D.id, _D.endpoint, _D.event, _D.fence, _D.tries, _V.body)
    .join(tables.webhook_event, (_V.street == _D.street) & (_V.id == _D.event))
    .where(_WANTED)
    .order_by(_D.due_at)
    .limit(param("most"))
    .with_for_update(skip_locked=True, of=tables.webhook_delivery)
)
_LEASE: Final = (
    update(tables.webhook_delivery)
    .where(_THIS)
    .values(fence=_D.fence + 1, tries=_D.tries + 1, due_at=param("until"), tried_at=param("now"))
)
_NOTE: Final = (
    update(tables.webhook_delivery)
    .where(_THIS, _D.fence == param("held"))
    .values(
        state=param("state"), status=param("status"), says=param("says"), due_at=param("due"), tried_at=param("now")
    )
)
