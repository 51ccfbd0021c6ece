"""Which request does what: paths with the names of objects in them, as Stripe has them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from jiedao_sandbox.stripe import intents, pages
from jiedao_sandbox.stripe.account import Account
from jiedao_sandbox.stripe.cabinet import Thing
from jiedao_sandbox.stripe.form import Tree


@dataclass(frozen=True, slots=True)
class Request:
    """One request. `id` is the object named in the path, `key` the idempotency key; both may be empty."""

    path: str
    id: str
    given: Tree
    key: str


Handler: TypeAlias = Callable[[Account, Request], Thing]


def find(method: str, path: str) -> tuple[str, Handler, str] | None:
    """The name by which faults know a request, what it does, and the id in its path."""
    for wanted, pattern, operation, handler in _ALL:
        match = pattern.fullmatch(path) if wanted == method else None
        if match:
            return operation, handler, match[1] if match.groups() else ""
    return None


def _create_intent(account: Account, request: Request) -> Thing:
    return account.keyed(request.path, request.key, request.given, account.create_intent)


def _create_refund(account: Account, request: Request) -> Thing:
    return account.keyed(request.path, request.key, request.given, account.create_refund)


def _create_page(account: Account, request: Request) -> Thing:
    return account.keyed(request.path, request.key, request.given, account.create_page)


def _intent(act: Callable[..., Thing]) -> Handler:
    return lambda account, request: account.keyed(
        request.path, request.key, request.given, account.on_intent(request.id, act)
    )


def _reader(act: Callable[..., Thing]) -> Handler:
    return lambda account, request: account.keyed(
        request.path, request.key, request.given, account.on_reader(request.id, act)
    )


def _page(act: Callable[..., Thing]) -> Handler:
    return lambda account, request: account.keyed(
        request.path, request.key, request.given, account.on_page(request.id, act)
    )


def _list(kind: str) -> Handler:
    return lambda account, request: account.list(kind, request.given)


def _route(method: str, path: str, operation: str, handler: Handler) -> tuple[str, re.Pattern[str], str, Handler]:
    return method, re.compile(path), operation, handler


_ID: Final = r"(\w+)"
_ALL: Final = (
    _route("GET", "/v1/account", "account", lambda account, request: _ACCOUNT),
    _route("POST", "/v1/payment_intents", "create", _create_intent),
    _route("GET", "/v1/payment_intents", "list", _list("payment_intent")),
    _route("GET", "/v1/payment_intents/search", "search", lambda a, r: a.search("payment_intent", r.given)),
    _route("GET", f"/v1/payment_intents/{_ID}", "retrieve", lambda a, r: a.show("payment_intent", r.id, r.given)),
    _route("POST", f"/v1/payment_intents/{_ID}/confirm", "confirm", _intent(intents.confirm)),
    _route("POST", f"/v1/payment_intents/{_ID}/cancel", "cancel", _intent(intents.cancel)),
    _route("POST", f"/v1/payment_intents/{_ID}/capture", "capture", _intent(intents.capture)),
    _route("POST", "/v1/checkout/sessions", "create_page", _create_page),
    _route("GET", "/v1/checkout/sessions", "list_pages", _list("checkout.session")),
    _route("POST", f"/v1/checkout/sessions/{_ID}/expire", "expire", _page(pages.expire)),
    _route("POST", "/v1/refunds", "refund", _create_refund),
    _route("GET", "/v1/refunds", "list_refunds", _list("refund")),
    _route("GET", f"/v1/terminal/readers/{_ID}", "reader", lambda account, request: account.show_reader(request.id)),
    _route("POST", f"/v1/terminal/readers/{_ID}/process_payment_intent", "process", _reader(intents.process)),
    _route("POST", f"/v1/terminal/readers/{_ID}/cancel_action", "stop", _reader(intents.stop)),
    _route("GET", "/v1/balance_transactions", "balance_transactions", _list("balance_transaction")),
    _route("GET", "/v1/payouts", "payouts", _list("payout")),
    _route("GET", f"/v1/events/{_ID}", "event", lambda account, request: account.show("event", request.id, {})),
)
_ACCOUNT: Final[Thing] = {
    "id": "acct_sandbox",
    "object": "account",
    "charges_enabled": True,
    "payouts_enabled": True,
    "default_currency": "cny",
}
