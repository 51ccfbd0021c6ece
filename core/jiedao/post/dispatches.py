"""The daily list of a hall: what the courier takes away and signs for.

Closing a list hands announced items over to the post, all or none, where the post wants that; elsewhere it only closes
our own list. What comes later goes onto the next list of the same day.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select, update

from jiedao.checkout.desk import Desk
from jiedao.clock import local_date
from jiedao.directory.caller import Caller, audit, claim
from jiedao.hookspecs.postal import Dispatched
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.operations.model import News, Operation
from jiedao.operations.model import State as Of
from jiedao.post.calls import Calls
from jiedao.post.consignments import news_of
from jiedao.post.records import Consignment, State
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

SUBJECT: Final = "dispatch"


class Stage(StrEnum):
    """How far a list has come."""

    HANDING_OVER = "handing_over"
    """The post was told and has not confirmed; nothing is guessed."""
    CLOSED = "closed"
    REFUSED = "refused"
    """The post took none of it; the items are on no list again."""
    SIGNED = "signed"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A list as it stands. `postage` is the sum of its items, in fen."""

    id: str
    hall: str
    connection: str
    day: date
    no: int
    state: Stage
    items: int
    postage: int
    operation: str
    reference: str
    reason: dict[str, str]
    closed_by: str
    closed_at: datetime
    signed_by: str
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Begun:
    """A closed list, and the operations to perform now that it is committed."""

    dispatch: str
    planned: Sequence[Any]


class Dispatches:
    """The lists of all halls."""

    def __init__(self, store: Store, desk: Desk, calls: Calls) -> None:
        self._store, self._desk, self._calls = store, desk, calls

    def waiting(self, tx: Tx, hall: str, connection: str) -> list[Consignment]:
        """What would be on the next list of a hall, oldest first."""
        return [Consignment.of(row) for row in tx.rows(_WAITING, hall=hall, connection=connection)]

    def close(self, caller: Caller, connection: str, office: str = "") -> Begun:
        """Close the list of the caller's hall. `Conflict` when nothing waits."""
        return self._store.retrying(caller.street, lambda tx: self._close(tx, caller, connection, office))

    def sign(self, caller: Caller, id_: str, courier: str) -> None:
        """The courier has signed for a closed list; once."""
        if not courier.strip():
            raise Invalid("dispatch.courier", _COURIER, field="courier")
        with self._store.write(caller.street) as tx:
            find(tx, id_)
            if not tx.change(_SIGN, id_=id_, courier=courier.strip(), at=tx.now):
                raise Conflict("dispatch.state", _UNSIGNABLE)
            audit(tx, caller, "dispatch.sign", f"dispatch {id_}", courier=courier.strip())
            claim(tx, caller, SUBJECT, id_)

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """The post's word, or its silence, about a list."""
        self._noted(tx, find(tx, operation.subject), news)

    def _close(self, tx: Tx, caller: Caller, connection: str, office: str) -> Begun:
        place = self._desk.place(tx, caller.till)
        rows = tx.rows(_WAITING_LOCKED, hall=place.hall, connection=connection)
        items = [one for one in map(Consignment.of, rows) if not office or one.office == office]
        if not items:
            raise Conflict("dispatch.empty", _EMPTY)
        drafts = [one for one in items if one.draft] if self._hands_over(tx.street, connection) else []
        if len({one.office for one in drafts}) > 1:
            raise Conflict("dispatch.offices", _OFFICES, field="office", offices=sorted({one.office for one in drafts}))
        day = local_date(tx.now, place.timezone)
        stage = Stage.HANDING_OVER if drafts else Stage.CLOSED
        id_ = self._insert(tx, caller, (place.hall, connection, day), items, stage)
        audit(tx, caller, "dispatch.close", f"dispatch {id_}", items=len(items))
        claim(tx, caller, SUBJECT, id_)
        if drafts:
            self._hand_over(tx, id_, connection, drafts)
        return Begun(id_, tx.planned)

    def _insert(
        self, tx: Tx, caller: Caller, where: tuple[str, str, date], items: Sequence[Consignment], stage: Stage
    ) -> str:
        hall, connection, day = where
        last = tx.first(_LAST, hall=hall, connection=connection, day=day)
        row: dict[str, Any] = {
            "id": new_id(),
            "hall": hall,
            "connection": connection,
            "day": day,
            "no": (last.no or 0) + 1 if last else 1,
            "state": stage,
            "items": len(items),
            "postage": sum(one.postage for one in items),
            "reason": {},
            "closed_by": caller.name or caller.staff,
            "closed_at": tx.now,
        }
        try:
            tx.add(tables.dispatch, **row)
        except AlreadyThere:  # Another window closed a list of this hall at the same moment.
            raise Overtaken(str(row["id"])) from None
        for one in items:
            tx.set(_ONTO, id_=one.id, dispatch=row["id"])
        return str(row["id"])

    def _hand_over(self, tx: Tx, id_: str, connection: str, drafts: Sequence[Consignment]) -> None:
        told = [{"operation": one.operation, "number": one.number, "reference": one.reference} for one in drafts]
        fields = {"office": drafts[0].office, "items": told}
        act = self._desk.act(tx, (SUBJECT, id_), "", connection, "postal_dispatch", fields)
        tx.change(_ASKED, id_=id_, operation=act.operation)
        if act.outcome is not None:
            self._noted(tx, find(tx, id_), news_of(act.outcome))

    def _noted(self, tx: Tx, dispatch: Dispatch, news: News) -> None:
        if news.state is Of.SUCCEEDED:
            taken: Dispatched = news.detail
            tx.change(_END, id_=dispatch.id, state=Stage.CLOSED, reference=taken.reference, reason={})
            tx.change(_REAL, dispatch=dispatch.id)
        elif news.state is Of.DECLINED:
            tx.change(_END, id_=dispatch.id, state=Stage.REFUSED, reference="", reason=dict(news.reason or {}))
            tx.change(_OFF, dispatch=dispatch.id)

    def _hands_over(self, street: str, connection: str) -> bool:
        return self._calls.able(street, connection, "dispatch")


