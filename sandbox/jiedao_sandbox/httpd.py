"""A small HTTP/1.1 server for stand-ins: routing, faults, and the control face that tests use.

    service = Service("billhub", routes={"/v1/pay": Route("pay", pay)}, books=books.dump)
    with HttpServer(service, port=0) as server:
        print(server.url)

A handler takes the decoded body and returns the answer. `Service.decode` may be replaced by what checks a signature,
decrypts, or reads a form; `Service.encode` by what encrypts the answer.

Control face (never meets a fault): ``GET /_sandbox/health``, ``GET /_sandbox/books``, ``POST /_sandbox/faults``,
``DELETE /_sandbox/faults``, and what the service adds in `controls`.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final, TypeAlias
from urllib.parse import parse_qsl, urlsplit

from jiedao_sandbox.faults import ECHOES, Fault, Faults, altered, wrong_echo

Body: TypeAlias = dict[str, Any]
Handler: TypeAlias = Callable[[Body], Body]

MAXIMUM_REQUEST: Final = 4_000_000
"""Bytes of a request body that are read; more is refused with 413."""


class Refused(Exception):
    """Answer with an HTTP error status and a JSON body; raised by handlers and by `Service.decode`."""

    def __init__(self, status: int, body: Body) -> None:
        super().__init__(f"{status} {body}")
        self.status = status
        self.body = body


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came over the wire."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Message
    raw: bytes


@dataclass(frozen=True, slots=True)
class Sent:
    """One answer as it goes over the wire."""

    content: bytes
    media_type: str = "application/json; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    """A SOAP fault is an answer with 500."""


@dataclass(frozen=True, slots=True)
class Route:
    """What a path does; `operation` is the name by which faults and counters know it."""

    operation: str
    handler: Handler
    method: str = "POST"


def decode_json(received: Received) -> Body:
    """The JSON object of the body; without a body, the query parameters."""
    if not received.raw:
        return dict(received.query)
    try:
        body = json.loads(received.raw.decode("utf-8"))
    except ValueError:
        raise Refused(400, {"error": "MALFORMED", "says": "the body is not JSON in UTF-8"}) from None
    if not isinstance(body, dict):
        raise Refused(400, {"error": "MALFORMED", "says": "the body is not a JSON object"})
    return body


def encode_json(answer: Body) -> Sent:
    """The answer as JSON in UTF-8."""
    return Sent(json.dumps(answer, ensure_ascii=False).encode())


def no_books() -> Body:
    """For a stand-in that keeps none."""
    return {}


@dataclass
class Service:
    """What one stand-in does over HTTP. `routes` and `controls` go by path."""

    name: str
    routes: Mapping[str, Route] = field(default_factory=dict)
    books: Callable[[], Body] = no_books
    controls: Mapping[str, Route] = field(default_factory=dict)
    faults: Faults = field(default_factory=Faults)
    decode: Callable[[Received], Body] = decode_json
    encode: Callable[[Body], Sent] = encode_json
    distort: Handler = wrong_echo
    echoes: Mapping[Fault, frozenset[str]] = field(default_factory=lambda: ECHOES)
    """Which fields of an answer repeat amount, number and currency."""
    operation_of: Callable[[Received], str] | None = None
    """Where one path serves many operations: which one a request is, for faults and counters. Never raises."""
    served: Counter[str] = field(default_factory=Counter)
    """How many requests of each operation came in, lost ones too; in memory only."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, method: str, path: str) -> Route | None:
        """What a request is for; a stand-in whose paths hold names of things finds them in its own way."""
        route = self.routes.get(path)
        return route if route is not None and route.method == method else None

    def count(self, operation: str) -> None:
        """One more request of an operation."""
        with self.lock:
            self.served[operation] += 1

    def face(self) -> dict[tuple[str, str], Handler]:
        """The control face by method and path."""
        return {
            ("GET", "/_sandbox/health"): self._health,
            ("GET", "/_sandbox/books"): lambda _: self.books(),
            ("POST", "/_sandbox/faults"): self._arm,
            ("DELETE", "/_sandbox/faults"): self._clear,
            **{(route.method, path): route.handler for path, route in self.controls.items()},
        }

    def _health(self, _: Body) -> Body:
        with self.lock:
            return {"name": self.name, "served": dict(self.served), "faults": self.faults.armed()}

    def _arm(self, body: Body) -> Body:
        try:
            self.faults.arm(**body)
        except (TypeError, ValueError) as wrong:
            raise Refused(400, {"error": "MALFORMED", "says": str(wrong)}) from None
        return {"faults": self.faults.armed()}

    def _clear(self, _: Body) -> Body:
        self.faults.clear()
        return {"faults": []}


class _HangUp(Exception):
    """Close the connection without a word."""


