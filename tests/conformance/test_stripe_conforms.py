"""Stripe on the bench of the kit: a wallet whose customers pay at once, and reservations made behind its back."""

from __future__ import annotations

import json
import time
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import jiedao_stripe
from benches import running
from jiedao.hookspecs.payment import CaptureRequest, PaymentRequest, SettlementRequest, Slip, UndoRequest
from jiedao.hookspecs.service import NoticeRequest
from jiedao.testing import Act, Ask, Bench, Notices, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books
from jiedao_connectors.stripe import StripeApi
from jiedao_connectors.stripe.signature import sign

KEY, WEBHOOK_SECRET = "sk_test_of_the_bench", "whsec_of_the_bench"
LONG_AGO = date(2026, 1, 5)


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "stripe", key=KEY, webhook_secret=WEBHOOK_SECRET, prompt=True)


def settings(url: str) -> dict[str, Any]:
    own = {"secret_key": KEY, "webhook_secret": WEBHOOK_SECRET, "url": url, "settling": 0}
    return {**own, "method": "alipay", "return_url": "https://street.example.cn/paid"}


def sale(at: Site, amount: int = 12_000) -> PaymentRequest:
    return PaymentRequest(at.connection, at.deadline, at.operation, amount, "CNY", "order", "T1")


def refund(at: Site, more: int = 0) -> UndoRequest:
    sold = sale(at)
    slip: Slip = at.call("payment_start", sold)
    own = f"{at.operation[:-1]}-"
    return UndoRequest(at.connection, at.deadline, own, sold.operation, sold.amount + more, "CNY", slip, "T1")


def waited_for(at: Site, *, gone: int = 0) -> UndoRequest:
    """The reversal of a payment whose customer has not paid; with `gone`, has, and somebody gave that much back."""
    api = StripeApi(KEY, at.connection.settings["url"])
    metadata = {"operation": at.operation}
    wanted: Any = {"amount": 12_000, "currency": "cny", "payment_method_types": ["alipay"], "metadata": metadata}
    intent = api.call(lambda client: client.v1.payment_intents.create(wanted), at.deadline)
    if gone:
        stand_in: Any = at.stand_in
        stand_in.call("POST", "customer", {"operation": at.operation})
        back: Any = {"payment_intent": intent["id"], "amount": gone, "metadata": {"operation": ""}}
        api.call(lambda client: client.v1.refunds.create(back), at.deadline)
    api.close()
    own = f"{at.operation[:-1]}-"
    return UndoRequest(at.connection, at.deadline, own, at.operation, 12_000, "CNY", None, "T1")


def reserved(at: Site, *, lapsed: bool = False, amount: int = 12_000) -> Slip:
    """A card that was held out to a reader, of which no kind of wallet knows."""
    api = StripeApi(KEY, at.connection.settings["url"])
    wanted: Any = {
        "amount": amount,
        "currency": "cny",
        "capture_method": "manual",
        "payment_method_types": ["card_present"],
        "metadata": {"operation": at.operation},
    }
    intent = api.call(lambda client: client.v1.payment_intents.create(wanted), at.deadline)
    stand_in: Any = at.stand_in
    stand_in.call("POST", "customer", {"operation": at.operation})
    if lapsed:
        api.call(lambda client: client.v1.payment_intents.cancel(intent["id"]), at.deadline)
    api.close()
    return Slip(intent["id"], reserved=True)


def void(at: Site) -> UndoRequest:
    own = f"{at.operation[:-1]}-"
    return UndoRequest(at.connection, at.deadline, own, at.operation, 12_000, "CNY", reserved(at), "T1")


def capture(at: Site, *, lapsed: bool = False) -> CaptureRequest:
    own = f"{at.operation[:-1]}-"
    slip = reserved(at, lapsed=lapsed)
    return CaptureRequest(at.connection, at.deadline, own, at.operation, 9_000, "CNY", slip, "T1")


def intents(books: Books, operation: str, *statuses: str) -> int:
    found = [one for one in books.get("payment_intent", []) if one["metadata"]["operation"] == operation]
    return sum(one["status"] in statuses for one in found)


def refunds(books: Books, asked: Any) -> int:
    return sum(one["metadata"]["operation"] == asked.operation for one in books.get("refund", []))


def notice(at: Site, ago: int = 0) -> NoticeRequest:
    thing = {"object": "payment_intent", "metadata": {"operation": at.operation}}
    event = {"id": f"evt_{at.serial}", "object": "event", "created": int(time.time()), "data": {"object": thing}}
    content = json.dumps(event).encode()
    headers = {"stripe-signature": sign(WEBHOOK_SECRET, int(time.time()) - ago, content)}
    return NoticeRequest(at.connection, at.deadline, headers, content)


ECHOED = frozenset({"amount", "number", "currency"})
BENCH = Bench(
    start=start,
    settings=settings,
    invalid={
        "secret_key": "",
        "webhook_secret": "",
        "method": "bitcoin",
        "currency": "jpy",
        "capture": "manual",
        "readers": {"T1": "reader"},
        "return_url": "",
        "url": "http://api.example.com",
        "settling": -1,
    },
    refused={"secret_key": "sk_test_guessed_by_somebody"},
    checked_as="account",
    acts=(
        Act(
            "payment_start",
            sale,
            wire="create",
            asked_as="retrieve",
            effects=lambda books, asked: intents(books, asked.operation, "succeeded"),
            declined=lambda at: sale(at, 12_055),
            pending=lambda at: sale(at, 12_077),
            echoes=ECHOED,
        ),
        Act(
            "payment_reverse",
            waited_for,
            wire="cancel",
            effects=lambda books, asked: intents(books, asked.original, "canceled"),
            declined=lambda at: waited_for(at, gone=1_000),
            echoes=frozenset({"number", "currency"}),
        ),
        Act(
            "payment_void",
            void,
            wire="cancel",
            effects=lambda books, asked: intents(books, asked.original, "canceled"),
            # Money that was taken is not voided.
            declined=refund,
            echoes=frozenset({"number", "currency"}),
        ),
        Act(
            "payment_refund",
            refund,
            wire="refund",
            effects=refunds,
            declined=lambda at: refund(at, more=1),
            echoes=ECHOED,
        ),
        Act(
            "payment_capture",
            capture,
            wire="capture",
            effects=lambda books, asked: intents(books, asked.original, "succeeded"),
            declined=lambda at: capture(at, lapsed=True),
            echoes=ECHOED,
        ),
    ),
    asks=(
        Ask(
            "payment_settlement",
            lambda at: SettlementRequest(at.connection, at.deadline, LONG_AGO),
            wire="balance_transactions",
            declined=lambda at: SettlementRequest(at.connection, at.deadline, date(2099, 1, 1)),
        ),
    ),
    notices=Notices(genuine=notice, stale=lambda at: notice(at, ago=400)),
)

TestStripe = conformance_suite(jiedao_stripe.plugin, BENCH)
