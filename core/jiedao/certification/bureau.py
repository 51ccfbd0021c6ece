"""Asking bureaus, which changes nothing there: how one person stands, how many do, and what is on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Final

from sqlalchemy import or_, select, update

from jiedao.certification.entitlements import Source, entitlement
from jiedao.certification.folding import fold
from jiedao.certification.graph import At
from jiedao.certification.people import register
from jiedao.certification.schemes import Scheme, scheme, schemes
from jiedao.clock import local_date
from jiedao.directory.places import street
from jiedao.directory.residents import Identity, Residents
from jiedao.hookspecs.certification import (
    BatchRequest,
    Beneficiary,
    HistoryRequest,
    LookupRequest,
    Person,
    Record,
)
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.connections import Connections
from jiedao.registry.registry import Registry
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

_SECONDS: Final = 15.0
_BATCH_SECONDS: Final = 30.0
_LEFT_ALONE: Final = 600.0
_BATCH: Final = 100
"""People of one question."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one bureau said of a person: `person` where it knows them, else `says` why not."""

    connection: str
    reached: bool
    person: Beneficiary | None = None
    says: Text | None = None


def today(tx: Tx) -> date:
    """The calendar date in the street."""
    return local_date(tx.now, street(tx).timezone)


class Bureau:
    """The bureaus of all streets."""

    def __init__(self, store: Store, registry: Registry, connections: Connections, residents: Residents) -> None:
        self._store, self._registry, self._connections, self._residents = store, registry, connections, residents
        self._silent: Believed[tuple[str, str], bool] = Believed(_LEFT_ALONE)

    def look_up(self, street: str, resident: str, source: Source, *, only: str = "", hall: str = "") -> list[Answer]:
        """Ask every bureau of the street (or `only` one) about a resident, and note what they say.

        A bureau that does not answer changes nothing, and is among the answers as not reached.
        """
        with self._store.read(street) as tx:
            person = self.identity(tx, resident)
            open_ones = {one.id: one for one in self._connections.of_family(tx, "certification")}
            wanted = sorted({one.connection for one in schemes(tx) if not only or one.connection == only})
        answers = [self._look_up(open_ones.get(name), name, person) for name in wanted]
        self._store.retrying(street, lambda tx: self._note(tx, resident, person, answers, source, hall))
        return [answer for answer in answers if answer is not _NO_LOOKUP]

    def identity(self, tx: Tx, resident: str) -> Identity:
        """A person as bureaus know them; `Invalid` for one whose number is not registered."""
        person = self._residents.identity(tx, resident)
        if not person.number:
            raise Invalid("certification.number", _NUMBER, field="resident")
        return person

    def refresh(self, street: str) -> bool:
        """Ask once how up to a hundred people stand whom nobody has looked up today.

        False when there is nobody left. A bureau that does not answer changes nothing, and is left alone for a while.
        """
        with self._store.read(street) as tx:
            open_ones = {one.id: one for one in self._connections.of_family(tx, "certification")}
            askable = [one for one in schemes(tx) if self._can(open_ones.get(one.connection), "batch_lookup")]
        return any(self._refresh(street, open_ones[one.connection], one) for one in askable)

    def records(self, street: str, id_: str) -> Sequence[Record]:
        """What the bureau itself has on record about an entitlement, newest first."""
        with self._store.read(street) as tx:
            held = entitlement(tx, id_)
            about = scheme(tx, held.scheme)
            connection = self._connections.for_business(tx, about.connection)
            person = self.identity(tx, held.resident)
        if not self._can(connection, "history"):
            raise Conflict("certification.no_history", _NO_HISTORY)
        asked = HistoryRequest(connection, _SECONDS, person.number, person.name, about.kind)
        outcome = self._registry.call("certification_history", asked)
        if isinstance(outcome, Failure):
            raise ServicePaused("certification.unreachable", UNREACHABLE)
        if isinstance(outcome, Declined):
            raise Conflict("certification.declined", outcome.reason, provider_code=outcome.code)
        found: Sequence[Record] = outcome.detail
        return found

    def _can(self, connection: Connection | None, ability: str) -> bool:
        return connection is not None and ability in self._connections.plugin(connection.plugin).manifest.abilities

    def _look_up(self, connection: Connection | None, name: str, person: Identity) -> Answer:
        if connection is None:
            return Answer(name, reached=False, says=_PAUSED)
        if not self._registry.has(connection.plugin, "certification_lookup"):
            return _NO_LOOKUP
        asked = LookupRequest(connection, _SECONDS, person.number, person.name, frozenset())
        outcome = self._registry.call("certification_lookup", asked)
        if isinstance(outcome, Failure):
            return Answer(name, reached=False, says=UNREACHABLE)
        if isinstance(outcome, Declined):
            return Answer(name, reached=True, says=outcome.reason)
        if outcome.detail.number != person.number:
            return Answer(name, reached=False, says=_SOMEBODY_ELSE)
        return Answer(name, reached=True, person=outcome.detail)

    def _note(
        self, tx: Tx, resident: str, person: Identity, answers: Sequence[Answer], source: Source, hall: str
    ) -> None:
        try:
            if any(answer.person for answer in answers):
                register(tx, resident, person.number, hall)
            for answer in answers:
                if answer.person:
                    fold(tx, answer.connection, resident, answer.person, today(tx), source)
            tx.flush()
        except AlreadyThere as first:
            raise Overtaken(first.table) from first

    def _refresh(self, street: str, connection: Connection, about: Scheme) -> bool:
        if self._silent.get((street, about.id)):
            return False
        with self._store.read(street) as tx:
            rows = tx.rows(_STALE, scheme=about.id, today=today(tx), most=_BATCH)
            people = {self._residents.identity(tx, row.resident): row for row in rows}
        of_number = {person.number: row for person, row in people.items() if person.number}
        if not of_number:
            return False
        asked = tuple(Person(person.number, person.name) for person in people if person.number)
        outcome = self._registry.call(
            "certification_batch", BatchRequest(connection, _BATCH_SECONDS, asked, about.kind)
        )
        if isinstance(outcome, Failure | Declined):
            self._silent.put((street, about.id), value=True)
            return False
        for found in outcome.detail:
            if row := of_number.get(found.number):
                self._store.retrying(street, partial(_take, about=about, resident=row.resident, found=found))
        with self._store.write(street) as tx:
            for row in of_number.values():
                tx.set(_ASKED, id_=row.id, today=today(tx))
        return True


