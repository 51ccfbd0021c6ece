"""Letters and parcels of a year: certificates on their way home, most of them served."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.postal import Contents, EventKind, Handling, Item, Party, PostEvent, RecipientClass
from jiedao.house import House
from jiedao.ledger import accounts
from jiedao.post import parties
from jiedao.post.numbers import s10
from jiedao.store import tables

from .bulk import Bulk
from .places import ZONE, Places, Till
from .residents import Person

_HALL = Party("街道办事处", "0477-12345", "CN", "017000", "内蒙古", "鄂尔多斯市", "康巴什区", "人民路 1 号")
_HOME = Party("居民", "13900000000", "CN", "017000", "内蒙古", "鄂尔多斯市", "东胜区", "鄂托克西街 22 号")
_ITEM = Item(Contents.DOCUMENT, 30, "证照")
_WAYS = (
    (0.82, "served", (EventKind.ACCEPTED, EventKind.OUT_FOR_DELIVERY, EventKind.DELIVERED)),
    (0.08, "under_way", (EventKind.ACCEPTED, EventKind.IN_TRANSIT)),
    (0.03, "held", (EventKind.ACCEPTED, EventKind.ATTEMPTED, EventKind.HELD)),
    (0.03, "delivered_to_third_party", (EventKind.ACCEPTED, EventKind.DELIVERED)),
    (0.03, "returned", (EventKind.ACCEPTED, EventKind.RETURNING, EventKind.RETURNED)),
    (0.01, "", ()),
)
_CLASSES = ("addressee", "household", "proxy", "representative", "employee")


@dataclass(slots=True)
class Listed:
    """A hall's list of one day, as far as it is filled."""

    id: str
    till: Till
    items: int = 0
    postage: int = 0


def post_a_year(bulk: Bulk, house: House, places: Places, people: Sequence[Person], plan: Any) -> None:
    """Consignments with their logs; the street bears the postage. `plan.open` of them still await the post's word."""
    sealed = parties.seal(house.keyring, bulk.street, _HALL, _HOME)
    lists: dict[tuple[str, date], Listed] = {}
    moments = bulk.moments(plan.parcels or plan.orders // 25, plan.now)
    for serial, at in enumerate(moments):
        till, person = bulk.dice.choice(places.tills), bulk.dice.choice(people)
        person = people[0] if plan.comes_now(serial) else person
        _post(bulk, till, person, sealed, serial, at, plan.now, lists)
    for (_, day), listed in lists.items():
        _hand_over(bulk, day, listed)
    for number in range(plan.open):
        at = plan.now - timedelta(minutes=50 - number)
        id_ = bulk.id(at)
        asked = bulk.act(at, "ems", "postal_create", ("consignment", id_, ""), {"product": "letter"}, None)
        unsure = {"state": "creating", "number": "", "reference": "", "operation": asked, "standing": "", "looks": 0}
        bulk.put(tables.consignment, **_consignment(id_, places.tills[0], people[0], sealed, 1200, at) | unsure)


def _post(
    bulk: Bulk,
    till: Till,
    person: Person,
    sealed: bytes,
    serial: int,
    at: datetime,
    now: datetime,
    lists: dict[tuple[str, date], Listed],
) -> None:
    fresh = now - at < timedelta(days=3)
    _, standing, kinds = _WAYS[1] if fresh else bulk.dice.choices(_WAYS, [way[0] for way in _WAYS])[0]
    id_, postage = bulk.id(at), bulk.dice.choice((1200, 1500, 2200))
    row = _consignment(id_, till, person, sealed, postage, at)
    third = standing == "delivered_to_third_party"
    bulk.put(
        tables.consignment,
        **row
        | {
            "number": s10("RA", serial + 1, "CN"),
            "reference": f"P{serial:010d}",
            "dispatch": _onto(bulk, till, at, now, postage, lists),
            "standing": standing,
            "follow_up": standing in ("delivered_to_third_party", "returned"),
            "looks": len(kinds),
        },
    )
    bulk.enter(till.id, at, "postage", id_, [(accounts.POSTAGE, postage), (accounts.payable("ems"), -postage)])
    for number, kind in enumerate(kinds, 1):
        who = (
            (RecipientClass.MANAGEMENT if third else RecipientClass.ADDRESSEE) if kind is EventKind.DELIVERED else None
        )
        happened = at + timedelta(hours=7 * number)
        event = PostEvent(f"{id_}{number}", kind, happened, kind.value, kind.value, recipient=who)
        bulk.put(
            tables.post_event,
            consignment=id_,
            id=event.id,
            kind=kind.value,
            at=happened,
            seen_at=happened,
            staff="",
            detail=to_json(event),
        )


def _onto(
    bulk: Bulk, till: Till, at: datetime, now: datetime, postage: int, lists: dict[tuple[str, date], Listed]
) -> str:
    """The list of its hall and day; today's is not closed yet."""
    day, today = (moment.astimezone(ZoneInfo(ZONE)).date() for moment in (at, now))
    if day == today:
        return ""
    listed = lists.setdefault((till.hall, day), Listed(bulk.id(_end(day)), till))
    listed.items += 1
    listed.postage += postage
    return listed.id


def _hand_over(bulk: Bulk, day: date, listed: Listed) -> None:
    """The post took the list, and the courier signed for it the next morning."""
    at, reference = _end(day), f"D{listed.id[-8:]}"
    said = {"reference": reference, "count": listed.items}
    asked = bulk.act(at, "ems", "postal_dispatch", ("dispatch", listed.id, ""), {"office": "", "items": []}, said)
    bulk.put(
        tables.dispatch,
        id=listed.id,
        hall=listed.till.hall,
        connection="ems",
        day=day,
        no=1,
        state="signed",
        items=listed.items,
        postage=listed.postage,
        operation=asked,
        reference=reference,
        reason={},
        closed_by=listed.till.staff_name,
        closed_at=at,
        signed_by="赵师傅",
        signed_at=at + timedelta(hours=9),
    )


def _end(day: date) -> datetime:
    """Late enough for everything of that day to be on its list."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(ZONE))


def _consignment(id_: str, till: Till, person: Person, sealed: bytes, postage: int, at: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "connection": "ems",
        "hall": till.hall,
        "till": till.id,
        "resident": person.id,
        "state": "created",
        "product": "letter",
        "title": {"zh": "挂号信函", "en": "Registered letter"},
        "parties": sealed,
        "recipient": f"{person.name[:1]}** 东胜区",
        "item": to_json(_ITEM),
        "handling": to_json(Handling(registered=True)),
        "postage": postage,
        "currency": "CNY",
        "payer": "street",
        "order": "",
        "line": 0,
        "purpose": "certificate",
        "allowed": list(_CLASSES),
        "office": "",
        "operation": "",
        "withdrawal": "",
        "reason": {},
        "complaints": {},
        "draft": False,
        "dispatch": "",
        "follow_up": False,
        "track_at": None,
        "remitted": 0,
        "created_at": at,
        "created_by": till.staff,
    }
