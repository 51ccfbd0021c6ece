"""The post office's points card: whose card it is, and the claims of streets for points that were spent.

Its wire is in `jiedao_connectors.postcard`, its cards in `cards` (the end of a serial decides what happens), its
claims in `claims` (the end of a total decides). Options besides the common ones: ``--key ID:SECRET`` (repeatable;
each key is a street), ``--pay-after`` seconds from acceptance to payment (0), ``--settle-after`` seconds until pending
claims are decided by themselves. Control face: ``POST /_sandbox/settle {"claim": ...}`` decides and pays now.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Final

from jiedao_connectors.postcard import (
    KEY_HEADER,
    SIGNATURE_HEADER,
    TIME_HEADER,
    TOLERANCE,
    is_genuine,
    path_of,
)
from jiedao_sandbox import process
from jiedao_sandbox.faults import Fault
from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Service, decode_json
from jiedao_sandbox.postoffice.actions import STREET, Actions, distort
from jiedao_sandbox.postoffice.claims import ClaimsBook

KEY_ID: Final = "street-1"
SECRET: Final = "sandbox-post-secret"  # noqa: S105 (a stand-in's key opens nothing)


def main(arguments: list[str]) -> int:
    """Run the post office until it is stopped."""
    options = _options(arguments)
    clock = time.time
    book = ClaimsBook(options.books, pay_after=options.pay_after, settle_after=options.settle_after, clock=clock)
    service = _service(book, dict(options.key), clock)
    with closing(book), HttpServer(service, options.port, options.host) as server:
        return process.run("postoffice", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("postoffice")
    parser.add_argument("--key", type=_key, action="append", metavar="ID:SECRET")
    parser.add_argument("--pay-after", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--settle-after", type=float, metavar="SECONDS", help="decides pending claims by itself")
    options = parser.parse_args(arguments)
    options.key = options.key or [(KEY_ID, SECRET)]
    return options


def _key(words: str) -> tuple[str, str]:
    key_id, _, secret = words.partition(":")
    if not (key_id and secret):
        raise argparse.ArgumentTypeError("write ID:SECRET")
    return key_id, secret


def _service(book: ClaimsBook, keys: Mapping[str, str], clock: Callable[[], float]) -> Service:
    actions = Actions(book)
    handlers = {
        "terms": actions.terms,
        "card": actions.card,
        "claim": actions.claim,
        "claim-status": actions.claim_status,
    }
    return Service(
        "postoffice",
        routes={path_of(action): Route(action, handler) for action, handler in handlers.items()},
        books=book.dump,
        controls={"/_sandbox/settle": Route("settle", actions.settle)},
        decode=lambda received: _decode(received, keys, clock),
        distort=distort,
        echoes={Fault.WRONG_AMOUNT: frozenset({"total"}), Fault.WRONG_NUMBER: frozenset({"claim", "card"})},
    )


def _decode(received: Received, keys: Mapping[str, str], clock: Callable[[], float]) -> Body:
    """The body of a request that is signed with a known key and fresh; a refusal with 401 otherwise."""
    key_id = received.headers.get(KEY_HEADER, "")
    moment, signature = received.headers.get(TIME_HEADER, ""), received.headers.get(SIGNATURE_HEADER, "")
    if key_id not in keys:
        raise _unsigned("UNKNOWN_KEY")
    if not is_genuine(keys[key_id], moment, received.path, received.raw, signature):
        raise _unsigned("BAD_SIGNATURE")
    if not moment.isdecimal() or abs(clock() - int(moment)) > TOLERANCE:
        raise _unsigned("STALE")
    return {**decode_json(received), STREET: key_id}


def _unsigned(code: str) -> Refused:
    return Refused(401, {"error": code, "says": "the request is not signed as agreed"})
