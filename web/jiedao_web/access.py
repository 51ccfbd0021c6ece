"""One line in the log for each request, under a number that the client gets too, and the time that it took.

Addresses are logged as templates (`/api/v1/orders/<id:order>`): what stands in their place may be about somebody.
"""

from __future__ import annotations

import logging
import re
import time
from typing import Any, Final

from flask import Flask, Response, g, request

from jiedao.ids import new_id
from jiedao_web.context import context

log = logging.getLogger(__name__)
HEADER: Final = "X-Request-Id"
_SANE: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]{7,63}", re.ASCII)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def note_requests(app: Flask) -> None:
    """Number, time, count and log every request of an application."""

    @app.before_request
    def begin() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else new_id()
        g.began = time.monotonic()

    @app.after_request
    def end(response: Response) -> Response:
        seconds = time.monotonic() - g.get("began", time.monotonic())
        response.headers[HEADER] = g.get("request_id", "")
        context().metrics.request(method(), route(), response.status_code, seconds)
        log.info("%s %s %s", method(), route(), response.status_code, extra=_said(response, seconds))
        return response


def route() -> str:
    """The template of the present request's address; one word for all addresses that there are not."""
    return request.url_rule.rule if request.url_rule is not None else "none"


def method() -> str:
    """The method of the present request; one word for all that are not of HTTP."""
    return request.method if request.method in _METHODS else "OTHER"


def _said(response: Response, seconds: float) -> dict[str, Any]:
    session = g.get("session")
    by = getattr(session, "caller", None)
    return {
        "request_id": g.get("request_id", ""),
        "street": getattr(by, "street", ""),
        "staff": getattr(by, "staff", ""),
        "method": method(),
        "route": route(),
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
    }
