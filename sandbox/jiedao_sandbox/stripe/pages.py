"""Hosted pages (checkout sessions): a customer pays by card on a page of Stripe's, and may try more than once."""

from __future__ import annotations

from typing import Any, Final

from jiedao_sandbox.stripe import intents
from jiedao_sandbox.stripe.cabinet import Drawer, Thing
from jiedao_sandbox.stripe.form import Tree
from jiedao_sandbox.stripe.refusals import invalid

_SHORTEST: Final = 1800
"""Seconds that a page must live at least."""


def create(drawer: Drawer, given: Tree, now: float) -> Thing:
    """A page for one payment. The intent is made when somebody first tries to pay."""
    if given.get("mode") != "payment" or not given.get("success_url"):
        raise invalid("parameter_missing", field="success_url")
    expires_at = intents.whole(given, "expires_at")
    if expires_at < now + _SHORTEST:
        raise invalid(field="expires_at")
    price = _price(given)
    amount = intents.whole(price, "unit_amount")
    if amount < 1:
        raise invalid("amount_too_small", field="line_items[0][price_data][unit_amount]")
    made = drawer.make(
        "cs",
        "checkout.session",
        amount_total=amount,
        currency=intents.text(price, "currency"),
        client_reference_id=given.get("client_reference_id"),
        status="open",
        payment_status="unpaid",
        payment_intent=None,
        expires_at=expires_at,
        metadata=given.get("metadata", {}),
        asked=given.get("payment_intent_data", {}),
    )
    return drawer.put(made, url=f"https://checkout.stripe.com/c/pay/{made['id']}")


def act(drawer: Drawer, page: Thing, action: str) -> Thing:
    """What the customer does on the page: pay, decline (and perhaps try again), or let it expire."""
    if page["status"] != "open":
        raise invalid(field="session")
    if action == "expire":
        return drawer.put(page, status="expired", url=None)
    intent = drawer.find(page["payment_intent"] or "") or _intent(drawer, page)
    if action == "decline":
        intents.fail(drawer, intent, "card_declined")
        return page
    intents.pay(drawer, intent, "4242")
    return drawer.put(page, status="complete", payment_status="paid", url=None)


def expire(drawer: Drawer, page: Thing, given: Tree) -> Thing:
    """Close a page that nobody has paid on."""
    return act(drawer, page, "expire")


def _intent(drawer: Drawer, page: Thing) -> Thing:
    asked: Any = {"amount": str(page["amount_total"]), "currency": page["currency"], **page["asked"]}
    intent = intents.create(drawer, {**asked, "payment_method_types": ["card"]})
    drawer.put(page, payment_intent=intent["id"])
    return intent


def _price(given: Tree) -> Tree:
    items = given.get("line_items")
    price = items[0].get("price_data") if isinstance(items, list) and items and isinstance(items[0], dict) else None
    if not isinstance(price, dict):
        raise invalid("parameter_missing", field="line_items")
    return price
