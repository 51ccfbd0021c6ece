"""The problems of a street, gathered from its connections, its work and its books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from jiedao.attention.connections import of_connection, of_plugins
from jiedao.attention.matter import ORDER, Matter, Page, Severity
from jiedao.attention.work import Moment, of_work
from jiedao.clock import local_date
from jiedao.directory.places import street
from jiedao.language import Text
from jiedao.ledger.verified import last_verification
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store.unit import Tx

_OLD: Final = timedelta(days=7)


class Attention:
    """Looks through a street for what needs a person. Only reads, and what it reads does not grow with the books."""

    def __init__(self, registry: Registry, connections: Connections) -> None:
        self._registry, self._connections = registry, connections

    def matters(self, tx: Tx) -> list[Matter]:
        """Everything that needs a person, the most urgent first, and the oldest first within that."""
        timezone = street(tx).timezone
        today = local_date(tx.now, timezone)
        moment = Moment(tx.now, today, timezone)
        found = [
            *(matter for one in self._connections.all(tx) for matter in of_connection(one, tx.now, today)),
            *of_plugins(self._registry),
            *of_work(tx, moment),
            *_of_books(tx),
        ]
        return sorted(found, key=lambda matter: (ORDER.index(matter.severity), matter.since or tx.now))


def _of_books(tx: Tx) -> Iterator[Matter]:
    """What the last verification of the books found; they are not verified for this page."""
    last = last_verification(tx)
    if last is None:
        yield Matter("books_unverified", Severity.NOTE, _NEVER, _VERIFY, Page.LEDGER)
    elif last.faults:
        says = _FAULTS.format(count=last.faults, first=last.first)
        yield Matter("books_wrong", Severity.URGENT, says, _VERIFY, Page.LEDGER, count=last.faults, since=last.at)
    elif tx.now - last.at > _OLD:
        says = _LONG_AGO.format(days=(tx.now - last.at).days)
        yield Matter("books_unverified", Severity.NOTE, says, _VERIFY, Page.LEDGER, since=last.at)


_NEVER: Final = Text(zh="账簿还没有核验过", en="The books have not been verified yet")
_LONG_AGO: Final = Text(zh="账簿已 {days} 天没有核验", en="The books were last verified {days} days ago")
_FAULTS: Final = Text(
    zh="上次核验账簿发现 {count} 处错误，第一处：{first}",
    en="The last verification of the books found faults: {count}. The first: {first}",
)
_VERIFY: Final = Text(zh="核验账簿", en="Verify the books")
