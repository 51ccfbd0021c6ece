"""Where outside systems send notices: ``POST /hooks/<street>/<connection>``, without a session.

Who sends must prove themselves by what the plugin of the connection checks. Answers say no more than they must.
"""

from __future__ import annotations

import logging
from typing import Final

from flask import Blueprint, Response, abort, request

from jiedao.problems import NotFound
from jiedao_web.context import context, house

log = logging.getLogger(__name__)

LARGEST: Final = 262_144
"""Bytes of a notice."""
RETRY_SECONDS: Final = 60

hooks = Blueprint("hooks", __name__)


@hooks.post("/hooks/<code:street>/<code:connection>")
def notice(street: str, connection: str) -> Response:
    """Take a notice: 2xx when it is genuine, also when it came before; 400 when not; 503 when it must come again."""
    request.max_content_length = LARGEST
    content = request.get_data(cache=False)
    try:
        received = house().notices.receive(street, connection, dict(request.headers), content)
    except NotFound:
        abort(404)
    except Exception:
        log.exception("a notice to connection %s of street %s could not be taken", connection, street)
        return Response(status=503, headers={"Retry-After": str(RETRY_SECONDS)})
    if not received.genuine:
        return Response(status=400)
    if received.id:
        context().runner.heed(street, received.id)
    return Response(received.reply, 200, content_type=received.media_type)
