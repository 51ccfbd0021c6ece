"""What residents were told through the year, and the groups that they are in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from jiedao.language import Text
from jiedao.operations.model import State
from jiedao.store import tables

from .bulk import Bulk
from .places import Places
from .residents import Person

GROUPS = (("over-80", Text("八十岁以上老人", "Over eighty")), ("veterans", Text("优抚对象", "Veterans")))
_CODES = ("post_sent", "post_served", "certification_due", "certification_done", "post_held")
_NO_NUMBER = Text("这个号码不能收短信", "This number cannot receive messages")
_NOT_WANTED = Text("居民不愿接收", "The resident does not want it")
_MANY = 40_000


def notify_a_year(bulk: Bulk, people: Sequence[Person], plan: Any) -> None:
    """One message for every other order; who comes often got several. One in twelve was not sent, none of this week."""
    moments = bulk.moments(min(_MANY, max(8, plan.orders // 2)), plan.now - timedelta(days=8))
    for serial, at in enumerate(moments):
        person = people[0] if plan.comes_now(serial) else people[bulk.dice.randrange(len(people))]
        _tell(bulk, person, serial, at)


def group_residents(bulk: Bulk, places: Places, people: Sequence[Person], plan: Any) -> None:
    """One in ten is in a group, and who comes often is in every one."""
    at = plan.now - timedelta(days=120)
    for code, name in GROUPS:
        bulk.put(tables.resident_group, code=code, name=name.as_json())
        for person in [people[0], *people[10::10]]:
            bulk.put(tables.membership, resident=person.id, code=code, since=at, staff=places.tills[0].staff)


def _tell(bulk: Bulk, person: Person, serial: int, at: datetime) -> None:
    id_, ends = bulk.id(at), serial % 24
    state, reason = State.SUCCEEDED.value, {}
    if ends == 11:
        state, reason = State.DECLINED.value, _NO_NUMBER.as_json()
    elif ends == 23:
        state, reason = "withdrawn", _NOT_WANTED.as_json()
    bulk.put(
        tables.message,
        id=id_,
        resident=person.id,
        subject=f"matter {serial}",
        code=_CODES[serial % len(_CODES)],
        channel="sms",
        language="zh",
        masked=f"139{serial % 10}***{serial % 10_000:04d}",
        connection="sms",
        operation=bulk.id(at),
        state=state,
        reason=reason,
        made_at=at,
        not_before=at,
    )
