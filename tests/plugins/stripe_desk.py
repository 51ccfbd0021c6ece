"""What the tests of Stripe share: a connection to the stand-in, and requests."""

from __future__ import annotations

from itertools import count
from typing import Any

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.payment import CaptureRequest, PaymentQuery, PaymentRequest, Slip, UndoRequest
from jiedao_stripe.settings import configuration

KEY, WEBHOOK_SECRET = "sk_test_sandbox", "whsec_sandbox"
DEADLINE = 5.0
NUMBERS = count(1)


def settings(url: str, method: str = "alipay", **changed: Any) -> dict[str, Any]:
    """What a street enters."""
    given: dict[str, Any] = {"secret_key": KEY, "webhook_secret": WEBHOOK_SECRET, "method": method, "settling": 0}
    if method in ("alipay", "card"):
        given["return_url"] = "https://street.example.cn/paid"
    if method == "terminal":
        given["readers"] = {"T1": f"tmr_{next(NUMBERS)}"}
    return {**given, **({"url": url} if url else {}), **changed}


def connect(url: str, method: str = "alipay", *, live: bool = False, **changed: Any) -> Connection:
    """A connection of its own for each test, so that no client is shared."""
    loaded = configuration.load(settings(url, method, **changed))
    return Connection("street", f"c{next(NUMBERS)}", "jiedao_stripe", 1, live, loaded)


def to_pay(connection: Connection, amount: int = 1200, deadline: float = DEADLINE) -> PaymentRequest:
    """A payment under a reference that no other test uses."""
    return PaymentRequest(connection, deadline, f"OP{next(NUMBERS):06d}", amount, "CNY", "order", "T1")


def to_query(asked: PaymentRequest) -> PaymentQuery:
    """The question about a payment."""
    return PaymentQuery(asked.connection, DEADLINE, asked.operation, asked.amount, asked.currency)


def to_undo(asked: PaymentRequest, slip: Slip | None, amount: int | None = None) -> UndoRequest:
    """A void or a refund under a reference of its own."""
    n = asked.amount if amount is None else amount
    return UndoRequest(
        asked.connection, DEADLINE, f"UN{next(NUMBERS):06d}", asked.operation, n, asked.currency, slip, "T1"
    )


def to_capture(asked: PaymentRequest, slip: Slip, amount: int) -> CaptureRequest:
    """Taking a part of what was reserved, or all of it."""
    return CaptureRequest(
        asked.connection, DEADLINE, f"CA{next(NUMBERS):06d}", asked.operation, amount, asked.currency, slip, "T1"
    )
