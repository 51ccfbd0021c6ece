"""Who can be paid, what is owed, and how it may be paid."""

from __future__ import annotations

from typing import Any

from jiedao.checkout.bills import Offer
from jiedao.checkout.tendering import tender_kind
from jiedao.hookspecs.connection import Connection
from jiedao.language import Text
from jiedao.points.programme import programme
from jiedao_schemas.api.bills import BillersShown, Direct, Fetch, OfferShown, OffersShown
from jiedao_schemas.api.office import TendersShown
from jiedao_web.context import house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("bills", "Billers, bills, and ways to pay")


@routes.get("/billers", BillersShown())
def billers() -> dict[str, Any]:
    """Everybody who can be paid now, with the rules of each. One that cannot be reached is left out."""
    found = house().bills.billers(caller().street)
    return {"billers": [{"connection": connection, **_biller(biller)} for connection, biller in found]}


@routes.post("/bills/fetch", OffersShown(), body=Fetch())
def fetch_bills(body: dict[str, Any]) -> dict[str, Any]:
    """A customer's open bills as offers. Nothing is stored."""
    offers = house().bills.fetch(caller().street, body["connection"], body["biller"], body["inputs"])
    return {"offers": [_offer(offer) for offer in offers]}


@routes.post("/bills/direct", OfferShown(), body=Direct())
def direct_bill(body: dict[str, Any]) -> dict[str, Any]:
    """An offer for a biller whose bills are not looked up. Nothing is stored."""
    return _offer(
        house().bills.direct(caller().street, body["connection"], body["biller"], body["inputs"], body["amount"])
    )


@routes.get("/tenders", TendersShown())
def tenders() -> dict[str, Any]:
    """How money can be taken now, and what points may be spent on."""
    with house().store.read(caller().street) as tx:
        usable = house().connections.of_family(tx, "payment")
        titles = {one.id: one.title for one in house().connections.all(tx)}
        known = programme(tx)
    points = {"connection": known.connection, "categories": sorted(known.categories)} if known else None
    return {"tenders": [_tender(one, titles[one.id]) for one in usable if _takes_money(one)], "points": points}


def _takes_money(connection: Connection) -> bool:
    return house().registry.has(connection.plugin, "payment_start")


def _tender(connection: Connection, title: Text) -> dict[str, Any]:
    kind = tender_kind(connection, house().connections.plugin(connection.plugin))
    return {"kind": kind, "connection": connection.id, "title": title}


def _biller(biller: Any) -> dict[str, Any]:
    return {name: getattr(biller, name) for name in biller.__slots__}


def _offer(offer: Offer) -> dict[str, Any]:
    shown = {name: getattr(offer, name) for name in ("connection", "biller_name", "category", "rule", "bill")}
    limits = {"minimum": offer.minimum, "maximum": offer.maximum}
    return {"offer": house().bills.seal(caller().street, offer), **shown, **limits}
