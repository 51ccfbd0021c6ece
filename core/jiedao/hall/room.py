"""The room as others use it."""

from __future__ import annotations

from dataclasses import dataclass

from jiedao.directory.residents import Residents
from jiedao.hall.bookings import Bookings
from jiedao.hall.cases import Cases
from jiedao.services.calendar import Calendar
from jiedao.store.keyring import Keyring
from jiedao.store.unit import Store


@dataclass(frozen=True, slots=True)
class HallRoom:
    """What a hall does itself, in one hand."""

    cases: Cases
    bookings: Bookings


def hall_room(store: Store, residents: Residents, calendar: Calendar, keyring: Keyring) -> HallRoom:
    """The room of an installation."""
    return HallRoom(Cases(store, residents, calendar), Bookings(store, residents, calendar, keyring))
