"""One installation, put together: the only place that knows how the rooms are joined."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jiedao.attention.attention import Attention
from jiedao.catalogue.catalogue import Catalogue
from jiedao.catalogue.copying import Copying
from jiedao.certification.certification import SUBJECT as CERTIFICATION
from jiedao.certification.certification import Certification
from jiedao.certification.reminding import by_message
from jiedao.checkout.agreed import HandingOver, Refunding
from jiedao.checkout.bills import Bills
from jiedao.checkout.checkout import Checkout
from jiedao.checkout.desk import SUBJECT as ATTEMPT
from jiedao.checkout.desk import Desk
from jiedao.checkout.files import Files
from jiedao.clock import Clock, system_clock
from jiedao.condition import Watching
from jiedao.directory.places import Places
from jiedao.directory.providers import Providers
from jiedao.directory.residents import Residents
from jiedao.directory.second_factor import SecondFactors
from jiedao.hall.room import hall_room
from jiedao.hookspecs.service import About
from jiedao.notices.notices import Notices
from jiedao.notifications.contacts import Contacts
from jiedao.notifications.notifications import SUBJECT as MESSAGE
from jiedao.notifications.notifications import Notifications
from jiedao.operations.policy import Policy
from jiedao.operations.review import Closing
from jiedao.operations.runner import Operations
from jiedao.personal.accounts import Accounts
from jiedao.personal.codes import Codes
from jiedao.personal.correcting import Correcting
from jiedao.points.cards import Cards
from jiedao.points.claims import SUBJECT as CLAIM
from jiedao.points.claims import Claims
from jiedao.post.dispatches import SUBJECT as DISPATCH
from jiedao.post.office import post_room
from jiedao.post.records import SUBJECT as CONSIGNMENT
from jiedao.proposals.model import Kind
from jiedao.proposals.proposals import Proposals
from jiedao.reconcile.breaks import WritingOff
from jiedao.reconcile.reconciliation import Reconciliation
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.services.calendar import Calendar
from jiedao.services.identities import Identities
from jiedao.services.printing import Printing
from jiedao.store.engine import open_engine
from jiedao.store.keyring import Keyring
from jiedao.store.schema import check_schema
from jiedao.store.unit import Store
from jiedao.tally import OPERATIONS, Tally
from jiedao.till.shifts import SUBJECT as SHIFT
from jiedao.till.shifts import Shifts
from jiedao.webhooks.reach import Reach
from jiedao.webhooks.room import Webhooks

DATABASE: Final = "jiedao.db"
KEYS: Final = "jiedao.keys"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an installation lives: its folder (keys, embedded database) and the address of its database."""

    folder: Path
    database: str
    blocked: tuple[str, ...] = ()
    """Plugins that are not loaded, by name."""
    webhook_networks: str = ""
    """Networks inside which messages to other programs may be sent, besides the public internet."""

    @classmethod
    def of(cls, folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings from JIEDAO_DATABASE, JIEDAO_BLOCK and JIEDAO_WEBHOOK_NETWORKS; the embedded database by default."""
        database = environment.get("JIEDAO_DATABASE", "") or f"sqlite:///{folder / DATABASE}"
        blocked = tuple(environment.get("JIEDAO_BLOCK", "").split())
        return cls(folder, database, blocked, environment.get("JIEDAO_WEBHOOK_NETWORKS", ""))

    @property
    def keys(self) -> Path:
        """The keyring file."""
        return self.folder / KEYS


class House:
    """All rooms of an installation, joined."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        keyring: Keyring,
        *,
        policy: Policy | None = None,
        reach: Reach | None = None,
    ) -> None:
        policy = policy or Policy()
        self.store, self.registry, self.keyring = store, registry, keyring
        self.tally, self.watching = Tally(), Watching(store)
        self.places = Places()
        self.second_factors = SecondFactors(store, keyring)
        self.providers = Providers(keyring)
        self.residents = Residents(keyring)
        self.connections = Connections(store, registry, keyring)
        self.operations = Operations(store, registry, self.connections, policy, keyring)
        self.operations.heard = lambda hook, state: self.tally.count(OPERATIONS, hook, state)
        self.bills = Bills(store, registry, self.connections, keyring)
        self.shifts = Shifts(store, self.places, self.connections, policy)
        self.desk = Desk(registry, self.connections, self.places, policy, keyring, self.shifts.attend)
        self.checkout = Checkout(store, self.desk, self.bills)
        self.files = Files(store, registry, self.connections)
        self.claims = Claims(store, policy)
        self.notices = Notices(store, registry, self.connections, self.operations, keyring)
        self.reconciliation = Reconciliation(store, registry, self.connections, self.operations)
        self.cards = Cards(store, registry, self.connections, self.residents)
        self.post = post_room(store, self.desk)
        self.contacts = Contacts(keyring, self.residents)
        self.notifications = Notifications(store, self.connections, policy, keyring, self.contacts)
        self.codes = Codes(store, self.residents, self.notifications, keyring)
        self.correcting = Correcting(store, self.residents, self.notifications)
        self.accounts = Accounts(store, self.bills, keyring)
        self.calendar = Calendar(registry, self.connections)
        self.connections.gate.day = self.calendar.day
        self.catalogue = Catalogue(store, registry, self.connections)
        self.copying = Copying(store, self.connections, self.second_factors, keyring)
        self.attention = Attention(registry, self.connections)
        self.identities = Identities(store, registry, self.connections)
        self.printing = Printing(store, registry, self.connections)
        self.hall = hall_room(store, self.residents, self.calendar, keyring)
        self.certification = Certification(
            store,
            registry,
            self.connections,
            self.places,
            self.residents,
            policy,
            keyring,
            by_message(self.notifications),
        )
        self.webhooks = Webhooks(store, keyring, reach or Reach())
        self.notices.about(About.CONSIGNMENT, self.post.tracking.noticed)
        self.notices.about(About.PERSON, self.certification.noticed)
        for kind, room in ((ATTEMPT, self.checkout), (SHIFT, self.shifts), (CLAIM, self.claims)):
            self.operations.serve(kind, room)
        self.operations.serve(CONSIGNMENT, self.post.consignments)
        self.operations.serve(DISPATCH, self.post.dispatches)
        self.operations.serve(MESSAGE, self.notifications)
        self.operations.serve(CERTIFICATION, self.certification)
        self.proposals = Proposals(store)
        self.proposals.serve(Kind.CLOSING, Closing(self.operations))
        self.proposals.serve(Kind.BREAK, WritingOff())
        self.proposals.serve(Kind.REFUND, Refunding(self.checkout))
        self.proposals.serve(Kind.HAND_OVER, HandingOver(self.checkout))

    @classmethod
    def open(
        cls,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        policy: Policy | None = None,
        plugins: Iterable[tuple[str, object]] | None = None,
    ) -> House:
        """Open an installation that exists; `plugins` replaces the installed ones, for tests of single plugins."""
        store = Store(open_engine(settings.database), clock)
        check_schema(store.engine)
        registry = Registry(blocked=settings.blocked)
        if plugins is None:
            registry.discover()
        for name, plugin in plugins or ():
            registry.register(name, plugin)
        reach = Reach.of(settings.webhook_networks)
        return cls(store, registry, Keyring.read(settings.keys), policy=policy, reach=reach)

    def close(self) -> None:
        """Give everything back."""
        self.registry.close()
        self.store.close()
