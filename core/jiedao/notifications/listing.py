"""The messages of a street, newest first, a page at a time: all of them, those in one state, or of one kind of end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, or_, select, union_all

from jiedao.language import Text
from jiedao.operations.model import State
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param

NOT_SENT: Final = "not_sent"
MAYBE: Final = "maybe"
WITHDRAWN: Final = "withdrawn"
"""State of a message that was planned and not wanted any more before anybody had begun to send it."""
KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    NOT_SENT: (State.DECLINED, WITHDRAWN),
    MAYBE: (State.SENT, State.UNKNOWN, State.PENDING, State.REVIEW),
}
"""States that are asked for together: nothing came of it; and what may have reached the resident and is not certain."""


def messages(tx: Tx, state: str = "", after: str = "", most: int = 20) -> Sequence[Row]:
    """A page, with the resident's name where one is known. `state` is one of them, one of `KINDS`, or empty for all.

    `after` is the last message of the page before; `NotFound` when the street has no such message.
    """
    states = KINDS.get(state, (state,) if state else ())
    given: dict[str, Any] = {}
    if after:
        row = tx.first(_AT, id_=after)
        if row is None:
            raise NotFound("message.missing", NO_MESSAGE, field="after")
        given = {"below": row.made_at, "below_id": after}
    return tx.rows(_page(states, bool(after)), most=most, **given)


@cache
def _page(states: tuple[str, ...], below: bool) -> Select[Any]:
    """The statement for one choice of states."""
    if len(states) < 2:
        return _newest(_SHOWN.outerjoin_from(tables.message, tables.resident, _WHO), states, below)
    # The newest of each state, and of these the newest. Asked for several states at once, a database goes by the
    # moment, and looks through every message of a street in which nothing is open.
    each = (_newest(_PLACES, (state,), below).subquery() for state in states)
    found = union_all(*(select(one.c.id, one.c.made_at) for one in each)).subquery()
    page = _SHOWN.join_from(found, tables.message, _M.id == found.c.id).outerjoin(tables.resident, _WHO)
    page = page.where(_M.street == STREET)
    return page.order_by(found.c.made_at.desc(), found.c.id.desc()).limit(param("most"))


def _newest(page: Select[Any], states: tuple[str, ...], below: bool) -> Select[Any]:
    page = page.where(_M.street == STREET, *(_M.state == state for state in states))
    if below:
        # Of messages made at one moment their ids decide; beside the bound of the moment, which an index can go by.
        page = page.where(_M.made_at <= param("below"), or_(_M.made_at < param("below"), _M.id < param("below_id")))
    return page.order_by(_M.made_at.desc(), _M.id.desc()).limit(param("most"))


_M, _R = tables.message.c, tables.resident.c
_PLACES: Final[Select[Any]] = select(_M.id, _M.made_at)
_SHOWN: Final[Select[Any]] = select(tables.message, _R.name.label("resident_name"))
_WHO: Final = (_R.street == _M.street) & (_R.id == _M.resident)
_AT: Final = select(_M.made_at).where(_M.street == STREET, _M.id == param("id"))
NO_MESSAGE: Final = Text(zh="没有这条消息", en="There is no such message")
