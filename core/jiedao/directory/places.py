"""Streets, halls and counters. Each counter is a till: it has a book of the ledger, which begins with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.directory import skills
from jiedao.directory.caller import Caller, Role, audit
from jiedao.language import Text
from jiedao.ledger.journal import OFFICE
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Tx, param


class Kind(StrEnum):
    """Who stands at a till. Only a window has staff, a drawer and a counted float; the others are unattended."""

    WINDOW = "window"
    KIOSK = "kiosk"
    """A screen in a hall that residents serve themselves at."""
    PHONE = "phone"
    """Residents' own phones; one such till of a hall stands for all of them."""


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
    kind: Kind = Kind.WINDOW

    @property
    def attended(self) -> bool:
        """Whether a member of staff is there."""
        return self.kind is Kind.WINDOW


@dataclass(frozen=True, slots=True)
class Street:
    """A tenant."""

    code: str
    name: Text
    timezone: str
    currency: str
    country: str
    """ISO 3166-1 alpha-2, by which phone numbers are read; empty where none was said."""


@dataclass(frozen=True, slots=True)
class Hall:
    """A hall with how many counters it has."""

    id: str
    name: Text
    counters: int


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter as the administrator sees it."""

    id: str
    hall: str
    name: str
    kind: Kind
    skills: tuple[str, ...]
    """What can be served here; empty means everything."""
    shift: str
    """Who has its drawer open, or empty: the shift's id."""


def add_street(tx: Tx, name: Text, timezone: str, currency: str, country: str = "") -> None:
    """Found the street of this transaction, with the office's book.

    Its country stays: phone numbers are looked up as they were read when they were entered.
    """
    try:
        tx.add(tables.street, name=name.as_json(), timezone=timezone, currency=currency, country=country)
    except AlreadyThere:
        raise Conflict("street.exists", _STREET_EXISTS.format(code=tx.street), field="street") from None
    tx.add(tables.book, id=OFFICE)


def add_hall(tx: Tx, hall: str, name: Text) -> None:
    """Add a hall."""
    try:
        tx.add(tables.hall, id=hall, name=name.as_json())
    except AlreadyThere:
        raise Conflict("hall.exists", _HALL_EXISTS.format(id=hall), field="hall") from None


def rename_hall(tx: Tx, by: Caller, hall: str, name: Text) -> None:
    """Call a hall something else; receipts say so from then on."""
    by.must_be(Role.ADMINISTRATOR)
    if not tx.change(_RENAME_HALL, hall_=hall, name_=name.as_json()):
        raise NotFound("hall.missing", _NO_HALL.format(id=hall), field="hall")
    audit(tx, by, "hall.rename", f"hall {hall}", name=name.as_json())


def add_till(tx: Tx, till: str, hall: str, name: str, *, kind: Kind = Kind.WINDOW) -> None:
    """Add a till and its book."""
    _check_hall(tx, hall)
    try:
        tx.add(tables.till, id=till, hall=hall, name=name, kind=kind)
        tx.add(tables.book, id=till)
    except AlreadyThere:
        raise Conflict("till.exists", _TILL_EXISTS.format(id=till), field="till") from None


def change_till(
    tx: Tx,
    by: Caller,
    till: str,
    *,
    hall: str | None = None,
    name: str | None = None,
    kind: Kind | None = None,
    skills_: Iterable[str] | None = None,
) -> None:
    """Rename a counter, move it, say what stands there and what it serves; None leaves it as it is.

    `Conflict` when it is to move while its shift is open: what is in the drawer belongs to the hall.
    """
    by.must_be(Role.ADMINISTRATOR)
    before = counter(tx, till)
    if hall is not None and hall != before.hall:
        _check_hall(tx, hall)
        if before.shift:
            raise Conflict("till.open", _OPEN.format(id=till), field="hall")
    if name is not None and not name.strip():
        raise Invalid("till.name", _NAMELESS, field="name")
    wanted = {"hall": hall or before.hall, "name": (name or before.name).strip(), "kind": kind or before.kind}
    tx.change(_CHANGE_TILL, till_=till, hall_=wanted["hall"], name_=wanted["name"], kind_=wanted["kind"])
    if skills_ is not None:
        skills.give_till(tx, till, skills_)
    audit(tx, by, "till.change", f"till {till}", **_differences(before, counter(tx, till)))


