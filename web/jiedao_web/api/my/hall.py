"""What a hall does for a resident: guides, their own matters and appointments, what they thought of it, and paper."""

from __future__ import annotations

from typing import Any, Final

from jiedao.checkout import own, slips, views
from jiedao.checkout.receipt import Receipt
from jiedao.checkout.state import load
from jiedao.directory.caller import Caller
from jiedao.directory.resident_sessions import Channel as Screen
from jiedao.hall import bookings, cases, items, opening, ratings
from jiedao.hall.cases import Matter
from jiedao.hall.graph import At
from jiedao.hall.items import Channel
from jiedao.hall.opening import Where
from jiedao.hall.ratings import Opinion
from jiedao.hookspecs.values import Document
from jiedao.kiosk import devices
from jiedao.kiosk.devices import Condition
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid
from jiedao.store.unit import Tx
from jiedao_schemas.api import my as schemas
from jiedao_schemas.api.hall import ServiceItemShown, SlotSearch, SlotsShown
from jiedao_web.api.hall import appointment
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.problems import language
from jiedao_web.receipts import render_escpos, render_pdf
from jiedao_web.resident_sessions import resident, visiting, visitor
from jiedao_web.routes import Routes, Who

routes = Routes("my_hall", "Guides, a resident's own matters and appointments", who=Who.RESIDENT)
_CASE: Final = schemas.MyCaseShown()
_BOOKING: Final = schemas.MyBookingShown()


@routes.get("/my/service-items", schemas.MyItemsShown())
def my_items() -> dict[str, Any]:
    """What can be had in this way, with its guide."""
    with house().store.read(visitor().street) as tx:
        return {"items": items.offered(tx, _channel())}


@routes.get("/my/service-items/<code:item>", ServiceItemShown())
def my_item(item: str) -> items.Item:
    """One service item with its guide and its forms."""
    with house().store.read(visitor().street) as tx:
        return items.item(tx, item)


@routes.get("/my/halls", schemas.MyHallsShown())
def my_halls() -> dict[str, Any]:
    """Halls where one can go."""
    with house().store.read(visitor().street) as tx:
        return {"halls": opening.halls(tx)}


@routes.get("/my/bookings/slots", SlotsShown(), query=SlotSearch())
def my_slots(query: dict[str, Any]) -> dict[str, Any]:
    """Times that can be booked."""
    with house().store.read(visitor().street) as tx:
        found = house().hall.bookings.slots(
            tx, query["item"], query["hall"], Where(query["place"]), query["first"], query["last"]
        )
    return {"slots": found}


@routes.get("/my/bookings", schemas.MyBookingsShown())
def my_bookings() -> dict[str, Any]:
    """The resident's last appointments, the latest day first."""
    by = resident()
    with house().store.read(by.street) as tx:
        return {"bookings": [_booking_shown(tx, row) for row in bookings.of_resident(tx, by.resident)]}


@routes.post("/my/bookings", _BOOKING, body=schemas.MyNewBooking(), status=[201])
def my_book(body: dict[str, Any]) -> dict[str, Any]:
    """Make an appointment for oneself. 409 `booking.full` and `booking.held` as for staff."""
    by = resident()
    wanted = appointment(body, resident=by.resident, channel=_channel())
    return _booking(by, once(lambda claimed: house().hall.bookings.book(claimed, wanted), str))


@routes.post("/my/bookings/<id:booking>/cancel", _BOOKING)
def my_cancel(booking: str) -> dict[str, Any]:
    """Give one's own appointment up."""
    by = resident()

    def act(claimed: Caller) -> str:
        house().hall.bookings.cancel(claimed, booking, resident=by.resident)
        return booking

    return _booking(by, once(act, str))


@routes.get("/my/cases", schemas.MyCasesShown(), query=schemas.MyPaging())
def my_cases(query: dict[str, Any]) -> dict[str, Any]:
    """The resident's own matters, newest first."""
    by, most = resident(), query["limit"]
    with house().store.read(by.street) as tx:
        rows = cases.of_resident(tx, by.resident, query["before"], most)
    return {"cases": [_row(row) for row in rows], "before": rows[-1].id if len(rows) == most else ""}


@routes.post("/my/cases", _CASE, body=schemas.MyNewCase(), status=[201])
def my_open(body: dict[str, Any]) -> dict[str, Any]:
    """Bring a matter oneself, where the item can be had in this way."""
    by = resident()
    matter = Matter(body["item"], by.resident, note=body["note"], channel=_channel())
    return _case(by, once(lambda claimed: house().hall.cases.open(claimed, matter), str))


