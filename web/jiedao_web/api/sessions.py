"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from jiedao_schemas.api.people import Move, SessionShown, SignIn
from jiedao_web.context import context
from jiedao_web.routes import Routes
from jiedao_web.sessions import Session, drop_cookie, keep_cookie, present

routes = Routes("sessions", "Signing in and out")
_SHOWN = SessionShown()


@routes.post("/sessions", _SHOWN, body=SignIn(), status=[201], keyed=False)
@routes.open_to_all
def sign_in(body: dict[str, Any]) -> Response:
    """Open a session of a member of staff.

    The token goes into `Authorization: Bearer`; a browser keeps it as a cookie and sends `csrf` in X-CSRF-Token.
    Five wrong passwords lock the account for a while (429).
    """
    token, signed = context().sessions.open(**body)
    shown = _shown(Session(signed.token, signed.caller, signed.csrf)) | {"token": token}
    response = jsonify(_SHOWN.dump(shown))
    response.status_code = 201
    return keep_cookie(response, token)


@routes.get("/sessions/current", _SHOWN)
def current() -> dict[str, Any]:
    """Whose session this is, and its CSRF token."""
    return _shown(present())


@routes.change("PATCH", "/sessions/current", _SHOWN, body=Move())
def move(body: dict[str, Any]) -> dict[str, Any]:
    """Work at another till from now on."""
    return _shown(context().sessions.move(present(), body["till"]))


@routes.change("DELETE", "/sessions/current", None, status=204)
def sign_out() -> Response:
    """End the session."""
    context().sessions.close(present())
    return drop_cookie(Response(status=204))


def _shown(session: Session) -> dict[str, Any]:
    caller = session.caller
    return {
        "csrf": session.csrf,
        "street": caller.street,
        "staff": caller.staff,
        "name": caller.name,
        "role": caller.role.value,
        "till": caller.till,
    }
