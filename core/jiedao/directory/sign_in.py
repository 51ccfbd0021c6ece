"""Signing in: who it is, and how far that opens the door.

The answer is the same for an unknown login and a wrong password, takes as long, and locks as soon. Guesses are forgiven
only when the door is open: knowing the password must not give endless tries at the code.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sqlalchemy import select

from jiedao.directory import guesses, passwords, sessions
from jiedao.directory.caller import Caller, Role
from jiedao.directory.sessions import SignedIn, Stage
from jiedao.directory.sign_in_rules import is_required, needs_second_factor
from jiedao.language import Text
from jiedao.problems import NotSignedIn
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param


def sign_in(store: Store, street: str, login: str, password: str, till: str, *, device: str = "") -> SignedIn:
    """Open a session, or the part of one that a password opens (see `Stage`).

    Five wrong passwords or codes lock the login for a minute, longer each time (`TooMany`).
    """
    known = known_colleague(store, street, login, password)
    return _open(store, replace(known, till=till), login, device)


def sign_in_proven(store: Store, street: str, staff: str, till: str, *, device: str = "") -> SignedIn:
    """Open a session for somebody whom the street's identity provider vouches for.

    The provider stands for the password only: a second factor that is set up or required is asked for still.
    """
    with store.read(street) as tx:
        row = tx.first(_BY_ID, id_=staff)
    if row is None or not row.active:
        raise NotSignedIn("sign_in.refused", _GONE)
    return _open(store, _caller(street, row, till), row.login, device)


def known_colleague(store: Store, street: str, login: str, password: str) -> Caller:
    """Who gives this login and password, throttled as a sign-in is, without a session."""
    with store.read(street) as tx:
        guesses.check(tx, login)
        row = tx.first(_BY_LOGIN, login=login)
    good = passwords.matches(row.password if row is not None else None, password)
    if row is None or not good or not row.active:
        guesses.note(store, street, login)
        raise NotSignedIn("sign_in.refused", _REFUSED)
    with store.read(street) as tx:
        guesses.check(tx, login)  # guesses made at the same moment may have locked it while we were hashing
    return _caller(street, row, "")


def _open(store: Store, who: Caller, login: str, device: str) -> SignedIn:
    with store.write(who.street) as tx:
        stage = stage_of(tx, who)
        made = sessions.begin(tx, who, stage, device)
        if stage is Stage.OPEN:
            guesses.forgive(tx, login)
    return made


def stage_of(tx: Tx, who: Caller) -> Stage:
    """How far a password alone opens the door for somebody."""
    if tx.first(_ENROLLED, staff=who.staff) is not None:
        return Stage.SECOND_FACTOR
    return Stage.ENROLMENT if needs_second_factor(who.role) and is_required(tx) else Stage.OPEN


def _caller(street: str, row: Row, till: str) -> Caller:
    return Caller(street, row.id, Role(row.role), till, row.name)


_P, _F = tables.staff.c, tables.second_factor.c
_BY_LOGIN: Final = select(tables.staff).where(_P.street == STREET, _P.login == param("login"))
_BY_ID: Final = select(tables.staff).where(_P.street == STREET, _P.id == param("id"))
_ENROLLED: Final = select(_F.staff).where(_F.street == STREET, _F.staff == param("staff"), _F.since.is_not(None))
_REFUSED: Final = Text(zh="用户名或密码不对", en="The login or the password is wrong")
_GONE: Final = Text(zh="这个账号已经停用", en="This account is not active any more")