def halls(tx: Tx) -> list[Hall]:
    """Every hall of the street; a street has a few dozen."""
    counted: dict[str, int] = {}
    for row in tx.rows(_TILLS):
        counted[row.hall] = counted.get(row.hall, 0) + 1
    return [Hall(row.id, Text.from_json(row.name), counted.get(row.id, 0)) for row in tx.rows(_HALLS)]


def hall(tx: Tx, id_: str) -> Hall:
    """One hall."""
    found = next((one for one in halls(tx) if one.id == id_), None)
    if found is None:
        raise NotFound("hall.missing", _NO_HALL.format(id=id_), field="hall")
    return found


def counters(tx: Tx) -> list[Counter]:
    """Every counter of the street, by hall."""
    known = skills.of_tills(tx)
    return [_counter(row, known.get(row.id, ())) for row in tx.rows(_COUNTERS)]


def counter(tx: Tx, till: str) -> Counter:
    """One counter."""
    row = tx.first(_COUNTER, till=till)
    if row is None:
        raise NotFound("till.missing", _NO_TILL.format(id=till), field="till")
    return _counter(row, skills.of_tills(tx).get(till, ()))


def street(tx: Tx) -> Street:
    """The street of this transaction."""
    row = tx.first(_STREET)
    if row is None:
        raise NotFound("street.missing", _NO_STREET.format(code=tx.street), field="street")
    return Street(row.street, Text.from_json(row.name), row.timezone, row.currency, row.country)


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
        Kind(row.kind),
    )


def tills(tx: Tx) -> list[Place]:
    """Every till of the street."""
    return [place(tx, row.id) for row in tx.rows(_TILLS)]


def phone_till(tx: Tx) -> str:
    """The till that stands for residents' phones, the first where there are several; empty where there is none."""
    rows = tx.rows(_PHONES, kind=Kind.PHONE)
    return str(rows[0].id) if rows else ""


class Places:
    """Tills, believed for a minute: names and time zones hardly ever change."""

    def __init__(self) -> None:
        self._known: Believed[tuple[str, str], Place] = Believed(_BELIEVED_SECONDS)

    def at(self, tx: Tx, till: str) -> Place:
        """A till of the street of this transaction."""
        known = self._known.get((tx.street, till))
        return known or self._known.put((tx.street, till), place(tx, till))

    def forget(self) -> None:
        """Read all of them anew: a name has changed."""
        self._known.clear()


def _check_hall(tx: Tx, hall: str) -> None:
    if tx.first(_HALL, hall=hall) is None:
        raise NotFound("hall.missing", _NO_HALL.format(id=hall), field="hall")


def _counter(row: Row, known: tuple[str, ...]) -> Counter:
    return Counter(row.id, row.hall, row.name, Kind(row.kind), known, row.shift or "")


def _differences(before: Counter, after: Counter) -> dict[str, Any]:
    told = ("hall", "name", "kind", "skills")
    return {name: getattr(after, name) for name in told if getattr(before, name) != getattr(after, name)}


_BELIEVED_SECONDS: Final = 60.0
_S, _H, _T = tables.street.c, tables.hall.c, tables.till.c
_STREET: Final = select(tables.street).where(_S.street == STREET)
_HALL: Final = select(tables.hall).where(_H.street == STREET, _H.id == param("hall"))
_TILLS: Final = select(tables.till).where(_T.street == STREET).order_by(_T.hall, _T.id)
_HALLS: Final = select(tables.hall).where(_H.street == STREET).order_by(_H.id)
_RENAME_HALL: Final = update(tables.hall).where(_H.street == STREET, _H.id == param("hall")).values(name=param("name"))
_O = tables.open_till.c
_WITH_SHIFT: Final[Any] = select(tables.till, _O.shift).outerjoin(
    tables.open_till, (_O.street == _T.street) & (_O.till == _T.id)
)
_COUNTERS: Final = _WITH_SHIFT.where(_T.street == STREET).order_by(_T.hall, _T.id)
_COUNTER: Final = _WITH_SHIFT.where(_T.street == STREET, _T.id == param("till"))
_CHANGE_TILL: Final = (
    update(tables.till)
    .where(_T.street == STREET, _T.id == param("till"))
    .values(hall=param("hall"), name=param("name"), kind=param("kind"))
)
_PHONES: Final = select(_T.id).where(_T.street == STREET, _T.kind == param("kind")).order_by(_T.id).limit(1)
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
_OPEN: Final = Text(
    zh="收银台 {id} 正在当班，结班后才能换大厅", en="Till {id} has an open shift; close it before moving the till"
)
_NAMELESS: Final = Text(zh="请写名称", en="Give a name")
