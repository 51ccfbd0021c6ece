"""The phone's frame: who may come in, what stands around every page, and how a refusal looks."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, g, redirect, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.directory import places
from jiedao.problems import NotSignedIn, Problem
from jiedao_web.context import context, house
from jiedao_web.look import Face, spoken_language
from jiedao_web.phone.showing import Showing
from jiedao_web.phone.wording import WORDS
from jiedao_web.resident_sessions import resident, visiting

phone = Blueprint("phone", __name__, url_prefix="/my", template_folder="templates", static_folder="static")
face: Final = Face(phone, WORDS, scripted=("script.",))
_OPEN: Final = frozenset({"phone.static", "phone.door"})
_TIMEZONE: Final = "Asia/Shanghai"


@phone.before_request
def admit() -> Reply | None:
    """Know who asks; whoever is not signed in goes to the door and comes back here."""
    if request.endpoint in _OPEN:
        return None
    try:
        g.session = context().visits.of_request()
        resident()
    except NotSignedIn:
        return redirect(url_for("phone.door", then=request.full_path.rstrip("?")))
    return None


def show(template: str, *, page: dict[str, Any] | None = None, **values: Any) -> str:
    """A page for the resident who is signed in; `page` is what its scripts get to know."""
    by, spoken = resident(), spoken_language()
    with house().store.read(by.street) as tx:
        street = places.street(tx)
    given = {
        "csrf": visiting().csrf,
        "place": {"street": street.name.in_(spoken), "code": street.code, "timezone": street.timezone},
        "doors": {"sign_in": url_for("phone.door")},
        **(page or {}),
    }
    written = Showing(spoken, street.timezone).filters
    return face.render(template, given, signed_in=True, here=request.endpoint, **written, **values)


def show_outside(template: str, *, page: dict[str, Any], **values: Any) -> str:
    """A page for somebody who is not signed in."""
    written = Showing(spoken_language(), _TIMEZONE).filters
    return face.render(template, page, signed_in=False, here=request.endpoint, **written, **values)


def _refused(problem: Problem) -> str:
    page = {"doors": {"sign_in": url_for("phone.door")}}
    if "session" in g:
        return show("phone/refused.html", says=problem.says)
    return show_outside("phone/refused.html", page=page, says=problem.says)


face.refuse_with(_refused)
