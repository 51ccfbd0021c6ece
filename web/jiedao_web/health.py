"""For whoever watches the process: does it live, and is work done. Nothing of any street, nothing secret."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, jsonify

from jiedao.condition import LATE_SECONDS
from jiedao.language import Text
from jiedao.problems import ServicePaused
from jiedao_web.context import house

health = Blueprint("health", __name__, url_prefix="/health")


@health.get("")
def liveness() -> Response:
    """200 while the process and its database answer, else 503."""
    return jsonify(alive())


@health.get("/ready")
def readiness() -> tuple[Response, int]:
    """200 while work is done as it should be, else 503; which part is wrong stands in the answer."""
    alive()
    found = house().watching.look()
    shown: dict[str, Any] = {
        "status": "ready" if found.ready else "not ready",
        "schema": "ok" if found.schema else "wrong version",
        "worker": "ok" if found.worker else "silent",
        "operations": "ok" if found.oldest_due < LATE_SECONDS else "late",
        "oldest_due_seconds": round(found.oldest_due, 1),
    }
    return jsonify(shown), 200 if found.ready else 503


def alive() -> dict[str, str]:
    """What stands in the answer of a process that lives; `ServicePaused` when the database does not answer."""
    if not house().watching.answers():
        raise ServicePaused("health.database", _NO_DATABASE)
    return {"status": "ok"}


@health.after_request
def keep_fresh(response: Response) -> Response:
    """An old answer would be a wrong one."""
    response.headers["Cache-Control"] = "no-store"
    return response


_NO_DATABASE: Final = Text(zh="数据库没有应答", en="The database does not answer")
