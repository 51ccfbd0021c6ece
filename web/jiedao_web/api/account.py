"""One's own account: password, second factor and sessions. Whatever changes how one signs in gives a new token."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from jiedao.directory import sessions, sign_in_rules
from jiedao.directory.second_factor import Enrolment
from jiedao.directory.sessions import Held, Stage
from jiedao.directory.staff import change_password, colleague, prove_password
from jiedao_schemas.api.account import (
    CodesShown,
    EndedShown,
    EnrolledShown,
    EnrolmentShown,
    NewPassword,
    OwnAccountShown,
    OwnSessionsShown,
    PasswordProof,
)
from jiedao_schemas.api.people import FactorCode, SessionShown
from jiedao_web.api.sessions import opened
from jiedao_web.codes import qr_svg
from jiedao_web.context import context, house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller, present

routes = Routes("account", "One's own account")
_PICTURE: Final = {"responses": {"200": {"description": "The QR code", "content": {"image/svg+xml": {}}}}}
_SETTING_UP: Final = (Stage.OPEN, Stage.ENROLMENT)


@routes.get("/account", OwnAccountShown())
def account() -> dict[str, Any]:
    """Who one is here, and how one stands with the second factor."""
    by = caller()
    with house().store.read(by.street) as tx:
        who, factor = colleague(tx, by.staff), house().second_factors.of(tx, by.staff)
        required = sign_in_rules.is_required(tx) and sign_in_rules.needs_second_factor(by.role)
    return {
        "staff": who.id,
        "login": who.login,
        "name": who.name,
        "role": who.role.value,
        "skills": who.skills,
        "second_factor": {"since": factor.since, "recovery_left": factor.recovery_left, "required": required},
    }


@routes.post("/account/password", SessionShown(), body=NewPassword())
def new_password(body: dict[str, Any]) -> Response:
    """Change the password. The session gets a new token, and all the others end."""
    given = present()
    signed = change_password(house().store, given.caller, given.token, body["old"], body["password"])
    context().sessions.forget_all()
    return opened(signed)


@routes.at(*_SETTING_UP)
@routes.post("/account/second-factor", EnrolmentShown(), body=PasswordProof())
def begin_second_factor(body: dict[str, Any]) -> Enrolment:
    """Begin to set up the second factor, or to replace it: a new secret, which counts once a code has confirmed it."""
    by = caller()
    if present().stage is Stage.OPEN:
        prove_password(house().store, by, body["password"])
    return house().store.retrying(by.street, lambda tx: house().second_factors.begin(tx, by))


@routes.at(*_SETTING_UP)
@routes.get("/account/second-factor/code.svg", None, doc=_PICTURE)
def second_factor_code() -> Response:
    """The secret that waits to be confirmed, as a QR code for an authenticator."""
    by = caller()
    with house().store.read(by.street) as tx:
        return qr_svg(house().second_factors.pending(tx, by).uri)


@routes.at(*_SETTING_UP)
@routes.post("/account/second-factor/confirmation", EnrolledShown(), body=FactorCode())
def confirm_second_factor(body: dict[str, Any]) -> Response:
    """Count on the new secret from now on. Ten recovery codes are shown once; one's other sessions end."""
    given = present()
    held = Held(given.id, given.caller, given.csrf, given.stage)
    signed, codes = house().second_factors.confirm(held, given.token, body["code"])
    context().sessions.forget_all()
    return opened(signed, recovery_codes=codes)


@routes.post("/account/second-factor/recovery-codes", CodesShown(), body=FactorCode())
def new_recovery_codes(body: dict[str, Any]) -> dict[str, Any]:
    """Ten new recovery codes, shown once; the old ones open nothing any more."""
    return {"recovery_codes": house().second_factors.renew_codes(caller(), body["code"])}


@routes.post("/account/second-factor/removal", OwnAccountShown(), body=FactorCode())
def remove_second_factor(body: dict[str, Any]) -> dict[str, Any]:
    """Do without from now on; 409 where the street asks for it."""
    house().second_factors.remove(caller(), body["code"])
    return account()


@routes.get("/account/sessions", OwnSessionsShown())
def own_sessions() -> dict[str, Any]:
    """Where one is signed in."""
    given = present()
    with house().store.read(given.caller.street) as tx:
        found = sessions.of_staff(tx, given.caller.staff)
    shown = [{name: getattr(one, name) for name in one.__slots__} | {"current": one.id == given.id} for one in found]
    return {"sessions": shown}


@routes.change("DELETE", "/account/sessions/<id:session>", None, status=204)
def end_session(session: str) -> Response:
    """End one of one's own sessions."""
    by = caller()
    with house().store.write(by.street) as tx:
        sessions.end_one(tx, by.staff, session)
    context().sessions.forget_all()
    return Response(status=204)


@routes.change("DELETE", "/account/sessions", EndedShown())
def end_other_sessions() -> dict[str, int]:
    """End all of one's sessions but this one."""
    given = present()
    with house().store.write(given.caller.street) as tx:
        ended = sessions.end_all(tx, given.caller.staff, but=given.token)
    context().sessions.forget_all()
    return {"ended": ended}
