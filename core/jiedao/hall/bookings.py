"""Bookings (预约): an appointment at a hall, or a visit at somebody's home.

A slot is taken by one conditional statement, so that it is never oversold. A resident holds one appointment for an
item at a time. Whoever takes or frees a slot writes the booking first and the slot after it, in that order always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update

from jiedao.directory import places
from jiedao.directory.caller import Caller, claim
from jiedao.directory.residents import Residents
from jiedao.hall import opening
from jiedao.hall.cases import case, today_in
from jiedao.hall.items import Channel, item, must_offer
from jiedao.hall.opening import Slot, Where
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.services.calendar import Calendar
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

SUBJECT: Final = "booking"
AHEAD: Final = timedelta(days=60)
"""How far ahead one may book."""
_PURPOSE: Final = "booking_address"


class State(StrEnum):
    """How a booking stands."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    CAME = "came"
    MISSED = "missed"


@dataclass(frozen=True, slots=True)
class Appointment:
    """What somebody wants. For a visit at home there is an address, which is kept sealed, and why they cannot come."""

    item: str
    hall: str
    resident: str
    on: date
    begins: str
    place: Where = Where.HALL
    address: str = ""
    reason: str = ""
    channel: Channel = Channel.WINDOW


@dataclass(frozen=True, slots=True)
class Arrival:
    """What became of an appointment: whether they came (or were met), and what was begun or made then."""

    came: bool
    case: str = ""
    visit: str = ""
    """A visit at home of the certification room."""


class Bookings:
    """The appointments of all streets."""

    def __init__(self, store: Store, residents: Residents, calendar: Calendar, keyring: Keyring) -> None:
        self._store, self._residents, self._calendar, self._keyring = store, residents, calendar, keyring

    def slots(self, tx: Tx, about: str, hall: str, place: Where, first: date, last: date) -> list[Slot]:
        """Every slot that has not begun, full ones too, from one day to another (31 days at most)."""
        if not timedelta(0) <= last - first <= _SPAN:
            raise Invalid("booking.span", _SPAN_SAYS, field="to")
        item(tx, about)
        opening.must_be_hall(tx, hall)
        now = _local_now(tx)
        first, last = max(first, now.date()), min(last, now.date() + AHEAD)
        if last < first:
            return []
        found = opening.slots(tx, self._calendar, hall, place, about, first, last)
        return [slot for slot in found if _begins(slot.on, slot.begins) > now]

    def book(self, caller: Caller, wanted: Appointment) -> str:
        """Take a slot; returns the booking's id. `Conflict` when it is full, or one is held for this item already."""
        if wanted.place is Where.HOME and not wanted.address.strip():
            raise Invalid("booking.address", _ADDRESS, field="address")
        if wanted.place is Where.HOME and not wanted.reason.strip():
            raise Invalid("booking.reason", _REASON, field="reason")
        return self._store.retrying(caller.street, lambda tx: self._book(tx, caller, wanted))

    def cancel(self, caller: Caller, id_: str, *, resident: str = "") -> None:
        """Give an appointment up; its slot is free again. `resident` is who does it themselves."""

        def act(tx: Tx) -> None:
            row = booking(tx, id_, resident=resident)
            _leave(tx, caller, row, State.CANCELLED)
            tx.change(_FREE, hall_=row.hall, place_=row.place, item_=row.pool, on_=row.on, begins_=row.begins)
            claim(tx, caller, SUBJECT, id_)

        self._store.retrying(caller.street, act)

    def arrived(self, caller: Caller, id_: str, arrival: Arrival) -> None:
        """Note that they came, or did not; not before the day."""

        def act(tx: Tx) -> None:
            row = booking(tx, id_)
            if row.on > today_in(tx):
                raise Conflict("booking.early", _EARLY)
            if arrival.case:
                case(tx, arrival.case, resident=row.resident)
            if arrival.visit and tx.first(_VISIT, id_=arrival.visit, resident=row.resident) is None:
                raise Invalid("booking.visit", _NO_VISIT, field="visit")
            to = State.CAME if arrival.came else State.MISSED
            _leave(tx, caller, row, to, case=arrival.case, visit=arrival.visit)
            claim(tx, caller, SUBJECT, id_)

        self._store.retrying(caller.street, act)

    def address(self, tx: Tx, row: Row) -> str:
        """Where a visit goes, for the staff who go there and for whoever asked for it."""
        return self._keyring.open(row.sealed, _PURPOSE, f"{tx.street}/{row.id}") if row.sealed else ""

    def _book(self, tx: Tx, caller: Caller, wanted: Appointment) -> str:
        must_offer(item(tx, wanted.item), wanted.channel)
        self._residents.get(tx, wanted.resident)
        slot = self._slot(tx, wanted)
        id_ = new_id()
        row = {
            "id": id_,
            "place": wanted.place,
            "item": wanted.item,
            "hall": wanted.hall,
            "pool": slot.pool,
            "on": slot.on,
            "begins": slot.begins,
            "ends": slot.ends,
            "resident": wanted.resident,
            "held": f"{wanted.resident}/{wanted.item}",
            "sealed": self._sealed(tx, id_, wanted),
            "reason": wanted.reason.strip(),
            "channel": wanted.channel,
            "state": State.BOOKED,
            "made_at": tx.now,
            "made_by": caller.staff,
        }
        try:
            tx.add(tables.booking, **row)
        except AlreadyThere:
            raise Conflict("booking.held", _HELD) from None
        _take(tx, slot)
        claim(tx, caller, SUBJECT, id_)
        return id_

    def _slot(self, tx: Tx, wanted: Appointment) -> Slot:
        found = self.slots(tx, wanted.item, wanted.hall, wanted.place, wanted.on, wanted.on)
        slot = next((one for one in found if one.begins == wanted.begins), None)
        if slot is None:
            raise Conflict("booking.slot", _NO_SLOT, field="begins")
        return slot

    def _sealed(self, tx: Tx, id_: str, wanted: Appointment) -> bytes | None:
        if wanted.place is not Where.HOME:
            return None
        return self._keyring.seal(wanted.address.strip(), _PURPOSE, f"{tx.street}/{id_}")


