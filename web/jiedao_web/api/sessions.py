"""Signing in and out."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify

from jiedao.directory.sessions import SignedIn, Stage
from jiedao_schemas.api.people import FactorCode, Move, SessionShown, SignIn
from jiedao_web.context import context, house
from jiedao_web.routes import Routes
from jiedao_web.sessions import Session, drop_cookie, keep_cookie, present, token_of

routes = Routes("sessions", "Signing in and out")
_SHOWN = SessionShown()


@routes.post("/sessions", _SHOWN, body=SignIn(), status=[201], keyed=False)
@routes.open_to_all
def sign_in(body: dict[str, Any]) -> Response:
    """Open a session of a member of staff.

    The token goes into `Authorization: Bearer`; a browser keeps it as a cookie and sends `csrf` in X-CSRF-Token.
    At stage `second_factor` a code is still missing: give it as `code` at once, or to
    `/sessions/current/second-factor`. At stage `enrolment` the street asks for a second factor that is to be set up
    first.
    Five wrong passwords or codes lock the account for a while (429).
    """
    code = body.pop("code")
    signed = context().sessions.open(**body)
    if code and signed.stage is Stage.SECOND_FACTOR:
        signed = house().second_factors.complete(body["street"], signed.token, code)
    return opened(signed, 201)


@routes.at(Stage.SECOND_FACTOR)
@routes.post("/sessions/current/second-factor", _SHOWN, body=FactorCode())
def second_factor(body: dict[str, Any]) -> Response:
    """Finish signing in with a code; the session gets a new token, and the one that was used here ends."""
    given = present()
    signed = house().second_factors.complete(given.caller.street, given.token, body["code"])
    context().sessions.forget(given)
    return opened(signed)


@routes.at(*Stage)
@routes.get("/sessions/current", _SHOWN)
def current() -> dict[str, Any]:
    """Whose session this is, and its CSRF token."""
    return _shown(present())


@routes.change("PATCH", "/sessions/current", _SHOWN, body=Move())
def move(body: dict[str, Any]) -> dict[str, Any]:
    """Work at another till from now on."""
    return _shown(context().sessions.move(present(), body["till"]))


@routes.at(*Stage)
@routes.change("DELETE", "/sessions/current", None, status=204)
def sign_out() -> Response:
    """End the session."""
    context().sessions.close(present())
    return drop_cookie(Response(status=204))


def opened(signed: SignedIn, status: int = 200, **more: Any) -> Response:
    """The answer that gives the client a session with a new token: in the body, and to a browser as its cookie."""
    token = token_of(signed)
    shown = _shown(Session(signed.token, signed.caller, signed.csrf, signed.stage)) | {"token": token}
    response = jsonify(_SHOWN.dump(shown) | more)
    response.status_code = status
    return keep_cookie(response, token)


def _shown(session: Session) -> dict[str, Any]:
    caller = session.caller
    return {
        "csrf": session.csrf,
        "stage": session.stage.value,
        "street": caller.street,
        "staff": caller.staff,
        "name": caller.name,
        "role": caller.role.value,
        "till": caller.till,
    }
