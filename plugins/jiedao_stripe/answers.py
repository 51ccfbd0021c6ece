"""Stripe's objects in the words of the contract. Pure; what does not fit raises `NotUnderstood`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined, Pending, Succeeded
from jiedao.hookspecs.payment import Movement, PaymentOutcome, PaymentQuery, PaymentRequest, SettlementRow, Slip
from jiedao.language import Text

Thing = Mapping[str, Any]

OPERATION: Final = "operation"
"""The name under which our reference stands in Stripe's metadata."""
READER: Final = "reader"


class NotUnderstood(Exception):
    """The answer is not one of Stripe's, or not one to what was asked."""


def payment(intent: Thing, asked: PaymentRequest | PaymentQuery) -> PaymentOutcome | None:
    """What became of an intent; None when nobody has tried to pay it yet and nobody is being asked to.

    Only if it is the intent of the operation that was asked for, over the same amount and currency.
    """
    check(intent, "payment_intent", asked.operation, asked.amount, asked.currency)
    status = _text(intent, "status")
    if status == "succeeded":
        _expect(intent, "amount_received", asked.amount)
        return Succeeded(slip(intent))
    if status == "requires_capture":
        _expect(intent, "amount_capturable", asked.amount)
        return Succeeded(slip(intent, reserved=True))
    if status in ("requires_action", "processing"):
        return Pending(_text(intent, "id"), _to_show(intent))
    if status == "canceled":
        return Declined(_CANCELLED, "canceled")
    if status == "requires_payment_method":
        return _untaken(intent)
    raise NotUnderstood(f"Stripe's intent has status {status[:40]!r}")


def captured(intent: Thing, original: str, amount: int, currency: str) -> PaymentOutcome:
    """A reservation of which `amount` was taken."""
    check(intent, "payment_intent", original, None, currency)
    if _text(intent, "status") != "succeeded":
        raise NotUnderstood("Stripe's intent is not captured")
    _expect(intent, "amount_received", amount)
    return Succeeded(slip(intent))


def cancelled(intent: Thing, original: str, currency: str) -> PaymentOutcome:
    """A reservation that was given up."""
    check(intent, "payment_intent", original, None, currency)
    if _text(intent, "status") != "canceled":
        raise NotUnderstood("Stripe's intent is not cancelled")
    return Succeeded(slip(intent))


def refunded(refund: Thing, operation: str, intent: str, amount: int, currency: str) -> PaymentOutcome:
    """A refund. One that is pending has left the street's balance; a wallet tells its customer later."""
    check(refund, "refund", operation, amount, currency)
    if refund.get("payment_intent") != intent:
        raise NotUnderstood("Stripe's refund is of another payment")
    status = _text(refund, "status")
    if status in ("succeeded", "pending"):
        return Succeeded(Slip(_text(refund, "id"), note="" if status == "succeeded" else status))
    if status in ("failed", "canceled"):
        return Declined(_REFUND_FAILED, status)
    raise NotUnderstood(f"Stripe's refund has status {status[:40]!r}")


def asked_at_reader(reader: Thing, intent: str) -> Declined | Pending | None:
    """What a reader says of an intent; None when it has nothing to do with it.

    That the reader has succeeded is not the payment: what was taken stands in the intent.
    """
    if _text(reader, "object") != "terminal.reader":
        raise NotUnderstood("Stripe's answer is not a reader")
    action = reader.get("action")
    if not isinstance(action, dict):
        return None
    about = action.get("process_payment_intent")
    if not isinstance(about, dict) or about.get("payment_intent") != intent:
        return None
    if action.get("status") == "failed":
        return Declined(_NOT_PAID, _code(action.get("failure_code")))
    return Pending(intent)


def is_asking_for(reader: Thing, intent: str) -> bool:
    """Whether a reader waits for a card for an intent."""
    return isinstance(asked_at_reader(reader, intent), Pending) and reader["action"].get("status") == "in_progress"


def on_page(page: Thing, asked: PaymentRequest | PaymentQuery) -> Declined | Pending | None:
    """What a hosted page says; None when it was paid on: what was taken stands in the intent.

    While it is open, a card that was declined may be followed by another one.
    """
    if page.get("object") != "checkout.session" or page.get("client_reference_id") != asked.operation:
        raise NotUnderstood("Stripe's answer is not the page of this operation")
    _expect(page, "amount_total", asked.amount)
    if _text(page, "currency").upper() != asked.currency.upper():
        raise NotUnderstood("Stripe's answer is in another currency")
    status = _text(page, "status")
    if status == "open":
        return Pending(_text(page, "id"), _text(page, "url")[:_LONGEST_QR])
    if status == "expired":
        return Declined(_NOT_PAID, "expired")
    if status == "complete":
        return None
    raise NotUnderstood(f"Stripe's page has status {status[:40]!r}")


def slip(intent: Thing, *, reserved: bool = False) -> Slip:
    """The evidence: Stripe's number, and of a card no more than its last four digits."""
    charge = intent.get("latest_charge")
    details = charge.get("payment_method_details") if isinstance(charge, dict) else None
    method = details.get("type", "") if isinstance(details, dict) else ""
    inside = details.get(method) if isinstance(details, dict) else None
    last4 = inside.get("last4") if isinstance(inside, dict) else None
    masked = f"******{last4}" if isinstance(last4, str) and last4.isdecimal() and len(last4) == _LAST else ""
    return Slip(_text(intent, "id"), masked, note=str(method)[:40], reserved=reserved)


