"""The counter's screen: pages that carry the words and who works where; the script does the rest over the REST API."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Flask, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.directory.caller import Caller
from jiedao.language import LANGUAGES
from jiedao.problems import NotFound, NotSignedIn
from jiedao_web.context import context, house
from jiedao_web.counter.wording import in_language
from jiedao_web.receipts import stylesheet

counter = Blueprint("counter", __name__, url_prefix="/counter", template_folder="templates", static_folder="static")
LANGUAGE_COOKIE: Final = "jiedao_language"


def add_counter(app: Flask) -> None:
    """Serve the screen, and lead to it from the root."""
    app.register_blueprint(counter)
    app.add_url_rule("/", "root", lambda: redirect(url_for("counter.desk")))


@counter.get("/")
def desk() -> str | Reply:
    """The counter, for who is signed in; the door for everyone else."""
    try:
        session = context().sessions.of_request()
    except NotSignedIn:
        return redirect(url_for("counter.door"))
    caller = session.caller
    page = {"csrf": session.csrf, "staff": {"id": caller.staff, "name": caller.name, "role": caller.role.value}}
    return _render("counter/counter.html", page | {"place": _place(caller)})


@counter.get("/sign-in")
def door() -> str:
    """Where staff sign in; `street` and `till` may be filled in by the address."""
    return _render("counter/sign_in.html", {"place": {}}, street=_given("street"), till=_given("till"))


@counter.get("/language/<to>")
def language(to: str) -> Reply:
    """Change the language, and go back to where one was."""
    there = "counter.desk" if (request.referrer or "").rstrip("/").endswith("/counter") else "counter.door"
    answer = redirect(url_for(there))
    if to in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, to, max_age=31536000, httponly=True, samesite="Strict", path="/")
    return answer


@counter.get("/slip.css")
def slip_style() -> Response:
    """How a slip of paper looks on the screen and on paper."""
    return Response(stylesheet(), mimetype="text/css")


@counter.after_request
def _headers(response: Response) -> Response:
    """Nothing from elsewhere, nothing inside the page, and no page around it."""
    for name, value in _HEADERS.items():
        response.headers[name] = value
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response


def _render(template: str, page: dict[str, Any], **values: Any) -> str:
    spoken = _language()
    words = in_language(spoken)
    doors = {"sign_in": url_for("counter.door"), "counter": url_for("counter.desk")}
    page = {**page, "language": spoken, "words": words, "doors": doors}
    return render_template(template, page=page, t=words.__getitem__, language=spoken, **_shown(page), **values)


def _shown(page: dict[str, Any]) -> dict[str, Any]:
    return {name: page.get(name, {}) for name in ("place", "staff")}


def _place(caller: Caller) -> dict[str, str]:
    """The till and where it stands, in the words of its street; empty without a till."""
    try:
        with house().store.read(caller.street) as tx:
            place = house().places.at(tx, caller.till)
    except NotFound:
        return {"till": ""}
    spoken = _language()
    return {
        "street": place.street_name.in_(spoken),
        "hall": place.hall_name.in_(spoken),
        "till": place.till,
        "till_name": place.till_name,
        "timezone": place.timezone,
    }


def _language() -> str:
    """As chosen, else as the browser asks, else Chinese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def _given(name: str) -> str:
    return request.args.get(name, "")[:40]


_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
