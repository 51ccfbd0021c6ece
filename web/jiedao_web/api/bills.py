"""Who can be paid, what is owed, and how it may be paid."""

from __future__ import annotations

from typing import Any

from jiedao.checkout.payment import TENDERS
from jiedao_schemas.api.bills import BillersShown, Direct, Fetch, OfferShown, OffersShown
from jiedao_schemas.api.office import TendersShown
from jiedao_web.api.shared.ways import biller_shown, offer_shown, ways_to_pay
from jiedao_web.context import house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("bills", "Billers, bills, and ways to pay")


@routes.get("/billers", BillersShown())
def billers() -> dict[str, Any]:
    """Everybody who can be paid now, with the rules of each. One that cannot be reached is left out."""
    return {"billers": [biller_shown(*found) for found in house().bills.billers(caller().street)]}


@routes.post("/bills/fetch", OffersShown(), body=Fetch())
def fetch_bills(body: dict[str, Any]) -> dict[str, Any]:
    """A customer's open bills as offers. Nothing is stored."""
    street = caller().street
    offers = house().bills.fetch(street, body["connection"], body["biller"], body["inputs"])
    return {"offers": [offer_shown(street, offer) for offer in offers]}


@routes.post("/bills/direct", OfferShown(), body=Direct())
def direct_bill(body: dict[str, Any]) -> dict[str, Any]:
    """An offer for a biller whose bills are not looked up. Nothing is stored."""
    street = caller().street
    offer = house().bills.direct(street, body["connection"], body["biller"], body["inputs"], body["amount"])
    return offer_shown(street, offer)


@routes.get("/tenders", TendersShown())
def tenders() -> dict[str, Any]:
    """How money can be taken now, and what points may be spent on."""
    with house().store.read(caller().street) as tx:
        return ways_to_pay(tx, TENDERS)
