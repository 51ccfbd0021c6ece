"""The kiosk: a resident stands before it and touches. Pages read; whatever is done goes through the REST API.

Every page needs the device's own cookie. Whoever stands there may be nobody in particular (bills, guides, tracking) or
a resident who has said who they are; after a while without a touch, the visit ends and nothing of it is left.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Flask, g, make_response, redirect, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.hall import bookings, cases, items, opening
from jiedao.hall.graph import TITLES, At
from jiedao.hall.items import Channel, Item
from jiedao.hall.opening import Where
from jiedao.kiosk.devices import PRINTS, Condition, Device
from jiedao.points import lots
from jiedao.problems import NotSignedIn, Problem
from jiedao_web.api.my.points import points_of
from jiedao_web.context import context, house
from jiedao_web.kiosk.wording import WORDS
from jiedao_web.look import LANGUAGE_COOKIE, SIZE_COOKIE, Face, spoken_language, spoken_words
from jiedao_web.resident_sessions import ResidentSession, drop_resident_cookie

kiosk = Blueprint("kiosk", __name__, url_prefix="/kiosk", template_folder="templates", static_folder="static")
face: Final = Face(kiosk, WORDS, scripted=("script.", "order.", "cert.", "track.", "pad."))
WARN_AFTER: Final = 45
"""Seconds without a touch until the screen asks whether anybody is still there."""
WIPE_AFTER: Final = 30
"""Seconds of that question until the visit ends. Together they are less than the session's own limit."""
_DOORLESS: Final = frozenset({"kiosk.static", "kiosk.enrol"})
_OWN: Final = {"points": "kiosk.points", "certify": "kiosk.certify", "book": "kiosk.book", "mine": "kiosk.mine"}
"""Pages that need to know whose they are, by the name that the address of the sign-in gives them."""


def add_kiosk(app: Flask) -> None:
    """Serve the kiosk."""
    app.register_blueprint(kiosk)


@kiosk.before_request
def admit() -> Reply | str | None:
    """Know which kiosk it is and whose visit; one that is out of service says so and nothing else."""
    if request.endpoint in _DOORLESS:
        return None
    try:
        g.device = context().kiosks.of_request().device
    except NotSignedIn:
        return redirect(url_for("kiosk.enrol"))
    g.visit = _visit(g.device)
    if g.device.condition is Condition.OUT_OF_SERVICE:
        return _show("kiosk/out.html")
    return None


@kiosk.get("/enrol")
def enrol() -> str:
    """Where the code is entered that makes this screen a kiosk."""
    return face.render("kiosk/enrol.html", {"doors": {"sign_in": url_for("kiosk.enrol")}})


@kiosk.get("/")
def start() -> str:
    """What can be done here."""
    return _show("kiosk/start.html")


@kiosk.get("/over")
def over() -> Reply:
    """End the visit, whoever's it is, and begin anew with nothing left of it: not even its type size or language."""
    if g.visit is not None:
        context().visits.close(g.visit)
    answer = drop_resident_cookie(make_response(redirect(url_for("kiosk.start"))))
    for cookie in (LANGUAGE_COOKIE, SIZE_COOKIE):
        answer.delete_cookie(cookie, path="/", httponly=True, samesite="Strict", secure=request.is_secure)
    return answer


@kiosk.get("/sign-in")
def sign_in() -> str:
    """Say who one is: by points card, identity card, or a code to the phone."""
    wanted = request.args.get("then", "")
    then = url_for(_OWN.get(wanted, "kiosk.start"))
    return _show("kiosk/sign_in.html", {"then": then}, then=then)


@kiosk.get("/bills")
def bills() -> str:
    """Pay a bill, one's own or somebody else's."""
    return _show("kiosk/bills.html", {"points": _points(), "back": url_for("kiosk.start")})


@kiosk.get("/points")
def points() -> str | Reply:
    """Points, and what they may be spent on."""
    if (whose := _resident()) is None:
        return _to_sign_in("points")
    with house().store.read(g.device.street) as tx:
        shown = points_of(tx, whose)
        earned = lots.page(tx, whose, "", _FEW)
    return _show("kiosk/points.html", points=shown, lots=earned)


@kiosk.get("/certify")
def certify() -> str | Reply:
    """Certify that one is alive, for a pension."""
    return _to_sign_in("certify") if _resident() is None else _show("kiosk/certify.html")


@kiosk.get("/track")
def track() -> str:
    """Where a letter or parcel is."""
    return _show("kiosk/track.html")


@kiosk.get("/guide")
def guide() -> str:
    """What the street can do, by category."""
    return _show("kiosk/guide.html", groups=_grouped(_offered()))


