"""Cases (工单): one matter in work each, numbered by street and year, with everything that happened to it.

Numbers have no gaps: they are drawn in the transaction that makes the case. Two who move one case at once meet at its
version, and the second finds what the first left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import or_, select, update

from jiedao.certification import delegations
from jiedao.clock import local_date
from jiedao.directory import places
from jiedao.directory.caller import Caller, audit, claim
from jiedao.directory.residents import Residents, folded
from jiedao.hall.graph import CLOSED, EDGES, EXPLAINED, TITLES, At
from jiedao.hall.items import Channel, item, must_offer
from jiedao.hall.workdays import due_on
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.services.calendar import Calendar
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

SUBJECT: Final = "case"


class Event(StrEnum):
    """What can happen to a case."""

    OPENED = "opened"
    STEP = "step"
    NOTE = "note"
    POSTED = "posted"
    """What was finished went to the post; the note is the consignment."""
    RATED = "rated"


@dataclass(frozen=True, slots=True)
class Matter:
    """What somebody comes with. Without `resident` nobody gave a name; `delegation` is the one under which another
    resident acts for them.
    """

    item: str
    resident: str = ""
    delegation: str = ""
    note: str = ""
    channel: Channel = Channel.WINDOW


@dataclass(frozen=True, slots=True)
class Search:
    """Which cases are wanted; what is empty does not matter. `words` is a number, or how a resident's name begins."""

    words: str = ""
    item: str = ""
    hall: str = ""
    state: str = ""
    only_open: bool = False
    late: bool = False
    """Only those that should have been finished before today."""


class Cases:
    """The cases of all streets."""

    def __init__(self, store: Store, residents: Residents, calendar: Calendar) -> None:
        self._store, self._residents, self._calendar = store, residents, calendar

    def open(self, caller: Caller, matter: Matter) -> str:
        """Take a matter in; returns the case's id."""

        def act(tx: Tx) -> str:
            return self._open(tx, caller, matter)

        return self._store.retrying(caller.street, act)

    def step(self, caller: Caller, id_: str, to: At, note: str = "", *, resident: str = "") -> None:
        """Bring a case to another state. `resident` is who does it themselves, and may only withdraw their own."""
        if to in EXPLAINED and not note.strip():
            raise Invalid("case.note", _EXPLAIN, field="note")

        def act(tx: Tx) -> None:
            row = case(tx, id_, resident=resident)
            _check_step(At(row.state), to)
            _write(tx, caller, row, Event.STEP, to, note)
            claim(tx, caller, SUBJECT, id_)

        self._store.retrying(caller.street, act)

    def note(self, caller: Caller, id_: str, note: str) -> None:
        """Write something down, in whatever state the case is."""
        if not note.strip():
            raise Invalid("case.note", _EXPLAIN, field="note")

        def act(tx: Tx) -> None:
            row = case(tx, id_)
            _write(tx, caller, row, Event.NOTE, At(row.state), note)
            claim(tx, caller, SUBJECT, id_)

        self._store.retrying(caller.street, act)

    def post(self, caller: Caller, id_: str, consignment: str) -> None:
        """Note with which consignment a finished paper went to its resident."""

        def act(tx: Tx) -> None:
            row = case(tx, id_)
            if row.state != At.FINISHED:
                raise Conflict("case.unfinished", _UNFINISHED)
            if row.consignment:
                raise Conflict("case.posted", _POSTED)
            sent = tx.first(_CONSIGNMENT, id_=consignment)
            if sent is None or (sent.resident and row.resident and sent.resident != row.resident):
                raise Invalid("case.consignment", _NO_CONSIGNMENT, field="consignment")
            _write(tx, caller, row, Event.POSTED, At.FINISHED, consignment, consignment=consignment)
            audit(tx, caller, "case.post", f"case {id_}", consignment=consignment)
            claim(tx, caller, SUBJECT, id_)

        self._store.retrying(caller.street, act)

    def _open(self, tx: Tx, caller: Caller, matter: Matter) -> str:
        about = item(tx, matter.item)
        must_offer(about, matter.channel)
        today = today_in(tx)
        mandate = self._mandate(tx, matter, today)
        if matter.resident:
            self._residents.get(tx, matter.resident)
        id_ = new_id()
        tx.put(
            tables.service_case,
            {
                "id": id_,
                "number": _next_number(tx, today.year),
                "item": about.code,
                "resident": matter.resident or None,
                "agent": mandate.agent if mandate else "",
                "agent_name": mandate.agent_name if mandate else "",
                "delegation": matter.delegation,
                "channel": matter.channel,
                "hall": places.place(tx, caller.till).hall if caller.till else "",
                "till": caller.till,
                "state": At.RECEIVED,
                "open": True,
                "note": matter.note.strip(),
                "due_on": due_on(tx, self._calendar, today, about.workdays),
                "opened_at": tx.now,
                "opened_by": caller.staff,
                "opened_name": caller.name,
            },
        )
        _log(tx, caller, id_, 1, Event.OPENED, At.RECEIVED, matter.note.strip())
        claim(tx, caller, SUBJECT, id_)
        return id_

    def _mandate(self, tx: Tx, matter: Matter, today: date) -> Row | None:
        """The delegation, which must be this resident's and in force today."""
        if not matter.delegation:
            return None
        if not matter.resident:
            raise Invalid("case.resident", _FOR_WHOM, field="resident")
        found = delegations.one(tx, matter.delegation)
        ends = found.valid_to or today
        if found.resident != matter.resident or found.revoked_at or not found.valid_from <= today <= ends:
            raise Invalid("case.delegation", _NO_MANDATE, field="delegation")
        return found


