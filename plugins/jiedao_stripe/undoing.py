"""What follows a payment: taking what was reserved, giving up a reservation, giving money back.

Each looks before it acts. Stripe forgets idempotency keys after a day, and the platform may still be trying then; what
an earlier try has done stands in the intent and its refunds for ever.
"""

from __future__ import annotations

from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.payment import CaptureRequest, PaymentOutcome, UndoRequest
from jiedao.language import Text
from jiedao_connectors.stripe import StripeRefused
from jiedao_stripe import answers
from jiedao_stripe.answers import OPERATION, NotUnderstood, Thing
from jiedao_stripe.asking import EXPANDED, retrieve
from jiedao_stripe.exchange import Line, acting, key
from jiedao_stripe.finding import refund_of


def capture(request: CaptureRequest) -> PaymentOutcome:
    """Take money that is reserved; the rest of the reservation is released."""
    with acting(request) as line:
        try:
            intent = _own(line, request)
            if intent["status"] == "canceled":
                return Declined(_LAPSED, "canceled")
            if intent["status"] == "requires_capture":
                intent = _capture(line, request, str(intent["id"]))
        except StripeRefused as refused:
            return _refusal(refused)
        return answers.captured(intent, request.original, request.amount, request.currency)


def void(request: UndoRequest) -> PaymentOutcome:
    """Give up a reservation. Of money that was taken there is no void at Stripe, only a refund."""
    if request.slip is None or not request.slip.reserved:
        return Declined(_TAKEN, "taken")
    with acting(request) as line:
        try:
            intent = _own(line, request)
            if intent["status"] == "succeeded":
                return Declined(_TAKEN, "taken")
            if intent["status"] != "canceled":
                intent = _cancel(line, request, str(intent["id"]))
        except StripeRefused as refused:
            return _refusal(refused)
        return answers.cancelled(intent, request.original, request.currency)


def refund(request: UndoRequest) -> PaymentOutcome:
    """Give back a payment or a part of it."""
    if request.slip is None:
        return Declined(_UNKNOWN, "no_slip")
    with acting(request) as line:
        return give_back(line, request, request.slip.reference)


def give_back(line: Line, request: UndoRequest, intent: str) -> PaymentOutcome:
    """Refund `amount` of an intent once, however often this operation is repeated."""
    try:
        made = refund_of(line, intent, request.operation) or _refund(line, request, intent)
    except StripeRefused as refused:
        return _refusal(refused)
    return answers.refunded(made, request.operation, intent, request.amount, request.currency)


def _own(line: Line, request: CaptureRequest | UndoRequest) -> Thing:
    """The intent of the original, which must be that of our operation before anything is done to it."""
    reference = request.slip.reference if request.slip else ""
    intent = retrieve(line, reference)
    answers.check(intent, "payment_intent", request.original, None, request.currency)
    if not isinstance(intent.get("status"), str):
        raise NotUnderstood("Stripe's intent has no status")
    return intent


def _capture(line: Line, request: CaptureRequest, intent: str) -> Thing:
    wanted: Any = {"amount_to_capture": request.amount, **EXPANDED}
    options = key(request.operation)
    return line.call(lambda client: client.v1.payment_intents.capture(intent, wanted, options))


def _cancel(line: Line, request: UndoRequest, intent: str) -> Thing:
    options = key(request.operation)
    return line.call(lambda client: client.v1.payment_intents.cancel(intent, None, options))


def _refund(line: Line, request: UndoRequest, intent: str) -> Thing:
    wanted: Any = {
        "payment_intent": intent,
        "amount": request.amount,
        "metadata": {OPERATION: request.operation, "original": request.original},
    }
    options = key(request.operation)
    return line.call(lambda client: client.v1.refunds.create(wanted, options))


def _refusal(refused: StripeRefused) -> Declined:
    """Stripe's definite no; everything else goes on as an error."""
    if refused.code in _SAYS:
        return Declined(_SAYS[refused.code], refused.code)
    if refused.field == "amount" and refused.kind == "invalid_request_error":
        return Declined(_TOO_MUCH, "amount")
    raise refused


_LAPSED: Final = Text(zh="预授权已失效，未扣款", en="The reservation has lapsed; nothing was taken")
_TAKEN: Final = Text(zh="款项已入账，只能退款", en="The money has been taken; it can only be refunded")
_UNKNOWN: Final = Text(zh="支付平台没有这笔款项", en="The payment provider has no such payment")
_TOO_MUCH: Final = Text(zh="退款超过了可退金额", en="That is more than is left to give back")
_SAYS: Final = {
    "resource_missing": _UNKNOWN,
    "charge_already_refunded": _TOO_MUCH,
    "charge_expired_for_capture": _LAPSED,
    "amount_too_large": _TOO_MUCH,
    "charge_disputed": Text(zh="款项正在争议中，不能退款", en="The payment is disputed and cannot be given back"),
}
