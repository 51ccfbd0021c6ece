"""Payment intents and the card readers that work on them."""

from __future__ import annotations

from typing import Any, Final

from jiedao_sandbox.stripe import money
from jiedao_sandbox.stripe.cabinet import Drawer, Thing
from jiedao_sandbox.stripe.form import Tree, texts
from jiedao_sandbox.stripe.refusals import error, invalid, missing

_MOST: Final = 99_999_999
_KNOWN_PARAMETERS: Final = frozenset(
    {
        "amount",
        "currency",
        "capture_method",
        "confirm",
        "description",
        "expand",
        "metadata",
        "payment_method_data",
        "payment_method_options",
        "payment_method_types",
        "return_url",
    }
)
_ONLINE: Final = frozenset({"alipay", "wechat_pay"})


def create(drawer: Drawer, given: Tree) -> Thing:
    """A new intent; with `confirm` a wallet's customer is asked to pay at once."""
    if unknown := set(given) - _KNOWN_PARAMETERS:
        raise invalid("parameter_unknown", field=min(unknown))
    amount, methods = whole(given, "amount"), texts(given.get("payment_method_types"))
    manual = given.get("capture_method", "automatic") == "manual"
    if amount < 1:
        raise invalid("amount_too_small", field="amount")
    if amount > _MOST:
        raise invalid("amount_too_large", field="amount")
    if len(methods) != 1 or (manual and methods[0] in _ONLINE):
        raise invalid(field="payment_method_types")
    made = drawer.make(
        "pi",
        "payment_intent",
        amount=amount,
        amount_capturable=0,
        amount_received=0,
        currency=text(given, "currency"),
        capture_method="manual" if manual else "automatic",
        status="requires_payment_method",
        payment_method_types=methods,
        metadata=given.get("metadata", {}),
        latest_charge=None,
        next_action=None,
        last_payment_error=None,
        cancellation_reason=None,
    )
    drawer.put(made, client_secret=f"{made['id']}_secret_0000")
    return confirm(drawer, made, given) if given.get("confirm") == "true" else made


def confirm(drawer: Drawer, intent: Thing, given: Tree) -> Thing:
    """Ask the customer of a wallet to pay: a page to scan, or the text of a QR code."""
    _in_state(intent, "requires_payment_method")
    method = intent["payment_method_types"][0]
    if method not in _ONLINE or (given.get("payment_method_data") or {}).get("type") != method:
        raise invalid(field="payment_method_data")
    if method == "alipay" and not given.get("return_url"):
        raise invalid("parameter_missing", field="return_url")
    if method == "wechat_pay" and _client(given) != "web":
        raise invalid("parameter_missing", field="payment_method_options[wechat_pay][client]")
    drawer.tell("payment_intent.created", intent)
    return drawer.put(intent, status="requires_action", next_action=_action(method, intent["id"]))


def cancel(drawer: Drawer, intent: Thing, given: Tree) -> Thing:
    """Give it up; reserved money is released."""
    _in_state(intent, "requires_payment_method", "requires_action", "requires_capture")
    drawer.put(intent, status="canceled", amount_capturable=0, next_action=None)
    drawer.tell("payment_intent.canceled", intent)
    return intent


def capture(drawer: Drawer, intent: Thing, given: Tree) -> Thing:
    """Take what was reserved, or less."""
    _in_state(intent, "requires_capture")
    amount = whole(given, "amount_to_capture") if "amount_to_capture" in given else intent["amount_capturable"]
    if not 0 < amount <= intent["amount_capturable"]:
        raise invalid("amount_too_large", field="amount_to_capture")
    drawer.put(intent, metadata={**intent["metadata"], **given.get("metadata", {})})
    money.capture(drawer, intent, amount)
    return intent


def pay(drawer: Drawer, intent: Thing, last4: str = "") -> Thing:
    """The customer pays."""
    _in_state(intent, "requires_action", "requires_payment_method")
    money.charge(drawer, intent, last4=last4)
    return intent


