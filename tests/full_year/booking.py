"""Appointments of a year: kept mostly, missed or given up sometimes, and those of the coming weeks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiedao.hall.bookings import State
from jiedao.hall.items import Channel
from jiedao.hall.opening import Pattern, Where
from jiedao.house import House
from jiedao.store import tables

from .bulk import Bulk
from .offering import ADVICE, AT_HOME, MORNINGS
from .places import ZONE, Places, Till
from .residents import Person

_ADDRESS, _REASON = "东胜区鄂托克西街 22 号 3 单元", "行动不便"
_TO_COME = 20
"""Days ahead for which people book."""


def book_a_year(bulk: Bulk, house: House, places: Places, people: Sequence[Person], plan: Any) -> None:
    """One booking for every fifty orders, a fifth of them for days to come; no slot takes more than it has room."""
    taken: Counter[tuple[str, str, date, str]] = Counter()
    held: set[str] = set()
    today = plan.now.astimezone(ZoneInfo(ZONE)).date()
    for serial in range(max(5, plan.orders // 50)):
        person = people[0] if plan.comes_now(serial) else bulk.dice.choice(people)
        coming = serial % 5 == 0 and person.id not in held
        days = bulk.dice.randrange(_TO_COME) if coming and serial else 0
        wanted = today + timedelta(days=days if coming else -bulk.dice.randrange(1, 320))
        pattern = AT_HOME if bulk.dice.random() < 0.12 else MORNINGS
        till = bulk.dice.choice(places.tills)
        on, begins, ends = _free(bulk, taken, till.hall, pattern, wanted, today if coming else None)
        if on >= today:
            held.add(person.id)
        _book(bulk, house, taken, till, person, pattern, on, (begins, ends), plan.now)
    for (hall, place, on, begins), number in taken.items():
        bulk.put(tables.slot, hall=hall, place=place, item="", on=on, begins=begins, taken=number)


def _free(
    bulk: Bulk,
    taken: Counter[tuple[str, str, date, str]],
    hall: str,
    pattern: Pattern,
    on: date,
    first: date | None,
) -> tuple[date, str, str]:
    """A slot of that day, or of the next day that has one: forwards from `first`, else backwards into the past."""
    while True:
        begins, ends = bulk.dice.choice(list(pattern.slots()))
        room = taken[hall, pattern.place.value, on, begins] < pattern.capacity
        if on.isoweekday() in pattern.weekdays and room:
            return on, begins, ends
        on += timedelta(days=1 if first else -1)


def _book(
    bulk: Bulk,
    house: House,
    taken: Counter[tuple[str, str, date, str]],
    till: Till,
    person: Person,
    pattern: Pattern,
    on: date,
    hours: tuple[str, str],
    now: datetime,
) -> None:
    begins = datetime.fromisoformat(f"{on}T{hours[0]}").replace(tzinfo=ZoneInfo(ZONE))
    state = bulk.dice.choices((State.CAME, State.MISSED, State.CANCELLED), (80, 10, 10))[0]
    state = state if begins.date() < now.astimezone(ZoneInfo(ZONE)).date() else State.BOOKED
    made = min(begins, now) - timedelta(days=bulk.dice.randrange(1, 9))
    id_, home = bulk.id(made), pattern.place is Where.HOME
    taken[till.hall, pattern.place.value, on, hours[0]] += state is not State.CANCELLED
    over = state is not State.BOOKED
    bulk.put(
        tables.booking,
        id=id_,
        place=pattern.place.value,
        item=ADVICE.code,
        hall=till.hall,
        pool="",
        on=on,
        begins=hours[0],
        ends=hours[1],
        resident=person.id,
        held=None if over else f"{person.id}/{ADVICE.code}",
        sealed=house.keyring.seal(_ADDRESS, "booking_address", f"{bulk.street}/{id_}") if home else None,
        reason=_REASON if home else "",
        channel=Channel.WINDOW.value,
        state=state.value,
        case="",
        visit="",
        made_at=made,
        made_by=till.staff,
        changed_at=begins if over else None,
        changed_by=till.staff if over else "",
    )
