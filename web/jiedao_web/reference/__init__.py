"""The reference of the REST API at /api/v1/: a page made from the document of this very installation.

For whoever writes a program against it, so it needs no session; it shows nothing of any street.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import Blueprint, Flask, current_app

from jiedao.webhooks.events import TYPES
from jiedao_web.look import Face, size, spoken_language
from jiedao_web.problems import TITLES
from jiedao_web.reference.reading import Field, Subject, subjects_of
from jiedao_web.reference.wording import WORDS
from jiedao_web.routes import PREFIX

reference = Blueprint("reference", __name__, url_prefix=PREFIX, template_folder="templates", static_folder="static")
face: Final = Face(reference, WORDS, scripted=("script.",))
_KEPT: Final = "jiedao-reference"


def add_reference(app: Flask, document: Any) -> None:
    """Serve the page; `document` makes the OpenAPI document, which is read when somebody first wants to see it."""
    app.extensions[_KEPT] = {"document": document}
    app.register_blueprint(reference)


@reference.get("/")
def page() -> str:
    """All endpoints by subject, with what each takes, gives and needs. The same for everybody, so it is made once."""
    kept, wanted = current_app.extensions[_KEPT], (spoken_language(), size())
    if wanted not in kept:
        kept[wanted] = _page(wanted[0])
    made: str = kept[wanted]
    return made


def _page(spoken: str) -> str:
    events = [(kind, says.in_(spoken)) for kind, says in TYPES.items()]
    statuses = [(status, says.in_(spoken)) for status, says in TITLES.items()]
    shown: dict[str, Any] = {"subjects": _subjects(), "events": events, "statuses": statuses, "rows": _rows}
    return face.render("reference/reference.html", **shown)


def _rows(fields: Iterable[Field]) -> list[tuple[str, Field]]:
    """Fields of a body as a table takes them: they are in no particular place."""
    return [("", field) for field in fields]


def _subjects() -> list[Subject]:
    return subjects_of(current_app.extensions[_KEPT]["document"]())
