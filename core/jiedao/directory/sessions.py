"""Sessions of staff: random tokens, of which only a digest is stored; how long they last, and how they are replaced.

A session opens in stages. After the password it may still wait for the second factor, or for one to be set up; only an
open one does business. Whenever what stands behind it changes, it gets a new token, and the old one is nobody's.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select, update

from jiedao.directory.caller import Caller, Role
from jiedao.ids import digest_of, new_id
from jiedao.language import Text
from jiedao.problems import NotFound, NotSignedIn
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param


class Stage(StrEnum):
    """How far a session has come."""

    OPEN = "open"
    SECOND_FACTOR = "second_factor"
    """The password was right; the code is still missing."""
    ENROLMENT = "enrolment"
    """The street asks this person for a second factor, and there is none yet."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A new session: the token goes to the client once and is never stored."""

    token: str
    csrf: str
    caller: Caller
    stage: Stage


@dataclass(frozen=True, slots=True)
class Held:
    """Whose session a token is."""

    id: str
    """For lists; not the token."""
    caller: Caller
    csrf: str
    stage: Stage


@dataclass(frozen=True, slots=True)
class Listed:
    """A session as its owner sees it in a list."""

    id: str
    device: str
    """What the browser calls itself; empty for a program."""
    till: str
    opened_at: datetime
    seen_at: datetime
    """To the minute."""
    expires_at: datetime


def begin(tx: Tx, who: Caller, stage: Stage, device: str = "") -> SignedIn:
    """Open a session at the caller's till; twelve hours at most, minutes while it is not open yet."""
    if who.till and tx.first(_TILL, till=who.till) is None:
        raise NotFound("till.missing", _NO_TILL, field="till")
    tx.change(_SWEEP, now=tx.now)
    return _add(tx, who, stage, device[:_LONGEST_DEVICE], tx.now + _LASTS[stage])


def find(store: Store, street: str, token: str, *, watching: bool = False) -> Held:
    """Who holds a token; `NotSignedIn` when nobody does any more, or nothing was heard for too long.

    Every session ends twelve hours after it was opened; of administrators and accountants also after half an hour
    without a request; one that only `watching` something sends does not count. That one was heard of is written down
    once a minute at most.
    """
    digest = digest_of(token)
    with store.read(street) as tx:
        row = tx.first(_SESSION, digest=digest)
        if row is None or not row.active or _is_over(row, tx.now):
            raise NotSignedIn("session.over", _OVER)
        stale = not watching and tx.now - row.seen_at >= _TOUCHED
    if stale:
        with store.write(street) as tx:
            tx.change(_TOUCH, digest=digest, now=tx.now)
    return Held(row.id, Caller(street, row.staff, Role(row.role), row.till, row.name), row.csrf, Stage(row.stage))


def renew(tx: Tx, token: str, who: Caller) -> SignedIn:
    """Replace a session by an open one with another token, at the same till. `NotSignedIn` when it has just ended."""
    row = tx.first(_ONE, digest=digest_of(token))
    if row is None or not tx.change(_END, digest=digest_of(token)):
        raise NotSignedIn("session.over", _OVER)
    expires = row.expires_at if row.stage == Stage.OPEN else tx.now + _LASTS[Stage.OPEN]
    return _add(tx, replace(who, till=row.till, claim=None), Stage.OPEN, row.device, expires)


def move_to(tx: Tx, token: str, till: str) -> None:
    """Work at another till from now on."""
    if tx.first(_TILL, till=till) is None:
        raise NotFound("till.missing", _NO_TILL, field="till")
    tx.change(_MOVE, digest=digest_of(token), till_=till)


def sign_out(tx: Tx, token: str) -> None:
    """End a session."""
    tx.change(_END, digest=digest_of(token))


def of_staff(tx: Tx, staff: str) -> list[Listed]:
    """The open sessions of a member of staff, the newest first; at most a hundred."""
    rows = tx.rows(_OF_STAFF, staff=staff, now=tx.now)
    return [
        Listed(row.id, row.device, row.till, row.opened_at, row.seen_at, row.expires_at)
        for row in rows
        if not _is_over(row, tx.now)
    ]


def end_one(tx: Tx, staff: str, id_: str) -> None:
    """End one of somebody's sessions."""
    if not tx.change(_END_ONE, staff=staff, id_=id_):
        raise NotFound("session.missing", _NO_SESSION)


def end_all(tx: Tx, staff: str, *, but: str = "") -> int:
    """End every session of somebody, but for the one of a token; how many there were."""
    return tx.change(_END_ALL, staff=staff, digest=digest_of(but))


def _add(tx: Tx, who: Caller, stage: Stage, device: str, expires_at: datetime) -> SignedIn:
    token, csrf = secrets.token_urlsafe(32), secrets.token_urlsafe(24)
    tx.add(
        tables.session,
        digest=digest_of(token),
        id=new_id(),
        staff=who.staff,
        till=who.till,
        csrf=csrf,
        stage=stage,
        device=device,
        opened_at=tx.now,
        seen_at=tx.now,
        expires_at=expires_at,
    )
    return SignedIn(token, csrf, who, stage)


def _is_over(row: Row, now: datetime) -> bool:
    idle = _IDLE.get(Role(row.role))
    return bool(row.expires_at <= now or (idle is not None and row.seen_at + idle <= now))


_LASTS: Final = {
    Stage.OPEN: timedelta(hours=12),
    Stage.SECOND_FACTOR: timedelta(minutes=10),
    Stage.ENROLMENT: timedelta(minutes=30),
}
_IDLE: Final = {Role.ADMINISTRATOR: timedelta(minutes=30), Role.ACCOUNTANT: timedelta(minutes=30)}
"""Who sits at a counter all day is not sent away between two residents; the shift guards the drawer."""
_TOUCHED: Final = timedelta(minutes=1)
_LONGEST_DEVICE: Final = 200
_P, _S = tables.staff.c, tables.session.c
_THIS: Final = (_S.street == STREET) & (_S.digest == param("digest"))
_WITH_STAFF: Final = select(tables.session, _P.role, _P.name, _P.active).join(
    tables.staff, (_P.street == _S.street) & (_P.id == _S.staff)
)
_ONE: Final = select(tables.session).where(_THIS)
_SESSION: Final = _WITH_STAFF.where(_THIS)
_OF_STAFF: Final = (
    _WITH_STAFF.where(
        _S.street == STREET, _S.staff == param("staff"), _S.stage == Stage.OPEN, _S.expires_at > param("now")
    )
    .order_by(_S.id.desc())
    .limit(100)
)
_END: Final = delete(tables.session).where(_THIS)
_END_ONE: Final = delete(tables.session).where(_S.street == STREET, _S.staff == param("staff"), _S.id == param("id"))
_END_ALL: Final = delete(tables.session).where(
    _S.street == STREET, _S.staff == param("staff"), _S.digest != param("digest")
)
_MOVE: Final = update(tables.session).where(_THIS).values(till=param("till"))
_TOUCH: Final = update(tables.session).where(_THIS).values(seen_at=param("now"))
_SWEEP: Final = delete(tables.session).where(_S.street == STREET, _S.expires_at <= param("now"))
_TILL: Final = select(tables.till.c.id).where(tables.till.c.street == STREET, tables.till.c.id == param("till"))
_OVER: Final = Text(zh="登录已失效，请重新登录", en="Your session is over; sign in again")
_NO_TILL: Final = Text(zh="没有这个收银台", en="There is no such till")
_NO_SESSION: Final = Text(zh="没有这次登录，或者已经结束", en="There is no such session, or it has ended")
