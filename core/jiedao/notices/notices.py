"""Receiving notices, and asking about what they are about."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import About, Notice, NoticeRequest, Topic
from jiedao.language import Text
from jiedao.notices.keeping import MOST_TRIES, Drawer, Kept, State
from jiedao.operations.history import How
from jiedao.operations.intent import find
from jiedao.operations.runner import Operations
from jiedao.problems import NotFound, ServicePaused
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import Store, Tx

log = logging.getLogger(__name__)

Handler = Callable[[str, str, str, str], object]
"""Asks about something: street, connection, reference, and the id of our row of the notice."""

OLDEST: Final = timedelta(days=1)
"""What was made longer ago is refused: whatever it was about has been asked for since."""


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a notice. `id` is its row where something is to be asked now, else empty."""

    genuine: bool
    id: str = ""
    reply: str = ""
    media_type: str = "text/plain"


class Notices:
    """The notices of all streets."""

    def __init__(
        self, store: Store, registry: Registry, connections: Connections, operations: Operations, keyring: Keyring
    ) -> None:
        self._store, self._registry, self._connections = store, registry, connections
        self._operations, self._keyring = operations, keyring
        self._handlers: dict[About, Handler] = {About.OPERATION: self._ask_for_operation}

    def about(self, about: About, handler: Handler) -> None:
        """Say who asks about a kind of thing. The handler asks its provider; it learns nothing from the notice."""
        self._handlers[about] = handler

    def receive(self, street: str, connection: str, headers: Mapping[str, str], content: bytes) -> Received:
        """Store what came, see whether it is genuine, and say so. What it is about is left to `ask`.

        `NotFound` for an address that is nobody's, `ServicePaused` when it cannot be taken now: then it must be
        sent again.
        """
        opened = self._open(street, connection)
        with self._store.write(street) as tx:
            drawer = Drawer(tx, self._keyring)
            if drawer.is_full(connection):
                raise ServicePaused("notice.full", _FULL)
            id_ = drawer.keep(connection, _needed(headers), content)
        return self._look(opened, id_, _needed(headers), content)

    def ask(self, street: str, id_: str) -> None:
        """Ask about everything that a genuine notice is about."""
        with self._store.read(street) as tx:
            kept = Drawer(tx, self._keyring).find(id_)
        if kept is None or kept.state is not State.GENUINE:
            return
        for topic in kept.topics:
            self._ask(street, kept, topic)
        with self._store.write(street) as tx:
            Drawer(tx, self._keyring).end(id_, State.ASKED)

    def finish_due(self, street: str, limit: int = 20) -> int:
        """Go on with notices that whoever received them did not finish. Returns how many."""
        with self._store.read(street) as tx:
            if not Drawer(tx, self._keyring).some_due():
                return 0
        with self._store.write(street) as tx:
            taken = Drawer(tx, self._keyring).take_due(limit)
        for id_, tries in taken:
            self._finish(street, id_, tries)
        return len(taken)

    def counts(self, tx: Tx) -> Sequence[Row]:
        """How many notices of each connection were genuine, came again, or were refused."""
        return Drawer(tx, self._keyring).counts()

    # one notice

    def _open(self, street: str, connection: str) -> Connection:
        opened = self._connections.for_finishing(street, connection)
        if "notice" not in self._connections.plugin(opened.plugin).manifest.abilities:
            raise NotFound("notice.nobody", _NOBODY)
        return opened

    def _look(self, opened: Connection, id_: str, headers: Mapping[str, str], content: bytes) -> Received:
        request = NoticeRequest(opened, _SECONDS, headers, content)
        outcome = self._registry.call_local("parse_notice", request)
        if isinstance(outcome, Succeeded):
            return self._genuine(opened, id_, outcome.detail)
        if isinstance(outcome, Declined):
            return self._refused(opened, id_, outcome.code)
        raise ServicePaused("notice.unread", _UNREAD)

    def _genuine(self, opened: Connection, id_: str, notice: Notice) -> Received:
        if notice.made_at is not None and notice.made_at < self._store.clock() - OLDEST:
            return self._refused(opened, id_, "old")
        fresh = self._write(opened.street, lambda drawer: drawer.accept(id_, opened.id, notice))
        if not fresh:
            self._write(opened.street, lambda drawer: drawer.drop(id_, opened.id))
        ask = id_ if fresh and notice.topics else ""
        return Received(True, ask, notice.reply, notice.media_type)

    def _refused(self, opened: Connection, id_: str, why: str) -> Received:
        self._write(opened.street, lambda drawer: drawer.refuse(id_, opened.id, why))
        return Received(genuine=False)

    def _write(self, street: str, work: Callable[[Drawer], object]) -> bool:
        """False when the same notice came before. Two that are a connection's first meet at its count: once more."""
        for _ in range(_MEETINGS):
            try:
                with self._store.write(street) as tx:
                    work(Drawer(tx, self._keyring))
                return True
            except AlreadyThere as taken:
                if taken.table == "notice_seen":
                    return False
        raise ServicePaused("notice.busy", _FULL)

    def _finish(self, street: str, id_: str, tries: int) -> None:
        try:
            self._go_on(street, id_)
        except Exception:
            log.exception("notice %s of street %s cannot be finished", id_, street)
            if tries + 1 >= MOST_TRIES:
                with self._store.write(street) as tx:
                    Drawer(tx, self._keyring).end(id_, State.FAILED, "the platform failed on it; see the log")

    def _go_on(self, street: str, id_: str) -> None:
        with self._store.read(street) as tx:
            kept = Drawer(tx, self._keyring).find(id_)
        if kept is not None and kept.state is State.RECEIVED:
            self._look_again(street, kept)
        self.ask(street, id_)

    def _look_again(self, street: str, kept: Kept) -> None:
        self._look(self._open(street, kept.connection), kept.id, kept.headers, kept.content)

    # what it is about

    def _ask(self, street: str, kept: Kept, topic: Topic) -> None:
        handler = self._handlers.get(topic.about)
        if handler is None:
            log.warning("nobody asks about a %s (connection %s)", topic.about, kept.connection)
            return
        handler(street, kept.connection, topic.reference, kept.id)

    def _ask_for_operation(self, street: str, connection: str, reference: str, _: str) -> None:
        """Only for an operation of the connection that was told of it: others are none of its business."""
        with self._store.read(street) as tx:
            operation = find(tx, reference)
        if operation is not None and operation.connection == connection:
            self._operations.ask_now(street, reference, How.NOTICE)


def _needed(headers: Mapping[str, str]) -> dict[str, str]:
    """The few headers by which a sender can prove itself, lower case; the rest (cookies, addresses) is not kept."""
    lower = {name.lower(): value for name, value in headers.items()}
    kept = {name: value for name, value in lower.items() if name == "content-type" or _proves(name)}
    return dict(sorted(kept.items())[:_MOST_HEADERS])


def _proves(name: str) -> bool:
    return any(word in name for word in _SIGNATURE_WORDS) and not name.startswith(("sec-", "x-forwarded-"))


_SIGNATURE_WORDS: Final = ("sign", "digest", "time", "nonce", "key", "auth")
_MOST_HEADERS: Final = 16
_MEETINGS: Final = 3
_SECONDS: Final = 1.0
_NOBODY: Final = Text(zh="没有这个地址", en="There is nothing at this address")
_FULL: Final = Text(zh="等待处理的通知太多，请稍后再发", en="Too many notices wait; send it again later")
_UNREAD: Final = Text(zh="暂时无法读取通知，请稍后再发", en="The notice cannot be read now; send it again later")
