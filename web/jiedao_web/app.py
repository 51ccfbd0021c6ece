"""The application: one house behind the REST API and the screens."""

from __future__ import annotations

import threading
from typing import Any, Final

from flask import Flask, Response, g, request

from jiedao.directory.sessions import Stage
from jiedao.house import House
from jiedao.language import Text
from jiedao.problems import NotAllowed, NotSignedIn
from jiedao.worker import Runner
from jiedao_web.access import note_requests
from jiedao_web.admission import Keys
from jiedao_web.api import ROUTES
from jiedao_web.console import add_console
from jiedao_web.context import NAME, Context, context
from jiedao_web.counter import add_counter
from jiedao_web.document import documented
from jiedao_web.door import add_door
from jiedao_web.health import health
from jiedao_web.hooks import hooks
from jiedao_web.idempotency import check_key, mark
from jiedao_web.kiosk import add_kiosk
from jiedao_web.kiosks import Kiosks
from jiedao_web.look import add_look
from jiedao_web.metrics import Metrics, metrics
from jiedao_web.phone import add_phone
from jiedao_web.problems import Malformed, refuse_everything
from jiedao_web.receipts.fonts import system_faces
from jiedao_web.reference import add_reference
from jiedao_web.resident_sessions import ResidentSessions
from jiedao_web.routes import PREFIX, Who
from jiedao_web.sessions import Admitted, Sessions

LARGEST: Final = 1_000_000
"""Bytes of a body; views that take files allow more."""


def create_app(house: House, *, runner: Runner | None = None, metrics_token: str = "") -> Flask:
    """The application of a house; thread-safe, for any WSGI server. `runner` performs what requests planned.

    With a `metrics_token`, /metrics is shown to who brings it, and to nobody else.
    """
    app = Flask("jiedao_web", static_folder=None)
    app.config.update(_SETTINGS)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    store = house.store
    app.extensions[NAME] = Context(
        house,
        Sessions(store),
        Keys(store, (routes.blueprint.name for routes in ROUTES if routes.who is Who.STAFF)),
        ResidentSessions(store),
        Kiosks(store),
        runner or Runner(house),
        Metrics(house, metrics_token),
    )
    note_requests(app)
    _add_api(app)
    for blueprint in (hooks, health, metrics):
        app.register_blueprint(blueprint)
    add_look(app)
    add_door(app)
    add_counter(app)
    add_console(app)
    add_phone(app)
    add_kiosk(app)
    refuse_everything(app)
    app.after_request(_finish)
    return app


def warm_up() -> None:
    """Read this machine's fonts in the background, which takes seconds, so that the first receipt need not wait."""
    threading.Thread(target=system_faces, name="fonts", daemon=True).start()


def _add_api(app: Flask) -> None:
    api = documented(app)
    public = frozenset().union(*(routes.public for routes in ROUTES))
    who = {routes.blueprint.name: routes.who for routes in ROUTES}
    for routes in ROUTES:
        api.register_blueprint(routes.blueprint)
    add_reference(app, api.document)

    @app.before_request
    def admit() -> None:
        """Know who asks before anything of the API runs."""
        _check_address()
        subject = request.blueprint or ""
        if subject in who and request.endpoint not in public:
            g.session = _ADMITS[who[subject]](subject)
            if request.method == "POST":
                check_key()


def _a_resident(_: str) -> Admitted:
    return context().visits.of_request()


def _a_kiosk(_: str) -> Admitted:
    return context().kiosks.of_request()


def _staff(subject: str) -> Admitted:
    """A member of staff, or a key made for the subject. A signed-in resident is told that it is not for them."""
    try:
        return context().keys.of_request(subject) or context().sessions.of_request(
            _STAGES.get(request.endpoint or "", (Stage.OPEN,))
        )
    except NotSignedIn:
        if context().visits.there():
            raise NotAllowed("role.resident", _FOR_STAFF) from None
        raise


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
_ADMITS: Final = {Who.STAFF: _staff, Who.RESIDENT: _a_resident, Who.KIOSK: _a_kiosk}
_STAGES: Final = {endpoint: some for routes in ROUTES for endpoint, some in routes.stages.items()}
"""Endpoints that sessions get to which are not open yet."""
_FOR_STAFF: Final = Text(zh="这里只供工作人员使用", en="This is for staff")
_ADDRESS: Final = Text(zh="地址中有不允许的字符", en="The address holds a character that is not allowed")
