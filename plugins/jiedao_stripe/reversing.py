"""Making sure that a payment does not stand, whatever has become of it; safe to repeat.

Each look comes before an act, and what an act cannot settle is looked at again by the next repetition. A payment that
is not at Stripe may still be on its way there: its idempotency key is used up first, so that it cannot arrive any more.
"""

from __future__ import annotations

import time
from typing import Any, Final

from jiedao.hookspecs.outcomes import Succeeded
from jiedao.hookspecs.payment import PaymentOutcome, Slip, UndoRequest
from jiedao_connectors.stripe import StripeRefused
from jiedao_stripe import answers
from jiedao_stripe.answers import OPERATION, NotUnderstood, Thing
from jiedao_stripe.asking import retrieve
from jiedao_stripe.exchange import Line, acting, key
from jiedao_stripe.finding import intent_of, page_of
from jiedao_stripe.starting import PAGE_SECONDS
from jiedao_stripe.undoing import give_back


def reverse(request: UndoRequest) -> PaymentOutcome:
    """Cancel what nobody has paid, and give back what somebody has."""
    with acting(request) as line:
        if request.connection.settings["method"] == "card":
            return _page(line, request)
        intent = intent_of(line, request.original) or _take_the_key(line, request)
        _stop_reader(line, intent)
        return _intent(line, request, str(intent.get("id")))


def _page(line: Line, request: UndoRequest) -> PaymentOutcome:
    """Once its page is closed, what nobody has paid on it cannot be paid any more, and cannot be cancelled either."""
    page = page_of(line, request.original)
    found = intent_of(line, request.original) if page is None else None
    if page is None and found is None:
        page = _take_the_key_of_a_page(line, request)
    if page is not None and page.get("status") == "open":
        id_ = str(page.get("id"))
        page = line.call(lambda client: client.v1.checkout.sessions.expire(id_))
    found = intent_of(line, request.original)
    if page is not None and page.get("status") == "expired" and (found is None or found.get("status") in _UNPAID):
        return Succeeded(Slip(str(page["id"])))
    if found is None:
        raise NotUnderstood("Stripe's page was paid on, and its payment is not there yet")
    return _intent(line, request, str(found.get("id")))


def _intent(line: Line, request: UndoRequest, id_: str) -> PaymentOutcome:
    """It is read afresh: a customer may have paid while it was looked for."""
    intent = retrieve(line, id_)
    answers.check(intent, "payment_intent", request.original, request.amount, request.currency)
    if intent.get("status") == "succeeded":
        return give_back(line, request, id_)
    if intent.get("status") != "canceled":
        intent = line.call(lambda client: client.v1.payment_intents.cancel(id_))
    return answers.cancelled(intent, request.original, request.currency)


def _stop_reader(line: Line, intent: Thing) -> None:
    """A reader must not go on asking for a card. One that is offline finds the payment cancelled."""
    reader = answers.reader_of(intent)
    if not reader or intent.get("status") != "requires_payment_method":
        return
    answer = line.call(lambda client: client.v1.terminal.readers.retrieve(reader))
    if answers.is_asking_for(answer, str(intent.get("id"))):
        try:
            line.call(lambda client: client.v1.terminal.readers.cancel_action(reader))
        except StripeRefused as refused:
            if refused.code != "terminal_reader_offline":
                raise


def _take_the_key(line: Line, request: UndoRequest) -> Thing:
    """An intent under the payment's own key, which nobody is asked to pay.

    Stripe refuses a key that came with other facts: then the payment is there after all, and is found next time.
    """
    wanted: Any = {
        "amount": request.amount,
        "currency": request.currency.lower(),
        "payment_method_types": [_METHODS.get(method := request.connection.settings["method"], method)],
        "metadata": {OPERATION: request.original, "given_up": request.operation},
    }
    options = key(request.original)
    return line.call(lambda client: client.v1.payment_intents.create(wanted, options))


def _take_the_key_of_a_page(line: Line, request: UndoRequest) -> Thing:
    price = {"currency": request.currency.lower(), "unit_amount": request.amount, "product_data": {"name": "-"}}
    wanted: Any = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "client_reference_id": request.original,
        "metadata": {OPERATION: request.original, "given_up": request.operation},
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": request.connection.settings["return_url"],
        "expires_at": int(time.time()) + PAGE_SECONDS,
    }
    options = key(request.original)
    return line.call(lambda client: client.v1.checkout.sessions.create(wanted, options))


_METHODS: Final = {"terminal": "card_present"}
_UNPAID: Final = ("requires_payment_method", "canceled")
