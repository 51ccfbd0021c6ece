"""China Post EMS: its current interface and its older one over the same books.

The wire is in `jiedao_connectors.ems`; what addresses and names lead to is in `fate`. Options besides the common ones:
``--sender``, ``--authorization``, ``--key``, ``--company``, ``--older-key``. Faults know the calls of both interfaces
as create, query, cancel, serviceable, estimate, label, track. Control face: ``POST /_sandbox/advance`` and
``POST /_sandbox/push`` (see `controls`).
"""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Final

from jiedao_connectors.ems import older as protocol
from jiedao_connectors.ems import sm4
from jiedao_sandbox import process
from jiedao_sandbox.ems import current, wire
from jiedao_sandbox.ems.booking import Post
from jiedao_sandbox.ems.contract import AUTHORIZATION, COMPANY, KEY, OLDER_KEY, SENDER, Contract
from jiedao_sandbox.ems.controls import Controls
from jiedao_sandbox.ems.current import Current
from jiedao_sandbox.ems.older import Older
from jiedao_sandbox.httpd import HttpServer, Received, Route, Service

__all__ = ["AUTHORIZATION", "COMPANY", "KEY", "OLDER_KEY", "SENDER", "main"]

CURRENT_PATH: Final = "/amp-prod-api/f/amp/api/open"
OLDER_ORDER_PATH: Final = "/iwaybillno-web/a/iwaybill/receive"
OLDER_CHECK_PATH: Final = "/iwaybillno-web/a/iwaybill/address"
OLDER_TRACK_PATH: Final = "/querypush-twswn/mailTrack/queryMailTrackWn/plus"


def main(arguments: list[str]) -> int:
    """Run EMS until it is stopped."""
    options = _options(arguments)
    contract = Contract(options.sender, options.authorization, options.key, options.company, options.older_key)
    post = Post(options.books)
    service = _service(post, contract)
    with closing(post), HttpServer(service, options.port, options.host) as server:
        return process.run("ems", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("ems")
    parser.add_argument("--sender", default=SENDER, help="number of the contract customer")
    parser.add_argument("--authorization", default=AUTHORIZATION)
    parser.add_argument("--key", type=_key, default=KEY, help="base64 of 16 bytes")
    parser.add_argument("--company", default=COMPANY, help="older interface: ecCompanyId")
    parser.add_argument("--older-key", default=OLDER_KEY)
    return parser.parse_args(arguments)


def _key(words: str) -> str:
    try:
        sm4.key_of(words)
    except ValueError as wrong:
        raise argparse.ArgumentTypeError(str(wrong)) from None
    return words


def _service(post: Post, contract: Contract) -> Service:
    newer, older, controls = Current(post, contract), Older(post, contract), Controls(post, contract)
    return Service(
        "ems",
        routes={
            CURRENT_PATH: Route("call", newer.serve),
            OLDER_ORDER_PATH: Route("order", older.orders),
            OLDER_CHECK_PATH: Route("serviceable", older.addresses),
            OLDER_TRACK_PATH: Route("track", older.traces),
        },
        books=post.dump,
        controls={
            "/_sandbox/advance": Route("advance", controls.advance),
            "/_sandbox/push": Route("push", controls.push),
        },
        decode=wire.form,
        encode=wire.encode,
        distort=wire.distort,
        operation_of=_operation,
    )


def _operation(received: Received) -> str:
    """One path carries many calls on either interface."""
    sorted_by = {CURRENT_PATH: _current_call, OLDER_ORDER_PATH: _older_call}.get(received.path)
    return sorted_by(received) if sorted_by else {OLDER_CHECK_PATH: "serviceable"}.get(received.path, "track")


def _current_call(received: Received) -> str:
    return current.OPERATIONS.get(wire.form(received).get("apiCode", ""), "call")


def _older_call(received: Received) -> str:
    names = {protocol.ORDER_CREATE: "create", protocol.ORDER_QUERY: "query"}
    return names.get(wire.form(received).get("msg_type", ""), "order")