def row(transaction: Thing) -> SettlementRow:
    """One movement of the balance; `source` is expanded and carries our reference where it has one."""
    if _text(transaction, "object") != "balance_transaction":
        raise NotUnderstood("Stripe's answer is not a balance transaction")
    source = transaction.get("source")
    known = source if isinstance(source, dict) else {}
    metadata = known.get("metadata")
    reference = known.get("payment_intent") or known.get("id") or source
    gross, fee, net = (_whole(transaction, name) for name in ("amount", "fee", "net"))
    if gross - fee != net:
        raise NotUnderstood("Stripe's balance transaction does not add up")
    return SettlementRow(
        id=_text(transaction, "id"),
        movement=_movement(transaction),
        operation=str(metadata.get(OPERATION, "")) if isinstance(metadata, dict) else "",
        reference=reference if isinstance(reference, str) else "",
        gross=gross,
        fee=fee,
        net=net,
        currency=_text(transaction, "currency").upper(),
        settled_on=datetime.fromtimestamp(_whole(transaction, "created"), UTC).date(),
    )


def page(answer: Thing) -> list[Thing]:
    """The objects of a list or a search."""
    data = answer.get("data")
    if answer.get("object") not in ("list", "search_result") or not isinstance(data, list):
        raise NotUnderstood("Stripe's answer is not a list")
    if not all(isinstance(one, dict) for one in data) or not isinstance(answer.get("has_more"), bool):
        raise NotUnderstood("Stripe's list is not one of objects")
    return data


def operation_of(thing: Thing) -> str:
    """Our reference in an object's metadata; empty when it has none."""
    metadata = thing.get("metadata")
    reference = metadata.get(OPERATION, "") if isinstance(metadata, dict) else ""
    return reference if isinstance(reference, str) else ""


def reader_of(intent: Thing) -> str:
    """The reader at which an intent was to be paid; empty for other ways of paying."""
    return str(intent.get("metadata", {}).get(READER, ""))


def check(thing: Thing, kind: str, operation: str, amount: int | None, currency: str) -> None:
    """Refuse an object of another kind, or one that is not of our operation, amount and currency."""
    if thing.get("object") != kind or operation_of(thing) != operation:
        raise NotUnderstood(f"Stripe's answer is not the {kind} of this operation")
    if amount is not None:
        _expect(thing, "amount", amount)
    if _text(thing, "currency").upper() != currency.upper():
        raise NotUnderstood("Stripe's answer is in another currency")


def _untaken(intent: Thing) -> PaymentOutcome | None:
    failed = intent.get("last_payment_error")
    if not isinstance(failed, dict):
        return None
    return Declined(_NOT_PAID, _code(failed.get("decline_code") or failed.get("code")))


def _to_show(intent: Thing) -> str:
    """What the resident's phone has to scan."""
    action = intent.get("next_action")
    kind = action.get("type") if isinstance(action, dict) else None
    inside = action.get(kind) if isinstance(action, dict) and isinstance(kind, str) else None
    shown = inside.get(_SHOWN.get(str(kind), "")) if isinstance(inside, dict) else None
    return shown if isinstance(shown, str) and len(shown) <= _LONGEST_QR else ""


def _movement(transaction: Thing) -> Movement:
    kind = _text(transaction, "type")
    if kind == "adjustment" and transaction.get("reporting_category") in _DISPUTES:
        return Movement.CHARGEBACK
    return _MOVEMENTS.get(kind, Movement.OTHER)


def _expect(thing: Thing, name: str, amount: int) -> None:
    if _whole(thing, name) != amount:
        raise NotUnderstood(f"Stripe's answer has another {name}")


def _whole(thing: Thing, name: str) -> int:
    value = thing.get(name)
    if type(value) is not int:
        raise NotUnderstood(f"Stripe's answer has no {name}")
    return value


def _text(thing: Thing, name: str) -> str:
    value = thing.get(name)
    if not isinstance(value, str) or not value:
        raise NotUnderstood(f"Stripe's answer has no {name}")
    return value


def _code(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= 80 else ""


_LAST: Final = 4
_LONGEST_QR: Final = 2000
_SHOWN: Final = {"alipay_handle_redirect": "url", "wechat_pay_display_qr_code": "data"}
_MOVEMENTS: Final = {
    "charge": Movement.SALE,
    "payment": Movement.SALE,
    "refund": Movement.REFUND,
    "payment_refund": Movement.REFUND,
    "payout": Movement.PAYOUT,
    "stripe_fee": Movement.FEE,
    "application_fee": Movement.FEE,
}
"""Types of balance transactions; `payment` is what Stripe calls a charge that is not a card's."""
_DISPUTES: Final = ("dispute", "dispute_reversal")
_NOT_PAID: Final = Text(zh="支付未成功，未扣款", en="The payment was not made; nothing was taken")
_CANCELLED: Final = Text(zh="支付已取消，未扣款", en="The payment was cancelled; nothing was taken")
_REFUND_FAILED: Final = Text(zh="支付平台无法退款", en="The payment provider could not give it back")
