"""What a hall does itself: service items with their guides, the ledger of cases, appointments, opening hours."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta
from typing import Final

from flask import request

from jiedao.certification import delegations
from jiedao.clock import stamp
from jiedao.directory import places
from jiedao.directory.caller import Role
from jiedao.hall import bookings, cases, items, opening
from jiedao.hall.cases import Search
from jiedao.hall.graph import EXPLAINED, STEPS, TITLES, At
from jiedao.hall.items import CHANNELS, Channel, Guide, Item
from jiedao.hall.opening import Where
from jiedao.language import Text
from jiedao.store.unit import Tx
from jiedao_web.console.frame import show
from jiedao_web.console.parts import ADMINISTRATORS, OFFICE, Entry, Pages
from jiedao_web.context import house
from jiedao_web.look import spoken_language, spoken_words
from jiedao_web.sessions import caller

pages = Pages("hall")
EVERYBODY: Final = OFFICE | {Role.OPERATOR}
_PAGE: Final = 30
_NEW: Final = Item("", Text("", ""), "")


@pages.get("/service-items", entry=Entry("services", "item.list", "list"))
def service_items() -> str:
    """Every service item, by category."""
    with house().store.read(caller().street) as tx:
        found = items.items(tx)
    groups = list(dict.fromkeys(one.category for one in found))
    listed = [(group, [one for one in found if one.category == group]) for group in groups]
    return show(
        "console/service_items.html",
        groups=listed,
        channels=spoken_words(CHANNELS),
        may_edit=_may_edit(),
    )


@pages.get("/service-items/new", roles=ADMINISTRATORS)
def new_service_item() -> str:
    """An empty service item."""
    return _editor(_NEW)


@pages.get("/service-items/<code:item>")
def service_item(item: str) -> str:
    """One service item, to read and to change."""
    with house().store.read(caller().street) as tx:
        found = items.item(tx, item)
    return _editor(found)


@pages.get("/cases", entry=Entry("services", "case.list", "case"), roles=EVERYBODY)
def case_ledger() -> str:
    """The ledger of cases (台账), searched and filtered."""
    given = {name: request.args.get(name, "").strip()[:100] for name in ("q", "item", "hall", "state", "after")}
    state = given["state"] if given["state"] in ("open", "late", *At) else ""
    wanted = Search(
        given["q"],
        given["item"],
        given["hall"],
        "" if state in ("open", "late") else state,
        only_open=state == "open",
        late=state == "late",
    )
    with house().store.read(caller().street) as tx:
        found = cases.search(tx, wanted, given["after"], _PAGE)
        offered, halls = items.items(tx), opening.halls(tx)
        today = cases.today_in(tx)
    return show(
        "console/cases.html",
        cases=found,
        given={**given, "state": state},
        more={**given, "after": found[-1].id} if len(found) == _PAGE else None,
        items=offered,
        halls=halls,
        states=spoken_words(TITLES),
        closed=lambda row: not row.open,
        late=lambda row: row.open and row.due_on < today,
    )


@pages.get("/cases/<id:case>", roles=EVERYBODY)
def case_page(case: str) -> str:
    """One case with everything that happened to it, and the steps that may follow."""
    with house().store.read(caller().street) as tx:
        row = cases.case(tx, case)
        timezone = places.street(tx).timezone
        happened = [(one, stamp(one.at, timezone)) for one in cases.events(tx, case)]
        proof = _proof(tx, row.delegation)
        opened, today = stamp(row.opened_at, timezone), cases.today_in(tx)
    return show(
        "console/case.html",
        case=row,
        events=happened,
        opened=opened,
        proof=proof,
        late=row.open and row.due_on < today,
        states=spoken_words(TITLES),
        channels=spoken_words(CHANNELS),
        steps=[(at, STEPS[at].in_(spoken_language()), at in EXPLAINED) for at in cases.next_of(At(row.state))],
    )


@pages.get("/bookings", entry=Entry("services", "booking.list", "calendar"), roles=EVERYBODY)
def appointments() -> str:
    """The appointments of a day."""
    hall = request.args.get("hall", "")
    with house().store.read(caller().street) as tx:
        today = cases.today_in(tx)
        on = _day(request.args.get("on", ""), today)
        rows = [(row, house().hall.bookings.address(tx, row)) for row in bookings.of_day(tx, on, hall)]
        halls = opening.halls(tx)
    return show(
        "console/bookings.html",
        on=on,
        today=today,
        before=on - timedelta(days=1),
        after=on + timedelta(days=1),
        hall=hall,
        halls=halls,
        bookings=rows,
        states=spoken_words(bookings.STATES),
        places=spoken_words(bookings.PLACES),
    )


@pages.get("/opening", entry=Entry("services", "opening.title", "bell"))
def opening_hours() -> str:
    """When each hall takes appointments."""
    with house().store.read(caller().street) as tx:
        halls = opening.halls(tx)
        hall = request.args.get("hall", "") or (halls[0].id if halls else "")
        patterns = opening.patterns(tx, hall)
        offered = items.items(tx, only_active=True)
    return show(
        "console/opening.html",
        hall=hall,
        halls=halls,
        patterns=patterns,
        items=offered,
        places=spoken_words(bookings.PLACES),
        blank=opening.Pattern(frozenset(range(1, 6)), "09:00", "11:30", 30, 2, Where.HALL),
        may_edit=_may_edit(),
    )


def _editor(item: Item) -> str:
    return show(
        "console/service_item.html",
        item=item,
        parts=[field.name for field in fields(Guide)],
        channels={channel: CHANNELS[channel].in_(spoken_language()) for channel in Channel},
        may_edit=_may_edit(),
    )


def _may_edit() -> bool:
    return caller().role is Role.ADMINISTRATOR


def _proof(tx: Tx, delegation: str) -> str:
    if not delegation:
        return ""
    return house().certification.delegations.proof(tx, delegations.one(tx, delegation))


def _day(given: str, today: date) -> date:
    try:
        return date.fromisoformat(given)
    except ValueError:
        return today
