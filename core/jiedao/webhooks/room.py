"""The room as others use it."""

from __future__ import annotations

from jiedao.store.keyring import Keyring
from jiedao.store.unit import Store
from jiedao.webhooks.courier import Courier, Post
from jiedao.webhooks.endpoints import Endpoints
from jiedao.webhooks.outbox import Outbox
from jiedao.webhooks.reach import Reach


class Webhooks:
    """Endpoints and the outbox of an installation; from here on, what is told in a transaction is written down."""

    def __init__(self, store: Store, keyring: Keyring, reach: Reach) -> None:
        self._store, self.reach = store, reach
        self.outbox = Outbox(store)
        self.endpoints = Endpoints(store, keyring, self.outbox, reach)
        store.herald = self.outbox.write

    def courier(self, send: Post) -> Courier:
        """Who delivers, by a way of sending that the core does not know itself."""
        return Courier(self._store, self.endpoints, self.outbox, self.reach, send)
