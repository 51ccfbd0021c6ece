"""The room's verbs in one hand, as the house and the faces use them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from jiedao.certification import daily, entitlements, people
from jiedao.certification.bureau import UNREACHABLE, Answer, Bureau, today
from jiedao.certification.certifying import SUBJECT, Begun, Certifying, Wanted
from jiedao.certification.daily import Remind
from jiedao.certification.delegations import Delegations
from jiedao.certification.entitlements import Source
from jiedao.certification.people import Visit
from jiedao.certification.schemes import Scheme, scheme, set_scheme
from jiedao.directory.caller import Caller, audit, claim
from jiedao.directory.places import Places
from jiedao.directory.residents import Residents
from jiedao.language import Text
from jiedao.operations.model import News, Operation
from jiedao.operations.policy import Policy
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store.direct import AlreadyThere
from jiedao.store.keyring import Keyring
from jiedao.store.unit import Store, Tx

__all__ = ["SUBJECT", "Begun", "Certification", "Visit", "Wanted"]


class Certification:
    """Certification in all streets. Without `remind` nobody is reminded, and nothing of it is noted."""

    def __init__(
        self,
        store: Store,
        registry: Registry,
        connections: Connections,
        places: Places,
        residents: Residents,
        policy: Policy,
        keyring: Keyring,
        remind: Remind | None = None,
    ) -> None:
        self._store, self._connections, self._places = store, connections, places
        self._residents, self._remind = residents, remind
        self._reminded: dict[str, str] = {}
        """How far each street was reminded in this process; the next page goes on there."""
        self.bureau = Bureau(store, registry, connections, residents)
        self.delegations = Delegations(store, residents, keyring)
        self._certifying = Certifying(store, connections, self.bureau, residents, places, policy, keyring)

    # at the counter

    def set_scheme(self, caller: Caller, wanted: Scheme) -> None:
        """Add a scheme, or change its rules (administrators)."""
        set_scheme(self._store, self._connections, caller, wanted)

    def look_up(self, caller: Caller, resident: str) -> list[Answer]:
        """Ask every bureau of the street how a resident stands, and note what they say."""
        with self._store.read(caller.street) as tx:
            self.bureau.identity(tx, resident)
            hall = self._places.at(tx, caller.till).hall if caller.till else ""
        if caller.claim:
            with self._store.write(caller.street) as tx:
                claim(tx, caller, "resident", resident)
        return self.bureau.look_up(caller.street, resident, Source(caller.staff), hall=hall)

    def enrol(self, caller: Caller, resident: str, scheme_id: str) -> str:
        """Note that a resident draws a benefit at a bureau that cannot be asked; how it stands is unknown."""
        with self._store.write(caller.street) as tx:
            self._residents.get(tx, resident)
            about = scheme(tx, scheme_id)
            people.register(tx, resident, self.bureau.identity(tx, resident).number)
            try:
                made = entitlements.add(tx, resident, about.id)
            except AlreadyThere:
                raise Conflict("entitlement.exists", _EXISTS, field="scheme") from None
            audit(tx, caller, "enrol", f"entitlement {made.id}")
            claim(tx, caller, "entitlement", made.id)
        return made.id

    def certify(self, caller: Caller, wanted: Wanted) -> Begun:
        """Look the person up, and submit what is due; perform what is `planned` of it."""
        return self._certifying.certify(caller, wanted)

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """News of an operation of this room."""
        self._certifying.settled(tx, operation, news)

    def report_death(self, caller: Caller, resident: str, told_by: str) -> list[Answer]:
        """Keep who says that a resident is dead, and ask the bureaus; only what they answer ends anything."""
        if len(told_by.strip()) < _SHORTEST:
            raise Invalid("death.reporter", _REPORTER, field="told_by")
        with self._store.write(caller.street) as tx:
            self.bureau.identity(tx, resident)
            audit(tx, caller, "report death", f"resident {resident}", told_by)
            claim(tx, caller, "resident", resident)
        return self.bureau.look_up(caller.street, resident, Source(caller.staff, words=told_by))

    def note_visit(self, caller: Caller, visit: Visit) -> str:
        """Keep what came of a visit at home."""
        with self._store.write(caller.street) as tx:
            self._residents.get(tx, visit.resident)
            return people.note_visit(tx, caller, visit, today(tx))

    # from outside, and by the clock

    def noticed(self, street: str, connection: str, number: str, notice: str) -> None:
        """A notice of a bureau is about a person: look that person up there, if anybody here has the number.

        `notice` is kept with whatever the look-up changes. `ServicePaused` when the bureau does not answer, so that the
        notice is taken up again.
        """
        with self._store.read(street) as tx:
            resident = self._residents.of_number(tx, number)
        if resident is not None:
            answers = self.bureau.look_up(street, resident.id, Source(words=f"notice {notice}"), only=connection)
            if not all(answer.reached for answer in answers):
                raise ServicePaused("certification.unreachable", UNREACHABLE)

    def turn_the_page(self, street: str) -> Sequence[Any]:
        """What the calendar brings today. Returns the operations to perform."""
        daily.turn(self._store, street)
        if self._remind is None:
            return ()
        planned, last = daily.remind(self._store, street, self._remind, self._reminded.get(street, ""))
        self._reminded[street] = last
        return planned

    def refresh(self, street: str) -> bool:
        """One step of asking bureaus for due lists; False when there is nothing left to ask today, or no answer."""
        return self.bureau.refresh(street)


_SHORTEST: Final = 2
_EXISTS: Final = Text(zh="这位居民的这项待遇已经登记", en="This benefit of this resident is registered already")
_REPORTER: Final = Text(zh="请写明是谁报告的", en="Say who reported it")
