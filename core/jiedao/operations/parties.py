"""Who took part in what an operation belongs to: they took the payment, and may not be the second pair of eyes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select, union

from jiedao.operations.model import Operation
from jiedao.proposals.model import Kind, State
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


def took_part(tx: Tx, operation: Operation) -> frozenset[str]:
    """Ids of the staff; empty for what nobody took at a counter (a claim, a message)."""
    statement = _STAFF.get(operation.subject_kind)
    rows = tx.rows(statement, subject=operation.subject) if statement is not None else ()
    return frozenset(row.staff for row in rows)


def took_payment(tx: Tx, order: str) -> frozenset[str]:
    """The staff of every payment and refund of an order."""
    return frozenset(row.staff for row in tx.rows(_OF_ORDER, order=order))


def took_part_in_open(tx: Tx, kind: Kind) -> dict[str, set[str]]:
    """The staff of everything about which a proposal of one kind is open, by what it is about."""
    found = defaultdict[str, set[str]](set)
    for row in tx.rows(_OF_OPEN[kind], kind=kind.value):
        found[row.subject].add(row.staff)
    return found


_A, _C, _S, _P, _D = (
    tables.attempt.c,
    tables.cert_attempt.c,
    tables.shift.c,
    tables.consignment.c,
    tables.dispatch.c,
)
_ORDER: Final = select(_A.order).where(_A.street == STREET, _A.id == param("subject")).scalar_subquery()
_OF_ONE: Final[Mapping[str, tuple[Any, Any]]] = {
    "certification": (tables.cert_attempt, _C.staff),
    "shift": (tables.shift, _S.staff),
    "consignment": (tables.consignment, _P.created_by),
    "dispatch": (tables.dispatch, _D.closed_by),
}
"""By the kind of subject (the `SUBJECT` of the room that plans it): where it stands, and who is the one that did it."""
_STAFF: Final[Mapping[str, Any]] = {
    "attempt": select(_A.staff).where(_A.street == STREET, _A.order == _ORDER).distinct(),
    **{
        kind: select(staff.label("staff")).where(table.c.street == STREET, table.c.id == param("subject"))
        for kind, (table, staff) in _OF_ONE.items()
    },
}
_OF_ORDER: Final = select(_A.staff).where(_A.street == STREET, _A.order == param("order")).distinct()
_FIRST: Final = tables.attempt.alias("first")
_Q, _O, _B, _F = tables.proposal.c, tables.operation.c, tables.settlement_break.c, _FIRST.c
_ATTEMPTS: Final[Any] = (_A.street == _F.street) & (_A.order == _F.order)
"""All attempts of the order of one."""


def _open_with(joined: Any, staff: Any, *also: Any) -> Any:
    wanted = _Q.street == STREET, _Q.kind == param("kind"), _Q.state == State.OPEN.value
    return select(_Q.subject, staff.label("staff")).select_from(joined).where(*wanted, *also)


def _of_acts(acts: Any) -> Any:
    """Of open proposals that are about an operation, whoever took part in what it belongs to."""
    first = acts.join(_FIRST, (_F.street == _O.street) & (_F.id == _O.subject))
    found = [_open_with(first.join(tables.attempt, _ATTEMPTS), _A.staff, _O.subject_kind == "attempt")]
    for kind, (table, staff) in _OF_ONE.items():
        joined = acts.join(table, (table.c.street == _O.street) & (table.c.id == _O.subject))
        found.append(_open_with(joined, staff, _O.subject_kind == kind))
    return union(*found)


_BROKEN: Final = tables.proposal.join(tables.settlement_break, (_B.street == _Q.street) & (_B.id == _Q.subject))
_HANDED: Final = tables.proposal.join(_FIRST, (_F.street == _Q.street) & (_F.id == _Q.subject))
_REFUNDED: Final = tables.proposal.join(tables.attempt, (_A.street == _Q.street) & (_A.order == _Q.subject))
_OF_OPEN: Final[Mapping[Kind, Any]] = {
    Kind.CLOSING: _of_acts(tables.proposal.join(tables.operation, (_O.street == _Q.street) & (_O.id == _Q.subject))),
    Kind.BREAK: _of_acts(_BROKEN.join(tables.operation, (_O.street == _B.street) & (_O.id == _B.operation))),
    Kind.REFUND: _open_with(_REFUNDED, _A.staff).distinct(),
    Kind.HAND_OVER: _open_with(_HANDED.join(tables.attempt, _ATTEMPTS), _A.staff).distinct(),
}
