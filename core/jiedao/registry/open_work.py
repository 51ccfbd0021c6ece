"""What of a connection is not over yet, by kind and in words: what an administrator reads before switching it off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.tables.operations import UNFINISHED
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class OpenWork:
    """So many things of one kind, the oldest open since a moment. `kind` is a word of `KINDS`."""

    kind: str
    count: int
    since: datetime

    @property
    def says(self) -> Text:
        """ "3 parcels", for a list."""
        one, many = KINDS[self.kind]
        return (one if self.count == 1 else many).format(count=self.count)


def open_work(tx: Tx, connection: str) -> list[OpenWork]:
    """What is open of a connection: acts without an outcome, by what they are for, and post that is on its way."""
    found = [
        OpenWork(row.kind if row.kind in KINDS else "act", int(row.things), row.since)
        for row in tx.rows(_ACTS, connection=connection)
    ]
    row = tx.first(_ON_ITS_WAY, connection=connection)
    if row is not None and row.things:
        found.append(OpenWork("parcel", int(row.things), row.since))
    return sorted(found, key=lambda work: tuple(KINDS).index(work.kind))


def total(work: Sequence[OpenWork]) -> int:
    """How many things are open."""
    return sum(one.count for one in work)


KINDS: Final = {
    "attempt": (
        Text(zh="{count} 笔未了结的收付款", en="{count} open payment"),
        Text(zh="{count} 笔未了结的收付款", en="{count} open payments"),
    ),
    "shift": (
        Text(zh="{count} 个未完成的日结", en="{count} day-end settlement"),
        Text(zh="{count} 个未完成的日结", en="{count} day-end settlements"),
    ),
    "certification": (
        Text(zh="{count} 份未了结的认证", en="{count} certification"),
        Text(zh="{count} 份未了结的认证", en="{count} certifications"),
    ),
    "consignment": (
        Text(zh="{count} 件邮局尚未确认的邮件", en="{count} item of post that is not confirmed"),
        Text(zh="{count} 件邮局尚未确认的邮件", en="{count} items of post that are not confirmed"),
    ),
    "parcel": (
        Text(zh="{count} 件在途邮件", en="{count} parcel on its way"),
        Text(zh="{count} 件在途邮件", en="{count} parcels on their way"),
    ),
    "dispatch": (
        Text(zh="{count} 张未确认的交接清单", en="{count} dispatch list that is not confirmed"),
        Text(zh="{count} 张未确认的交接清单", en="{count} dispatch lists that are not confirmed"),
    ),
    "claim": (
        Text(zh="{count} 张未确认的积分兑付单", en="{count} points claim that is not confirmed"),
        Text(zh="{count} 张未确认的积分兑付单", en="{count} points claims that are not confirmed"),
    ),
    "message": (
        Text(zh="{count} 条未发完的短信或邮件", en="{count} message that is not sent"),
        Text(zh="{count} 条未发完的短信或邮件", en="{count} messages that are not sent"),
    ),
    "act": (
        Text(zh="{count} 笔其他未了结的操作", en="{count} other open act"),
        Text(zh="{count} 笔其他未了结的操作", en="{count} other open acts"),
    ),
}
"""Each kind in words, for one and for several: subjects of operations, post on its way, and what is left."""
_O, _P = tables.operation.c, tables.consignment.c
_ACTS: Final = (
    select(
        _O.subject_kind.label("kind"),
        func.count(_O.subject.distinct()).label("things"),
        func.min(_O.planned_at).label("since"),
    )
    .where(_O.street == STREET, UNFINISHED, _O.connection == param("connection"))
    .group_by(_O.subject_kind)
)
_ON_ITS_WAY: Final = select(func.count().label("things"), func.min(_P.created_at).label("since")).where(
    _P.street == STREET,
    _P.connection == param("connection"),
    _P.state == "created",
    _P.track_at.is_not(None),
)
