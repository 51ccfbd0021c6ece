"""Consignments as they are kept: their row, their log, and lists of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, select, update

from jiedao.hookspecs.codec import from_json, to_json
from jiedao.hookspecs.postal import Handling, Item, PostEvent, RecipientClass
from jiedao.language import Text
from jiedao.post.folding import Terms
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

SUBJECT: Final = "consignment"


class State(StrEnum):
    """How far a consignment has come in our own books; what the item itself does is its `Standing`."""

    OFFERED = "offered"
    """Quoted and stored, so that it can be a line of an order; forgotten after a day."""
    PLACED = "placed"
    """A line of an order that is not paid yet."""
    CREATING = "creating"
    """The post was told, or is being told, and has not confirmed; nothing is guessed."""
    CREATED = "created"
    """The post has it in its books."""
    REFUSED = "refused"
    """The post does not take it."""
    CANCELLED = "cancelled"
    """The post took it back before it carried it."""


class Payer(StrEnum):
    """Who bears the postage."""

    ORDER = "order"
    """A resident, with a line of an order."""
    STREET = "street"
    """The street itself, which then owes it to the post."""


@dataclass(frozen=True, slots=True)
class Consignment:
    """One posted item. Amounts are fen, weights grams; sender and recipient stay sealed (`parties`)."""

    id: str
    connection: str
    hall: str
    till: str
    resident: str | None
    state: State
    number: str
    reference: str
    product: str
    title: Text
    parties: bytes
    recipient: str
    item: Item
    handling: Handling
    postage: int
    currency: str
    payer: Payer
    order: str
    line: int
    purpose: str
    allowed: frozenset[RecipientClass]
    office: str
    operation: str
    withdrawal: str
    """Empty, asking, doubt or refused: how it stands with taking it back."""
    reason: Mapping[str, str]
    complaints: Mapping[str, Any]
    draft: bool
    dispatch: str
    standing: str
    follow_up: bool
    track_at: datetime | None
    looks: int
    remitted: int
    """Cash on delivery that came in at the bank and was given to the resident as credit."""
    created_at: datetime
    created_by: str

    @property
    def terms(self) -> Terms:
        """What the fold of its events goes by."""
        return Terms.of(self.handling, self.allowed)

    @classmethod
    def of(cls, row: Row) -> Consignment:
        """From its row."""
        kept = {name: value for name, value in row._asdict().items() if name != "street"}
        return cls(**{name: _READ[name](value) if name in _READ else value for name, value in kept.items()})


def find(tx: Tx, id_: str, *, lock: bool = False) -> Consignment:
    """One consignment; `NotFound` for one of another street."""
    row = tx.first(_ONE_LOCKED if lock else _ONE, id_=id_)
    if row is None:
        raise NotFound("consignment.missing", _MISSING)
    return Consignment.of(row)


def by_number(tx: Tx, number: str) -> list[Consignment]:
    """Consignments that bear a number; posts use theirs again after some years, so there may be several."""
    return [Consignment.of(row) for row in tx.rows(_BY_NUMBER, number=number)]


def listed(tx: Tx, *, before: str = "", most: int = 20, **filters: Any) -> list[Consignment]:
    """Newest first. Filters are columns with the value that they must have."""
    rows = tx.rows(_listing(frozenset(filters)), before=before or _HIGHEST, most=most, **filters)
    return [Consignment.of(row) for row in rows]


def events_of(tx: Tx, consignment: str) -> list[Row]:
    """The log of an item as it was written down, in the order of what happened."""
    return list(tx.rows(_EVENTS, consignment=consignment))


def event_of(row: Row) -> PostEvent:
    """An event as the post told it."""
    return from_json(PostEvent, row.detail)


def event_row(consignment: str, event: PostEvent, seen_at: datetime, staff: str) -> dict[str, Any]:
    """An event as a row of the log; `staff` typed it in, empty where the post told it."""
    return {
        "consignment": consignment,
        "id": event.id,
        "kind": event.kind.value,
        "at": event.at,
        "seen_at": seen_at,
        "staff": staff,
        "detail": to_json(event),
    }


def change(tx: Tx, id_: str, *was: State, **values: Any) -> bool:
    """Change columns of a consignment if its state is one of `was`; False when it is not.

    A new state is told to other programs; what became of the item itself, `jiedao.post.tracking` tells.
    """
    statement = _changing(was, frozenset(values))
    changed = bool(tx.change(statement, id_=id_, **{f"{name}_": value for name, value in values.items()}))
    if changed and "state" in values:
        tx.tell("consignment.changed", consignment=id_, state=str(values["state"]))
    return changed


@cache
def _changing(was: tuple[State, ...], columns: frozenset[str]) -> Any:
    return (
        update(tables.consignment)
        .where(_THIS, _C.state.in_(was))
        .values(**{name: param(name) for name in sorted(columns)})
    )


@cache
def _listing(filters: frozenset[str]) -> Select[Any]:
    wanted = [_C[name] == param(name) for name in sorted(filters)]
    chosen = select(tables.consignment).where(_C.street == STREET, _C.id < param("before"), *wanted)
    return chosen.order_by(_C.id.desc()).limit(param("most"))


def _classes(stored: Sequence[str]) -> frozenset[RecipientClass]:
    return frozenset(map(RecipientClass, stored))


_READ: Final[dict[str, Any]] = {
    "state": State,
    "payer": Payer,
    "title": Text.from_json,
    "item": lambda stored: from_json(Item, stored),
    "handling": lambda stored: from_json(Handling, stored),
    "allowed": _classes,
}
_HIGHEST: Final = "Z" * 20
"""Above every id (`jiedao.ids`) in every collation."""
_C, _E = tables.consignment.c, tables.post_event.c
_THIS: Final = (_C.street == STREET) & (_C.id == param("id"))
_ONE: Final = select(tables.consignment).where(_THIS)
_ONE_LOCKED: Final = _ONE.with_for_update()
_BY_NUMBER: Final = select(tables.consignment).where(_C.street == STREET, _C.number == param("number")).order_by(_C.id)
_EVENTS: Final = (
    select(tables.post_event)
    .where(_E.street == STREET, _E.consignment == param("consignment"))
    .order_by(_E.at, _E.seen_at, _E.id)
)
_MISSING: Final = Text(zh="没有这件邮件", en="There is no such consignment")
