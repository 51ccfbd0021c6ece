"""What is no answer is none on any wire: submitting is then unknown, asking unavailable. Nobody is certified by it.

A peer sends bytes that a test chose, over loopback.
"""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest

from bureau_connections import (
    DEADLINE,
    QUESTIONS,
    SPDCI,
    TODAY,
    TUNNEL,
    TYPED,
    WIRES,
    Wire,
    questions,
    someone,
    to_submit,
)
from jiedao.hookspecs.certification import SubmitRequest
from jiedao.hookspecs.outcomes import OutcomeUnknown, Pending, Succeeded, Unavailable
from jiedao_connectors import cert_tunnel
from jiedao_connectors.cert_tunnel import Lock, Message, Transaction
from jiedao_sandbox.bureau import soap, tunnel, typed

DAY: Final = f"{TODAY:%Y%m%d}"
LOCK: Final = Lock(tunnel.KEY.encode())
DOCTYPE: Final = b'<?xml version="1.0" encoding="utf-8"?><!DOCTYPE a [<!ENTITY b "c">]>'
PAGE: Final = "<!doctype html><html><body><h1>系统维护中</h1></body></html>".encode()
XML, JSON, HTML = "text/xml; charset=utf-8", "application/json; charset=utf-8", "text/html; charset=utf-8"
CONTENT: Final = {"tunnel": XML, "typed": XML, "spdci": JSON}


class Peer:
    """Answers every request with the same bytes and hangs up."""

    def __init__(self) -> None:
        self.says = b""
        peer = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                length = 0
                while (line := self.rfile.readline()) not in (b"\r\n", b""):
                    if line.lower().startswith(b"content-length:"):
                        length = int(line.split(b":")[1])
                self.rfile.read(length)
                self.wfile.write(peer.says)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    made = Peer()
    yield made
    made.close()
    for wire in WIRES:
        wire.close()


def http(status: str, media_type: str, content: bytes, announced: int | None = None) -> bytes:
    length = len(content) if announced is None else announced
    head = f"HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


def tunnelled(**changed: str) -> bytes:
    """The tunnel's answer to the submission of `certificate`, with other fields."""
    fields = {"CODE": "200", "AAC002": NUMBER, "AAE140": "110", "AAE036": DAY, "AAE047": DAY, "AAE278": "20270315"}
    message = Message(Transaction.CERTIFY, {**fields, **changed})
    return in_tunnel(cert_tunnel.answer(message, LOCK))


def in_tunnel(result: str) -> bytes:
    return soap.rpc_answer("invokeResponse", tunnel.NAMESPACE, "invokeReturn", result).content


def typed_answer(**changed: Any) -> bytes:
    """The typed answer to the submission of `certificate`, with other parts."""
    certification = {"BureauReference": "TB1", "Status": "DECIDED", "Finding": "CERTIFIED", "ValidTo": "20270315"}
    echo = {"Reference": OPERATION, "PersonNumber": NUMBER, "Kind": "110", "Date": DAY}
    return soap.answer("CertifyResponse", typed.NAMESPACE, {**echo, "Certification": certification, **changed}).content


def acknowledged(**changed: Any) -> bytes:
    """The registry's acknowledgement, with other parts."""
    message = {"ack_status": "ACK", "timestamp": "2026-03-15T09:00:00+08:00", "correlation_id": "R1", **changed}
    return json.dumps({"message": message}).encode()


NUMBER: Final = someone()
TAIL: Final = b"&lt;/r&gt;</invokeReturn></n:invokeResponse></s:Body></s:Envelope>"
OPERATION: Final = "op-nonsense"
RIGHT: Final[dict[str, Callable[[], bytes]]] = {"tunnel": tunnelled, "typed": typed_answer, "spdci": acknowledged}


def certificate(wire: Wire, peer: Peer) -> SubmitRequest:
    return to_submit(wire.connect(peer.url), NUMBER, OPERATION)


