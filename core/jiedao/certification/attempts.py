"""Attempts as they are stored: one visit of one person, with an item for each entitlement that it is to certify."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.certification.outcomes import OPEN, SATISFIED, Outcome
from jiedao.hookspecs.certification import Route, Verdict
from jiedao.hookspecs.codec import to_json
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Attempt:
    """One visit. `sealed` holds number, name, photo and agent until the last item is submitted."""

    id: str
    resident: str
    route: Route
    done_on: date
    place: str
    device: str
    note: str
    staff_name: str
    sealed: bytes | None

    @classmethod
    def of(cls, row: Row) -> Attempt:
        """From its row."""
        return cls(
            row.id,
            row.resident,
            Route(row.route),
            row.done_on,
            row.place,
            row.device,
            row.note,
            row.staff_name,
            row.sealed,
        )


@dataclass(frozen=True, slots=True)
class Item:
    """Certifying one entitlement."""

    attempt: str
    entitlement: str
    scheme: str
    outcome: Outcome

    @classmethod
    def of(cls, row: Row) -> Item:
        """From its row."""
        return cls(row.attempt, row.entitlement, row.scheme, Outcome(row.outcome))


def attempt(tx: Tx, id_: str) -> Attempt:
    """One attempt."""
    return Attempt.of(look(tx, id_))


def held(tx: Tx, id_: str) -> Attempt:
    """One attempt, for whoever notes what became of its items: two judgements of one attempt wait for each other."""
    row = tx.first(_ONE_LOCKED, id_=id_)
    if row is None:
        raise NotFound("attempt.missing", _MISSING)
    return Attempt.of(row)


def look(tx: Tx, id_: str) -> Row:
    """One attempt with all that may be shown of it."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("attempt.missing", _MISSING)
    return row


def of_resident(tx: Tx, resident: str, most: int = 100) -> Sequence[Row]:
    """Attempts of a resident, newest first."""
    return tx.rows(_OF_RESIDENT, resident=resident, most=most)


def items(tx: Tx, attempt_id: str) -> Sequence[Row]:
    """The items of an attempt in their order, each with its scheme and the state of its operation."""
    return tx.rows(_ITEMS, attempt=attempt_id)


def items_of_resident(tx: Tx, resident: str) -> dict[str, list[Row]]:
    """The same of all attempts of a resident at once, by attempt."""
    found = defaultdict[str, list[Row]](list)
    for row in tx.rows(_ITEMS_OF_RESIDENT, resident=resident):
        found[row.attempt].append(row)
    return found


def waiting(tx: Tx, attempt_id: str) -> list[Item]:
    """Items that are not submitted yet."""
    return [Item.of(row) for row in items(tx, attempt_id) if row.outcome == Outcome.WAITING]


def take(tx: Tx, entitlement: str, attempt_id: str) -> bool:
    """Take an entitlement for this attempt; False when another one is open on it."""
    return bool(tx.change(_TAKE, id_=entitlement, attempt_=attempt_id))


def begin(tx: Tx, item: Item) -> bool:
    """Go on to submit an item that waits; False when somebody else has, or when it is not needed any more."""
    return bool(tx.change(_BEGIN, attempt_=item.attempt, entitlement_=item.entitlement))


def submitted(tx: Tx, item: Item, operation: str) -> None:
    """Note under which reference an item was submitted."""
    tx.set(_SUBMITTED, attempt_=item.attempt, entitlement_=item.entitlement, operation_=operation)


def note(
    tx: Tx,
    attempt_id: str,
    entitlement: str,
    outcome: Outcome,
    *,
    verdict: Verdict | None = None,
    reason: dict[str, str] | None = None,
    reference: str = "",
) -> None:
    """Note what became of an item; one that is satisfied stays so. A closed item sets its entitlement free."""
    said = to_json(verdict) if verdict else {}
    tx.change(
        _NOTE if outcome in SATISFIED else _NOTE_UNLESS_SATISFIED,
        attempt_=attempt_id,
        entitlement_=entitlement,
        outcome_=outcome,
        verdict_=said,
        reason_=said.get("reason") or reason or {},
        reference_=verdict.reference if verdict else reference,
    )
    if outcome not in OPEN:
        tx.change(_FREE, id_=entitlement, attempt_=attempt_id)


def forget(tx: Tx, attempt_id: str) -> None:
    """Keep nothing sealed of an attempt whose items are all submitted."""
    tx.set(_FORGET, id_=attempt_id)


_A, _I, _E, _O = tables.cert_attempt.c, tables.cert_item.c, tables.entitlement.c, tables.operation.c
_ONE: Final = select(tables.cert_attempt).where(_A.street == STREET, _A.id == param("id"))
_ONE_LOCKED: Final = _ONE.with_for_update()
_OF_RESIDENT: Final = (
    select(tables.cert_attempt)
    .where(_A.street == STREET, _A.resident == param("resident"))
    .order_by(_A.made_at.desc(), _A.id.desc())
    .limit(param("most"))
)
_WITH_STATE: Final[Any] = (
    select(tables.cert_item, _E.scheme, _O.state.label("operation_state"))
    .join(tables.entitlement, (_E.street == _I.street) & (_E.id == _I.entitlement))
    .outerjoin(tables.operation, (_O.street == _I.street) & (_O.id == _I.operation))
    .where(_I.street == STREET)
)
_ITEMS: Final = _WITH_STATE.where(_I.attempt == param("attempt")).order_by(_I.no)
_ITEMS_OF_RESIDENT: Final = _WITH_STATE.where(
    _I.attempt.in_(select(_A.id).where(_A.street == STREET, _A.resident == param("resident")))
).order_by(_I.no)
_TAKE: Final = (
    update(tables.entitlement)
    .where(_E.street == STREET, _E.id == param("id"), _E.attempt == "")
    .values(attempt=param("attempt"))
)
_FREE: Final = (
    update(tables.entitlement)
    .where(_E.street == STREET, _E.id == param("id"), _E.attempt == param("attempt"))
    .values(attempt="")
)
_THIS: Final[Any] = (_I.street == STREET) & (_I.attempt == param("attempt")) & (_I.entitlement == param("entitlement"))
_BEGIN: Final = update(tables.cert_item).where(_THIS, _I.outcome == Outcome.WAITING).values(outcome=Outcome.UNDER_WAY)
_SUBMITTED: Final = update(tables.cert_item).where(_THIS).values(operation=param("operation"))
_NOTE: Final = (
    update(tables.cert_item)
    .where(_THIS)
    .values(
        outcome=param("outcome"),
        verdict=param("verdict"),
        reason=param("reason"),
        reference=param("reference"),
    )
)
_NOTE_UNLESS_SATISFIED: Final = _NOTE.where(_I.outcome.not_in(SATISFIED))
_FORGET: Final = update(tables.cert_attempt).where(_A.street == STREET, _A.id == param("id")).values(sealed=None)
_MISSING: Final = Text(zh="没有这次认证", en="There is no such certification")
