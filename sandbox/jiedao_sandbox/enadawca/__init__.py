"""The Polish post's counter interface (Elektroniczny Nadawca) over real SOAP, written without a SOAP library.

Shipments are drafts in a folder until the folder is sent as an envelope; after that the post owns them and can tell
what became of each (EPO). The service is at ``/websrv/en.php`` with HTTP Basic, its interface file (one of our own) at
``/websrv/en.wsdl``. Options besides the common ones: ``--login NAME:PASSWORD``.

Control face: ``POST /_sandbox/epo {"guid": ..., ...}`` writes what became of an item (see `PostBook.prove`),
``POST /_sandbox/verdict {"status": ...}`` says how the next envelopes are received, ``POST /_sandbox/decide
{"envelope": ..., "status": ...}`` changes one, ``POST /_sandbox/send {"buffer": ...}`` sends a folder as a person at
the post's own screen would.
"""

from __future__ import annotations

import argparse
import base64
from contextlib import closing
from typing import Final

from jiedao_sandbox import process
from jiedao_sandbox.enadawca import words
from jiedao_sandbox.enadawca.actions import Actions
from jiedao_sandbox.enadawca.books import PostBook
from jiedao_sandbox.enadawca.interface import interface
from jiedao_sandbox.faults import Fault
from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Sent, Service

LOGIN: Final = "ulica"
PASSWORD: Final = "sandbox-en-secret"  # noqa: S105 (a stand-in's key opens nothing)
SERVICE: Final = "/websrv/en.php"
WSDL: Final = "/websrv/en.wsdl"


def main(arguments: list[str]) -> int:
    """Run the post until it is stopped."""
    options = _options(arguments)
    book = PostBook(options.books)
    service = _service(book, options.login)
    with closing(book), HttpServer(service, options.port, options.host) as server:
        return process.run("enadawca", server.url, server.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("enadawca")
    parser.add_argument("--login", default=f"{LOGIN}:{PASSWORD}", metavar="NAME:PASSWORD")
    return parser.parse_args(arguments)


def _service(book: PostBook, login: str) -> Service:
    actions = Actions(book)
    return Service(
        "enadawca",
        routes={SERVICE: Route("soap", actions.serve), WSDL: Route("wsdl", _interface, method="GET")},
        books=book.dump,
        controls={
            "/_sandbox/epo": Route("epo", lambda body: book.prove(**body)),
            "/_sandbox/verdict": Route("verdict", lambda body: book.receive_as(body["status"])),
            "/_sandbox/decide": Route("decide", lambda body: book.decide(body["envelope"], body["status"])),
            "/_sandbox/send": Route("send", lambda body: book.send_by_hand(body["buffer"])),
        },
        decode=lambda received: _decode(received, login),
        encode=_encode,
        distort=words.distorted,
        echoes={Fault.WRONG_NUMBER: frozenset({words.MIXED_UP})},
        operation_of=words.operation_of,
    )


def _decode(received: Received, login: str) -> Body:
    if received.path == WSDL:
        return {"address": f"http://{received.headers.get('Host', '')}{SERVICE}"}
    expected = "Basic " + base64.b64encode(login.encode()).decode()
    if received.headers.get("Authorization") != expected:
        raise Refused(401, {"error": "UNAUTHORIZED"})
    return {"operation": words.operation_of(received), "asked": words.body_of(received.raw)}


def _interface(body: Body) -> Body:
    return {"xml": interface(body["address"]), "status": 200, words.MIXED_UP: 0}


def _encode(answer: Body) -> Sent:
    if answer[words.MIXED_UP]:
        answer = words.misnumbered(answer)
    return Sent(answer["xml"], "text/xml; charset=utf-8", status=answer["status"])
