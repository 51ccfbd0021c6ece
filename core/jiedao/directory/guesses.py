"""Wrong passwords and wrong codes of a login, counted together: five lock it for a minute, longer each time.

Logins that nobody has are counted as well, or locking would tell them apart. What was typed is kept as a digest: it may
be a password in the wrong field.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from jiedao.ids import digest_of
from jiedao.language import Text
from jiedao.problems import TooMany
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, Store, Tx, later, param


def check(tx: Tx, login: str) -> None:
    """`TooMany` while a login is locked; `retry_after` says for how many seconds."""
    row = tx.first(_GUESSES, digest=digest_of(login))
    if row is not None and row.locked_until and row.locked_until > tx.now:
        wait = max(1, round((row.locked_until - tx.now).total_seconds()))
        raise TooMany("sign_in.locked", _LOCKED, retry_after=wait)


def note(store: Store, street: str, login: str) -> None:
    """Count one more; guesses made at the same moment are all counted, one after the other."""
    store.retrying(street, lambda tx: _note(tx, login))


def forgive(tx: Tx, login: str) -> None:
    """Forget what was guessed: whoever it is has signed in, with everything that the street asks for."""
    tx.change(_FORGIVE, digest=digest_of(login))


def _note(tx: Tx, login: str) -> None:
    if tx.first(_STREET) is None:
        return
    tx.change(_FORGET_OLD, long_ago=tx.now - _REMEMBERED)
    row = tx.first(_GUESSES_LOCKED, digest=digest_of(login))
    failures = (row.failures if row else 0) + 1
    over = failures - _ALLOWED
    until = later(tx.now, _LOCK_SECONDS * 2 ** min(over, 6)) if over >= 0 else None
    if row is not None:
        tx.change(_FAILURES, digest=digest_of(login), failures_=failures, at_=tx.now, until=until)
        return
    try:
        tx.add(tables.guess, digest=digest_of(login), failures=failures, at=tx.now, locked_until=until)
    except AlreadyThere:
        raise Overtaken(login) from None


_ALLOWED: Final = 5
_LOCK_SECONDS: Final = 60.0
_REMEMBERED: Final = timedelta(days=1)
_G = tables.guess.c
_THESE: Final = (_G.street == STREET) & (_G.digest == param("digest"))
_GUESSES: Final = select(tables.guess).where(_THESE)
_GUESSES_LOCKED: Final = _GUESSES.with_for_update()
_FORGIVE: Final = delete(tables.guess).where(_THESE)
_FORGET_OLD: Final = delete(tables.guess).where(_G.street == STREET, _G.at < param("long_ago"))
_FAILURES: Final = (
    update(tables.guess).where(_THESE).values(failures=param("failures"), at=param("at"), locked_until=param("until"))
)
_STREET: Final = select(tables.street.c.street).where(tables.street.c.street == STREET)
_LOCKED: Final = Text(zh="多次输入错误，请稍后再试", en="Too many wrong tries; wait a moment and try again")
