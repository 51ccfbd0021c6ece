"""What a hall does itself: service items with their guides, cases, ratings, opening patterns, bookings."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.caller import Caller
from jiedao.hall import bookings, cases, items, opening, ratings
from jiedao.hall.bookings import Appointment, Arrival
from jiedao.hall.cases import Matter, Search
from jiedao.hall.graph import At
from jiedao.hall.items import Channel, Form, Guide, Item
from jiedao.hall.opening import Pattern, Where
from jiedao.hall.ratings import Opinion
from jiedao.language import Text
from jiedao.store.unit import Tx
from jiedao_schemas.api.hall import (
    ArrivalGiven,
    BookingSearch,
    BookingShown,
    BookingsShown,
    CaseNote,
    CasePosting,
    CaseSearch,
    CasesShown,
    CaseStep,
    CaseWhole,
    NewBooking,
    NewCase,
    NewRating,
    PatternsGiven,
    PatternsShown,
    ServiceItemGiven,
    ServiceItemSearch,
    ServiceItemsGiven,
    ServiceItemShown,
    ServiceItemsShown,
    SlotSearch,
    SlotsShown,
)
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("hall", "Service items, cases, appointments")
_CASE: Final = CaseWhole()
_BOOKING: Final = BookingShown()


# service items


@routes.get("/service-items", ServiceItemsShown(), query=ServiceItemSearch())
def list_items(query: dict[str, Any]) -> dict[str, Any]:
    """Every service item with its guide, by category and code; `show=active` leaves out what is not offered."""
    with house().store.read(caller().street) as tx:
        return {"items": items.items(tx, category=query["category"], only_active=query["show"] == "active")}


@routes.change("PUT", "/service-items", ServiceItemsShown(), body=ServiceItemsGiven())
def set_items(body: dict[str, Any]) -> dict[str, Any]:
    """Add service items or change them, all or none (administrators); others stay as they are."""
    items.set_items(house().store, caller(), [given_item(one.pop("code"), one) for one in body["items"]])
    return _items()


@routes.get("/service-items/<code:item>", ServiceItemShown())
def show_item(item: str) -> Item:
    """One service item with its guide."""
    with house().store.read(caller().street) as tx:
        return items.item(tx, item)


@routes.change("PUT", "/service-items/<code:item>", ServiceItemShown(), body=ServiceItemGiven())
def set_item(body: dict[str, Any], item: str) -> Item:
    """Add a service item, or change it (administrators)."""
    items.set_items(house().store, caller(), [given_item(item, body)])
    return show_item(item)


# cases


@routes.post("/cases", _CASE, body=NewCase(), status=[201])
def open_case(body: dict[str, Any]) -> dict[str, Any]:
    """Take a matter in. `delegation` must be the resident's, and in force today."""
    return _case(once(lambda by: house().hall.cases.open(by, Matter(**body)), str))


@routes.get("/cases", CasesShown(), query=CaseSearch())
def list_cases(query: dict[str, Any]) -> dict[str, Any]:
    """The ledger of cases, newest first. `state` is one of them, `open` for all that are, `late` for overdue ones."""
    with house().store.read(caller().street) as tx:
        found = cases.search(tx, search_of(query), query["after"], query["limit"])
    return {
        "cases": [_row(row) for row in found],
        "after": found[-1].id if len(found) == query["limit"] else "",
    }


@routes.get("/cases/<id:case>", _CASE)
def show_case(case: str) -> dict[str, Any]:
    """One case with everything that happened to it."""
    return _case(case)


@routes.post("/cases/<id:case>/steps", _CASE, body=CaseStep())
def step_case(body: dict[str, Any], case: str) -> dict[str, Any]:
    """Bring a case to another state; `next` says which it may go to. What is closed stays closed."""

    def act(by: Caller) -> str:
        house().hall.cases.step(by, case, At(body["to"]), body["note"])
        return case

    return _case(once(act, str))


@routes.post("/cases/<id:case>/notes", _CASE, body=CaseNote(), status=[201])
def note_case(body: dict[str, Any], case: str) -> dict[str, Any]:
    """Write something down."""

    def act(by: Caller) -> str:
        house().hall.cases.note(by, case, body["note"])
        return case

    return _case(once(act, str))


@routes.post("/cases/<id:case>/posting", _CASE, body=CasePosting())
def post_case(body: dict[str, Any], case: str) -> dict[str, Any]:
    """Note with which consignment a finished paper went to its resident."""

    def act(by: Caller) -> str:
        house().hall.cases.post(by, case, body["consignment"])
        return case

    return _case(once(act, str))


@routes.post("/cases/<id:case>/rating", _CASE, body=NewRating(), status=[201])
def rate_case(body: dict[str, Any], case: str) -> dict[str, Any]:
    """Keep what the resident thinks of it; once, and not before it is finished."""

    def act(by: Caller) -> str:
        ratings.rate(house().store, by, cases.SUBJECT, case, Opinion(**body))
        return case

    return _case(once(act, str))


# appointments


