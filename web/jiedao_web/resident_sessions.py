"""Who asks, where residents ask themselves: a session of their own, by a cookie of its own or by bearer token.

As for staff (`jiedao_web.sessions`), a token says its street in clear, and with the cookie everything but reading needs
the session's CSRF token. A resident's token opens nothing that is staff's, and the other way round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from flask import Response, request

from jiedao.directory import resident_sessions as rooms
from jiedao.directory.caller import Caller
from jiedao.directory.resident_sessions import Channel, Opened, Visit
from jiedao.language import Text
from jiedao.problems import NotSignedIn
from jiedao.store.believed import Believed
from jiedao.store.unit import Store
from jiedao_web.sessions import READS, TOKEN, WATCHING, admitted, bearer, check_csrf, parts_of

COOKIE: Final = "jiedao_resident"


@dataclass(frozen=True, slots=True)
class ResidentSession:
    """A resident's session as a request brings it."""

    token: str
    """As the store knows it, without the street."""
    visit: Visit

    @property
    def caller(self) -> Caller:
        """Who asks."""
        return self.visit.caller

    @property
    def csrf(self) -> str:
        """What a page sends with everything but reading."""
        return self.visit.csrf


class ResidentSessions:
    """Residents' sessions of all streets, believed for a second; one that is ended here is ended at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Believed[str, ResidentSession] = Believed(seconds=1.0)

    def of_request(self) -> ResidentSession:
        """The session of the present request; refuses one that has none, and a forged one."""
        by_header = bearer()
        found = self._find(by_header or request.cookies.get(COOKIE, ""))
        if not by_header and request.method not in READS:
            check_csrf(found.csrf)
        return found

    def there(self) -> bool:
        """Whether the present request comes from a resident."""
        try:
            self._find(bearer() or request.cookies.get(COOKIE, ""))
        except NotSignedIn:
            return False
        return True

    def begin(self, street: str, till: str) -> tuple[str, ResidentSession]:
        """A visit to a kiosk. Returns the token that the client keeps."""
        with self._store.write(street) as tx:
            opened = rooms.begin(tx, Channel.KIOSK, till)
        return _whole(street, opened)

    def sign_in(self, street: str, channel: Channel, till: str, residents: list[str]) -> tuple[str, ResidentSession]:
        """The session of who signed in, in place of one that the request brings."""
        before = TOKEN.fullmatch(bearer() or request.cookies.get(COOKIE, ""))
        token = before[2] if before and before[1] == street else ""
        with self._store.write(street) as tx:
            opened = rooms.known(tx, token, channel, till, residents)
        self._known.drop(f"{street}.{token}")
        return _whole(street, opened)

    def choose(self, given: ResidentSession, number: int) -> tuple[str, ResidentSession]:
        """Say who of several it is; the session goes on under another token."""
        street = given.caller.street
        with self._store.write(street) as tx:
            opened = rooms.choose(tx, given.token, number)
        self._forget(given)
        return _whole(street, opened)

    def close(self, given: ResidentSession) -> None:
        """Sign out."""
        with self._store.write(given.caller.street) as tx:
            rooms.end(tx, given.token)
        self._forget(given)

    def _find(self, given: str) -> ResidentSession:
        known = self._known.get(given)
        if known is not None:
            return known
        street, token = parts_of(given)
        visit = rooms.session(self._store, street, token, watching=WATCHING in request.headers)
        return self._known.put(given, ResidentSession(token, visit))

    def _forget(self, given: ResidentSession) -> None:
        self._known.drop(f"{given.caller.street}.{given.token}")


def keep_resident_cookie(response: Response, token: str) -> Response:
    """Give the browser its session: out of reach for scripts, and not sent by other sites. It ends with the browser."""
    response.set_cookie(COOKIE, token, secure=request.is_secure, httponly=True, samesite="Strict", path="/")
    return response


def drop_resident_cookie(response: Response) -> Response:
    """Take the session back from the browser."""
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Strict", path="/")
    return response


def visiting() -> ResidentSession:
    """The resident's session of the present request."""
    found = admitted()
    if not isinstance(found, ResidentSession):
        raise NotSignedIn("session.missing", _NONE)
    return found


def visitor() -> Caller:
    """Who asks: a resident, or at a kiosk whoever stands there."""
    visit = visiting().visit
    if not visit.caller.resident and (visit.choices or visit.channel is not Channel.KIOSK):
        raise NotSignedIn("session.missing", _NONE)
    return visit.caller


def resident() -> Caller:
    """The resident who asks; refuses a visit of which nobody knows whose it is."""
    caller = visitor()
    if not caller.resident:
        raise NotSignedIn("session.missing", _NONE)
    return caller


def _whole(street: str, opened: Opened) -> tuple[str, ResidentSession]:
    return f"{street}.{opened.token}", ResidentSession(opened.token, opened.visit)


_NONE: Final = Text(zh="请先登录", en="Please sign in")
