"""One installation, put together: the only place that knows how the rooms are joined."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from jiedao.certification.certification import SUBJECT as CERTIFICATION
from jiedao.certification.certification import Certification
from jiedao.certification.reminding import by_message
from jiedao.checkout.bills import Bills
from jiedao.checkout.checkout import Checkout
from jiedao.checkout.desk import SUBJECT as ATTEMPT
from jiedao.checkout.desk import Desk
from jiedao.checkout.files import Files
from jiedao.clock import Clock, system_clock
from jiedao.directory.places import Places
from jiedao.directory.residents import Residents
from jiedao.hookspecs.service import About
from jiedao.notices.notices import Notices
from jiedao.notifications.contacts import Contacts
from jiedao.notifications.notifications import SUBJECT as MESSAGE
from jiedao.notifications.notifications import Notifications
from jiedao.operations.policy import Policy
from jiedao.operations.runner import Operations
from jiedao.points.cards import Cards
from jiedao.points.claims import SUBJECT as CLAIM
from jiedao.points.claims import Claims
from jiedao.post.dispatches import SUBJECT as DISPATCH
from jiedao.post.office import post_room
from jiedao.post.records import SUBJECT as CONSIGNMENT
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
from jiedao.till.shifts import SUBJECT as SHIFT
from jiedao.till.shifts import Shifts

DATABASE: Final = "jiedao.db"
KEYS: Final = "jiedao.keys"


@dataclass(frozen=True, slots=True)
class Settings:
    """Where an installation lives: its folder (keys, embedded database) and the address of its database."""

    folder: Path
    database: str
    blocked: tuple[str, ...] = ()
    """Plugins that are not loaded, by name."""

    @classmethod
    def of(cls, folder: Path, environment: Mapping[str, str] = os.environ) -> Settings:
        """Settings from JIEDAO_DATABASE and JIEDAO_BLOCK, with the embedded database as the default."""
        database = environment.get("JIEDAO_DATABASE", "") or f"sqlite:///{folder / DATABASE}"
        return cls(folder, database, tuple(environment.get("JIEDAO_BLOCK", "").split()))

    @property
    def keys(self) -> Path:
        """The keyring file."""
        return self.folder / KEYS


class House:
    """All rooms of an installation, joined."""

    def __init__(self, store: Store, registry: Registry, keyring: Keyring, *, policy: Policy | None = None) -> None:
        policy = policy or Policy()
        self.store, self.registry, self.keyring = store, registry, keyring
        self.places = Places()
        self.residents = Residents(keyring)
        self.connections = Connections(store, registry, keyring)
        self.operations = Operations(store, registry, self.connections, policy, keyring)
        self.bills = Bills(store, registry, self.connections, keyring)
        self.desk = Desk(registry, self.connections, self.places, policy, keyring)
        self.checkout = Checkout(store, self.desk, self.bills)
        self.files = Files(store, registry, self.connections)
        self.shifts = Shifts(store, self.places, self.connections, policy)
        self.claims = Claims(store, policy)
        self.notices = Notices(store, registry, self.connections, self.operations, keyring)
        self.reconciliation = Reconciliation(store, registry, self.connections, self.operations)
        self.cards = Cards(store, registry, self.connections, self.residents)
        self.post = post_room(store, self.desk)
        self.contacts = Contacts(keyring, self.residents)
        self.notifications = Notifications(store, self.connections, policy, keyring, self.contacts)
        self.calendar = Calendar(registry, self.connections)
        self.identities = Identities(store, registry, self.connections)
        self.printing = Printing(store, registry, self.connections)
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
        self.notices.about(About.CONSIGNMENT, self.post.tracking.noticed)
        self.notices.about(About.PERSON, self.certification.noticed)
        for kind, room in ((ATTEMPT, self.checkout), (SHIFT, self.shifts), (CLAIM, self.claims)):
            self.operations.serve(kind, room)
        self.operations.serve(CONSIGNMENT, self.post.consignments)
        self.operations.serve(DISPATCH, self.post.dispatches)
        self.operations.serve(MESSAGE, self.notifications)
        self.operations.serve(CERTIFICATION, self.certification)

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
        return cls(store, registry, Keyring.read(settings.keys), policy=policy)

    def close(self) -> None:
        """Give everything back."""
        self.registry.close()
        self.store.close()