def case(tx: Tx, id_: str, *, resident: str = "") -> Row:
    """One case with its item's title and its resident's name. Another resident's is not found where one asks."""
    row = tx.first(_ONE, id_=id_)
    if row is None or (resident and row.resident != resident):
        raise NotFound("case.missing", _MISSING)
    return row


def events(tx: Tx, id_: str) -> Sequence[Row]:
    """Everything that happened to a case, oldest first."""
    return tx.rows(_EVENTS, id_=id_)


def search(tx: Tx, wanted: Search, after: str = "", most: int = 20) -> Sequence[Row]:
    """Cases, the newest first. `after` is the last one of the page before."""
    statement = _OPEN if wanted.only_open or wanted.late else _ALL
    return tx.rows(
        statement,
        words=wanted.words.strip(),
        name=_like(folded(wanted.words.strip())),
        item_=wanted.item,
        hall_=wanted.hall,
        state_=wanted.state,
        before=today_in(tx) if wanted.late else date.max,
        after=after or _LAST,
        most=most,
    )


def of_resident(tx: Tx, resident: str, after: str = "", most: int = 20) -> Sequence[Row]:
    """The cases of a resident, the newest first."""
    return tx.rows(_OF_RESIDENT, resident=resident, after=after or _LAST, most=most)


def next_of(at: At) -> tuple[At, ...]:
    """Where a case may go from a state, in the order in which a screen offers it."""
    return tuple(state for state in At if state in EDGES[at])


def today_in(tx: Tx) -> date:
    """The date in the street."""
    return local_date(tx.now, places.street(tx).timezone)


def note_rated(tx: Tx, caller: Caller, row: Row, comment: str) -> None:
    """Write among a case's events that it was rated."""
    _write(tx, caller, row, Event.RATED, At(row.state), comment)


def _check_step(held: At, to: At) -> None:
    if to not in EDGES[held]:
        raise Conflict("case.step", _NO_STEP.format(held=TITLES[held], to=TITLES[to]), field="to", state=held)


def _write(
    tx: Tx, caller: Caller, row: Row, event: Event, to: At, note: str, *, consignment: str | None = None
) -> None:
    closed = tx.now if to in CLOSED and row.closed_at is None else row.closed_at
    moved = tx.change(
        _MOVE,
        id_=row.id,
        held=row.version,
        state_=to,
        open_=to not in CLOSED,
        closed=closed,
        consignment_=row.consignment if consignment is None else consignment,
    )
    if not moved:
        raise Overtaken(row.id)
    _log(tx, caller, row.id, row.version + 1, event, to, note.strip())