def find(tx: Tx, id_: str) -> Dispatch:
    """One list; `NotFound` for one of another street."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("dispatch.missing", _MISSING)
    return _dispatch(row)


def items_of(tx: Tx, id_: str) -> list[Consignment]:
    """What is on a list, oldest first; nothing once the post has refused it."""
    return [Consignment.of(row) for row in tx.rows(_ITEMS, dispatch=id_)]


def latest(tx: Tx, hall: str, before: str = "", most: int = 20) -> list[Dispatch]:
    """The lists of a hall, newest first."""
    return [_dispatch(row) for row in tx.rows(_OF_HALL, hall=hall, before=before or _HIGHEST, most=most)]


def everywhere(tx: Tx, before: str = "", most: int = 20) -> list[Dispatch]:
    """The lists of all halls, newest first."""
    return [_dispatch(row) for row in tx.rows(_OF_STREET, before=before or _HIGHEST, most=most)]


def _dispatch(row: Row) -> Dispatch:
    kept = {name: getattr(row, name) for name in Dispatch.__slots__}
    return Dispatch(**{**kept, "state": Stage(row.state)})


_HIGHEST: Final = "Z" * 20
_C, _D = tables.consignment.c, tables.dispatch.c
_THIS: Final = (_D.street == STREET) & (_D.id == param("id"))
_ONE: Final = select(tables.dispatch).where(_THIS)
_WAITING: Final = (
    select(tables.consignment)
    .where(
        _C.street == STREET,
        _C.hall == param("hall"),
        _C.dispatch == "",
        _C.connection == param("connection"),
        _C.state == State.CREATED.value,
        _C.withdrawal.in_(["", "refused"]),
    )
    .order_by(_C.id)
)
_WAITING_LOCKED: Final = _WAITING.with_for_update()
_LAST: Final = select(func.max(_D.no).label("no")).where(
    _D.street == STREET, _D.hall == param("hall"), _D.connection == param("connection"), _D.day == param("day")
)
_ITEMS: Final = select(tables.consignment).where(_C.street == STREET, _C.dispatch == param("dispatch")).order_by(_C.id)
_OF_STREET: Final = (
    select(tables.dispatch)
    .where(_D.street == STREET, _D.id < param("before"))
    .order_by(_D.id.desc())
    .limit(param("most"))
)
_OF_HALL: Final = _OF_STREET.where(_D.hall == param("hall"))
_ON_LIST: Final = update(tables.consignment).where(_C.street == STREET, _C.dispatch == param("dispatch"))
_ONTO: Final = (
    update(tables.consignment).where(_C.street == STREET, _C.id == param("id")).values(dispatch=param("dispatch"))
)
_REAL: Final = _ON_LIST.values(draft=False)
_OFF: Final = _ON_LIST.values(dispatch="")
_ASKED: Final = update(tables.dispatch).where(_THIS).values(operation=param("operation"))
_END: Final = (
    update(tables.dispatch)
    .where(_THIS, _D.state == Stage.HANDING_OVER.value)
    .values(state=param("state"), reference=param("reference"), reason=param("reason"))
)
_SIGN: Final = (
    update(tables.dispatch)
    .where(_THIS, _D.state == Stage.CLOSED.value)
    .values(state=Stage.SIGNED.value, signed_by=param("courier"), signed_at=param("at"))
)
_EMPTY: Final = Text(zh="没有待交接的邮件", en="Nothing waits to be handed over")
_OFFICES: Final = Text(
    zh="待交接的邮件要交到不同的邮局网点，请选择一个", en="The items go to different offices; choose one of them"
)
_COURIER: Final = Text(zh="请填写揽收人姓名", en="Give the name of the courier")
_UNSIGNABLE: Final = Text(
    zh="这张清单还没有交接完成，或已经签收", en="The list is not handed over yet, or it has been signed for"
)
_MISSING: Final = Text(zh="没有这张交接清单", en="There is no such dispatch list")
