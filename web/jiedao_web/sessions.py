"""Who asks: a member of staff with a session, by cookie (a browser) or by bearer token (a program).

A token says its street in clear, so that it is looked up there and nowhere else. With the cookie, which a browser
sends by itself, everything but GET needs the session's CSRF token as well.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, replace
from typing import Final

from flask import Response, g, request

from jiedao.directory.caller import Caller
from jiedao.directory.staff import SignedIn, move_to, session, sign_in, sign_out
from jiedao.language import Text
from jiedao.problems import NotAllowed, NotSignedIn
from jiedao.store.believed import Believed
from jiedao.store.unit import Store

COOKIE: Final = "jiedao_session"
CSRF_HEADER: Final = "X-CSRF-Token"
_TOKEN: Final = re.compile(r"([0-9A-Za-z_-]{1,32})\.([0-9A-Za-z_-]{20,100})", re.ASCII)
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_SECONDS: Final = 43200


@dataclass(frozen=True, slots=True)
class Session:
    """A session as a request brings it."""

    token: str
    """As the store knows it, without the street."""
    caller: Caller
    csrf: str


class Sessions:
    """Sessions of all streets, believed for a second; one that is ended here is ended at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Believed[str, Session] = Believed(seconds=1.0)

    def open(self, street: str, login: str, password: str, till: str) -> tuple[str, SignedIn]:
        """Sign in. Returns the token that the client keeps."""
        signed = sign_in(self._store, street, login, password, till)
        return f"{street}.{signed.token}", signed

    def of_request(self) -> Session:
        """The session of the present request; refuses one that has none, and a forged one."""
        bearer = _bearer()
        given = bearer or request.cookies.get(COOKIE, "")
        found = self._find(given)
        if not bearer and request.method not in _READS:
            _check_csrf(found)
        return found

    def move(self, given: Session, till: str) -> Session:
        """Work at another till."""
        with self._store.write(given.caller.street) as tx:
            move_to(tx, given.token, till)
        self._forget(given)
        return replace(given, caller=replace(given.caller, till=till))

    def close(self, given: Session) -> None:
        """Sign out."""
        with self._store.write(given.caller.street) as tx:
            sign_out(tx, given.token)
        self._forget(given)

    def _find(self, given: str) -> Session:
        known = self._known.get(given)
        if known is not None:
            return known
        match = _TOKEN.fullmatch(given)
        if match is None:
            raise NotSignedIn("session.missing", _NONE)
        street, token = match.groups()
        caller, csrf = session(self._store, street, token)
        return self._known.put(given, Session(token, caller, csrf))

    def _forget(self, given: Session) -> None:
        self._known.drop(f"{given.caller.street}.{given.token}")


def keep_cookie(response: Response, token: str) -> Response:
    """Give the browser its session: out of reach for scripts, and not sent by other sites."""
    response.set_cookie(
        COOKIE, token, max_age=_SECONDS, secure=request.is_secure, httponly=True, samesite="Strict", path="/"
    )
    return response


def drop_cookie(response: Response) -> Response:
    """Take the session back from the browser."""
    response.delete_cookie(COOKIE, secure=request.is_secure, httponly=True, samesite="Strict", path="/")
    return response


def caller() -> Caller:
    """Who makes the present request."""
    return present().caller


def present() -> Session:
    """The session of the present request."""
    found: Session = g.session
    return found


def _bearer() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _check_csrf(found: Session) -> None:
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), found.csrf.encode()):
        raise NotAllowed("csrf", _CSRF, field=CSRF_HEADER)


_NONE: Final = Text(zh="请先登录", en="Please sign in")
_CSRF: Final = Text(zh="请求缺少防伪标记，请刷新页面后再试", en="The CSRF token is missing or wrong; reload the page")
