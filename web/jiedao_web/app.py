"""The application: one house behind the REST API and the screens."""

from __future__ import annotations

import threading
from typing import Any, Final

from flask import Flask, Response, g, request
from flask_smorest import Api  # type: ignore[import-untyped]

from jiedao.house import House
from jiedao.language import Text
from jiedao.worker import Runner
from jiedao_schemas.api.problem import ProblemShown
from jiedao_web.api import ROUTES
from jiedao_web.context import NAME, Context, context
from jiedao_web.converters import CONVERTERS
from jiedao_web.counter import add_counter
from jiedao_web.hooks import hooks
from jiedao_web.idempotency import check_key, mark
from jiedao_web.problems import Malformed, refuse_everything
from jiedao_web.receipts.fonts import system_faces
from jiedao_web.routes import PREFIX
from jiedao_web.sessions import CSRF_HEADER, Sessions

LARGEST: Final = 1_000_000
"""Bytes of a body; views that take files allow more."""


def create_app(house: House, *, runner: Runner | None = None) -> Flask:
    """The application of a house; thread-safe, for any WSGI server. `runner` performs what requests planned."""
    app = Flask("jiedao_web", static_folder=None)
    app.config.update(_SETTINGS)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.extensions[NAME] = Context(house, Sessions(house.store), runner or Runner(house))
    _add_api(app)
    app.register_blueprint(hooks)
    add_counter(app)
    refuse_everything(app)
    app.after_request(_finish)
    return app


def warm_up() -> None:
    """Read this machine's fonts in the background, which takes seconds, so that the first receipt need not wait."""
    threading.Thread(target=system_faces, name="fonts", daemon=True).start()


def _add_api(app: Flask) -> None:
    api = Api(app, spec_kwargs=_SPEC)
    api.ERROR_SCHEMA = ProblemShown
    for name, converter in CONVERTERS.items():
        app.url_map.converters[name] = converter
        api.register_converter(converter, lambda one: one.described)
    public = frozenset().union(*(routes.public for routes in ROUTES))
    names = frozenset(routes.blueprint.name for routes in ROUTES)
    for routes in ROUTES:
        api.register_blueprint(routes.blueprint)

    @app.before_request
    def admit() -> None:
        """Know who asks before anything of the API runs."""
        _check_address()
        if request.blueprint in names and request.endpoint not in public:
            g.session = context().sessions.of_request()
            if request.method == "POST":
                check_key()


def _check_address() -> None:
    """NUL cannot be stored and is in no address that we gave out."""
    if "\0" in request.path or b"%00" in request.query_string:
        raise Malformed("address.malformed", _ADDRESS)


def _finish(response: Response) -> Response:
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    if request.path.startswith(PREFIX):
        response.headers.setdefault("Cache-Control", "no-store")
    return mark(response)


_SETTINGS: Final[dict[str, Any]] = {
    "MAX_CONTENT_LENGTH": LARGEST,
    "API_TITLE": "jiedao",
    "API_VERSION": "v1",
    "OPENAPI_VERSION": "3.1.0",
    "OPENAPI_URL_PREFIX": PREFIX,
    "OPENAPI_JSON_PATH": "openapi.json",
}
_SPEC: Final[dict[str, Any]] = {
    "info": {
        "title": "jiedao",
        "description": "Street office: payments, bills and points behind one counter. Amounts are integer fen, points "
        "integer hundredths. Errors are RFC 9457 problem details in the language of Accept-Language (zh, en).",
    },
    "security": [{"bearer": []}, {"cookie": [], "csrf": []}],
    "components": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "jiedao_session"},
            "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
        }
    },
}
_ADDRESS: Final = Text(zh="地址中有不允许的字符", en="The address holds a character that is not allowed")
