"""How money moves in the account: charges, captures, refunds, disputes, payouts, each with its balance transaction."""

from __future__ import annotations

from typing import Any, Final

from jiedao_sandbox.stripe.cabinet import Drawer, Thing
from jiedao_sandbox.stripe.refusals import invalid

_FEE_PER_MILLE: Final = 6
"""What Stripe keeps of a charge, in thousandths, rounded half up to the fen."""


def charge(drawer: Drawer, intent: Thing, *, last4: str = "") -> Thing:
    """The customer has paid: an intent with automatic capture has succeeded, another one has its money reserved."""
    captured = intent["capture_method"] == "automatic"
    made = drawer.make(
        "ch",
        "charge",
        amount=intent["amount"],
        amount_captured=0,
        amount_refunded=0,
        currency=intent["currency"],
        payment_intent=intent["id"],
        captured=False,
        status="succeeded",
        metadata=intent["metadata"],
        payment_method_details=_details(intent["payment_method_types"][0], last4),
        balance_transaction=None,
    )
    drawer.put(intent, latest_charge=made["id"], next_action=None, last_payment_error=None)
    if captured:
        capture(drawer, intent, intent["amount"])
    else:
        drawer.put(intent, status="requires_capture", amount_capturable=intent["amount"])
        drawer.tell("payment_intent.amount_capturable_updated", intent)
    return made


def capture(drawer: Drawer, intent: Thing, amount: int) -> None:
    """Take reserved money; the rest of the reservation is released."""
    made = drawer.find(intent["latest_charge"]) or {}
    fee = (amount * _FEE_PER_MILLE + 500) // 1000
    booked = _book(drawer, "charge", made, amount, fee)
    drawer.put(made, captured=True, amount_captured=amount, balance_transaction=booked["id"])
    drawer.put(intent, status="succeeded", amount_capturable=0, amount_received=amount)
    drawer.tell("payment_intent.succeeded", intent)


def refund(drawer: Drawer, intent: Thing, amount: int, metadata: dict[str, Any]) -> Thing:
    """Give back, up to what was captured and not given back yet."""
    made = drawer.find(intent["latest_charge"] or "") or {}
    left = made.get("amount_captured", 0) - made.get("amount_refunded", 0)
    if not left:
        raise invalid("charge_already_refunded")
    if not 0 < amount <= left:
        raise invalid(field="amount")
    given = drawer.make(
        "re",
        "refund",
        amount=amount,
        currency=intent["currency"],
        payment_intent=intent["id"],
        charge=made["id"],
        status="succeeded",
        metadata=metadata,
        balance_transaction=None,
    )
    drawer.put(given, balance_transaction=_book(drawer, "refund", given, -amount, 0)["id"])
    drawer.put(made, amount_refunded=made["amount_refunded"] + amount)
    drawer.tell("refund.created", given)
    return given


def dispute(drawer: Drawer, intent: Thing) -> Thing:
    """The cardholder has the whole payment taken back through the issuer."""
    made = drawer.find(intent["latest_charge"] or "") or {}
    lost = drawer.make(
        "du",
        "dispute",
        amount=made.get("amount_captured", 0),
        currency=intent["currency"],
        payment_intent=intent["id"],
        charge=made.get("id"),
        status="needs_response",
        metadata={},
    )
    _book(drawer, "adjustment", lost, -lost["amount"], 0, reporting_category="dispute")
    drawer.tell("charge.dispute.created", lost)
    return lost


def pay_out(drawer: Drawer) -> Thing | None:
    """Send the balance to the bank; None when there is nothing to send."""
    balance = sum(one["net"] for one in drawer.all("balance_transaction"))
    if balance <= 0:
        return None
    currency = drawer.all("balance_transaction")[0]["currency"]
    sent = drawer.make("po", "payout", amount=balance, currency=currency, status="paid", metadata={})
    _book(drawer, "payout", sent, -balance, 0)
    drawer.tell("payout.paid", sent)
    return sent


def _book(drawer: Drawer, kind: str, source: Thing, amount: int, fee: int, **more: Any) -> Thing:
    facts = {"type": kind, "source": source["id"], "amount": amount, "fee": fee, "net": amount - fee}
    return drawer.make(
        "txn",
        "balance_transaction",
        currency=source["currency"],
        status="available",
        **{"reporting_category": kind, **more},
        **facts,
    )


def _details(method: str, last4: str) -> dict[str, Any]:
    if method in ("card", "card_present"):
        return {"type": method, method: {"last4": last4, "brand": "unionpay"}}
    return {"type": method, method: {}}
