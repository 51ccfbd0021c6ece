"""Beginning a payment: by a code that the resident scans, on a page, or at the card reader of a till."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Pending
from jiedao.hookspecs.payment import PaymentOutcome, PaymentRequest
from jiedao.language import Text
from jiedao_connectors.http import HttpProblem
from jiedao_connectors.stripe import StripeRefused
from jiedao_stripe import answers
from jiedao_stripe.answers import OPERATION, READER, NotUnderstood
from jiedao_stripe.exchange import Line, acting, key

log = logging.getLogger(__name__)


def start(request: PaymentRequest) -> PaymentOutcome:
    """Take the money in the connection's way of paying."""
    settings = request.connection.settings
    if request.currency.lower() != settings["currency"]:
        raise InvalidConfig(f"the connection takes {settings['currency'].upper()}, not {request.currency}", "currency")
    return _WAYS.get(settings["method"], _by_wallet)(request)


def _by_wallet(request: PaymentRequest) -> PaymentOutcome:
    """An intent that is confirmed at once: its next action is what the resident scans."""
    settings = request.connection.settings
    method = settings["method"]
    more: dict[str, Any] = {"confirm": True, "payment_method_data": {"type": method}}
    if settings["return_url"]:
        more["return_url"] = settings["return_url"]
    if method == "wechat_pay":
        more["payment_method_options"] = {"wechat_pay": {"client": "web"}}
    with acting(request) as line:
        try:
            outcome = answers.payment(_create(line, request, method, more), request)
        except StripeRefused as refused:
            return _refusal(refused)
        if outcome is None:
            raise NotUnderstood("Stripe made the payment but asks nobody to pay it")
        return outcome


def _on_page(request: PaymentRequest) -> PaymentOutcome:
    """A page of Stripe's that the resident opens; what they do there comes later."""
    with acting(request) as line:
        try:
            options = key(request.operation)
            wanted = _page(request)
            page = line.call(lambda client: client.v1.checkout.sessions.create(wanted, options))
        except StripeRefused as refused:
            return _refusal(refused)
        outcome = answers.on_page(page, request)
        if not isinstance(outcome, Pending):
            raise NotUnderstood("Stripe's new page is not open")
        return outcome


def _page(request: PaymentRequest) -> Any:
    settings = request.connection.settings
    metadata = _metadata(request)
    price = {
        "currency": request.currency.lower(),
        "unit_amount": request.amount,
        "product_data": {"name": request.order},
    }
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "client_reference_id": request.operation,
        "metadata": metadata,
        "line_items": [{"quantity": 1, "price_data": price}],
        "payment_intent_data": {"metadata": metadata, "capture_method": settings["capture"]},
        "success_url": settings["return_url"],
        "expires_at": int(time.time()) + PAGE_SECONDS,
    }


def _metadata(request: PaymentRequest) -> dict[str, str]:
    return {OPERATION: request.operation, "order": request.order, "till": request.till}


def _at_reader(request: PaymentRequest) -> PaymentOutcome:
    """An intent, and the reader of the till told to ask for a card; what the card says comes later."""
    reader = request.connection.settings["readers"].get(request.till)
    if reader is None:
        raise InvalidConfig(f"till {request.till} has no card reader", "reader")
    more = {"capture_method": request.connection.settings["capture"]}
    with acting(request) as line:
        try:
            intent = _create(line, request, "card_present", more, reader)
            answers.check(intent, "payment_intent", request.operation, request.amount, request.currency)
        except StripeRefused as refused:
            return _refusal(refused)
        return _ask_for_card(line, request, reader, str(intent["id"]))


def _ask_for_card(line: Line, request: PaymentRequest, reader: str, intent: str) -> PaymentOutcome:
    asked: Any = {"payment_intent": intent}
    options = key(request.operation, "-reader")
    try:
        answer = line.call(lambda client: client.v1.terminal.readers.process_payment_intent(reader, asked, options))
    except StripeRefused as refused:
        if refused.code not in _READER_SAYS:
            raise
        _give_up(line, request, intent)
        return Declined(_READER_SAYS[refused.code], refused.code)
    return answers.asked_at_reader(answer, intent) or Pending(intent)


def _give_up(line: Line, request: PaymentRequest, intent: str) -> None:
    """Nobody will be asked to pay this intent; if cancelling it fails, it lies there and does no harm."""
    options = key(request.operation, "-cancel")
    try:
        line.call(lambda client: client.v1.payment_intents.cancel(intent, None, options))
    except (StripeRefused, HttpProblem, NotUnderstood) as failed:
        log.info("intent %s was not cancelled: %s", intent, failed)


def _create(line: Line, request: PaymentRequest, method: str, more: dict[str, Any], reader: str = "") -> dict[str, Any]:
    metadata = _metadata(request)
    wanted: Any = {
        "amount": request.amount,
        "currency": request.currency.lower(),
        "payment_method_types": [method],
        "metadata": {**metadata, READER: reader} if reader else metadata,
        **more,
    }
    return line.call(lambda client: client.v1.payment_intents.create(wanted, key(request.operation)))


def _refusal(refused: StripeRefused) -> Declined:
    """Stripe's definite no to a new payment; everything else goes on as an error."""
    if refused.kind == "card_error":
        return Declined(_NOT_TAKEN, refused.declined or refused.code)
    if refused.code in ("amount_too_small", "amount_too_large"):
        return Declined(_AMOUNT, refused.code)
    raise refused


_WAYS: Final[Mapping[str, Callable[[PaymentRequest], PaymentOutcome]]] = {"card": _on_page, "terminal": _at_reader}
PAGE_SECONDS: Final = 1860
"""How long a page can be paid on; Stripe's least is half an hour."""
_NOT_TAKEN: Final = Text(zh="支付未成功，未扣款", en="The payment was not made; nothing was taken")
_AMOUNT: Final = Text(zh="金额超出支付平台的范围", en="The payment provider does not take this amount")
_OFFLINE: Final = Text(zh="刷卡机没有联网，未扣款", en="The card reader is offline; nothing was taken")
_BUSY: Final = Text(zh="刷卡机正在办理另一笔，未扣款", en="The card reader is busy; nothing was taken")
_READER_SAYS: Final = {"terminal_reader_offline": _OFFLINE, "terminal_reader_busy": _BUSY}