def booking(tx: Tx, id_: str, *, resident: str = "") -> Row:
    """One booking with its item's title and its resident's name. Another resident's is not found where one asks."""
    row = tx.first(_ONE, id_=id_)
    if row is None or (resident and row.resident != resident):
        raise NotFound("booking.missing", _MISSING)
    return row


def of_day(tx: Tx, on: date, hall: str = "") -> Sequence[Row]:
    """Everything that is booked for a day, in its order; 500 at most."""
    return tx.rows(_OF_DAY, on_=on, hall_=hall)


def of_resident(tx: Tx, resident: str, most: int = 20) -> Sequence[Row]:
    """The bookings of a resident, the latest day first."""
    return tx.rows(_OF_RESIDENT, resident_=resident, most=most)


def _take(tx: Tx, slot: Slot) -> None:
    """One place more of a slot, if there is one. The first taker of a slot makes its row."""
    place = {"hall": slot.hall, "place": slot.place, "item": slot.pool, "on": slot.on, "begins": slot.begins}
    given = {f"{name}_": value for name, value in place.items()}
    if tx.change(_TAKE, **given, capacity_=slot.capacity):
        return
    if tx.first(_SLOT, **given) is not None:
        raise Conflict("booking.full", _FULL, field="begins")
    try:
        tx.add(tables.slot, **place, taken=1)
    except AlreadyThere:
        raise Overtaken(f"{slot.on} {slot.begins}") from None


def _leave(tx: Tx, caller: Caller, row: Row, to: State, *, case: str = "", visit: str = "") -> None:
    left = tx.change(_LEAVE, id_=row.id, state_=to, case_=case, visit_=visit, at_=tx.now, by_=caller.staff)
    if not left:
        raise Conflict("booking.state", _OVER.format(state=STATES[State(row.state)]))


