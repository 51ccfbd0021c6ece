"""What all screens share: the stylesheet, the scripts, the base pages, the language and the size of type.

A room of screens (the counter, the street's console, the kiosk, the phone) is a `Face`: a blueprint with its words.
Nothing is loaded from elsewhere and no script or style stands in a page, which the policy in the headers enforces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeVar

from flask import Blueprint, Flask, Response, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Reply

from jiedao.language import LANGUAGES, Text
from jiedao.problems import NotFound, Problem
from jiedao_web.look.wording import WORDS as SHARED
from jiedao_web.receipts import stylesheet

look = Blueprint("look", __name__, url_prefix="/look", template_folder="templates", static_folder="static")
LANGUAGE_COOKIE: Final = "jiedao_language"
SIZE_COOKIE: Final = "jiedao_type"
SIZES: Final = ("normal", "large", "largest")
"""Main text of residents' screens: 18, 24 and 30 px."""
_YEAR: Final = 31_536_000

Key = TypeVar("Key", bound=str)


class Face:
    """A room of screens with its words; templates get `t`, `language`, `size` and `page`."""

    def __init__(self, blueprint: Blueprint, words: Mapping[str, Text], *, scripted: Sequence[str] = ("",)) -> None:
        """`scripted` are the beginnings of the keys that scripts use, besides the shared ones."""
        self.blueprint = blueprint
        self.words: Final = {**SHARED, **words}
        self._scripted = tuple(scripted)
        blueprint.after_request(guard)

    def render(self, template: str, page: Mapping[str, Any] | None = None, **values: Any) -> str:
        """A page; `page` is what its scripts get to know besides the words."""
        spoken = spoken_language()
        words = in_language(self.words, spoken)
        said = {key: value for key, value in words.items() if key in SHARED or key.startswith(self._scripted)}
        given = {"place": {}, "staff": {}, "doors": {}, **(page or {}), "language": spoken, "words": said}
        shown = {"place": given["place"], "staff": given["staff"], "size": size(), **values}
        return render_template(template, page=given, t=words.__getitem__, language=spoken, **shown)

    def refuse_with(self, shown: Callable[[Problem], str]) -> None:
        """Show refusals of this room's pages as a page instead of as problem details."""
        self.blueprint.register_error_handler(Problem, lambda problem: (shown(problem), problem.status))


def refusal(title: Text, says: Text) -> str:
    """A page that says why there is no page: for addresses that lead nowhere, and for what failed.

    It asks nobody who they are, so it can be shown whatever went wrong; the way out leads to the start of the room.
    """
    start = next((home for home in _HOMES if request.path.startswith(home)), "/")
    spoken = spoken_language()
    return _NO_ROOM.render("look/refused.html", title=title.in_(spoken), says=says.in_(spoken), start=start)


def add_look(app: Flask) -> None:
    """Serve what all screens share."""
    app.register_blueprint(look)


@look.get("/language/<to>")
def language(to: str) -> Reply:
    """Change the language, and go back to where one was."""
    if to not in LANGUAGES:
        raise NotFound("language.missing", _NO_LANGUAGE)
    return _remember(LANGUAGE_COOKIE, to)


@look.get("/type/<to>")
def type_size(to: str) -> Reply:
    """Change the size of the type, and go back to where one was."""
    if to not in SIZES:
        raise NotFound("type.missing", _NO_SIZE)
    return _remember(SIZE_COOKIE, to)


@look.get("/slip.css")
def slip_style() -> Response:
    """How a slip of paper looks on the screen and on paper."""
    return Response(stylesheet(), mimetype="text/css")


def spoken_language() -> str:
    """As chosen, else as the browser asks, else Chinese."""
    if "language" not in g:
        chosen = request.cookies.get(LANGUAGE_COOKIE, "")
        asked = chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "zh")
        g.language = asked or "zh"
    spoken: str = g.language
    return spoken


def size() -> str:
    """The size of type that was chosen on this device."""
    chosen = request.cookies.get(SIZE_COOKIE, "")
    return chosen if chosen in SIZES else SIZES[0]


def in_language(words: Mapping[Key, Text], spoken: str) -> dict[Key, str]:
    """A table of words in one language."""
    return {key: text.in_(spoken) for key, text in words.items()}


def spoken_words(words: Mapping[Key, Text]) -> dict[Key, str]:
    """A table of words as whoever asks reads it."""
    return in_language(words, spoken_language())


def guard(response: Response) -> Response:
    """Nothing from elsewhere, nothing inside the page, and no page around it."""
    for name, value in HEADERS.items():
        response.headers[name] = value
    if response.mimetype == "text/html":
        response.headers["Cache-Control"] = "no-store"
    return response


def _remember(cookie: str, value: str) -> Reply:
    answer = redirect(_back())
    answer.set_cookie(
        cookie, value, max_age=_YEAR, secure=request.is_secure, httponly=True, samesite="Strict", path="/"
    )
    return answer


def _back() -> str:
    """The page of ours that the request came from; the root where it came from elsewhere."""
    from_there = request.referrer or ""
    ours = from_there.startswith(request.host_url) and "/look/" not in from_there
    return from_there if ours else url_for("root")


HEADERS: Final = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_NO_ROOM: Final = Face(look, {"app.name": Text(zh="街道服务", en="Street services")})
_HOMES: Final = ("/my/", "/kiosk/")
"""Rooms for residents; everybody else is led on from the root."""
_NO_LANGUAGE: Final = Text(zh="没有这种语言", en="There is no such language")
_NO_SIZE: Final = Text(zh="没有这种字号", en="There is no such size of type")
look.after_request(guard)