@routes.get("/halls/<code:hall>/opening", PatternsShown())
def show_opening(hall: str) -> dict[str, Any]:
    """When a hall takes appointments."""
    with house().store.read(caller().street) as tx:
        opening.must_be_hall(tx, hall)
        return {"hall": hall, "patterns": [_pattern_shown(one) for one in opening.patterns(tx, hall)]}


@routes.change("PUT", "/halls/<code:hall>/opening", PatternsShown(), body=PatternsGiven())
def set_opening(body: dict[str, Any], hall: str) -> dict[str, Any]:
    """Say anew when a hall takes appointments (administrators); those that were made stay."""
    opening.set_patterns(house().store, caller(), hall, [_pattern(one) for one in body["patterns"]])
    return show_opening(hall)


@routes.get("/bookings/slots", SlotsShown(), query=SlotSearch())
def list_slots(query: dict[str, Any]) -> dict[str, Any]:
    """Times that can be booked; on holidays of the street's calendar there are none."""
    with house().store.read(caller().street) as tx:
        found = house().hall.bookings.slots(
            tx, query["item"], query["hall"], Where(query["place"]), query["first"], query["last"]
        )
    return {"slots": found}


@routes.get("/bookings", BookingsShown(), query=BookingSearch())
def list_bookings(query: dict[str, Any]) -> dict[str, Any]:
    """The bookings of a day (today unless said), or the last ones of a resident."""
    with house().store.read(caller().street) as tx:
        if query["resident"]:
            rows = bookings.of_resident(tx, query["resident"])
        else:
            rows = bookings.of_day(tx, query["on"] or cases.today_in(tx), query["hall"])
        return {"bookings": [_booking_shown(tx, row) for row in rows]}


@routes.post("/bookings", _BOOKING, body=NewBooking(), status=[201])
def book(body: dict[str, Any]) -> dict[str, Any]:
    """Make an appointment. 409 `booking.full` when somebody was first, `booking.held` when there is one already."""
    wanted = appointment(body)
    return _booking(once(lambda by: house().hall.bookings.book(by, wanted), str))


@routes.get("/bookings/<id:booking>", _BOOKING)
def show_booking(booking: str) -> dict[str, Any]:
    """One appointment."""
    return _booking(booking)


@routes.post("/bookings/<id:booking>/cancel", _BOOKING)
def cancel_booking(booking: str) -> dict[str, Any]:
    """Give an appointment up; somebody else can have the time."""

    def act(by: Caller) -> str:
        house().hall.bookings.cancel(by, booking)
        return booking

    return _booking(once(act, str))


@routes.post("/bookings/<id:booking>/arrival", _BOOKING, body=ArrivalGiven())
def note_arrival(body: dict[str, Any], booking: str) -> dict[str, Any]:
    """Note that they came or did not, not before the day."""

    def act(by: Caller) -> str:
        house().hall.bookings.arrived(by, booking, Arrival(**body))
        return booking

    return _booking(once(act, str))


def given_item(code: str, body: dict[str, Any]) -> Item:
    """A service item as it was sent."""
    return Item(
        code,
        _text(body["title"]),
        body["category"],
        Guide(**{name: _text(said) for name, said in body["guide"].items()}),
        tuple(Form(form["code"], _text(form["title"]), _text(form["text"])) for form in body["forms"]),
        tuple(body["skills"]),
        frozenset(Channel(channel) for channel in body["channels"]),
        body["workdays"],
        body["needs_booking"],
        body["active"],
    )


def search_of(query: dict[str, Any]) -> Search:
    """What of the ledger is wanted."""
    state = query["state"]
    return Search(
        query["q"],
        query["item"],
        query["hall"],
        "" if state in ("open", "late") else state,
        only_open=state == "open",
        late=state == "late",
    )


def appointment(body: dict[str, Any], **more: Any) -> Appointment:
    """An appointment as it was sent."""
    place, begins = Where(body["place"]), body["begins"].strftime(_CLOCK)
    return Appointment(**{**body, "place": place, "begins": begins, **more})


def _items() -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return {"items": items.items(tx)}


def _case(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return {**_row(cases.case(tx, id_)), "events": cases.events(tx, id_)}


def _row(row: Any) -> dict[str, Any]:
    return {**row._asdict(), "next": cases.next_of(At(row.state))}


def _booking(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return _booking_shown(tx, bookings.booking(tx, id_))


def _booking_shown(tx: Tx, row: Any) -> dict[str, Any]:
    return {**row._asdict(), "address": house().hall.bookings.address(tx, row)}


def _pattern(body: dict[str, Any]) -> Pattern:
    times = {name: body[name].strftime(_CLOCK) for name in ("begins", "ends")}
    return Pattern(**{**body, **times, "weekdays": frozenset(body["weekdays"]), "place": Where(body["place"])})


def _pattern_shown(one: Pattern) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in Pattern.__slots__}
    return {**plain, "weekdays": sorted(one.weekdays)}


def _text(said: dict[str, str]) -> Text:
    return Text(said["zh"].strip(), said["en"].strip())


_CLOCK: Final = "%H:%M"
