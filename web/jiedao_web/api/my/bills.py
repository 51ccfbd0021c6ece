"""Who can be paid, what is owed, and how it may be paid here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from jiedao.checkout.bills import Offer
from jiedao.checkout.tendering import taken_at
from jiedao.directory.caller import Caller
from jiedao.directory.residents import masked_name
from jiedao.directory.throttle import Limit, spend
from jiedao.language import Text
from jiedao.problems import ServicePaused
from jiedao_schemas.api import my as schemas
from jiedao_schemas.api.bills import Direct, Fetch
from jiedao_schemas.api.office import TendersShown
from jiedao_web.api.shared.ways import biller_shown, offer_shown, ways_to_pay
from jiedao_web.context import house
from jiedao_web.resident_sessions import visitor
from jiedao_web.routes import Routes, Who

routes = Routes("my_bills", "Bills that a resident pays", who=Who.RESIDENT)


@routes.get("/my/billers", schemas.MyBillersShown())
def billers() -> dict[str, Any]:
    """Everybody who can be paid now, with the rules of each. One that cannot be reached is left out."""
    return {"billers": [biller_shown(*found) for found in house().bills.billers(visitor().street)]}


@routes.post("/my/bills/fetch", schemas.MyOffersShown(), body=Fetch())
def fetch_bills(body: dict[str, Any]) -> dict[str, Any]:
    """A customer's open bills as offers, which may be somebody else's: names are masked. Nothing is stored.

    429 for a resident who looks too many up: nobody is to try numbers out.
    """
    by = visitor()
    count_look(by)
    offers = house().bills.fetch(by.street, body["connection"], body["biller"], body["inputs"])
    return offers_shown(by, offers)


@routes.post("/my/bills/direct", schemas.MyOffer(), body=Direct())
def direct_bill(body: dict[str, Any]) -> dict[str, Any]:
    """An offer for a biller whose bills are not looked up. Nothing is stored."""
    by = visitor()
    count_look(by)
    offer = house().bills.direct(by.street, body["connection"], body["biller"], body["inputs"], body["amount"])
    return offer_to_resident(by, offer)


@routes.get("/my/tenders", TendersShown())
def tenders() -> dict[str, Any]:
    """How money can be taken here now, and what points may be spent on."""
    by = visitor()
    with house().store.read(by.street) as tx:
        return ways_to_pay(tx, taken_at(house().places.at(tx, till_of(by)).kind))


def till_of(by: Caller) -> str:
    """The till that stands for what the resident has in front of them; `ServicePaused` where there is none."""
    if not by.till:
        raise ServicePaused("till.no_phone", _NO_TILL)
    return by.till


def count_look(by: Caller) -> None:
    """Count a look-up of bills; `TooMany` when there were too many."""
    limit, whom = (_OF_RESIDENT, by.resident) if by.resident else (_OF_KIOSK, by.till)
    house().store.retrying(by.street, lambda tx: spend(tx, limit, whom))


def offers_shown(by: Caller, offers: list[Offer]) -> dict[str, Any]:
    """Offers as a resident sees them."""
    return {"offers": [offer_to_resident(by, offer) for offer in offers]}


def offer_to_resident(by: Caller, offer: Offer) -> dict[str, Any]:
    """An offer as a resident sees it: whose bill it is, masked. What is sealed is whole."""
    bill = replace(offer.bill, customer=masked_name(offer.bill.customer))
    return {**offer_shown(by.street, offer), "bill": bill}


_OF_RESIDENT: Final = Limit("bills", 120, 3600)
_OF_KIOSK: Final = Limit("kiosk bills", 600, 3600)
_NO_TILL: Final = Text(
    zh="本街道还没有开通手机缴费，请到服务大厅办理",
    en="This street takes no payments by phone yet; come to a service hall",
)
