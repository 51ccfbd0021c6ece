"""Drafts: what an item costs, announcing it, finding it again, taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao import hookimpl
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, Succeeded
from jiedao.hookspecs.postal import (
    Consigned,
    CreateAnswer,
    CreateOutcome,
    CreateQuery,
    CreateRequest,
    Handling,
    Quote,
    QuoteOutcome,
    QuoteRequest,
    Withdrawn,
    WithdrawOutcome,
    WithdrawRequest,
)
from jiedao.language import Text
from jiedao_connectors.soap import TYPE
from jiedao_enadawca import answers
from jiedao_enadawca.answers import Draft, NotUnderstood
from jiedao_enadawca.exchange import Talk
from jiedao_enadawca.products import PRODUCTS, Product, objection
from jiedao_enadawca.shipment import RECIPIENT, SENDER, DoesNotFit, address, guid_of, shipment
from jiedao_enadawca.whereabouts import contents, drafts, placed


@hookimpl
def postal_quote(request: QuoteRequest) -> QuoteOutcome:
    """From the tariff in the settings; every product is registered, so nothing cheaper can be offered."""
    settings, item, handling = request.connection.settings, request.item, request.handling
    try:
        address(request.sender, SENDER)
        address(request.recipient, RECIPIENT)
    except DoesNotFit as wrong:
        return Declined(wrong.why)
    if not settings["tariff"]:
        raise InvalidConfig("the tariff is missing from the settings")
    why = {product.code: objection(product, item.weight, item.contents, handling) for product in PRODUCTS.values()}
    carried = [product for product in PRODUCTS.values() if why[product.code] is None]
    quotes = tuple(filter(None, (_quote(settings, product, item.weight, handling) for product in carried)))
    return Succeeded(quotes) if quotes else Declined(next(filter(None, why.values()), _NO_PRICE))


def _quote(settings: Mapping[str, Any], product: Product, weight: int, handling: Handling) -> Quote | None:
    """The cheapest line of the tariff that covers the weight; None when the street does not offer the product."""
    prices = [row["amount"] for row in settings["tariff"] if row["product"] == product.code and weight <= row["up_to"]]
    if not prices:
        return None
    amount = min(prices) + _fees(settings, handling)
    return Quote(product.code, product.title, amount, settings["currency"])


def _fees(settings: Mapping[str, Any], handling: Handling) -> int:
    wanted = {"receipt_fee": handling.return_receipt, "procedure_fee": handling.procedural}
    missing = [name for name, asked in wanted.items() if asked and settings[name] is None]
    if missing:
        raise InvalidConfig(f"{missing[0]} is missing from the settings")
    return sum(settings[name] for name, asked in wanted.items() if asked)


@hookimpl
def postal_create(request: CreateRequest) -> CreateOutcome:
    """Add a draft under a guid that is made from our operation."""
    product = PRODUCTS.get(request.product)
    if product is None:
        return Declined(_NO_PRODUCT.format(product=request.product))
    if (why := objection(product, request.item.weight, request.item.contents, request.handling)) is not None:
        return Declined(why)
    talk = Talk(request)
    try:
        added = shipment(request, product, talk.settings["procedure"])
    except DoesNotFit as wrong:
        return Declined(wrong.why)
    return _add(talk, request, added)


def _add(talk: Talk, request: CreateRequest, added: object) -> CreateOutcome:
    """A refusal counts only when the post has no such shipment: the guid may be taken by an earlier, lost call."""
    guid = guid_of(request.operation)
    with talk.acting():
        answer = talk.call("addShipment", przesylki=[added], idBufor=talk.settings["buffer"])
        outcome = answers.added(answer, guid, request.number)
    if isinstance(outcome, str):
        return Succeeded(Consigned(outcome, guid, draft=True))
    with talk.verifying():
        if guid in drafts(talk) or placed(talk, [guid]):
            raise NotUnderstood("the post refused a shipment that it has")
    return outcome


@hookimpl
def postal_query(request: CreateQuery) -> CreateAnswer:
    """Look for our guid among the drafts, then in what was sent since: a person may have sent the folder by hand."""
    talk, guid = Talk(request), guid_of(request.operation)
    with talk.asking():
        draft = drafts(talk).get(guid)
        if draft is not None:
            _check_product(draft, request.product)
            return Succeeded(Consigned(_number(draft.number, request.number), guid, draft=True))
        sent = placed(talk, [guid]).get(guid)
        if sent is None:
            return NotFound()
        found = contents(talk, sent.id).get(guid, "")
        return Succeeded(Consigned(_number(found, request.number), guid))


def _number(found: str, asked: str) -> str:
    if not found or (asked and found != asked):
        raise NotUnderstood("the post has the shipment under another number")
    return found


def _check_product(draft: Draft, code: str) -> None:
    product = PRODUCTS.get(code)
    wanted = {} if product is None else {TYPE: product.type, **product.says}
    if product is None or any(draft.values.get(name) != value for name, value in wanted.items()):
        raise NotUnderstood("the post has the shipment as another product")


@hookimpl
def postal_cancel(request: WithdrawRequest) -> WithdrawOutcome:
    """Throw the draft away; what is in no folder and no envelope is already gone."""
    talk, guid = Talk(request), guid_of(request.original)
    with talk.asking():
        draft = drafts(talk).get(guid)
        if draft is None:
            return Declined(_SENT) if placed(talk, [guid]) else Succeeded(Withdrawn(guid))
    with talk.acting():
        errors = talk.call("clearEnvelopeByGuids", guid=[guid], idBufor=draft.buffer)
        refusal = answers.refused(errors)
    if refusal is None:
        return Succeeded(Withdrawn(guid))
    with talk.verifying():
        if guid not in drafts(talk):
            raise NotUnderstood("the post refused to throw a draft away that is gone")
    return refusal


_NO_PRODUCT: Final = Text(zh="没有产品 {product}", en="There is no product {product}")
_NO_PRICE: Final = Text(zh="资费表中没有适合的产品", en="The tariff has no product for this item")
_SENT: Final = Text(zh="邮件已交邮政，不能撤回", en="The post has the item already; it cannot be taken back")
