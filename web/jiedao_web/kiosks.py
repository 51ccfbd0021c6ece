"""Which kiosk asks: a device that was enrolled, by a cookie of its own or by a header (a program beside it).

The cookie goes with requests of our own pages only. Whoever has it is the kiosk's screen; whose visit it is there, a
resident's session says (`jiedao_web.resident_sessions`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Response, request

from jiedao.directory.caller import Caller
from jiedao.kiosk import devices
from jiedao.kiosk.devices import Device
from jiedao.language import Text
from jiedao.problems import NotSignedIn
from jiedao.store.unit import Store
from jiedao_web.sessions import TOKEN, admitted

COOKIE: Final = "jiedao_kiosk"
HEADER: Final = "X-Kiosk"
_SECONDS: Final = 400 * 86400
"""As long as browsers keep any cookie."""


@dataclass(frozen=True, slots=True)
class AtKiosk:
    """A device as a request brings it."""

    device: Device

    @property
    def caller(self) -> Caller:
        """The device itself."""
        return self.device.caller


class Kiosks:
    """The devices of all streets; every request looks, so that one that was revoked is out at once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def enrol(self, street: str, code: str) -> tuple[str, Device]:
        """Enter a code. Returns the token that the device keeps."""
        token, device = devices.enrol(self._store, street, code, request.remote_addr or "")
        return f"{street}.{token}", device

    def of_request(self) -> AtKiosk:
        """The device of the present request."""
        match = TOKEN.fullmatch(request.headers.get(HEADER, "") or request.cookies.get(COOKIE, ""))
        if match is None:
            raise NotSignedIn("kiosk.unknown", _UNKNOWN)
        return AtKiosk(devices.device(self._store, *match.groups()))


def keep_kiosk_cookie(response: Response, token: str) -> Response:
    """Let the browser be this kiosk from now on: out of reach for scripts, and not sent by other sites."""
    response.set_cookie(
        COOKIE, token, max_age=_SECONDS, secure=request.is_secure, httponly=True, samesite="Strict", path="/"
    )
    return response


def at_kiosk() -> Device:
    """The device that makes the present request."""
    found = admitted()
    if not isinstance(found, AtKiosk):
        raise NotSignedIn("kiosk.unknown", _UNKNOWN)
    return found.device


_UNKNOWN: Final = Text(zh="这台设备没有登记", en="This device is not enrolled")
