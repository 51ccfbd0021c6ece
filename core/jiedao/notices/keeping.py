"""The rows of notices: sealed as they came, because they may hold personal data, and never without a limit."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import delete, func, select, update

from jiedao.hookspecs.codec import from_json, to_json
from jiedao.hookspecs.service import Notice, Topic
from jiedao.ids import new_id
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Tx, later, param

LEASE: Final = 30.0
"""Seconds after which a worker goes on with a notice that whoever received it did not finish."""
MOST_REFUSED: Final = 50
"""How many notices of one connection are kept although they are not genuine: the newest."""
MOST_WAITING: Final = 1000
"""How many notices of one connection may wait to be looked at; more are not taken."""
MOST_TRIES: Final = 8


class State(StrEnum):
    """How far a notice has come."""

    RECEIVED = "received"
    """Stored, and not looked at yet."""
    REFUSED = "refused"
    """Not genuine, or too old."""
    GENUINE = "genuine"
    """What it is about has not been asked yet."""
    ASKED = "asked"
    FAILED = "failed"
    """Asking went wrong again and again; the log has why."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A notice in clear."""

    id: str
    connection: str
    state: State
    headers: Mapping[str, str]
    content: bytes
    topics: tuple[Topic, ...]


class Drawer:
    """The notices of one street, in one transaction."""

    def __init__(self, tx: Tx, keyring: Keyring) -> None:
        self._tx, self._keyring = tx, keyring

    def is_full(self, connection: str) -> bool:
        """Whether so many of a connection wait that no more can be taken."""
        row = self._tx.first(_WAITING, connection=connection)
        return row is not None and row.waiting >= MOST_WAITING

    def keep(self, connection: str, headers: Mapping[str, str], content: bytes) -> str:
        """Store what came, before anybody looks at it."""
        id_ = new_id()
        raw = {"headers": dict(headers), "content": base64.b64encode(content).decode()}
        row = {"id": id_, "connection": connection, "state": State.RECEIVED, "sealed": self._seal(id_, raw)}
        due_at = later(self._tx.shared_now, LEASE)
        self._tx.put(tables.notice, {**row, "received_at": self._tx.now, "due_at": due_at})
        return id_

    def accept(self, id_: str, connection: str, notice: Notice) -> None:
        """It is genuine. `AlreadyThere` (of `notice_seen`) when the same one came before."""
        self._tx.add(tables.notice_seen, connection=connection, number=notice.id, notice=id_)
        topics = self._seal(id_, to_json(notice.topics)) if notice.topics else None
        state = State.GENUINE if notice.topics else State.ASKED
        due_at = later(self._tx.shared_now, LEASE) if notice.topics else None
        self._tx.change(_ACCEPT, id_=id_, state_=state, topics_=topics, due_at_=due_at)
        self._count(connection, genuine=1)

    def drop(self, id_: str, connection: str) -> None:
        """The same notice came before: nothing new is in it."""
        self._tx.change(_DROP, id_=id_)
        self._count(connection, repeated=1)

    def refuse(self, id_: str, connection: str, why: str) -> None:
        """It is not genuine: counted, and kept until enough newer ones have come."""
        self._tx.change(_END, id_=id_, state_=State.REFUSED, why=why)
        oldest = self._tx.first(_SURPLUS, connection=connection)
        if oldest is not None:
            self._tx.change(_TRIM, connection=connection, oldest=oldest.id)
        self._count(connection, refused=1)

    def end(self, id_: str, state: State, why: str = "") -> None:
        """Nothing more will be done with it."""
        self._tx.change(_END, id_=id_, state_=state, why=why)

    def some_due(self) -> bool:
        """Whether there is anything to take; asked often, and nobody waits for it."""
        return self._tx.first(_SOME_DUE, now=self._tx.shared_now) is not None

    def take_due(self, most: int) -> list[tuple[str, int]]:
        """Ids of notices that nobody has finished in time, and how often that was tried; nobody else gets them now."""
        rows = self._tx.rows(_DUE, now=self._tx.shared_now, most=most)
        for row in rows:
            wait = LEASE * 2 ** min(row.tries, MOST_TRIES)
            self._tx.change(_TAKE, id_=row.id, lease=later(self._tx.shared_now, wait))
        return [(row.id, row.tries) for row in rows]

    def find(self, id_: str) -> Kept | None:
        """One notice in clear."""
        row = self._tx.first(_ONE, id_=id_)
        if row is None:
            return None
        raw = self._unseal(id_, row.sealed)
        topics = self._unseal(id_, row.topics) if row.topics else []
        return Kept(
            id_,
            row.connection,
            State(row.state),
            raw["headers"],
            base64.b64decode(raw["content"]),
            tuple(from_json(Topic, one) for one in topics),
        )

    def counts(self) -> Sequence[Row]:
        """How many notices of each connection were genuine, came again, or were refused."""
        return self._tx.rows(_COUNTS)

    def _count(self, connection: str, *, genuine: int = 0, repeated: int = 0, refused: int = 0) -> None:
        more = {"genuine": genuine, "repeated": repeated, "refused": refused}
        if not self._tx.change(_COUNT, connection=connection, **more):
            self._tx.add(tables.notice_count, connection=connection, **more)

    def _seal(self, id_: str, value: Any) -> bytes:
        return self._keyring.seal(json.dumps(value, ensure_ascii=False), _PURPOSE, f"{self._tx.street}/{id_}")

    def _unseal(self, id_: str, sealed: bytes) -> Any:
        return json.loads(self._keyring.open(sealed, _PURPOSE, f"{self._tx.street}/{id_}"))


_PURPOSE: Final = "notice"
_N, _C = tables.notice.c, tables.notice_count.c
_THIS: Final = (_N.street == STREET) & (_N.id == param("id"))
_OF: Final = (_N.street == STREET) & (_N.connection == param("connection"))
_ONE: Final = select(tables.notice).where(_THIS)
_WAITING: Final = select(func.count().label("waiting")).where(_OF, _N.state == State.RECEIVED)
_ACCEPT: Final = (
    update(tables.notice).where(_THIS).values(state=param("state"), topics=param("topics"), due_at=param("due_at"))
)
_DROP: Final = delete(tables.notice).where(_THIS)
_END: Final = update(tables.notice).where(_THIS).values(state=param("state"), reason=param("why"), due_at=None)
_REFUSED: Final = _OF & (_N.state == State.REFUSED)
_SURPLUS: Final = select(_N.id).where(_REFUSED).order_by(_N.id.desc()).offset(MOST_REFUSED).limit(1)
_TRIM: Final = delete(tables.notice).where(_REFUSED, _N.id <= param("oldest"))
_DUE: Final = (
    select(_N.id, _N.tries)
    .where(_N.street == STREET, _N.due_at <= param("now"))
    .order_by(_N.due_at)
    .limit(param("most"))
    .with_for_update(skip_locked=True)
)
_SOME_DUE: Final = select(_N.id).where(_N.street == STREET, _N.due_at <= param("now")).limit(1)
_TAKE: Final = update(tables.notice).where(_THIS).values(due_at=param("lease"), tries=_N.tries + 1)
_COUNTS: Final = select(tables.notice_count).where(_C.street == STREET).order_by(_C.connection)
_COUNT: Final = (
    update(tables.notice_count)
    .where(_C.street == STREET, _C.connection == param("connection"))
    .values(
        genuine=_C.genuine + param("genuine"),
        repeated=_C.repeated + param("repeated"),
        refused=_C.refused + param("refused"),
    )
)
