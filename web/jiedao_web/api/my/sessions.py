"""Residents sign in with a code that comes by SMS, and out; and a kiosk begins a visit without anybody's name."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from ipaddress import ip_address, ip_network
from typing import Any, Final

from flask import Response, jsonify, request

from jiedao.checkout.credit import credit_of
from jiedao.directory.resident_sessions import Channel
from jiedao.directory.residents import Resident, masked, masked_name
from jiedao.kiosk import devices
from jiedao.kiosk.devices import Device
from jiedao.language import Text
from jiedao.personal import codes
from jiedao.points import lots
from jiedao.problems import NotSignedIn
from jiedao_schemas.api import my as schemas
from jiedao_web.context import context, house
from jiedao_web.resident_sessions import (
    ResidentSession,
    drop_resident_cookie,
    keep_resident_cookie,
    resident,
    visiting,
)
from jiedao_web.routes import Routes, Who

routes = Routes("my_sessions", "Residents' own sessions", who=Who.RESIDENT)
_SHOWN: Final = schemas.MySessionShown()


@routes.post("/my/codes", schemas.CodeAsked(), body=schemas.CodeWanted(), status=[202], keyed=False)
@routes.open_to_all
def ask_code(body: dict[str, Any]) -> dict[str, Any]:
    """Have a code sent to a phone number. The answer is the same for a number that nobody has, and takes as long.

    Asking too often, for one number or from one address, is 429.
    """
    street = body["street"]
    asked = house().codes.ask(street, body["phone"], body["language"], _sender())
    context().runner.beside(partial(house().codes.send, street, asked))
    return {"asked": asked, "seconds": codes.MINUTES * 60, "again": codes.AGAIN_AFTER}


@routes.post("/my/sessions", _SHOWN, body=schemas.CodeEntered(), status=[201], keyed=False)
@routes.open_to_all
def sign_in(body: dict[str, Any]) -> Response:
    """Enter the code, and have a session. A code works once, for five minutes, and takes five tries (401 `code.*`).

    Where several residents share the number, `choices` lists them masked, and one has to be chosen before anything
    else. At a kiosk, which shows its device's token, the visit that is under way goes on, under a new token. The
    token goes into `Authorization: Bearer`; a browser keeps it as a cookie and sends `csrf` in X-CSRF-Token.
    """
    channel = Channel(body["channel"])
    till = _kiosk(body["street"]).till if channel is Channel.KIOSK else ""
    residents = house().codes.enter(body["street"], body["asked"], body["code"], _sender())
    return given_session(*context().visits.sign_in(body["street"], channel, till, residents))


@routes.post("/my/visits", _SHOWN, status=[201], keyed=False)
@routes.open_to_all
def begin_visit() -> Response:
    """Begin a visit to a kiosk, which shows its device's token (cookie, or X-Kiosk).

    Who stands there can pay a bill without saying who they are. Money is taken by the terminal that stands there, so
    nobody begins one from elsewhere.
    """
    device = _kiosk()
    return given_session(*context().visits.begin(device.street, device.till))


@routes.post("/my/sessions/current/choice", _SHOWN, body=schemas.ResidentChosen(), status=[201])
def choose_resident(body: dict[str, Any]) -> Response:
    """Say which of the residents behind the phone number it is. The session goes on under a new token."""
    return given_session(*context().visits.choose(visiting(), body["number"]))


@routes.get("/my/sessions/current", _SHOWN)
def current_session() -> dict[str, Any]:
    """Whose session this is, and its CSRF token."""
    return session_shown(visiting())


@routes.change("DELETE", "/my/sessions/current", None, status=204)
def sign_out() -> Response:
    """End the session."""
    context().visits.close(visiting())
    return drop_resident_cookie(Response(status=204))


@routes.get("/my/profile", schemas.MyProfileShown())
def profile() -> dict[str, Any]:
    """Who it is, with numbers masked, and what they have."""
    by = resident()
    with house().store.read(by.street) as tx:
        person = house().residents.get(tx, by.resident)
        return {
            "id": person.id,
            "name": person.name,
            "number": person.number,
            "phone": masked(house().residents.phone(tx, person.id)),
            "points": lots.balance(tx, person.id),
            "credit": credit_of(tx, person.id),
            "cards": house().residents.cards(tx, person.id),
        }


def session_shown(session: ResidentSession) -> dict[str, Any]:
    """A session as its resident sees it."""
    visit, by = session.visit, session.caller
    with house().store.read(by.street) as tx:
        name = house().residents.get(tx, by.resident).name if by.resident else ""
        choices = [house().residents.get(tx, one) for one in visit.choices]
    return {
        "csrf": session.csrf,
        "street": by.street,
        "channel": visit.channel.value,
        "till": by.till,
        "visit": visit.visit,
        "resident": by.resident or None,
        "name": name,
        "choices": _choices(choices),
        "idle_seconds": int(visit.idle.total_seconds()),
    }


def _choices(residents: Sequence[Resident]) -> list[dict[str, Any]]:
    names = [masked_name(one.name) for one in residents]
    return [
        {"number": number, "name": name, "hint": one.number[-4:] if names.count(name) > 1 else ""}
        for number, (name, one) in enumerate(zip(names, residents, strict=True), 1)
    ]


def _kiosk(street: str = "") -> Device:
    """The kiosk that asks, of a street if that matters."""
    device = context().kiosks.of_request().device
    if street and device.street != street:
        raise NotSignedIn("kiosk.unknown", _NO_KIOSK)
    devices.must_serve(device)
    return device


def given_session(token: str, session: ResidentSession) -> Response:
    """A new session for a client: the token once, and as a cookie."""
    response = jsonify(_SHOWN.dump(session_shown(session) | {"token": token}))
    response.status_code = 201
    return keep_resident_cookie(response, token)


def _sender() -> str:
    """Where a request comes from. One who has an IPv6 address has a whole network of them, so that counts as one."""
    given = request.remote_addr or ""
    try:
        address = ip_address(given)
    except ValueError:
        return given
    return str(ip_network((address, 64), strict=False)) if address.version == 6 else given


_NO_KIOSK: Final = Text(zh="这台设备没有登记", en="This device is not enrolled")
