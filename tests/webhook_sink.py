"""A receiver of webhooks on loopback: keeps what came, and answers as a test tells it to."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

LOST = 0
"""A status that stands for hanging up without an answer."""
_SECONDS = 15.0


@dataclass
class Came:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The message's id."""
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """Answers with the statuses of `answers` in turn, then with 204."""

    answers: list[int] = field(default_factory=list)
    came: list[Came] = field(default_factory=list)
    held: threading.Event | None = None
    """While it is there and not set, nothing is answered."""
    location: str = ""

    def __post_init__(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                receiver.take(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._server.server_port}/hook?from=jiedao"

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        """One request."""
        length = int(handler.headers.get("Content-Length", "0"))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        self.came.append(Came(handler.path, headers, handler.rfile.read(length)))
        status = self.answers.pop(0) if self.answers else 204
        if self.held is not None:
            self.held.wait(_SECONDS)
        handler.close_connection = True
        if status == LOST:
            return
        handler.send_response(status)
        if self.location:
            handler.send_header("Location", self.location)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    def __enter__(self) -> Receiver:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self.held is not None:
            self.held.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