# Name, and the bytes for a wire of that content type and right answer.
NO_ANSWERS: Final[dict[str, Callable[[str, bytes], bytes]]] = {
    "502 with a page": lambda kind, right: http("502 Bad Gateway", HTML, PAGE),
    "502 with the right answer": lambda kind, right: http("502 Bad Gateway", kind, right),
    "503 empty": lambda kind, right: http("503 Service Unavailable", kind, b""),
    "200 with a maintenance page": lambda kind, right: http("200 OK", HTML, PAGE),
    "200 with a page that claims the type": lambda kind, right: http("200 OK", kind, PAGE),
    "200 with the right answer called a page": lambda kind, right: http("200 OK", HTML, right),
    "200 empty": lambda kind, right: http("200 OK", kind, b""),
    "204": lambda kind, right: b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n",
    "302": lambda kind, right: http("302 Found", HTML, PAGE),
    "404 with a page": lambda kind, right: http("404 Not Found", HTML, PAGE),
    "404 with the right answer": lambda kind, right: http("404 Not Found", kind, right),
    "408": lambda kind, right: http("408 Request Timeout", kind, right),
    "in another charset": lambda kind, right: http("200 OK", kind, right.decode().encode("utf-16")),
    "that says another charset": lambda kind, right: http("200 OK", kind.replace("utf-8", "gbk"), right),
    "that says a charset nobody knows": lambda kind, right: http("200 OK", kind.replace("utf-8", "x-none"), right),
    "not in UTF-8": lambda kind, right: http("200 OK", kind, right[:40] + b"\xff\xfe" + right[40:]),
    "broken off": lambda kind, right: http("200 OK", kind, right[:-20], len(right)),
    "cut in half": lambda kind, right: http("200 OK", kind, right[: len(right) // 2]),
    "without an end of the head": lambda kind, right: b"HTTP/1.1 200 OK\r\nContent-Type",
    "huge": lambda kind, right: http("200 OK", kind, right + b" " * 5_000_000),
    "of no HTTP": lambda kind, right: b"\x00\x01\x02\x03",
    "nothing at all": lambda kind, right: b"",
    "with a document type": lambda kind, right: http("200 OK", kind, DOCTYPE + right[right.find(b"?>") + 2 :]),
    "of an empty object": lambda kind, right: http("200 OK", kind, b"{}" if kind == JSON else b"<a/>"),
    "of a list": lambda kind, right: http("200 OK", kind, b"[]"),
    "with a web page in the envelope": lambda kind, right: http("200 OK", kind, in_tunnel(PAGE.decode())),
    "a fault": lambda kind, right: http("500 Internal Server Error", XML, soap.fault("Server", "boom").content),
    "a fault with 200": lambda kind, right: http("200 OK", XML, soap.fault("Client", "boom").content),
}
EVERY = pytest.mark.parametrize("nothing", NO_ANSWERS)
ON_EACH = pytest.mark.parametrize("wire", WIRES, ids=lambda wire: wire.name)


@ON_EACH
def test_the_right_answer_is_taken(wire: Wire, peer: Peer) -> None:
    """So that what follows fails for the reason it says."""
    peer.says = http("200 OK", CONTENT[wire.name], RIGHT[wire.name]())
    outcome = wire.plugin.certification_submit(certificate(wire, peer))
    assert isinstance(outcome, Pending if wire is SPDCI else Succeeded)


@ON_EACH
@EVERY
def test_a_submission_without_an_answer_is_unknown(wire: Wire, peer: Peer, nothing: str) -> None:
    peer.says = NO_ANSWERS[nothing](CONTENT[wire.name], RIGHT[wire.name]())
    with pytest.raises(OutcomeUnknown):
        wire.plugin.certification_submit(certificate(wire, peer))


@ON_EACH
@EVERY
def test_a_question_without_an_answer_is_unavailable(wire: Wire, peer: Peer, nothing: str) -> None:
    peer.says = NO_ANSWERS[nothing](CONTENT[wire.name], RIGHT[wire.name]())
    asking = questions(wire, certificate(wire, peer))
    for question in QUESTIONS:
        if (wire, question) != (TYPED, "batch"):
            with pytest.raises(Unavailable):
                asking[question](DEADLINE)


# Answers of the protocol that say nothing, or of something else

HOLLOW: Final[list[tuple[Wire, str, Callable[[], bytes]]]] = [
    (TUNNEL, "no ERROR", lambda: in_tunnel("<r></r>")),
    (TUNNEL, "ERROR without payload", lambda: in_tunnel("<ERROR>00</ERROR>")),
    (TUNNEL, "ERROR 00 with an empty payload", lambda: in_tunnel("<ERROR>00</ERROR><r></r>")),
    (TUNNEL, "ERROR that is not 00", lambda: in_tunnel(cert_tunnel.refusal("99"))),
    (TUNNEL, "ERROR 0", lambda: in_tunnel("<ERROR>0</ERROR><r></r>")),
    (TUNNEL, "payload of another key", lambda: in_tunnel(cert_tunnel.answer(Message("CERTIFY", {}), Lock(b"k" * 16)))),
    (TUNNEL, "payload cut by a block", lambda: tunnelled_cut(32)),
    (TUNNEL, "payload cut by a digit", lambda: tunnelled_cut(1)),
    (TUNNEL, "payload in another charset", lambda: in_charset("utf-8")),
    (TUNNEL, "no inner code", lambda: tunnelled(CODE="")),
    (TUNNEL, "an inner code that nobody knows", lambda: tunnelled(CODE="299")),
    (TUNNEL, "an inner code of HTTP", lambda: tunnelled(CODE="OK")),
    (TUNNEL, "another person", lambda: tunnelled(AAC002=someone())),
    (TUNNEL, "another kind", lambda: tunnelled(AAE140="210")),
    (TUNNEL, "another day", lambda: tunnelled(AAE036="20260314")),
    (TUNNEL, "certified on another day", lambda: tunnelled(AAE047="20260314")),
    (TUNNEL, "no person", lambda: tunnelled(AAC002="")),
    (TUNNEL, "a rejection of another person", lambda: tunnelled(CODE="301", AAC002=someone())),
    (TUNNEL, "201 of another kind", lambda: tunnelled(CODE="201", AAE140="210")),
    (TUNNEL, "a day that is none", lambda: tunnelled(AAE278="20270230")),
    (TUNNEL, "another transaction", lambda: in_tunnel(cert_tunnel.answer(Message("QUERY", {"CODE": "200"}), LOCK))),
    (TYPED, "an empty choice", lambda: typed_answer(Certification=None)),
    (TYPED, "two of a choice", lambda: typed_answer(NietsGevonden={"Text": "x"})),
    (TYPED, "no finding", lambda: typed_answer(Certification={"BureauReference": "1", "Status": "DECIDED"})),
    (TYPED, "no status", lambda: typed_answer(Certification={"BureauReference": "1", "Finding": "CERTIFIED"})),
    (TYPED, "a finding that nobody knows", lambda: typed_answer(Certification=found(Finding="FINE"))),
    (TYPED, "a status that nobody knows", lambda: typed_answer(Certification=found(Status="OK"))),
    (TYPED, "a day that is none", lambda: typed_answer(Certification=found(ValidTo="20271301"))),
    (TYPED, "another person", lambda: typed_answer(PersonNumber=someone())),
    (TYPED, "another kind", lambda: typed_answer(Kind="210")),
    (TYPED, "another day", lambda: typed_answer(Date="20260314")),
    (TYPED, "another reference", lambda: typed_answer(Reference="op-other")),
    (TYPED, "nothing found for another person", lambda: remarks(None, PersonNumber="x", NietsGevonden={"Text": "-"})),
    (TYPED, "an error that nobody knows", lambda: remarks({"Fout": [{"Code": "F77"}]})),
    (TYPED, "the bureau's own trouble", lambda: remarks({"Fout": [{"Code": "F09"}]})),
    (TYPED, "a reference that was used", lambda: remarks({"Fout": [{"Code": "F02"}]})),
    (TYPED, "a warning only", lambda: remarks({"Waarschuwing": [{"Code": "F01"}]})),
    (TYPED, "information only", lambda: remarks({"Informatie": [{"Code": "I01"}]})),
    (TYPED, "a known error among others", lambda: remarks({"Fout": [{"Code": "F01"}, {"Code": "F77"}]})),
    (SPDCI, "no status", lambda: acknowledged(ack_status=None)),
    (SPDCI, "NACK", lambda: acknowledged(ack_status="NACK")),
    (SPDCI, "a status that nobody knows", lambda: acknowledged(ack_status="OK")),
    (SPDCI, "ERR without a code", lambda: acknowledged(ack_status="ERR")),
    (SPDCI, "ERR with a code that nobody knows", lambda: acknowledged(ack_status="ERR", error={"code": "err.x"})),
    (SPDCI, "ERR timeout", lambda: acknowledged(ack_status="ERR", error={"code": "err.request.timeout"})),
    (SPDCI, "ACK without a number", lambda: acknowledged(correlation_id="")),
    (SPDCI, "a signature that is wrong", lambda: b'{"signature":"Signature: x","header":{},"message":{}}'),
    (SPDCI, "a signature without a message", lambda: b'{"signature":"Signature: x"}'),
]


def found(**changed: str) -> dict[str, str]:
    return {"BureauReference": "1", "Status": "DECIDED", "Finding": "CERTIFIED", **changed}


def remarks(said: Any, **changed: Any) -> bytes:
    return typed_answer(Certification=None, FWI=said, **changed)


def tunnelled_cut(digits: int) -> bytes:
    """The right answer, whose payload lost its last hexadecimal digits."""
    return tunnelled()[: -len(TAIL) - digits] + TAIL


def in_charset(charset: str) -> bytes:
    fields = {"CODE": "200", "AAC002": NUMBER, "AAE140": "110", "AAE036": DAY, "AAE047": DAY, "MSG": "成功"}
    return in_tunnel(cert_tunnel.answer(Message(Transaction.CERTIFY, fields), Lock(LOCK.key, charset=charset)))


@pytest.mark.parametrize(("wire", "what", "says"), HOLLOW, ids=[f"{wire.name}: {what}" for wire, what, _ in HOLLOW])
def test_a_hollow_answer_is_unknown(wire: Wire, what: str, says: Callable[[], bytes], peer: Peer) -> None:
    peer.says = http("200 OK", CONTENT[wire.name], says())
    with pytest.raises(OutcomeUnknown):
        wire.plugin.certification_submit(certificate(wire, peer))
