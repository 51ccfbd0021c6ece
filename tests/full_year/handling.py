"""Matters taken in at the windows through the year: finished most of them, some rated, the latest still in work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiedao.hall.graph import CLOSED, At
from jiedao.hall.items import Channel
from jiedao.store import tables

from .bulk import Bulk
from .offering import ALLOWANCE, PERMIT
from .places import ZONE, Places, Till
from .residents import Person

_WAYS = (
    (0.72, (At.IN_WORK, At.FINISHED)),
    (0.14, (At.IN_WORK, At.WAITING, At.IN_WORK, At.FINISHED)),
    (0.05, (At.IN_WORK, At.REFUSED)),
    (0.09, (At.WITHDRAWN,)),
)
_YOUNG = ((), (At.IN_WORK,), (At.IN_WORK, At.WAITING))
_NOTES = {At.WAITING: "缺一张照片", At.REFUSED: "年龄不符合规定"}
_SATURDAY = 5


def handle_a_year(bulk: Bulk, places: Places, people: Sequence[Person], plan: Any) -> None:
    """One case for every forty orders, numbered as they came."""
    moments = list(bulk.moments(max(4, plan.orders // 40), plan.now))
    for serial, at in enumerate(moments):
        named = plan.comes_now(serial) or bulk.dice.random() < 0.9
        person = (people[0] if plan.comes_now(serial) else bulk.dice.choice(people)) if named else None
        _open(bulk, bulk.dice.choice(places.tills), person, f"{at.year}-{serial + 1:05d}", at, plan.now)
    bulk.put(tables.case_count, year=plan.now.year, last=len(moments))


def _open(bulk: Bulk, till: Till, person: Person | None, number: str, at: datetime, now: datetime) -> None:
    id_, item = bulk.id(at), bulk.dice.choice((PERMIT, PERMIT, ALLOWANCE))
    steps = list(_steps(bulk, at, now))
    state = steps[-1][0] if steps else At.RECEIVED
    over = state in CLOSED
    stars = bulk.dice.choice((5, 5, 5, 4, 3)) if state is At.FINISHED and bulk.dice.random() < 0.4 else 0
    bulk.put(
        tables.service_case,
        id=id_,
        number=number,
        item=item.code,
        resident=person.id if person else None,
        agent="",
        agent_name="",
        delegation="",
        channel=Channel.WINDOW.value,
        hall=till.hall,
        till=till.id,
        state=state.value,
        open=not over,
        note="",
        due_on=_due(_local(at), item.workdays),
        opened_at=at,
        opened_by=till.staff,
        opened_name=till.staff_name,
        closed_at=steps[-1][1] if over else None,
        consignment="",
        version=1 + len(steps) + bool(stars),
    )
    _log(bulk, till, id_, 1, "opened", At.RECEIVED, at)
    for seq, (to, moment) in enumerate(steps, 2):
        _log(bulk, till, id_, seq, "step", to, moment)
    if stars:
        moment = steps[-1][1] + timedelta(minutes=2)
        bulk.put(
            tables.rating,
            kind="case",
            subject=id_,
            stars=stars,
            comment="",
            channel=Channel.WINDOW.value,
            at=moment,
            staff=till.staff,
        )
        _log(bulk, till, id_, len(steps) + 2, "rated", state, moment)


def _steps(bulk: Bulk, at: datetime, now: datetime) -> Iterator[tuple[At, datetime]]:
    """What came after it was taken in, and when; what is a few days old may not have come far."""
    young = now - at < timedelta(days=6)
    way = bulk.dice.choice(_YOUNG) if young else bulk.dice.choices(_WAYS, [share for share, _ in _WAYS])[0][1]
    share = (now - at) / 5 if young else timedelta(hours=26)
    for number, to in enumerate(way, 1):
        yield to, at + number * share


def _log(bulk: Bulk, till: Till, case: str, seq: int, event: str, state: At, at: datetime) -> None:
    bulk.put(
        tables.case_event,
        case=case,
        seq=seq,
        event=event,
        state=state.value,
        at=at,
        staff=till.staff,
        staff_name=till.staff_name,
        note=_NOTES.get(state, "") if event == "step" else "",
    )


def _due(day: date, workdays: int) -> date:
    """The last of so many workdays after a day, by weekends alone, as a street without a calendar counts."""
    while workdays:
        day += timedelta(days=1)
        workdays -= day.weekday() < _SATURDAY
    return day


def _local(at: datetime) -> date:
    return at.astimezone(ZoneInfo(ZONE)).date()