def fail(drawer: Drawer, intent: Thing, code: str) -> Thing:
    """The customer declines, or the issuer does."""
    _in_state(intent, "requires_action", "requires_payment_method")
    said = {"type": "card_error", "code": code, "message": code}
    drawer.put(intent, status="requires_payment_method", next_action=None, last_payment_error=said)
    drawer.tell("payment_intent.payment_failed", intent)
    return intent


def reader(drawer: Drawer, id_: str) -> Thing:
    """A reader; every number that begins as one is one, and is made when it is first asked for."""
    if not id_.startswith("tmr_"):
        raise missing(id_, "reader")
    known = drawer.find(id_)
    if known is None:
        known = drawer.make("tmr", "terminal.reader", status="online", action=None, metadata={}, label=id_)
        known = drawer.rename(known, id_)
    return known


def process(drawer: Drawer, used: Thing, given: Tree) -> Thing:
    """Let a reader ask for a card."""
    if used["status"] != "online":
        raise error(400, "invalid_request_error", "terminal_reader_offline")
    if used["action"] and used["action"]["status"] == "in_progress":
        raise error(400, "invalid_request_error", "terminal_reader_busy")
    intent = need(drawer, text(given, "payment_intent"), "payment_intent")
    _in_state(intent, "requires_payment_method")
    if intent["payment_method_types"] != ["card_present"]:
        raise invalid(field="payment_intent")
    doing = {"type": "process_payment_intent", "status": "in_progress", "failure_code": None}
    return drawer.put(used, action={**doing, "process_payment_intent": {"payment_intent": intent["id"]}})


def stop(drawer: Drawer, used: Thing, given: Tree) -> Thing:
    """Let a reader ask no more."""
    if used["status"] != "online":
        raise error(400, "invalid_request_error", "terminal_reader_offline")
    return drawer.put(used, action=None)


def card_shown(drawer: Drawer, used: Thing, answer: str) -> Thing:
    """What happens at a reader: the card is approved or declined, or nobody came (timeout)."""
    action = used["action"]
    if not action or action["status"] != "in_progress":
        raise invalid(field="action")
    intent = need(drawer, action["process_payment_intent"]["payment_intent"], "payment_intent")
    if answer == "approve":
        pay(drawer, intent, "1234")
        done = {"status": "succeeded"}
    else:
        code = {"decline": "card_declined", "timeout": "customer_canceled"}.get(answer, answer)
        if answer != "timeout":
            fail(drawer, intent, code)
        done = {"status": "failed", "failure_code": code}
    return drawer.put(used, action={**action, **done})


def need(drawer: Drawer, id_: str, kind: str) -> Thing:
    """An object that must be there."""
    found = drawer.find(id_)
    if found is None or found["object"] != kind:
        raise missing(id_, kind)
    return found


def text(given: Tree, name: str) -> str:
    """A parameter that must be given."""
    value = given.get(name)
    if not isinstance(value, str) or not value:
        raise invalid("parameter_missing", field=name)
    return value


def whole(given: Tree, name: str) -> int:
    """A parameter that is a whole number."""
    value = text(given, name)
    if not value.lstrip("-").isdecimal():
        raise invalid("parameter_invalid_integer", field=name)
    return int(value)


def _in_state(intent: Thing, *states: str) -> None:
    if intent["status"] not in states:
        raise invalid("payment_intent_unexpected_state", payment_intent=intent)


def _client(given: Tree) -> Any:
    options: Any = given.get("payment_method_options") or {}
    return (options.get("wechat_pay") or {}).get("client")


def _action(method: str, id_: str) -> Thing:
    if method == "alipay":
        page = f"https://hooks.stripe.com/redirect/authenticate/{id_}"
        return {"type": "alipay_handle_redirect", "alipay_handle_redirect": {"url": page}}
    return {"type": "wechat_pay_display_qr_code", "wechat_pay_display_qr_code": {"data": f"weixin://wxpay/{id_}"}}
