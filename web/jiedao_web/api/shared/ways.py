"""Who can be paid, what is open, and how money can be taken."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from jiedao.checkout.bills import Offer
from jiedao.checkout.tendering import tender_kind
from jiedao.hookspecs.biller import Biller
from jiedao.hookspecs.connection import Connection
from jiedao.language import Text
from jiedao.points.programme import programme
from jiedao.store.unit import Tx
from jiedao_web.context import house


def biller_shown(connection: str, biller: Biller) -> dict[str, Any]:
    """A biller with its rules."""
    return {"connection": connection, **{name: getattr(biller, name) for name in biller.__slots__}}


def ways_to_pay(tx: Tx, kinds: Collection[str]) -> dict[str, Any]:
    """How money of these kinds can be taken now, and what points may be spent on."""
    usable = house().connections.of_family(tx, "payment")
    titles = {one.id: one.title for one in house().connections.all(tx)}
    known = programme(tx)
    ways = [_way(one, titles[one.id]) for one in usable if house().registry.has(one.plugin, "payment_start")]
    points = {"connection": known.connection, "categories": sorted(known.categories)} if known else None
    return {"tenders": [one for one in ways if one["kind"] in kinds], "points": points}


def _way(connection: Connection, title: Text) -> dict[str, Any]:
    kind = tender_kind(connection, house().connections.plugin(connection.plugin))
    return {"kind": kind, "connection": connection.id, "title": title}


def offer_shown(street: str, offer: Offer) -> dict[str, Any]:
    """A bill that may be paid, sealed so that a client can carry it."""
    shown = {name: getattr(offer, name) for name in ("connection", "biller_name", "category", "rule", "bill")}
    limits = {"minimum": offer.minimum, "maximum": offer.maximum}
    return {"offer": house().bills.seal(street, offer), **shown, **limits}
