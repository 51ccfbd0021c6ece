"""The bill hub: electricity, phone, television, water, gas, pension and medical insurance behind one interface.

Its wire is in `jiedao_connectors.billhub`, its customers in `customers` (the end of an account decides what happens).
Options besides the common ones: ``--key ID:SECRET`` (repeatable), ``--agent``, ``--seed``, ``--today``,
``--settle-after`` seconds, ``--cancel-minutes``. Control face: ``POST /_sandbox/settle {"reference": ...}``.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import date
from typing import Final

from jiedao_connectors.billhub import (
    KEY_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    TOLERANCE,
    is_genuine,
    path_of,
)
from jiedao_sandbox import process
from jiedao_sandbox.billhub.actions import Actions
from jiedao_sandbox.billhub.booking import Ledger
from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Service, decode_json

KEY_ID: Final = "street-1"
SECRET: Final = "sandbox-hub-secret"  # noqa: S105 (a stand-in's key opens nothing)
AGENT: Final = "STREET01"


def main(arguments: list[str]) -> int:
    """Run the hub until it is stopped."""
    options = _options(arguments)
    clock = time.time
    ledger = Ledger(
        options.books, seed=options.seed, today=options.today, settle_after=options.settle_after, clock=clock
    )
    service = _service(ledger, Actions(ledger, options.agent, options.cancel_minutes), dict(options.key), clock)
    with closing(ledger), HttpServer(service, options.port, options.host) as server:
        return process.run("billhub", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("billhub")
    parser.add_argument("--key", type=_key, action="append", metavar="ID:SECRET")
    parser.add_argument("--agent", default=AGENT)
    parser.add_argument("--seed", type=int, default=0, help="fen added to monthly bills")
    parser.add_argument("--today", type=date.fromisoformat, help="fixes the billing period")
    parser.add_argument("--settle-after", type=float, metavar="SECONDS", help="decides pending payments by itself")
    parser.add_argument("--cancel-minutes", type=int, help="another cut-off for billers that take payments back")
    options = parser.parse_args(arguments)
    options.key = options.key or [(KEY_ID, SECRET)]
    return options


def _key(words: str) -> tuple[str, str]:
    key_id, _, secret = words.partition(":")
    if not (key_id and secret):
        raise argparse.ArgumentTypeError("write ID:SECRET")
    return key_id, secret


def _service(ledger: Ledger, actions: Actions, keys: Mapping[str, str], clock: Callable[[], float]) -> Service:
    handlers = (actions.billers, actions.fetch, actions.validate, actions.pay, actions.query, actions.cancel)
    return Service(
        "billhub",
        routes={path_of(h.__name__): Route(h.__name__, h) for h in handlers},
        books=ledger.dump,
        controls={"/_sandbox/settle": Route("settle", actions.settle)},
        decode=lambda received: _decode(received, keys, clock),
    )


def _decode(received: Received, keys: Mapping[str, str], clock: Callable[[], float]) -> Body:
    """The body of a request that is signed with a known key and fresh; a refusal with 401 otherwise."""
    secret = keys.get(received.headers.get(KEY_HEADER, ""))
    moment, signature = received.headers.get(TIME_HEADER, ""), received.headers.get(SIGNATURE_HEADER, "")
    if secret is None:
        raise _unsigned("UNKNOWN_KEY")
    if not is_genuine(secret, moment, received.path, received.raw, signature):
        raise _unsigned("BAD_SIGNATURE")
    if abs(clock() - int(moment)) > TOLERANCE:
        raise _unsigned("STALE")
    return decode_json(received)


def _unsigned(code: str) -> Refused:
    return Refused(401, {"error": code, "says": "the request is not signed as agreed"})
