"""The waterworks' side of the wire, small enough to read, able to lose an answer."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

TOKEN = "sandbox-waterworks-token"  # noqa: S105 (of a stand-in that only listens on loopback)


class Waterworks:
    """Listens on loopback. `paid` is its books; `lose_next` makes it book the next payment and hang up."""

    def __init__(self) -> None:
        self.paid: dict[str, dict[str, Any]] = {}
        self.lose_next = False
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        """The answer, or None for silence."""
        if path == "/bills":
            return _bills(asked["account"])
        if path == "/payment":
            return self.paid.get(asked["reference"], {"status": "none"})
        lost, self.lose_next = self.lose_next, False
        booked = self._pay(asked)
        return None if lost else booked

    def _pay(self, asked: dict[str, Any]) -> dict[str, Any]:
        if any(row["bill"] == asked["bill"] for row in self.paid.values()):
            return {"status": "refused", "why": "PAID_BEFORE"}
        self.paid[asked["reference"]] = {"status": "booked", "number": f"W{len(self.paid) + 1:06d}", **asked}
        return self.paid[asked["reference"]]

    def __enter__(self) -> Waterworks:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()


def _bills(account: str) -> dict[str, Any]:
    if account == "000000":
        return {"customer": None, "bills": []}
    bill = {"id": f"B{account}-2026-10", "amount": 4260, "period": "2026-10"}
    return {"customer": "古丽巴哈尔·买买提", "bills": [bill]}


def _handler(works: Waterworks) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            """Read, answer, or hang up."""
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            known = self.headers["Authorization"] == f"Bearer {TOKEN}"
            answer = works.answer(self.path, asked) if known else {"error": "TOKEN"}
            if answer is not None:
                self._send(200 if known else 401, json.dumps(answer).encode())

        def _send(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
