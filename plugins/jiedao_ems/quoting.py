"""Quotes of both interfaces: which products are asked, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.postal import Quote, QuoteOutcome, QuoteRequest
from jiedao_ems import addresses, words
from jiedao_ems.handling import CURRENCY, service_objection, services

Price = Callable[[Mapping[str, Any]], int | Declined]
"""Fen for the product of a row."""


def quotes(request: QuoteRequest, rows: Sequence[Mapping[str, Any]], price: Price) -> QuoteOutcome:
    """A quote for each row that can carry the item; the last refusal where none can."""
    refused = _objection(request)
    if refused is not None:
        return refused
    found, refused = [], Declined(words.NOT_SOLD, "NOT_SOLD")
    for row in rows:
        answer = service_objection(rows, row["product"], request.handling) or price(row)
        if isinstance(answer, Declined):
            refused = answer
        else:
            found.append(_quote(request, row["product"], answer))
    return Succeeded(tuple(found)) if found else refused


def _quote(request: QuoteRequest, product: str, amount: int) -> Quote:
    """EMS quotes carriage; what the services cost is billed to the contract."""
    title = words.PRODUCTS[product]
    if services(request.handling):
        title = words.CARRIAGE_ONLY.format(product=title)
    return Quote(product, title, amount, CURRENCY)


def _objection(request: QuoteRequest) -> Declined | None:
    if request.item.weight <= 0:
        return Declined(words.WRONG_WEIGHT, "WRONG_WEIGHT")
    sender = addresses.objection("sender", request.sender)
    return sender or addresses.objection("recipient", request.recipient)
