"""The OpenAPI document of an installation: what every endpoint takes and gives, made from what really serves it.

flask-smorest makes it; here is what it does not know: how errors look, that keys have scopes, who may call. It is made
when somebody first asks for it: that takes longer than everything else an application does to start.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Lock
from typing import Any, Final

from flask import Flask, Response, jsonify
from flask_smorest import Api, Blueprint  # type: ignore[import-untyped]

from jiedao_schemas.api.problem import ProblemShown
from jiedao_web.converters import CONVERTERS
from jiedao_web.problems import MEDIA_TYPE
from jiedao_web.sessions import COOKIE, CSRF_HEADER


class Documented(Api):  # type: ignore[misc]
    """An API whose errors are RFC 9457 problem details."""

    ERROR_SCHEMA = ProblemShown

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[Callable[[], None]] = []
        self._describing = Lock()
        super().__init__(app, spec_kwargs=_SPEC)

    def describe_later(self, describe: Callable[[], None]) -> None:
        """What puts endpoints into the document."""
        self._undescribed.append(describe)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        with self._describing:
            while self._undescribed:
                self._undescribed.pop(0)()
            whole: dict[str, Any] = self.spec.to_dict()
        return whole

    def _openapi_json(self) -> Response:
        return jsonify(self.document())

    def _register_responses(self) -> None:
        """Errors have a media type of their own."""
        usual: str = self.DEFAULT_RESPONSE_CONTENT_TYPE
        self.DEFAULT_RESPONSE_CONTENT_TYPE: str = MEDIA_TYPE
        super()._register_responses()
        self.DEFAULT_RESPONSE_CONTENT_TYPE = usual


class Endpoints(Blueprint):  # type: ignore[misc]
    """Endpoints that serve at once and are described later."""

    def register_views_in_doc(self, api: Documented, *what: Any, **how: Any) -> None:
        """Called by flask-smorest when the endpoints are registered."""
        api.describe_later(partial(super().register_views_in_doc, api, *what, **how))


def documented(app: Flask) -> Documented:
    """The API of an application, ready for its endpoints."""
    api = Documented(app)
    for name, converter in CONVERTERS.items():
        app.url_map.converters[name] = converter
        api.register_converter(converter, lambda one: one.described)
    return api


_SPEC: Final[dict[str, Any]] = {
    "info": {
        "title": "jiedao",
        "description": "Street office: payments, bills and points behind one counter. Amounts are integer fen, points "
        "integer hundredths. Errors are RFC 9457 problem details in the language of Accept-Language (zh, en). Programs "
        "bring an API key (`Authorization: Bearer jdk_…`) with the scope that an endpoint names as `x-scope`.",
    },
    "security": [{"bearer": []}, {"cookie": [], "csrf": []}],
    "components": {
        "securitySchemes": {
            "bearer": {"type": "http", "scheme": "bearer"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER},
        }
    },
}
