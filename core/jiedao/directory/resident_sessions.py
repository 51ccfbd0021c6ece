"""Residents' own sessions, at a kiosk and on a phone: by random token, of which only a digest is stored.

A visit to a kiosk begins before anybody says who they are; its session then has no resident. Whenever it becomes known
whose a session is, it gets a new token. One that nobody uses for a while is over, and so is one that is too old.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select, update

from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import Kind, phone_till, place
from jiedao.ids import digest_of, new_id
from jiedao.language import Text
from jiedao.problems import Invalid, NotFound, NotSignedIn
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param


class Channel(StrEnum):
    """What a resident has in front of them."""

    KIOSK = "kiosk"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Visit:
    """A resident's session. `visit` is its name for as long as it lasts, whatever its token is.

    `choices` are the residents behind one phone number, of whom one is still to be chosen.
    """

    visit: str
    caller: Caller
    csrf: str
    channel: Channel
    choices: tuple[str, ...] = ()

    @property
    def idle(self) -> timedelta:
        """How long it lasts without a request."""
        return _IDLE[self.channel]


@dataclass(frozen=True, slots=True)
class Opened:
    """A new session: the token goes to the client once and is never stored."""

    token: str
    visit: Visit


def begin(tx: Tx, channel: Channel, till: str = "", residents: Sequence[str] = ()) -> Opened:
    """Open a session for the resident who signed in, for nobody yet, or for one of several who is to be chosen.

    At a kiosk `till` is the kiosk's; a phone gets the till that stands for the street's phones, if there is one.
    """
    till = _checked_till(tx, channel, till)
    return _open(tx, new_id(), channel, till, residents)


def known(tx: Tx, token: str, channel: Channel, till: str, residents: Sequence[str]) -> Opened:
    """Who signed in: the session that they had before, if there is one, goes on under another token as theirs."""
    row = tx.first(_ONE, digest=digest_of(token)) if token else None
    end(tx, token)
    if row is None or _over(tx, row) or row.resident is not None:
        return begin(tx, channel, till, residents)
    return _open(tx, row.visit, Channel(row.channel), row.till, residents)


def choose(tx: Tx, token: str, number: int) -> Opened:
    """Say which of the residents behind the phone number it is, counted from 1."""
    row = tx.first(_ONE, digest=digest_of(token))
    if row is None or _over(tx, row):
        raise NotSignedIn("session.over", _OVER)
    if not 1 <= number <= len(row.choices):
        raise Invalid("sign_in.choice", _CHOICE, field="number")
    # Whoever ends the session has the choice; a second choice made at the same moment finds nothing to end.
    if not tx.change(_END, digest=row.digest):
        raise NotSignedIn("session.over", _OVER)
    return _open(tx, row.visit, Channel(row.channel), row.till, [row.choices[number - 1]])


def session(store: Store, street: str, token: str, *, watching: bool = False) -> Visit:
    """Whose token this is; `NotSignedIn` when it is over. Unless it is only `watching`, it lasts longer again."""
    digest = digest_of(token)
    with store.read(street) as tx:
        row = tx.first(_ONE, digest=digest)
        if row is None or _over(tx, row):
            raise NotSignedIn("session.over", _OVER)
        now = tx.now
    visit = _visit(street, row)
    if not watching and now - row.seen_at > visit.idle / _STEPS:
        with store.write(street) as tx:
            tx.set(_SEEN, digest=digest, now=now)
    return visit


def end(tx: Tx, token: str) -> None:
    """Sign out."""
    tx.change(_END, digest=digest_of(token))


def end_all(tx: Tx, resident: str) -> None:
    """Sign a resident out everywhere, also where they might still be chosen among those behind one number."""
    tx.change(_END_ALL, resident=resident)
    for row in tx.rows(_UNDECIDED):
        if resident in row.choices:
            tx.change(_END, digest=row.digest)


def _open(tx: Tx, visit: str, channel: Channel, till: str, residents: Sequence[str]) -> Opened:
    token = secrets.token_urlsafe(32)
    tx.set(_SWEEP, now=tx.now)
    row = {
        "digest": digest_of(token),
        "visit": visit,
        "resident": residents[0] if len(residents) == 1 else None,
        "choices": list(residents) if len(residents) > 1 else [],
        "channel": channel,
        "till": till,
        "csrf": secrets.token_urlsafe(24),
        "seen_at": tx.now,
        "expires_at": tx.now + _LASTS[channel],
    }
    tx.add(tables.resident_session, **row)
    written = tx.first(_ONE, digest=row["digest"])
    if written is None:
        raise LookupError(visit)
    return Opened(token, _visit(tx.street, written))


def _visit(street: str, row: Row) -> Visit:
    who = f"resident:{row.resident}" if row.resident else f"visit:{row.visit}"
    caller = Caller(street, who, Role.RESIDENT, row.till, resident=row.resident or "")
    return Visit(row.visit, caller, row.csrf, Channel(row.channel), tuple(row.choices))


def _checked_till(tx: Tx, channel: Channel, till: str) -> str:
    if channel is Channel.PHONE:
        return phone_till(tx)
    if place(tx, till).kind is not Kind.KIOSK:
        raise NotFound("till.missing", _NO_KIOSK, field="till")
    return till


def _over(tx: Tx, row: Row) -> bool:
    return bool(tx.now >= row.expires_at or tx.now - row.seen_at > _IDLE[Channel(row.channel)])


_IDLE: Final = {Channel.KIOSK: timedelta(seconds=90), Channel.PHONE: timedelta(minutes=30)}
_LASTS: Final = {Channel.KIOSK: timedelta(minutes=30), Channel.PHONE: timedelta(hours=12)}
_STEPS: Final = 10
"""A session that is used is written down as such ten times in its idle limit, and not with every request."""
_S = tables.resident_session.c
_THIS: Final = (_S.street == STREET) & (_S.digest == param("digest"))
_ONE: Final = select(tables.resident_session).where(_THIS)
_END: Final = delete(tables.resident_session).where(_THIS)
_END_ALL: Final = delete(tables.resident_session).where(_S.street == STREET, _S.resident == param("resident"))
_UNDECIDED: Final = select(_S.digest, _S.choices).where(_S.street == STREET, _S.resident.is_(None))
_SEEN: Final = update(tables.resident_session).where(_THIS).values(seen_at=param("now"))
_SWEEP: Final = delete(tables.resident_session).where(_S.street == STREET, _S.expires_at <= param("now"))
_OVER: Final = Text(zh="登录已失效，请重新登录", en="Your session is over; sign in again")
_CHOICE: Final = Text(zh="请选择其中一位", en="Choose one of them")
_NO_KIOSK: Final = Text(zh="没有这台自助终端", en="There is no such kiosk")