class _Handler(BaseHTTPRequestHandler):
    """One connection; the service comes with the class that `HttpServer` derives."""

    protocol_version = "HTTP/1.1"
    # Without it Nagle and delayed acknowledgements cost 40 ms for each answer on loopback.
    disable_nagle_algorithm = True
    timeout = 300
    service: Service

    def handle_one_request(self) -> None:
        """A caller that went away is not an error of the stand-in."""
        try:
            super().handle_one_request()
        except (_HangUp, ConnectionError, TimeoutError):
            self.close_connection = True

    def finish(self) -> None:
        """Likewise for what is still in the buffer."""
        try:
            super().finish()
        except ConnectionError:
            self.close_connection = True

    def _serve(self) -> None:
        path = urlsplit(self.path).path
        control = self.service.face().get((self.command, path))
        route = self.service.find(self.command, path)
        if control is not None:
            self._control(control)
        elif route is not None:
            self._act(route)
        else:
            self._read()
            self._refuse(Refused(404, {"error": "NO_SUCH_PATH", "says": f"{self.command} {path}"}))

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 (names of http.server)

    def _control(self, handler: Handler) -> None:
        try:
            self._send(200, encode_json(handler(decode_json(self._read()))))
        except Refused as refused:
            self._refuse(refused)

    def _act(self, route: Route) -> None:
        names = self.service.operation_of
        received = self._read() if names else None
        operation = names(received) if names and received else route.operation
        self.service.count(operation)
        fault = self.service.faults.take(operation)
        if fault.loses_request:
            raise _HangUp
        received = received or self._read()
        fault.wait_before_effect()
        status, answer = self._answer(route, received)
        fault.wait_before_answer()
        if fault.loses_answer:
            raise _HangUp
        if fault.fault is Fault.SILENCE:
            self._stay_silent()
        self._deliver(fault.fault, status, answer)

    def _stay_silent(self) -> None:
        """Until the caller hangs up."""
        while self.rfile.read1(1024):
            pass
        raise _HangUp

    def _answer(self, route: Route, received: Received) -> tuple[int, Body]:
        try:
            return 200, route.handler(self.service.decode(received))
        except Refused as refused:
            return refused.status, refused.body

    def _deliver(self, fault: Fault | None, status: int, answer: Body) -> None:
        if fault is Fault.ERROR_AFTER_EFFECT:
            return self._send(500, encode_json({"error": "INTERNAL"}))
        if fault is Fault.HTML:
            return self._send(200, Sent(_PAGE, "text/html; charset=utf-8"))
        if fault is Fault.WRONG_ECHO:
            answer = self.service.distort(answer)
        if fault is not None and fault in self.service.echoes:
            answer = altered(answer, self.service.echoes[fault])
        # What refuses a request is plain JSON even where answers are encrypted.
        sent = self.service.encode(answer) if status == 200 else encode_json(answer)
        if fault is not None and fault in _SPOILED:
            sent = replace(sent, content=_SPOILED[fault](sent.content))
        status = sent.status if status == 200 else status
        if fault is Fault.TRUNCATED:
            return self._break_off(status, sent)
        return self._send(status, sent, 2 if fault is Fault.ANSWER_TWICE else 1)

    def _break_off(self, status: int, sent: Sent) -> None:
        """Announce the whole, send half, hang up."""
        announced = f"Content-Length: {len(sent.content)}\r\nContent-Type: {sent.media_type}\r\n\r\n"
        head = f"HTTP/1.1 {status} {self.responses[status][0]}\r\n{announced}"
        self.wfile.write(head.encode("latin-1") + sent.content[: len(sent.content) // 2])
        raise _HangUp

    def _read(self) -> Received:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MAXIMUM_REQUEST:
            self.close_connection = True
            self._refuse(Refused(413, {"error": "TOO_LARGE", "says": f"at most {MAXIMUM_REQUEST} bytes"}))
            raise _HangUp
        raw = self.rfile.read(length)
        if len(raw) < length:
            raise _HangUp
        address = urlsplit(self.path)
        return Received(self.command, address.path, dict(parse_qsl(address.query)), self.headers, raw)

    def _refuse(self, refused: Refused) -> None:
        self._send(refused.status, encode_json(refused.body))

    def _send(self, status: int, sent: Sent, times: int = 1) -> None:
        head = [f"HTTP/1.1 {status} {self.responses[status][0]}", f"Content-Type: {sent.media_type}"]
        head += [f"Content-Length: {len(sent.content)}", *(f"{k}: {v}" for k, v in sent.headers.items()), "", ""]
        # Head and body in one write: one segment, and a second copy follows without a gap.
        self.wfile.write(("\r\n".join(head).encode("latin-1") + sent.content) * times)

    def log_message(self, format: str, *args: object) -> None:
        """Stand-ins are quiet; their books say what happened."""


class _Threads(ThreadingHTTPServer):
    daemon_threads = True
    # A load test opens many connections at once; the default queue of 5 would drop some for a second.
    request_queue_size = 256


class HttpServer:
    """A service that listens on loopback (or `host`) in threads of its own; port 0 takes a free one."""

    def __init__(self, service: Service, port: int = 0, host: str = "127.0.0.1") -> None:
        handler = type("Handler", (_Handler,), {"service": service})
        self._server = _Threads((host, port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url: Final = f"http://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> HttpServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def control_server(name: str, faults: Faults, books: Callable[[], Body], port: int = 0) -> HttpServer:
    """The control face alone, for a stand-in that speaks TCP and takes its faults from the same `faults`."""
    return HttpServer(Service(name, books=books, faults=faults), port)


def _another_encoding(content: bytes) -> bytes:
    """UTF-16 without a mark, as nobody is told."""
    try:
        return content.decode("utf-8").encode("utf-16-le")
    except UnicodeDecodeError:
        return content.decode("latin-1").encode("utf-16-le")


_BLANKS: Final = 16_000_000
_SPOILED: Final[Mapping[Fault, Callable[[bytes], bytes]]] = {
    Fault.EMPTY: lambda content: b"",
    Fault.MALFORMED: lambda content: content[: len(content) // 2],
    Fault.HUGE: lambda content: content + b" " * _BLANKS,
    Fault.CHARSET: _another_encoding,
}

_PAGE: Final = "<!doctype html><html><body><h1>系统维护中</h1><p>Service under maintenance</p></body></html>".encode()