def _local_now(tx: Tx) -> datetime:
    """The street's wall clock, without a zone."""
    return tx.now.astimezone(ZoneInfo(places.street(tx).timezone)).replace(tzinfo=None)


def _begins(on: date, at: str) -> datetime:
    return datetime.fromisoformat(f"{on}T{at}")


STATES: Final = {
    State.BOOKED: Text(zh="已预约", en="Booked"),
    State.CANCELLED: Text(zh="已取消", en="Cancelled"),
    State.CAME: Text(zh="已到", en="Came"),
    State.MISSED: Text(zh="未到", en="Did not come"),
}
"""What a state is called."""
PLACES: Final = {Where.HALL: Text(zh="到大厅", en="At the hall"), Where.HOME: Text(zh="上门", en="At home")}
"""What the place is called."""
_SPAN: Final = timedelta(days=30)
_B, _S, _I = tables.booking.c, tables.slot.c, tables.service_item.c
_R, _V = tables.resident.c, tables.home_visit.c
_SHOWN: Final[Any] = (
    select(tables.booking, _I.title, _R.name.label("resident_name"), _R.id_masked.label("resident_number"))
    .join(tables.service_item, (_I.street == _B.street) & (_I.code == _B.item))
    .join(tables.resident, (_R.street == _B.street) & (_R.id == _B.resident))
    .where(_B.street == STREET)
)
_ONE: Final = _SHOWN.where(_B.id == param("id"))
_OF_DAY: Final = (
    _SHOWN.where(_B.on == param("on"), or_(param("hall") == "", _B.hall == param("hall")))
    .order_by(_B.begins, _B.hall, _B.id)
    .limit(500)
)
_OF_RESIDENT: Final = (
    _SHOWN.where(_B.resident == param("resident")).order_by(_B.on.desc(), _B.begins.desc(), _B.id).limit(param("most"))
)
_THIS_SLOT: Final[Any] = (
    (_S.street == STREET)
    & (_S.hall == param("hall"))
    & (_S.place == param("place"))
    & (_S.item == param("item"))
    & (_S.on == param("on"))
    & (_S.begins == param("begins"))
)
_SLOT: Final = select(_S.taken).where(_THIS_SLOT)
_TAKE: Final = update(tables.slot).where(_THIS_SLOT, _S.taken < param("capacity")).values(taken=_S.taken + 1)
_FREE: Final = update(tables.slot).where(_THIS_SLOT, _S.taken > 0).values(taken=_S.taken - 1)
_LEAVE: Final = (
    update(tables.booking)
    .where(_B.street == STREET, _B.id == param("id"), _B.state == State.BOOKED)
    .values(
        state=param("state"),
        held=None,
        case=param("case"),
        visit=param("visit"),
        changed_at=param("at"),
        changed_by=param("by"),
    )
)
_VISIT: Final = select(_V.id).where(_V.street == STREET, _V.id == param("id"), _V.resident == param("resident"))
_MISSING: Final = Text(zh="没有这个预约", en="There is no such booking")
_SPAN_SAYS: Final = Text(zh="日期范围须由早到晚，最多 31 天", en="The days run forward, 31 at most")
_NO_SLOT: Final = Text(zh="这个时间不能预约，请另选时间", en="This time cannot be booked; choose another one")
_FULL: Final = Text(zh="这个时间已经约满，请另选时间", en="This time is full; choose another one")
_HELD: Final = Text(zh="这个事项已有一个预约，请先取消", en="There is a booking for this already; cancel it first")
_ADDRESS: Final = Text(zh="上门请写明地址", en="Say where to come to")
_REASON: Final = Text(zh="请写明为什么需要上门", en="Say why somebody has to come")
_EARLY: Final = Text(zh="预约的日子还没有到", en="The day of the booking is still to come")
_NO_VISIT: Final = Text(zh="没有这位居民的这次走访", en="There is no such visit of this resident")
_OVER: Final = Text(zh="这个预约的状态已是“{state}”", en='This booking stands at "{state}" already')