@routes.get("/my/cases/<id:case>", _CASE)
def my_case(case: str) -> dict[str, Any]:
    """One's own matter with everything that happened to it; who of the staff did it is not said."""
    return _case(resident(), case)


@routes.post("/my/cases/<id:case>/withdrawal", _CASE)
def my_withdraw(case: str) -> dict[str, Any]:
    """Do not want it any more; 409 when it is closed."""
    by = resident()

    def act(claimed: Caller) -> str:
        house().hall.cases.step(claimed, case, At.WITHDRAWN, resident=by.resident)
        return case

    return _case(by, once(act, str))


@routes.post("/my/ratings", schemas.MyRatingShown(), body=schemas.MyNewRating(), status=[201])
def my_rate(body: dict[str, Any]) -> dict[str, Any]:
    """Say what one thinks of a case, an order or a certification of one's own; once, and not before it is over."""
    by = visitor()
    kind, subject = str(body["kind"]), str(body["subject"])
    if kind == ratings.ORDER:
        with house().store.read(by.street) as tx:
            own.check(tx, by, subject)
    else:
        resident()
    opinion = Opinion(body["stars"], body["comment"], _channel())

    def act(claimed: Caller) -> str:
        ratings.rate(house().store, claimed, kind, subject, opinion, resident=by.resident)
        return subject

    once(act, str)
    return {"kind": kind, "subject": subject, "stars": body["stars"]}


@routes.post("/my/prints", schemas.MyPrintShown(), body=schemas.MyNewPrint(), status=[201])
def my_print(body: dict[str, Any]) -> dict[str, Any]:
    """Print, at the kiosk, one's own receipt, or the slip of an order that is still being confirmed.

    503 `service.missing` where the street has no printing service: the browser prints it then. When the printer is
    out of paper, the kiosk knows it from then on.
    """
    by = visitor()
    if visiting().visit.channel is not Screen.KIOSK:
        raise Conflict("print.kiosk", _ONLY_KIOSK)
    slip = _slip(by, body)
    house().printing.ready(by)
    _print(by, slip.in_language(language()))
    return {"printed": True}


def _slip(by: Caller, body: dict[str, Any]) -> Receipt:
    with house().store.read(by.street) as tx:
        if body["receipt"]:
            own.receipt(tx, by, body["receipt"])
            return slips.as_printed(tx, body["receipt"])
        if not body["order"]:
            raise Invalid("print.what", _WHAT, field="receipt")
        own.check(tx, by, body["order"])
        open_ = [one for one in views.order(tx, body["order"]).attempts if one.kind == "payment" and not one.finished]
        if not open_:
            raise Conflict("slip.final", _FINAL, field="order")
        return slips.picture(tx, house().desk, load(tx, open_[-1].id))


def _print(by: Caller, slip: Receipt) -> None:
    """On the kiosk's printer, whichever of the two kinds it is."""
    media = (("application/vnd.escpos", render_escpos), ("application/pdf", render_pdf))
    try:
        house().printing.print_on_any(by, (Document("slip", kind, draw(slip).content) for kind, draw in media))
    except Conflict as refused:
        if refused.facts.get("provider_code") == "PAPER":
            devices.report(house().store, by.street, by.till, Condition.NO_PAPER)
        raise


def _channel() -> Channel:
    return Channel(visiting().visit.channel.value)


def _booking(by: Caller, id_: str) -> dict[str, Any]:
    with house().store.read(by.street) as tx:
        return _booking_shown(tx, bookings.booking(tx, id_, resident=by.resident))


def _booking_shown(tx: Tx, row: Any) -> dict[str, Any]:
    return {**row._asdict(), "address": house().hall.bookings.address(tx, row)}


def _case(by: Caller, id_: str) -> dict[str, Any]:
    with house().store.read(by.street) as tx:
        row = cases.case(tx, id_, resident=by.resident)
        return {**_row(row), "events": cases.events(tx, id_)}


def _row(row: Any) -> dict[str, Any]:
    """What a resident may do: withdraw it while it is open, and rate it once, when it is finished."""
    return {**row._asdict(), "may_withdraw": row.open, "may_rate": row.state == At.FINISHED and row.stars is None}


_ONLY_KIOSK: Final = Text(zh="这里不能打印", en="Nothing is printed here")
_WHAT: Final = Text(zh="请写明要打印什么", en="Say what is to be printed")
_FINAL: Final = Text(
    zh="这笔交易没有待确认的事项；请打印收据", en="Nothing of this order is being confirmed; print its receipt"
)
