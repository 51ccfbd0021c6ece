"""The counter's screen: pages that carry the words and who works where; the script does the rest over the REST API."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Flask, redirect, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.clock import local_date
from jiedao.directory.caller import Caller
from jiedao.directory.places import street
from jiedao.hookspecs.certification import Route
from jiedao.post.rules import PURPOSE_NAMES, Purpose
from jiedao.problems import NotFound, NotSignedIn
from jiedao_web.console.frame import ENTRIES
from jiedao_web.context import context, house
from jiedao_web.counter.wording import WORDS
from jiedao_web.door.frame import then
from jiedao_web.door.pages.sign_in import sign_in_page
from jiedao_web.look import Face, spoken_language

counter = Blueprint("counter", __name__, url_prefix="/counter", template_folder="templates", static_folder="static")
face: Final = Face(counter, WORDS)


def add_counter(app: Flask) -> None:
    """Serve the screen."""
    app.register_blueprint(counter)


@counter.get("/")
def desk() -> str | Reply:
    """The counter, for who is signed in; the door for everyone else."""
    try:
        session = context().sessions.of_request()
    except NotSignedIn:
        return redirect(url_for("counter.door"))
    caller = session.caller
    page = {"csrf": session.csrf, "staff": {"id": caller.staff, "name": caller.name, "role": caller.role.value}}
    with house().store.read(caller.street) as tx:
        devices = {"printer": bool(house().printing.connections(tx)), "reader": house().identities.reads(tx)}
        today = local_date(tx.now, street(tx).timezone).isoformat()
    page |= {"place": _place(caller), "devices": devices, "today": today}
    chosen = {"routes": _ROUTES, "purposes": PURPOSE_NAMES, "purpose": Purpose.ORDINARY}
    return _render("counter/counter.html", page, console=_console_for(caller), **chosen)


@counter.get("/sign-in")
def door() -> str | Reply:
    """The door in front of the counter: whoever comes in here works at the window, whatever their role."""
    return sign_in_page(then() or url_for("counter.desk"))


def _console_for(caller: Caller) -> str:
    """Where the console begins for this role; empty for one that has no business there."""
    first = next((entry.endpoint for entry in ENTRIES if caller.role in entry.roles), "")
    return url_for(first) if first else ""


def _render(template: str, page: dict[str, Any], **values: Any) -> str:
    doors = {"sign_in": url_for("counter.door"), "counter": url_for("counter.desk")}
    return face.render(template, {**page, "doors": doors}, **values)


def _place(caller: Caller) -> dict[str, str]:
    """The till and where it stands, in the words of its street; empty without a till."""
    try:
        with house().store.read(caller.street) as tx:
            place = house().places.at(tx, caller.till)
    except NotFound:
        return {"till": ""}
    spoken = spoken_language()
    return {
        "street": place.street_name.in_(spoken),
        "hall": place.hall_name.in_(spoken),
        "till": place.till,
        "till_name": place.till_name,
        "timezone": place.timezone,
    }


_ROUTES: Final = (
    Route.COUNTER,
    Route.FACE,
    *(route for route in Route if route not in (Route.COUNTER, Route.FACE, Route.DATA_MATCH)),
)
"""How staff may take a certification, what is usual at a counter first."""
