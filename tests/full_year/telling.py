"""Programs that use the street's interface: their keys, and what they were told in the last weeks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from jiedao.house import House
from jiedao.ids import digest_of
from jiedao.store import tables
from jiedao.webhooks.deliveries import State
from jiedao.webhooks.events import TYPES, body_of

from .bulk import Bulk
from .places import Places

_KIND = "order.paid"
_SECRET = "whsec_bm9ib2R5IGlzIHRvbGQgYW55dGhpbmcgd2l0aCB0aGlz"


def tell_a_year(bulk: Bulk, house: House, places: Places, orders: Sequence[str], plan: Any) -> None:
    """Some programs with a key and an address each; what is older than a month has been forgotten."""
    programs = min(5, 1 + plan.orders // 250)
    told = [_event(bulk, order) for order in orders[-min(500, max(3, plan.orders // 50)) :]]
    for serial in range(programs):
        _issue(bulk, places, serial, plan.now - timedelta(days=300 - serial))
        endpoint = _listen(bulk, house, places, serial, plan.now - timedelta(days=300 - serial))
        for number, (event, at) in enumerate(told[serial::programs]):
            _deliver(bulk, endpoint, event, at, number)


def _issue(bulk: Bulk, places: Places, serial: int, at: datetime) -> None:
    bulk.put(
        tables.api_key,
        id=bulk.id(at),
        title=f"报表程序 {serial + 1}",
        role="accountant",
        till="",
        scopes=["orders:read"],
        digest=digest_of(f"secret {serial}"),
        created_by=places.tills[0].staff,
        created_at=at,
        expires_at=None,
        used_at=None,
        revoked_at=None,
    )


def _listen(bulk: Bulk, house: House, places: Places, serial: int, at: datetime) -> str:
    id_ = bulk.id(at)
    bulk.put(
        tables.webhook_endpoint,
        id=id_,
        title=f"报表程序 {serial + 1}",
        url=f"https://reports{serial + 1}.example/hooks",
        types=sorted(TYPES),
        state="on",
        off_because="",
        secret=house.keyring.seal(_SECRET, "webhook", f"{bulk.street}/{id_}"),
        former=None,
        former_until=None,
        failing_since=None,
        created_by=places.tills[0].staff,
        created_at=at,
    )
    return id_


def _event(bulk: Bulk, order: str) -> tuple[str, datetime]:
    at = _placed(order)
    id_ = bulk.id(at)
    bulk.put(tables.webhook_event, id=id_, type=_KIND, at=at, body=body_of(_KIND, at, {"order": order}))
    return id_, at


def _deliver(bulk: Bulk, endpoint: str, event: str, at: datetime, number: int) -> None:
    """One in twenty could not be delivered, and a person may send it again."""
    dead = number % 20 == 19
    bulk.put(
        tables.webhook_delivery,
        id=bulk.id(at),
        endpoint=endpoint,
        event=event,
        type=_KIND,
        state=(State.DEAD if dead else State.DELIVERED).value,
        fence=2,
        tries=10 if dead else 1,
        status=500 if dead else 200,
        says="",
        made_at=at,
        tried_at=at,
        due_at=None,
    )


def _placed(order: str) -> datetime:
    """When an order was placed: its id begins with the milliseconds (`Bulk.id`)."""
    number = 0
    for digit in order[:9]:
        number = number * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(digit)
    return datetime.fromtimestamp(number / 1000, UTC)