def _log(tx: Tx, caller: Caller, case_id: str, seq: int, event: Event, state: At, note: str) -> None:
    tx.put(
        tables.case_event,
        {
            "case": case_id,
            "seq": seq,
            "event": event,
            "state": state,
            "at": tx.now,
            "staff": caller.staff,
            "staff_name": caller.name,
            "note": note,
        },
    )


def _next_number(tx: Tx, year: int) -> str:
    row = tx.first(_COUNT, year=year)
    if row is None:
        try:
            tx.add(tables.case_count, year=year, last=1)
        except AlreadyThere:
            raise Overtaken(str(year)) from None
    return f"{year}-{row.last if row else 1:05d}"


def _like(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"{escaped}%"


_LAST: Final = "~"
"""Sorts after every id."""
_C, _E, _I = tables.service_case.c, tables.case_event.c, tables.service_item.c
_R, _N, _P, _G = tables.resident.c, tables.case_count.c, tables.consignment.c, tables.rating.c
_SHOWN: Final[Any] = (
    select(
        tables.service_case,
        _I.title,
        _R.name.label("resident_name"),
        _R.id_masked.label("resident_number"),
        _G.stars,
        _G.comment,
    )
    .join(tables.service_item, (_I.street == _C.street) & (_I.code == _C.item))
    .outerjoin(tables.resident, (_R.street == _C.street) & (_R.id == _C.resident))
    .outerjoin(tables.rating, (_G.street == _C.street) & (_G.kind == SUBJECT) & (_G.subject == _C.id))
    .where(_C.street == STREET)
)
_ONE: Final = _SHOWN.where(_C.id == param("id"))
_PAGE: Final = _SHOWN.where(_C.id < param("after")).order_by(_C.id.desc()).limit(param("most"))
_ALL: Final = _PAGE.where(
    or_(param("words") == "", _C.number == param("words"), _R.folded.like(param("name"), escape="\\")),
    or_(param("item") == "", _C.item == param("item")),
    or_(param("hall") == "", _C.hall == param("hall")),
    or_(param("state") == "", _C.state == param("state")),
    _C.due_on < param("before"),
)
_OPEN: Final = _ALL.where(_C.open)
_OF_RESIDENT: Final = _PAGE.where(_C.resident == param("resident"))
_EVENTS: Final = select(tables.case_event).where(_E.street == STREET, _E.case == param("id")).order_by(_E.seq)
_MOVE: Final = (
    update(tables.service_case)
    .where(_C.street == STREET, _C.id == param("id"), _C.version == param("held"))
    .values(
        version=_C.version + 1,
        state=param("state"),
        open=param("open"),
        closed_at=param("closed"),
        consignment=param("consignment"),
    )
)
_COUNT: Final = (
    update(tables.case_count)
    .where(_N.street == STREET, _N.year == param("year"))
    .values(last=_N.last + 1)
    .returning(_N.last)
)
_CONSIGNMENT: Final = select(_P.id, _P.resident).where(_P.street == STREET, _P.id == param("id"))
_MISSING: Final = Text(zh="没有这个工单", en="There is no such case")
_NO_STEP: Final = Text(
    zh="工单状态是“{held}”，不能改为“{to}”", en='The case stands at "{held}" and cannot go to "{to}"'
)
_EXPLAIN: Final = Text(zh="请写明缺什么、为什么", en="Say what is missing, or why")
_UNFINISHED: Final = Text(zh="工单还没有办结", en="The case is not finished yet")
_POSTED: Final = Text(zh="这个工单的证件已经寄出", en="The paper of this case went to the post already")
_NO_CONSIGNMENT: Final = Text(zh="没有这位居民的这件邮件", en="There is no such consignment of this resident")
_FOR_WHOM: Final = Text(zh="代办须写明为谁办理", en="Say for whom the other one acts")
_NO_MANDATE: Final = Text(
    zh="这份委托不是这位居民的，或者现在无效",
    en="This delegation is not this resident's, or is not in force today",
)
