"""How often something may be tried: so many times in a window that begins with the first. Exact in any crowd."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select, update

from jiedao.language import Text
from jiedao.problems import TooMany
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, Tx, param


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds, under a name of its own."""

    name: str
    most: int
    seconds: float


def spend(tx: Tx, limit: Limit, whom: str) -> None:
    """Count one more for `whom`, which is nobody's number or address in clear; `TooMany` when there are no more.

    What it is refused for is not counted. `Overtaken` when somebody else begins the window at this moment.
    """
    what, since = f"{limit.name} {whom}", tx.now - timedelta(seconds=limit.seconds)
    if tx.change(_COUNT, what=what, since=since, most=limit.most):
        return
    row = tx.first(_WINDOW, what=what)
    if row is not None and row.began_at > since:
        if row.times < limit.most:  # It was begun between our two looks.
            raise Overtaken(what)
        wait = max(1, round((row.began_at - since).total_seconds()))
        raise TooMany("throttled", _WAIT, retry_after=wait)
    if row is not None:
        if not tx.change(_BEGIN_AGAIN, what=what, held=row.began_at, now=tx.now):
            raise Overtaken(what)
        return
    try:
        tx.add(tables.throttle, what=what, began_at=tx.now, times=1)
    except AlreadyThere:
        raise Overtaken(what) from None


def forget_old(tx: Tx) -> None:
    """Drop windows that are over in any case."""
    tx.set(_FORGET, long_ago=tx.now - _LONGEST)


_LONGEST: Final = timedelta(days=2)
"""No limit has a longer window."""
_T = tables.throttle.c
_THIS: Final = (_T.street == STREET) & (_T.what == param("what"))
_WINDOW: Final = select(tables.throttle).where(_THIS)
_COUNT: Final = (
    update(tables.throttle)
    .where(_THIS, _T.began_at > param("since"), _T.times < param("most"))
    .values(times=_T.times + 1)
)
_BEGIN_AGAIN: Final = (
    update(tables.throttle).where(_THIS, _T.began_at == param("held")).values(began_at=param("now"), times=1)
)
_FORGET: Final = delete(tables.throttle).where(_T.street == STREET, _T.began_at < param("long_ago"))
_WAIT: Final = Text(zh="尝试太频繁，请稍后再试", en="Too many tries; wait a while and try again")
