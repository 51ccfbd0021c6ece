"""What is asked of EMS with an item, as fields of an order; refused before sending where a product cannot do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.postal import CreateRequest, Handling
from jiedao_connectors.ems.current import MAXIMUM_ORDER_NUMBER
from jiedao_connectors.ems.order import DOCUMENTS_BACK, NO_RECEIPT, RECEIPT, Order
from jiedao_connectors.ems.values import MAXIMUM_FEN, is_item_number
from jiedao_ems import addresses, words
from jiedao_ems.settings import Service

CURRENCY: Final = "CNY"


def order(request: CreateRequest) -> Order | Declined:
    """The order, or why it cannot be one.

    Every item of EMS is registered, so that needs no field; neither does `office`, as a courier fetches the items.
    """
    settings = request.connection.settings
    product = request.product or settings["default_product"]
    refused = _objection(request) or service_objection(settings["products"], product, request.handling)
    if refused is not None:
        return refused
    return Order(
        number=request.operation,
        waybill=request.number,
        product=product,
        contents=settings["contents"][request.item.contents.value],
        receipt=_receipt(request.handling),
        weight=request.item.weight,
        postage=request.postage,
        insured=request.handling.declared_value,
        collect=request.handling.cash_on_delivery,
        cargo=request.item.description,
        sender=addresses.place(request.sender),
        receiver=addresses.place(request.recipient),
    )


def service_objection(products: Sequence[Mapping[str, Any]], product: str, handling: Handling) -> Declined | None:
    """Why a product cannot be handled so."""
    if handling.procedural:
        return Declined(words.PROCEDURAL, "PROCEDURAL")
    if handling.addressee_only:
        return Declined(words.ADDRESSEE_ONLY, "ADDRESSEE_ONLY")
    if handling.return_receipt and handling.return_documents:
        return Declined(words.ONE_RECEIPT, "ONE_RECEIPT")
    row = next((row for row in products if row["product"] == product), None)
    if row is None:
        return Declined(words.NO_SUCH_PRODUCT.format(product=words.PRODUCTS.get(product, product)), "NO_SUCH_PRODUCT")
    for service in services(handling):
        if service not in row["services"]:
            named = words.NOT_OF_PRODUCT.format(product=words.PRODUCTS[product], service=words.SERVICES[service])
            return Declined(named, "NOT_OF_PRODUCT")
    return None


def services(handling: Handling) -> list[str]:
    """What costs more than carrying."""
    asked = {
        Service.COD: handling.cash_on_delivery,
        Service.INSURANCE: handling.declared_value,
        Service.RECEIPT: handling.return_receipt,
        Service.DOCUMENTS: handling.return_documents,
    }
    return [service.value for service, wanted in asked.items() if wanted]


def _objection(request: CreateRequest) -> Declined | None:
    if request.currency != CURRENCY:
        return Declined(words.WRONG_CURRENCY, "WRONG_CURRENCY")
    if not 0 < len(request.operation) <= MAXIMUM_ORDER_NUMBER or not request.operation.isascii():
        return Declined(words.WRONG_REFERENCE, "WRONG_REFERENCE")
    if request.number and not is_item_number(request.number):
        return Declined(words.WRONG_NUMBER.format(number=request.number[:40]), "WRONG_NUMBER")
    if request.item.weight <= 0:
        return Declined(words.WRONG_WEIGHT, "WRONG_WEIGHT")
    return (
        addresses.objection("sender", request.sender)
        or addresses.objection("recipient", request.recipient)
        or _contents_objection(request)
    )


def _contents_objection(request: CreateRequest) -> Declined | None:
    said = request.item.description
    if not said.strip():
        return Declined(words.MISSING.format(field=words.FIELDS["description"]), "MISSING")
    if not addresses.is_writable(said):
        return Declined(words.UNWRITABLE.format(field=words.FIELDS["description"]), "UNWRITABLE")
    amounts = (request.postage, request.handling.declared_value, request.handling.cash_on_delivery)
    if not all(0 <= amount <= MAXIMUM_FEN for amount in amounts):
        return Declined(words.WRONG_AMOUNT, "WRONG_AMOUNT")
    return None


def _receipt(handling: Handling) -> str:
    if handling.return_documents:
        return DOCUMENTS_BACK
    return RECEIPT if handling.return_receipt else NO_RECEIPT
