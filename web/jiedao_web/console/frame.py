"""The console's frame: who may come in, the navigation at the side, and how a refusal looks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Blueprint, current_app, g, redirect, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.directory import places
from jiedao.directory.caller import Role
from jiedao.problems import NotSignedIn, Problem
from jiedao_web.console.parts import Entry
from jiedao_web.console.wording import WORDS
from jiedao_web.context import context, house
from jiedao_web.look import Face, spoken_language
from jiedao_web.sessions import caller, present

console = Blueprint("console", __name__, url_prefix="/console", template_folder="templates", static_folder="static")
face: Final = Face(console, WORDS, scripted=("script.",))
ENTRIES: Final[list[Entry]] = []
"""All of the navigation, in order."""


@console.before_request
def admit() -> Reply | None:
    """Know who asks; whoever is not signed in goes to the door and comes back here."""
    if request.endpoint == "console.static":
        return None
    try:
        g.session = context().sessions.of_request()
    except NotSignedIn:
        return redirect(url_for("door.sign_in", then=request.full_path.rstrip("?")))
    return None


def show(template: str, *, page: dict[str, Any] | None = None, **values: Any) -> str:
    """A page of the console inside its frame; `page` is what its scripts get to know."""
    by = caller()
    spoken = spoken_language()
    with house().store.read(by.street) as tx:
        street = places.street(tx)
    given = {
        "csrf": present().csrf,
        "staff": {"id": by.staff, "name": by.name, "role": by.role.value},
        "place": {"street": street.name.in_(spoken), "code": street.code, "timezone": street.timezone},
        "doors": {"sign_in": url_for("door.sign_in"), "counter": url_for("counter.desk")},
        **(page or {}),
    }
    return face.render(template, given, navigation=_navigation(by.role), here=request.endpoint, **values)


def _navigation(role: Role) -> list[tuple[str, list[Entry]]]:
    """What someone of this role may open, by group."""
    allowed = [one for one in ENTRIES if role in one.roles]
    groups = list(dict.fromkeys(one.group for one in allowed))
    return [(group, [one for one in allowed if one.group == group]) for group in groups]


def _refused(problem: Problem) -> str:
    return show("console/refused.html", problem=problem, says=problem.says.in_(spoken_language()))


face.refuse_with(_refused)


def views() -> dict[str, Callable[..., Any]]:
    """Views of the console by endpoint, for those who test or measure all of them."""
    return {name: view for name, view in current_app.view_functions.items() if name.startswith("console.")}