@kiosk.get("/guide/<code:item>")
def guide_item(item: str) -> str:
    """The guide of one service item."""
    with house().store.read(g.device.street) as tx:
        found = items.item(tx, item)
    parts = [(part, getattr(found.guide, part).in_(spoken_language())) for part in found.guide.__slots__]
    return _show("kiosk/guide_item.html", item=found, parts=[(part, words) for part, words in parts if words])


@kiosk.get("/forms")
def forms() -> str:
    """Papers to print."""
    return _show("kiosk/forms.html", items=[one for one in _offered() if one.forms])


@kiosk.get("/forms/<code:item>/<code:form>")
def form(item: str, form: str) -> str:
    """One paper, as it is printed."""
    with house().store.read(g.device.street) as tx:
        found = items.item(tx, item)
    return _show("kiosk/form.html", item=found, form=found.form(form))


@kiosk.get("/book")
def book() -> str | Reply:
    """Make an appointment."""
    if _resident() is None:
        return _to_sign_in("book")
    with house().store.read(g.device.street) as tx:
        halls = opening.halls(tx)
        kinds = {pattern.item for hall in halls for pattern in opening.patterns(tx, hall.id) if _at_hall(pattern)}
        here = house().places.at(tx, g.device.till).hall
        today = cases.today_in(tx)
    offered = [one for one in _offered() if "" in kinds or one.code in kinds]
    return _show("kiosk/book.html", {"today": today.isoformat(), "here": here}, items=offered, halls=halls, here=here)


@kiosk.get("/mine")
def mine() -> str | Reply:
    """One's own matters and appointments; what is finished can be rated."""
    if (whose := _resident()) is None:
        return _to_sign_in("mine")
    with house().store.read(g.device.street) as tx:
        matters = cases.of_resident(tx, whose, most=_FEW)
        booked = [row for row in bookings.of_resident(tx, whose) if row.state == bookings.State.BOOKED]
        halls = {one.id: one.name.in_(spoken_language()) for one in opening.halls(tx)}
    return _show(
        "kiosk/mine.html",
        cases=matters,
        bookings=booked,
        halls=halls,
        states=spoken_words(TITLES),
        finished=At.FINISHED,
    )


def _show(template: str, page: dict[str, Any] | None = None, **values: Any) -> str:
    """A page of this kiosk; its scripts know the visit's CSRF token and when to ask whether anybody is there."""
    device: Device = g.device
    visit: ResidentSession | None = g.visit
    with house().store.read(device.street) as tx:
        place = house().places.at(tx, device.till)
        name = house().residents.get(tx, visit.caller.resident).name if visit and visit.caller.resident else ""
    spoken = spoken_language()
    given = {
        "csrf": visit.csrf if visit else "",
        "known": bool(name),
        "idle": {"warn": WARN_AFTER, "wipe": WIPE_AFTER},
        "prints": device.condition in PRINTS,
        "condition": device.condition.value,
        "place": {"street": place.street_name.in_(spoken), "hall": place.hall_name.in_(spoken), "till": place.till},
        "device": {"street": device.street, "till": device.till},
        "doors": {"sign_in": url_for("kiosk.over")},
        **(page or {}),
    }
    shown = {
        "who": name,
        "visiting": visit is not None,
        "at_start": request.endpoint == "kiosk.start",
        "prints": given["prints"],
        "condition": device.condition.value,
    }
    return face.render(template, given, **shown, **values)


def _visit(device: Device) -> ResidentSession | None:
    """The visit that is under way at this kiosk."""
    try:
        found = context().visits.of_request()
    except NotSignedIn:
        return None
    return found if (found.caller.street, found.caller.till) == (device.street, device.till) else None


def _resident() -> str | None:
    visit: ResidentSession | None = g.visit
    return (visit.caller.resident or None) if visit else None


def _to_sign_in(then: str) -> Reply:
    return redirect(url_for("kiosk.sign_in", then=then))


def _points() -> dict[str, Any] | None:
    """What the resident can spend, and on what."""
    if (whose := _resident()) is None:
        return None
    with house().store.read(g.device.street) as tx:
        shown = points_of(tx, whose)
    active = shown["balance"].active if shown["cards"] else 0
    return {"active": active, "categories": shown["categories"]} if active > 0 else None


def _offered() -> list[Item]:
    with house().store.read(g.device.street) as tx:
        return items.offered(tx, Channel.KIOSK)


def _grouped(offered: list[Item]) -> list[tuple[str, list[Item]]]:
    groups = list(dict.fromkeys(one.category for one in offered))
    return [(group, [one for one in offered if one.category == group]) for group in groups]


def _at_hall(pattern: opening.Pattern) -> bool:
    return pattern.place is Where.HALL


def _refused(problem: Problem) -> str:
    return _show("kiosk/refused.html", says=problem.says.in_(spoken_language()))


face.refuse_with(_refused)
_FEW: Final = 20
