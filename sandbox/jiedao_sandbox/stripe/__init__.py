"""Stripe: intents, hosted pages, refunds, card readers, balance transactions and signed webhooks of one account.

Form-encoded requests, JSON answers and idempotency keys as in Stripe's first interface, for the calls that are used.
Options besides the common ones: ``--key``, ``--webhook-secret``, ``--search-lag`` seconds, and ``--prompt``: customers
of wallets pay at once; whoever is to pay an amount that ends in 55 declines, and in 77 takes their time.

Control face, all POST: ``customer {"operation", "action": pay|decline|dispute|expire}``, ``card {"reader", "action":
approve|decline|timeout|offline|online}``, ``payout``, ``webhooks {"url", "mode", "delay"}`` (see `webhooks`),
``release``, ``think {"seconds"}`` (the next change takes so long and holds its key), and ``GET deliveries``.
"""

from __future__ import annotations

import argparse
import time
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from jiedao_sandbox import process
from jiedao_sandbox.faults import Fault, wrong_echo
from jiedao_sandbox.httpd import Body, HttpServer, Received, Route, Sent, Service, encode_json
from jiedao_sandbox.stripe import form
from jiedao_sandbox.stripe.account import REPLAYED, Account
from jiedao_sandbox.stripe.cabinet import Cabinet
from jiedao_sandbox.stripe.refusals import error
from jiedao_sandbox.stripe.requests import Request, find
from jiedao_sandbox.stripe.webhooks import Webhooks

KEY: Final = "sk_test_sandbox"
WEBHOOK_SECRET: Final = "whsec_sandbox"  # noqa: S105 (a stand-in's key opens nothing)


def main(arguments: list[str]) -> int:
    """Run the account until it is stopped."""
    options = _options(arguments)
    cabinet = Cabinet(options.books, time.time)
    webhooks = Webhooks(options.webhook_secret, time.time)
    account = Account(cabinet, webhooks, options.search_lag, prompt=options.prompt)
    service = _Stripe(
        "stripe",
        books=cabinet.dump,
        controls=_controls(account, webhooks),
        decode=lambda received: _decode(received, options.key),
        encode=_encode,
        distort=_wrong_echo,
        echoes=_ECHOES,
        account=account,
    )
    with closing(cabinet), HttpServer(service, options.port, options.host) as server:
        return process.run("stripe", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("stripe")
    parser.add_argument("--key", default=KEY)
    parser.add_argument("--webhook-secret", default=WEBHOOK_SECRET)
    parser.add_argument("--search-lag", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--prompt", action="store_true")
    return parser.parse_args(arguments)


@dataclass
class _Stripe(Service):
    """A service whose paths hold the names of objects."""

    account: Any = None

    def find(self, method: str, path: str) -> Route | None:
        """The route of a request, with the object it is about."""
        found = find(method, path)
        if found is None:
            return None
        operation, handler, names = found
        return Route(operation, lambda body: handler(self.account, Request(path, names, **body)), method)


def _controls(account: Account, webhooks: Webhooks) -> dict[str, Route]:
    handlers = {
        "customer": account.customer,
        "card": account.card,
        "payout": account.pay_out,
        "think": account.think,
        "webhooks": webhooks.set,
        "release": webhooks.release,
    }
    posts = {f"/_sandbox/{name}": Route(name, handler) for name, handler in handlers.items()}
    shown = Route("deliveries", lambda _: {"deliveries": list(webhooks.deliveries)}, "GET")
    return {**posts, "/_sandbox/deliveries": shown}


def _decode(received: Received, key: str) -> Body:
    """The parameters of a request with the right key; 401 otherwise."""
    if received.headers.get("Authorization") != f"Bearer {key}":
        raise error(401, "invalid_request_error")
    if received.method == "POST" and received.headers.get_content_type() != "application/x-www-form-urlencoded":
        raise error(400, "invalid_request_error")
    given = form.read(received.raw.decode()) if received.method == "POST" else form.nested(received.query)
    return {"given": given, "key": received.headers.get("Idempotency-Key", "")}


def _wrong_echo(answer: Body) -> Body:
    """Another amount, in each object of a list too."""
    if not isinstance(answer.get("data"), list):
        return wrong_echo(answer)
    return {**answer, "data": [wrong_echo(one) for one in answer["data"]]}


def _encode(answer: Body) -> Sent:
    plain = encode_json({name: value for name, value in answer.items() if name != REPLAYED})
    return Sent(plain.content, headers={"Idempotent-Replayed": "true"} if REPLAYED in answer else {})


_ECHOES: Final = {
    Fault.WRONG_AMOUNT: frozenset({"amount", "amount_received", "amount_capturable", "amount_total"}),
    Fault.WRONG_NUMBER: frozenset({"operation", "client_reference_id"}),
    Fault.WRONG_CURRENCY: frozenset({"currency"}),
}
"""Where the answers repeat what was asked; our own number stands in the metadata."""
