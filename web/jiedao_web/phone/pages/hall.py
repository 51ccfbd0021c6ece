"""What a hall can do: guides, appointments, and one's own matters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any, Final

from flask import request

from jiedao.clock import local_date
from jiedao.directory.places import street
from jiedao.hall.bookings import STATES
from jiedao.hall.graph import TITLES
from jiedao.hall.items import Channel, Item
from jiedao_web.api.my import hall as my
from jiedao_web.context import house
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages
from jiedao_web.resident_sessions import resident

pages = Pages()
_PAGE: Final = 15
_DAYS: Final = 7
_PLACES: Final = ("hall", "home")
_GUIDE: Final = ("who", "bring", "takes", "fee", "where", "basis")


@pages.get("/hall")
def my_hall() -> str:
    """Appointments, matters, and everything that can be had."""
    cases = my.my_cases({"before": request.args.get("before", "")[:40], "limit": _PAGE})
    return show(
        "phone/hall.html",
        bookings=my.my_bookings()["bookings"],
        booking_titles=STATES,
        cases=cases["cases"],
        before=cases["before"],
        case_titles=TITLES,
        items=my.my_items()["items"],
        halls=_halls(),
    )


@pages.get("/hall/items/<code:item>")
def guide(item: str) -> str:
    """What one has to know about a matter, and how to begin."""
    found = my.my_item(item)
    can_bring = found.active and Channel.PHONE in found.channels and not found.needs_booking
    return show("phone/guide.html", item=found, guide=list(_guide(found)), can_bring=can_bring)


@pages.get("/hall/items/<code:item>/book")
def book(item: str) -> str:
    """Times of the coming days, at a hall or at home; a week at a time."""
    found, halls = my.my_item(item), _halls()
    hall = request.args.get("hall", "")
    hall = hall if hall in halls else next(iter(halls), "")
    place = request.args.get("place", "")
    place = place if place in _PLACES else _PLACES[0]
    first = _day(request.args.get("from", ""))
    wanted = {"item": item, "hall": hall, "place": place, "first": first, "last": first + timedelta(days=_DAYS - 1)}
    slots = my.my_slots(wanted)["slots"] if hall else []
    days = [(day, list(group)) for day, group in groupby(slots, key=lambda slot: slot.on)]
    following = first + timedelta(days=_DAYS)
    page = {"book": {"item": item, "hall": hall, "place": place}}
    return show(
        "phone/book.html", page=page, item=found, halls=halls, hall=hall, meet=place, days=days, following=following
    )


@pages.get("/cases/<id:case>")
def my_case(case: str) -> str:
    """One matter, and everything that happened to it, the latest first."""
    return show("phone/case.html", case=my.my_case(case), case_titles=TITLES)


def _halls() -> dict[str, Any]:
    return {one.id: one.name for one in my.my_halls()["halls"]}


def _guide(item: Item) -> Iterator[tuple[str, Any]]:
    """The parts of the guide that say something."""
    for name in _GUIDE:
        words = getattr(item.guide, name)
        if words.zh or words.en:
            yield name, words


def _day(words: str) -> date:
    """The day asked for; today where it is none, or over."""
    with house().store.read(resident().street) as tx:
        today = local_date(tx.now, street(tx).timezone)
    try:
        return max(today, date.fromisoformat(words))
    except ValueError:
        return today
