"""What the flows of this room need from the rest of the house, in one hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from jiedao.checkout.errands import Errand, PayBiller
from jiedao.clock import local_date
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import Place, Places
from jiedao.hookspecs.codec import from_json
from jiedao.hookspecs.manifest import Manifest
from jiedao.ids import new_id
from jiedao.operations.intent import plan, seal_fields, unsealed
from jiedao.operations.policy import Policy
from jiedao.points.programme import Programme, programme
from jiedao.registry.connections import Connections
from jiedao.registry.families import HOOKS
from jiedao.registry.registry import Registry
from jiedao.store.believed import Believed
from jiedao.store.keyring import Keyring
from jiedao.store.unit import Tx

SUBJECT = "attempt"
Attend = Callable[[Caller], Sequence[Any]]
"""Gives an unattended till its shift (`jiedao.till.shifts`); what it returns is to be performed."""


@dataclass(frozen=True, slots=True)
class Act:
    """What became of an act that was asked for: the outcome at once (local), or an operation under way."""

    operation: str
    outcome: Any = None


class Desk:
    """Registry, connections, places and programme, as the flows use them."""

    def __init__(
        self,
        registry: Registry,
        connections: Connections,
        places: Places,
        policy: Policy,
        keyring: Keyring,
        attend: Attend = lambda caller: (),
    ) -> None:
        self.registry, self.connections, self.places, self.policy = registry, connections, places, policy
        self.keyring, self._attend = keyring, attend
        self._errands: dict[str, Errand] = {PayBiller.act: PayBiller()}
        self._programmes: Believed[str, Programme | None] = Believed(seconds=5.0)

    def attend(self, caller: Caller) -> Sequence[Any]:
        """Before a resident orders something themselves: their till has a shift. Returns the operations that follow."""
        return self._attend(caller) if caller.role is Role.RESIDENT else ()

    def manifest(self, street: str, connection: str) -> Manifest:
        """What the plugin of a connection can do."""
        return self.connections.plugin(self.connections.for_finishing(street, connection).plugin).manifest

    def run(self, errand: Errand) -> None:
        """Let lines of orders stand for an act of another room."""
        self._errands[errand.act] = errand

    def errand(self, act: str) -> Errand:
        """What lines of this act have done."""
        return self._errands[act]

    def act(
        self,
        tx: Tx,
        subject: tuple[str, str],
        part: str,
        connection: str,
        hook: str,
        fields: dict[str, Any],
        sealed: bytes | None = None,
    ) -> Act:
        """Have something done outside: planned as an operation, or done here and now by a local plugin.

        `sealed` are fields that are never stored in clear (`seal`).
        """
        if not self.manifest(tx.street, connection).local:
            return Act(plan(tx, self.policy, connection, hook, fields, subject=subject, part=part, sealed=sealed))
        return self._act_now(tx, connection, hook, unsealed(self.keyring, tx.street, fields, sealed))

    def seal(self, tx: Tx, fields: dict[str, Any]) -> bytes:
        """Fields of a request as they are stored with an order line and with its operations."""
        return seal_fields(self.keyring, tx.street, fields)

    def _act_now(self, tx: Tx, connection: str, hook: str, fields: dict[str, Any]) -> Act:
        reference = new_id()
        opened = self.connections.for_finishing(tx.street, connection)
        wanted = HOOKS[hook].request
        if wanted is None:
            raise TypeError(f"{hook} takes no request")
        request = from_json(wanted, {"operation": reference, **fields}, connection=opened, deadline=1.0)
        return Act(reference, self.registry.call_local(hook, request))

    def programme(self, tx: Tx) -> Programme | None:
        """The street's points programme, believed for a few seconds."""
        known = self._programmes.get(tx.street)
        return known or self._programmes.put(tx.street, programme(tx))

    def place(self, tx: Tx, till: str) -> Place:
        """Where a till stands."""
        return self.places.at(tx, till)

    def today(self, tx: Tx, till: str) -> date:
        """The calendar date at a till."""
        return local_date(tx.now, self.place(tx, till).timezone)
