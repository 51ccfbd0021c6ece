"""Staff: sign-in with argon2, throttled; sessions by random token, of which only a digest is stored."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select, update

from jiedao.directory.caller import Caller, Role
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound, NotSignedIn, TooMany
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Overtaken, Store, Tx, later, param

if TYPE_CHECKING:
    from argon2 import PasswordHasher

_LASTS: Final = timedelta(hours=12)
_ALLOWED_FAILURES: Final = 5
_LOCK_SECONDS: Final = 60.0
_REMEMBERED: Final = timedelta(days=1)
_SHORTEST: Final = 10


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the token goes to the client once and is never stored."""

    token: str
    csrf: str
    caller: Caller


def add_staff(tx: Tx, login: str, name: str, role: Role, password: str) -> str:
    """Register a member of staff; passwords have at least ten characters."""
    if len(password) < _SHORTEST:
        raise Invalid("password.short", _SHORT, field="password")
    id_ = new_id()
    try:
        tx.add(tables.staff, id=id_, login=login, name=name, role=role, password=_hasher().hash(password))
    except AlreadyThere:
        raise Conflict("staff.exists", _EXISTS.format(login=login), field="login") from None
    return id_


def sign_in(store: Store, street: str, login: str, password: str, till: str) -> SignedIn:
    """Open a session. Five wrong passwords lock the login for a minute, longer each time.

    The answer is the same for an unknown login and a wrong password, takes as long, and locks as soon.
    """
    return _open(store, street, login, known_colleague(store, street, login, password), till)


def known_colleague(store: Store, street: str, login: str, password: str) -> Caller:
    """Who gives this login and password, throttled as a sign-in is, without a session."""
    row = _not_locked(store, street, login)
    good = _matches(row.password if row is not None else _decoy(), password)
    if row is None or not good or not row.active:
        store.retrying(street, lambda tx: _note_failure(tx, login))
        raise NotSignedIn("sign_in.refused", _REFUSED)
    _not_locked(store, street, login)  # guesses made at the same moment may have locked it while we were hashing
    return Caller(street, row.id, Role(row.role), "", row.name)


def session(store: Store, street: str, token: str) -> tuple[Caller, str]:
    """Who holds a token, and the session's CSRF token; `NotSignedIn` when nobody does any more."""
    with store.read(street) as tx:
        row = tx.first(_SESSION, digest=_digest(token))
        if row is None or row.expires_at <= tx.now or not row.active:
            raise NotSignedIn("session.over", _OVER)
    return Caller(street, row.staff, Role(row.role), row.till, row.name), row.csrf


def move_to(tx: Tx, token: str, till: str) -> None:
    """Work at another till from now on."""
    if tx.first(_TILL, till=till) is None:
        raise NotFound("till.missing", _NO_TILL, field="till")
    tx.change(_MOVE, digest=_digest(token), till_=till)


def sign_out(tx: Tx, token: str) -> None:
    """End a session."""
    tx.change(_END, digest=_digest(token))


def _open(store: Store, street: str, login: str, known: Caller, till: str) -> SignedIn:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    with store.write(street) as tx:
        if till and tx.first(_TILL, till=till) is None:
            raise NotFound("till.missing", _NO_TILL, field="till")
        tx.change(_SWEEP, now=tx.now)
        tx.change(_FORGIVE, digest=_digest(login))
        tx.add(
            tables.session, digest=_digest(token), staff=known.staff, till=till, csrf=csrf, expires_at=tx.now + _LASTS
        )
    return SignedIn(token, csrf, replace(known, till=till))


def _not_locked(store: Store, street: str, login: str) -> Row | None:
    with store.read(street) as tx:
        row = tx.first(_BY_LOGIN, login=login)
        guesses = tx.first(_GUESSES, digest=_digest(login))
        now = tx.now
    if guesses is not None and guesses.locked_until and guesses.locked_until > now:
        wait = max(1, round((guesses.locked_until - now).total_seconds()))
        raise TooMany("sign_in.locked", _LOCKED, retry_after=wait)
    return row


def _note_failure(tx: Tx, login: str) -> None:
    """Count one more; guesses made at the same moment are all counted, one after the other.

    Logins that nobody has are counted as well, or locking would tell them apart. What was typed is kept as a digest:
    it may be a password in the wrong field.
    """
    if tx.first(_STREET) is None:
        return
    tx.change(_FORGET_OLD, long_ago=tx.now - _REMEMBERED)
    row = tx.first(_GUESSES_LOCKED, digest=_digest(login))
    failures = (row.failures if row else 0) + 1
    over = failures - _ALLOWED_FAILURES
    until = later(tx.now, _LOCK_SECONDS * 2 ** min(over, 6)) if over >= 0 else None
    if row is not None:
        tx.change(_FAILURES, digest=_digest(login), failures_=failures, at_=tx.now, until=until)
        return
    try:
        tx.add(tables.guess, digest=_digest(login), failures=failures, at=tx.now, locked_until=until)
    except AlreadyThere:
        raise Overtaken(login) from None


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _decoy() -> str:
    """A hash that no password has, so that an unknown login costs the same time."""
    return _hasher().hash(secrets.token_hex(16))


def _matches(stored: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return _hasher().verify(stored, password)
    except VerificationError:
        return False


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


_P, _S, _G = tables.staff.c, tables.session.c, tables.guess.c
_BY_LOGIN: Final = select(tables.staff).where(_P.street == STREET, _P.login == param("login"))
_THESE: Final = (_G.street == STREET) & (_G.digest == param("digest"))
_GUESSES: Final = select(tables.guess).where(_THESE)
_GUESSES_LOCKED: Final = _GUESSES.with_for_update()
_FORGIVE: Final = delete(tables.guess).where(_THESE)
_FORGET_OLD: Final = delete(tables.guess).where(_G.street == STREET, _G.at < param("long_ago"))
_STREET: Final = select(tables.street.c.street).where(tables.street.c.street == STREET)
_THIS: Final = (_S.street == STREET) & (_S.digest == param("digest"))
_SESSION: Final = (
    select(tables.session, _P.role, _P.name, _P.active)
    .join(tables.staff, (_P.street == _S.street) & (_P.id == _S.staff))
    .where(_THIS)
)
_END: Final = delete(tables.session).where(_THIS)
_MOVE: Final = update(tables.session).where(_THIS).values(till=param("till"))
_SWEEP: Final = delete(tables.session).where(_S.street == STREET, _S.expires_at <= param("now"))
_FAILURES: Final = (
    update(tables.guess).where(_THESE).values(failures=param("failures"), at=param("at"), locked_until=param("until"))
)
_TILL: Final = select(tables.till.c.id).where(tables.till.c.street == STREET, tables.till.c.id == param("till"))
_EXISTS: Final = Text(zh="用户名 {login} 已经存在", en="The login {login} exists already")
_SHORT: Final = Text(zh="密码至少 10 个字符", en="A password has at least 10 characters")
_REFUSED: Final = Text(zh="用户名或密码不对", en="The login or the password is wrong")
_LOCKED: Final = Text(zh="多次输入错误，请稍后再试", en="Too many wrong tries; wait a moment and try again")
_OVER: Final = Text(zh="登录已失效，请重新登录", en="Your session is over; sign in again")
_NO_TILL: Final = Text(zh="没有这个收银台", en="There is no such till")
