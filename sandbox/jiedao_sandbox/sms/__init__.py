"""An SMS gateway whose phones are its books. Its wire is in `jiedao_connectors.sms`.

Options besides the common ones: ``--key ID:SECRET`` and ``--token`` (both protections work side by side),
``--sender``. What becomes of a message is decided by the last digit of the number: 9 rejected as unknown, 8 as
opted out, 7 pending until ``POST /_sandbox/decide {"reference": ...}``.
"""

from __future__ import annotations

import argparse
import time
from typing import Final

from jiedao_connectors.sms import KEY_HEADER, SIGNATURE_HEADER, TIME_HEADER, TOLERANCE, is_genuine, path_of
from jiedao_sandbox import process
from jiedao_sandbox.books import Books
from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Service, decode_json
from jiedao_sandbox.sms.gateway import SCHEMA, Gateway

KEY_ID: Final = "street-1"
SECRET: Final = "sandbox-sms-secret"  # noqa: S105 (a stand-in's key opens nothing)
TOKEN: Final = "sandbox-sms-token"  # noqa: S105
SENDER: Final = "街道"


def main(arguments: list[str]) -> int:
    """Run the gateway until it is stopped."""
    options = _options(arguments)
    with Books(options.books, "sms", SCHEMA) as books:
        gateway = Gateway(books, options.sender)
        service = Service(
            "sms",
            routes={path_of("send"): Route("send", gateway.send), path_of("query"): Route("query", gateway.query)},
            books=books.dump,
            controls={"/_sandbox/decide": Route("decide", gateway.decide)},
            decode=lambda received: _decode(received, options),
        )
        with HttpServer(service, options.port, options.host) as server:
            return process.run("sms", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("sms")
    parser.add_argument("--key", default=f"{KEY_ID}:{SECRET}", metavar="ID:SECRET")
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--sender", default=SENDER)
    return parser.parse_args(arguments)


def _decode(received: Received, options: argparse.Namespace) -> Body:
    """The body of a request that is signed and fresh, or has the token; a refusal with 401 otherwise."""
    given = received.headers.get("Authorization", "")
    if given:
        if given != f"Bearer {options.token}":
            raise _unsigned("BAD_TOKEN")
        return decode_json(received)
    key_id, _, secret = options.key.partition(":")
    moment, signature = received.headers.get(TIME_HEADER, ""), received.headers.get(SIGNATURE_HEADER, "")
    if received.headers.get(KEY_HEADER, "") != key_id:
        raise _unsigned("UNKNOWN_KEY")
    if not is_genuine(secret, moment, received.path, received.raw, signature):
        raise _unsigned("BAD_SIGNATURE")
    if abs(time.time() - int(moment)) > TOLERANCE:
        raise _unsigned("STALE")
    return decode_json(received)


def _unsigned(code: str) -> Refused:
    return Refused(401, {"error": code, "says": "the request is not signed as agreed"})
