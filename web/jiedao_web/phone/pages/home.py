"""The first page: what concerns the resident now, and everything that they can do."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.hall.graph import TITLES
from jiedao_web.api.my import accounts, due, sessions
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages

pages = Pages()


@pages.get("/")
def home() -> str:
    """What is due, and the ways on."""
    kept = accounts.accounts()["accounts"]
    ids = {"accounts": [one.id for one in kept]}
    return show(
        "phone/home.html",
        page=ids,
        profile=sessions.profile(),
        due=due.what_is_due(),
        accounts=kept,
        case_titles=TITLES,
    )


@pages.get("/home")
def to_home() -> Reply:
    """An address that people type."""
    return redirect(url_for("phone.home"))
