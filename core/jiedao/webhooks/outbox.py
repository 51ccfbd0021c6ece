"""Writing events down in the transaction that made them so: one row for what happened, one for each who listens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from jiedao.ids import new_id
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.unit import STREET, Store, Tx
from jiedao.webhooks.events import body_of


@dataclass(frozen=True, slots=True)
class Listener:
    """An endpoint that is on, and what it listens to."""

    endpoint: str
    types: frozenset[str]


class Outbox:
    """Who listens in each street, believed for half a minute so that a street where nobody does pays nothing.

    What another process changed takes effect within that time; what this one changed, at once.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._listeners: Believed[str, tuple[Listener, ...]] = Believed(_SECONDS)

    def write(self, tx: Tx) -> None:
        """Write down what was told in a transaction, for those who listen to it."""
        listeners = self._known(tx)
        for kind, data in tx.told:
            if listening := [one.endpoint for one in listeners if kind in one.types]:
                post(tx, kind, data, listening)

    def listeners(self, street: str) -> tuple[Listener, ...]:
        """Endpoints of a street that are on."""
        known = self._listeners.get(street)
        if known is None:
            with self._store.read(street) as tx:
                known = self._known(tx)
        return known

    def forget(self, street: str) -> None:
        """Look again who listens in a street."""
        self._listeners.drop(street)

    def _known(self, tx: Tx) -> tuple[Listener, ...]:
        known = self._listeners.get(tx.street)
        if known is None:
            rows = tx.rows(_LISTENERS)
            known = self._listeners.put(tx.street, tuple(Listener(row.id, frozenset(row.types)) for row in rows))
        return known


def post(tx: Tx, kind: str, data: dict[str, object], endpoints: list[str]) -> list[str]:
    """Write an event down, to be delivered to these endpoints. Returns the ids of the deliveries."""
    event = new_id()
    tx.put(tables.webhook_event, {"id": event, "type": kind, "at": tx.now, "body": body_of(kind, tx.now, data)})
    rows = [
        {
            "id": new_id(),
            "endpoint": endpoint,
            "event": event,
            "type": kind,
            "state": "waiting",
            "made_at": tx.now,
            "due_at": tx.shared_now,
        }
        for endpoint in endpoints
    ]
    tx.put(tables.webhook_delivery, *rows)
    return [str(row["id"]) for row in rows]


_SECONDS: Final = 30.0
_E = tables.webhook_endpoint.c
_LISTENERS: Final = select(_E.id, _E.types).where(_E.street == STREET, _E.state == "on").order_by(_E.id)
