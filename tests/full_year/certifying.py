"""Who must show that they are alive: entitlements of the old, certified through the year, some due, a few overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiedao.certification.periods import Months, as_json
from jiedao.hookspecs.certification import Route
from jiedao.language import Text
from jiedao.points.dates import plus_months
from jiedao.store import tables

from .bulk import Bulk
from .places import ZONE, Places
from .residents import Person

SCHEMES = (
    ("pension", "110", Text("城乡居民养老金", "Residents' pension"), 60),
    ("veteran", "310", Text("高龄津贴", "Allowance for the very old"), 80),
)
_ROUTES = (Route.COUNTER, Route.COUNTER, Route.FACE, Route.VISIT, Route.ACTIVITY)


def certify_a_year(bulk: Bulk, places: Places, people: Sequence[Person], now: datetime, often: int) -> None:
    """Schemes, what residents draw, and their certifications; the first resident's of so many months before, too."""
    for id_, kind, title, _age in SCHEMES:
        bulk.put(
            tables.scheme,
            id=id_,
            connection="bureau",
            kind=kind,
            title=title.as_json(),
            period=as_json(Months(12, lead=60, grace=10)),
            classes=[],
            routes=sorted(Route),
            needs_photo=False,
            needs_delegation=False,
            reminder_days=14,
            late="from_certified",
        )
    today = now.astimezone(ZoneInfo(ZONE)).date()
    for person in people:
        held = [scheme for scheme in SCHEMES if today.year - person.born >= scheme[3]]
        if held:
            tills = places.tills
            till = tills[bulk.dice.randrange(len(tills))]
            row = {"resident": person.id, "hall": till.hall, "community": till.hall_name.zh, "born_year": person.born}
            bulk.put(tables.beneficiary, **row, immobile=bulk.dice.random() < 0.08)
        drawn = [_entitle(bulk, places, person, scheme[0], today, now) for scheme in held]
        if person is people[0]:
            _come_often(bulk, places, person, drawn, today, often)


def _come_often(
    bulk: Bulk, places: Places, person: Person, entitlements: Sequence[str], today: date, often: int
) -> None:
    """Certifications as a bureau with short periods would want them; the last one is what counts now."""
    for number in range(often):
        day = today - timedelta(days=301 + 30 * number)
        attempt = _attempt(bulk, places, person, day)
        for no, entitlement in enumerate(entitlements, 1):
            _certified(bulk, attempt, entitlement, no, plus_months(day, 12))


def _entitle(bulk: Bulk, places: Places, person: Person, scheme: str, today: date, now: datetime) -> str:
    certified_on = _day_before(bulk, today)
    valid_to = plus_months(certified_on, 12)
    state = _state(bulk, valid_to, today)
    id_ = bulk.id(now - timedelta(days=700))
    this_year = certified_on.year == today.year
    attempt = _attempt(bulk, places, person, certified_on) if this_year else ""
    bulk.put(
        tables.entitlement,
        id=id_,
        resident=person.id,
        scheme=scheme,
        state=state,
        region="",
        reason="",
        ended="",
        certified_on=certified_on,
        valid_to=valid_to,
        due_on=valid_to,
        suspended_on=today - timedelta(days=3) if state == "suspended" else None,
        ended_on=None,
        turns_on=None,
        remind_on=None,
        looked_on=today,
        attempt="",
        version=2,
    )
    bulk.put(
        tables.entitlement_event,
        entitlement=id_,
        seq=2,
        event="certified",
        state="not_due",
        at=_noon(certified_on),
        staff="",
        operation="",
        source="bureau",
        detail={"certified_on": certified_on.isoformat(), "valid_to": valid_to.isoformat()},
    )
    if attempt:
        _certified(bulk, attempt, id_, 1, valid_to)
    return id_


def _certified(bulk: Bulk, attempt: str, entitlement: str, no: int, valid_to: date) -> None:
    number = f"{bulk.dice.randrange(10**16):016d}"
    bulk.put(
        tables.cert_item,
        attempt=attempt,
        entitlement=entitlement,
        no=no,
        operation="",
        outcome="certified",
        verdict={"finding": "certified", "reference": number, "valid_to": valid_to.isoformat()},
        reason={},
        reference=number,
    )


def _attempt(bulk: Bulk, places: Places, person: Person, day: date) -> str:
    at, till = _noon(day), places.tills[bulk.dice.randrange(len(places.tills))]
    id_ = bulk.id(at)
    row: dict[str, Any] = {
        "id": id_,
        "resident": person.id,
        "route": bulk.dice.choice(_ROUTES),
        "done_on": day,
        "till": till.id,
        "place": till.hall_name.zh,
        "device": "",
        "note": "",
        "agent": "",
        "agent_name": "",
        "delegation": "",
        "staff": till.staff,
        "staff_name": till.staff_name,
        "photo": False,
        "sealed": None,
        "made_at": at,
    }
    bulk.put(tables.cert_attempt, **row)
    return id_


def _day_before(bulk: Bulk, today: date) -> date:
    """Within the last year mostly; some are about to run out, and a few have."""
    fate = bulk.dice.random()
    if fate < 0.86:
        return today - timedelta(days=bulk.dice.randrange(1, 300))
    if fate < 0.97:
        return today - timedelta(days=bulk.dice.randrange(306, 365))
    return today - timedelta(days=bulk.dice.randrange(378, 420))


def _state(bulk: Bulk, valid_to: date, today: date) -> str:
    if valid_to < today - timedelta(days=10):
        return "suspended" if bulk.dice.random() < 0.3 else "overdue"
    return "due" if valid_to - timedelta(days=60) <= today else "not_due"


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo(ZONE))
