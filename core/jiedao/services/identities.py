"""Reading an identity card at a window. What is read is handed on and kept nowhere."""

from __future__ import annotations

from typing import Final

from jiedao.clock import local_date
from jiedao.directory.caller import Caller
from jiedao.directory.places import street
from jiedao.hookspecs.service import Identity, IdentityRequest, Reader
from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.services.calls import detail_of, having, must_have
from jiedao.store.unit import Store, Tx

_SECONDS: Final = 15.0


class Identities:
    """The card readers of all streets."""

    def __init__(self, store: Store, registry: Registry, connections: Connections) -> None:
        self._store, self._registry, self._connections = store, registry, connections

    def reads(self, tx: Tx) -> bool:
        """Whether the street has a connection that reads cards."""
        return having(tx, self._registry, self._connections, "identity_read") is not None

    def read(self, caller: Caller, reader: Reader, typed: str = "", *, with_photo: bool = False) -> Identity:
        """The card at the caller's till, or what a wedge reader typed. `Conflict` says why it is not taken."""
        if not caller.till:
            raise Conflict("identity.till", _NO_TILL, field="till")
        with self._store.read(caller.street) as tx:
            connection = must_have(tx, self._registry, self._connections, "identity_read")
            today = local_date(tx.now, street(tx).timezone)
        request = IdentityRequest(connection, _SECONDS, caller.till, reader, typed, today, with_photo)
        read: Identity = detail_of(self._registry.call("identity_read", request), "identity")
        return read


_NO_TILL: Final = Text(zh="请先选择窗口", en="Choose a till first")
