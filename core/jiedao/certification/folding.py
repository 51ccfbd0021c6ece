"""Taking in what the bureau says of a person: a benefit becomes an entitlement, a standing becomes an event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy import update

from jiedao.certification import entitlements, periods
from jiedao.certification.entitlements import Change, Dates, Entitlement, Source
from jiedao.certification.graph import Event
from jiedao.certification.schemes import Scheme, schemes
from jiedao.hookspecs.certification import Beneficiary, Benefit, Standing
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param

FOUND: Final = {
    Standing.NOT_DUE: Event.FOUND_NOT_DUE,
    Standing.DUE: Event.FOUND_DUE,
    Standing.OVERDUE: Event.FOUND_OVERDUE,
    Standing.SUSPENDED: Event.FOUND_SUSPENDED,
    Standing.RESTORED: Event.FOUND_RESTORED,
    Standing.ENDED: Event.FOUND_ENDED,
    Standing.UNKNOWN: Event.FOUND_UNDECIDED,
}


def fold(tx: Tx, connection: str, resident: str, person: Beneficiary, today: date, source: Source) -> None:
    """Note what a bureau says of a resident; it overrules everything that we had worked out ourselves."""
    of_kind = {scheme.kind: scheme for scheme in schemes(tx) if scheme.connection == connection}
    if person.deceased:
        bury(tx, list(of_kind.values()), resident, today, source)
        return
    known = {one.scheme: one for one in entitlements.of_resident(tx, resident)}
    told = [
        (known.get(scheme.id) or entitlements.add(tx, resident, scheme.id), scheme, benefit)
        for benefit in person.benefits
        if (scheme := of_kind.get(benefit.kind)) and (scheme.id in known or _drawn_by(scheme, person))
    ]
    for held, scheme, benefit in sorted(told, key=lambda one: one[0].id):
        entitlements.change(tx, held, scheme, _change(held, scheme, benefit, today, source))
        tx.set(_LOOKED, id_=held.id, today=today)


def bury(tx: Tx, bureau: Sequence[Scheme], resident: str, today: date, source: Source) -> list[Entitlement]:
    """End every entitlement of a resident at a bureau, which says that the person is dead. Returns those."""
    of_id = {scheme.id: scheme for scheme in bureau}
    theirs = [one for one in entitlements.of_resident(tx, resident) if one.scheme in of_id]
    for held in theirs:
        entitlements.change(tx, held, of_id[held.scheme], Change(Event.DIED, today, source))
        tx.set(_LOOKED, id_=held.id, today=today)
    return theirs


def _drawn_by(scheme: Scheme, person: Beneficiary) -> bool:
    return not scheme.classes or not scheme.classes.isdisjoint(person.classes)


def _change(held: Entitlement, scheme: Scheme, benefit: Benefit, today: date, source: Source) -> Change:
    dates = _dated(held, scheme, benefit, today)
    return Change(FOUND[benefit.standing], today, source, dates, benefit.region or held.region, benefit.reason)


def _dated(held: Entitlement, scheme: Scheme, benefit: Benefit, today: date) -> Dates:
    """Dates as the bureau has them; where it says none, those that we know, unless its standing belies them."""
    dates = entitlements.dates_of(scheme, benefit.certified_on, benefit.valid_to, held.dates)
    if benefit.valid_to is not None:
        dates = Dates(dates.certified_on, benefit.valid_to, benefit.valid_to)
    if benefit.standing in _NOT_DUE and dates.due_on is not None and dates.due_on < today:
        return replace(dates, due_on=None)
    if benefit.standing in _DUE and dates.due_on is None:
        return replace(dates, due_on=periods.due_by(scheme.period, today))
    return dates


_NOT_DUE: Final = frozenset({Standing.NOT_DUE, Standing.RESTORED})
_DUE: Final = frozenset({Standing.DUE, Standing.OVERDUE})
_E = tables.entitlement.c
_LOOKED: Final = (
    update(tables.entitlement).where(_E.street == STREET, _E.id == param("id")).values(looked_on=param("today"))
)