def _take(tx: Tx, about: Scheme, resident: str, found: Beneficiary) -> None:
    try:
        fold(tx, about.connection, resident, found, today(tx), _BATCHED)
        tx.flush()
    except AlreadyThere as first:
        raise Overtaken(first.table) from first


_BATCHED: Final = Source(words="batch")
_NO_LOOKUP: Final = Answer("", reached=True)
"""Of a bureau that cannot be asked about people: what is drawn there is registered by staff."""
_E, _R = tables.entitlement.c, tables.resident.c
_STALE: Final = (
    select(_E.id, _E.resident)
    .join(tables.resident, (_R.street == _E.street) & (_R.id == _E.resident))
    .where(
        _E.street == STREET,
        _E.scheme == param("scheme"),
        _E.state != At.ENDED,
        or_(_E.looked_on.is_(None), _E.looked_on < param("today")),
        _R.id_sealed.is_not(None),
    )
    .order_by(_E.id)
    .limit(param("most"))
)
_ASKED: Final = (
    update(tables.entitlement).where(_E.street == STREET, _E.id == param("id")).values(looked_on=param("today"))
)
_NUMBER: Final = Text(
    zh="请先登记这位居民的证件号码，社保经办按号码认人",
    en="Register this resident's identity number first: bureaus go by it",
)
UNREACHABLE: Final = Text(
    zh="社保经办暂时连不上，什么都没有提交，请稍后再试",
    en="The bureau cannot be reached right now; nothing was submitted, try again later",
)
_PAUSED: Final = Text(zh="这个社保经办接入没有启用", en="The connection to this bureau is not in use")
_SOMEBODY_ELSE: Final = Text(
    zh="社保经办答复的是另一个人，没有采用", en="The bureau answered about somebody else; it was not taken"
)
_NO_HISTORY: Final = Text(zh="这个社保经办不提供认证记录", en="This bureau does not show its records")
