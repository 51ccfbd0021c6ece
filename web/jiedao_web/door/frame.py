"""What the door's pages share: who is there, where they go from here, and how a page is made."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, request, url_for

from jiedao.directory.caller import Role
from jiedao.directory.sessions import Stage
from jiedao.problems import NotSignedIn
from jiedao_web.console.parts import OFFICE
from jiedao_web.context import context
from jiedao_web.door.wording import WORDS
from jiedao_web.look import Face
from jiedao_web.sessions import Session

door = Blueprint("door", __name__, template_folder="templates", static_folder="static", static_url_path="/door/static")
face: Final = Face(door, WORDS)


def home(role: Role) -> str:
    """Where somebody of this role works: the console, or the counter."""
    return url_for("console.overview" if role in OFFICE else "counter.desk")


def session_at(*stages: Stage) -> Session | None:
    """The session of the present request, if it is at one of these stages (open, where none is named)."""
    try:
        return context().sessions.of_request(stages or (Stage.OPEN,))
    except NotSignedIn:
        return None


def onward(given: str) -> str:
    """An address of ours to go on to, or nothing: never a page of somebody else's."""
    return given if _OURS.fullmatch(given) else ""


def then() -> str:
    """Where the address says to go on to."""
    return onward(request.args.get("then", "")[:500])


def given(name: str) -> str:
    """Something that the address fills in."""
    return request.args.get(name, "")[:40]


def page(**more: Any) -> dict[str, Any]:
    """What every script of the door gets to know."""
    return {
        "homes": {role.value: home(role) for role in Role if role is not Role.RESIDENT},
        "doors": {"sign_in": url_for("door.sign_in"), "enrol": url_for("door.second_factor")},
        **more,
    }


_OURS: Final = re.compile(r"/(?![/\\])[\x21-\x7e]*", re.ASCII)
