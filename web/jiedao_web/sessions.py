"""Who asks: a member of staff with a session, by cookie (a browser) or by bearer token (a program).

A token says its street in clear, so that it is looked up there and nowhere else. With the cookie, which a browser
sends by itself, everything but GET needs the session's CSRF token as well. A session that is not open yet (see
`jiedao.directory.sessions.Stage`) gets only to what finishes the sign-in.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Final, Protocol

from flask import Response, g, request

from jiedao.directory import sessions
from jiedao.directory.caller import Caller
from jiedao.directory.sessions import SignedIn, Stage
from jiedao.directory.sign_in import sign_in
from jiedao.language import Text
from jiedao.problems import NotAllowed, NotSignedIn
from jiedao.store.believed import Believed
from jiedao.store.unit import Store

COOKIE: Final = "jiedao_session"
CSRF_HEADER: Final = "X-CSRF-Token"
WATCHING: Final = "X-Watching"
"""A page that only watches something sends this; it does not keep the session from ending when nobody is there."""
TOKEN: Final = re.compile(r"([0-9A-Za-z_-]{1,32})\.([0-9A-Za-z_-]{20,100})", re.ASCII)
READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""Methods that change nothing."""
_SECONDS: Final = 43200


class Admitted(Protocol):
    """Whoever was let in: a member of staff, or a resident (`jiedao_web.resident_sessions`)."""

    @property
    def caller(self) -> Caller:
        """Who asks."""


@dataclass(frozen=True, slots=True)
class Session:
    """A session as a request brings it."""

    token: str
    """As the store knows it, without the street."""
    caller: Caller
    csrf: str
    stage: Stage = Stage.OPEN
    id: str = ""


class Sessions:
    """Sessions of all streets, believed for a second; one that is ended here is ended at once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: Believed[str, Session] = Believed(seconds=1.0)

    def open(self, street: str, login: str, password: str, till: str) -> SignedIn:
        """Sign in; how far that gets is in `stage`."""
        return sign_in(self._store, street, login, password, till, device=device())

    def of_request(self, stages: Collection[Stage] = (Stage.OPEN,)) -> Session:
        """The session of the present request; refuses one that has none, a forged one, and one at another stage."""
        told = bearer()
        given = told or request.cookies.get(COOKIE, "")
        found = self._find(given)
        if not told and request.method not in READS:
            check_csrf(found.csrf)
        if found.stage not in stages:
            raise NotSignedIn(*_UNFINISHED[found.stage])
        return found

    def move(self, given: Session, till: str) -> Session:
        """Work at another till."""
        with self._store.write(given.caller.street) as tx:
            sessions.move_to(tx, given.token, till)
        self.forget(given)
        return replace(given, caller=replace(given.caller, till=till))

    def close(self, given: Session) -> None:
        """Sign out."""
        with self._store.write(given.caller.street) as tx:
            sessions.sign_out(tx, given.token)
        self.forget(given)

    def forget(self, given: Session) -> None:
        """Believe in a session no longer: it was replaced by another one, or ended."""
        self._known.drop(f"{given.caller.street}.{given.token}")

    def forget_all(self) -> None:
        """Believe in none any longer: sessions that this request did not come with were ended."""
        self._known.clear()

    def _find(self, given: str) -> Session:
        known = self._known.get(given)
        if known is not None:
            return known
        street, token = parts_of(given)
        held = sessions.find(self._store, street, token, watching=WATCHING in request.headers)
        return self._known.put(given, Session(token, held.caller, held.csrf, held.stage, held.id))


def parts_of(given: str) -> tuple[str, str]:
    """The street and the secret of a token that a client sent; `NotSignedIn` for what is none."""
    match = TOKEN.fullmatch(given)
    if match is None:
        raise NotSignedIn("session.missing", _NONE)
    return match[1], match[2]


def token_of(signed: SignedIn) -> str:
    """The token as the client keeps it: with the street in clear."""
    return f"{signed.caller.street}.{signed.token}"


def device() -> str:
    """What the browser of the present request calls itself, for the list of one's sessions."""
    return request.headers.get("User-Agent", "") if "Mozilla" in request.headers.get("User-Agent", "") else ""


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
    return admitted().caller


def bearer() -> str:
    """The bearer token of the present request, empty where there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def admitted() -> Admitted:
    """The session of the present request, whoever's it is."""
    found: Admitted = g.session
    return found


def present() -> Session:
    """The session of the member of staff who makes the present request."""
    found: Session = g.session
    return found


def check_csrf(expected: str) -> None:
    """Refuse a request that does not bring its session's CSRF token."""
    given = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise NotAllowed("csrf", _CSRF, field=CSRF_HEADER)


_NONE: Final = Text(zh="请先登录", en="Please sign in")
_UNFINISHED: Final = {
    Stage.OPEN: ("session.finished", Text(zh="您已经登录", en="You are signed in already")),
    Stage.SECOND_FACTOR: (
        "second_factor.awaited",
        Text(zh="请先输入验证码完成登录", en="Enter your code first, to finish signing in"),
    ),
    Stage.ENROLMENT: (
        "second_factor.enrolment",
        Text(
            zh="街道要求您使用第二步验证，请先完成设置",
            en="The street asks you for a second factor; set it up first",
        ),
    ),
}
"""What a session at each stage is told where it does not get in."""
_CSRF: Final = Text(zh="请求缺少防伪标记，请刷新页面后再试", en="The CSRF token is missing or wrong; reload the page")
