"""Streets, halls and tills. A till has a book of the ledger, which begins with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select

from jiedao.language import Text
from jiedao.ledger.journal import OFFICE
from jiedao.problems import Conflict, NotFound
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Place:
    """A till with everything that a receipt says of where it stands."""

    street: str
    street_name: Text
    timezone: str
    currency: str
    hall: str
    hall_name: Text
    till: str
    till_name: str


@dataclass(frozen=True, slots=True)
class Street:
    """A tenant."""

    code: str
    name: Text
    timezone: str
    currency: str


def add_street(tx: Tx, name: Text, timezone: str, currency: str) -> None:
    """Found the street of this transaction, with the office's book."""
    try:
        tx.add(tables.street, name=name.as_json(), timezone=timezone, currency=currency)
    except AlreadyThere:
        raise Conflict("street.exists", _STREET_EXISTS.format(code=tx.street), field="street") from None
    tx.add(tables.book, id=OFFICE)


def add_hall(tx: Tx, hall: str, name: Text) -> None:
    """Add a hall."""
    try:
        tx.add(tables.hall, id=hall, name=name.as_json())
    except AlreadyThere:
        raise Conflict("hall.exists", _HALL_EXISTS.format(id=hall), field="hall") from None


def add_till(tx: Tx, till: str, hall: str, name: str) -> None:
    """Add a till and its book."""
    if tx.first(_HALL, hall=hall) is None:
        raise NotFound("hall.missing", _NO_HALL.format(id=hall), field="hall")
    try:
        tx.add(tables.till, id=till, hall=hall, name=name)
        tx.add(tables.book, id=till)
    except AlreadyThere:
        raise Conflict("till.exists", _TILL_EXISTS.format(id=till), field="till") from None


def street(tx: Tx) -> Street:
    """The street of this transaction."""
    row = tx.first(_STREET)
    if row is None:
        raise NotFound("street.missing", _NO_STREET.format(code=tx.street), field="street")
    return Street(row.street, Text.from_json(row.name), row.timezone, row.currency)


def place(tx: Tx, till: str) -> Place:
    """A till and where it stands."""
    row = tx.first(_PLACE, till=till)
    if row is None:
        raise NotFound("till.missing", _NO_TILL.format(id=till), field="till")
    return Place(
        row.street,
        Text.from_json(row.street_name),
        row.timezone,
        row.currency,
        row.hall,
        Text.from_json(row.hall_name),
        row.id,
        row.name,
    )


def tills(tx: Tx) -> list[Place]:
    """Every till of the street."""
    return [place(tx, row.id) for row in tx.rows(_TILLS)]


class Places:
    """Tills, believed for a minute: names and time zones hardly ever change."""

    def __init__(self) -> None:
        self._known: Believed[tuple[str, str], Place] = Believed(_BELIEVED_SECONDS)

    def at(self, tx: Tx, till: str) -> Place:
        """A till of the street of this transaction."""
        known = self._known.get((tx.street, till))
        return known or self._known.put((tx.street, till), place(tx, till))


_BELIEVED_SECONDS: Final = 60.0
_S, _H, _T = tables.street.c, tables.hall.c, tables.till.c
_STREET: Final = select(tables.street).where(_S.street == STREET)
_HALL: Final = select(tables.hall).where(_H.street == STREET, _H.id == param("hall"))
_TILLS: Final = select(tables.till).where(_T.street == STREET).order_by(_T.hall, _T.id)
_PLACE: Final[Any] = (
    select(
        tables.till,
        _H.name.label("hall_name"),
        _S.name.label("street_name"),
        _S.timezone,
        _S.currency,
    )
    .join(tables.hall, (_H.street == _T.street) & (_H.id == _T.hall))
    .join(tables.street, _S.street == _T.street)
    .where(_T.street == STREET, _T.id == param("till"))
)
_STREET_EXISTS: Final = Text(zh="街道 {code} 已经存在", en="Street {code} exists already")
_NO_STREET: Final = Text(zh="没有街道 {code}", en="There is no street {code}")
_HALL_EXISTS: Final = Text(zh="大厅 {id} 已经存在", en="Hall {id} exists already")
_NO_HALL: Final = Text(zh="没有大厅 {id}", en="There is no hall {id}")
_TILL_EXISTS: Final = Text(zh="收银台 {id} 已经存在", en="Till {id} exists already")
_NO_TILL: Final = Text(zh="没有收银台 {id}", en="There is no till {id}")
