"""A small biller over HTTP for trying the kit itself: it books as often as it is told, and signs its notices."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from jiedao.hookspecs.service import NoticeRequest
from jiedao.testing import Site, StandIn
from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Service, decode_json

TOKEN = "sample-office-token"
NOW = 1_795_000_000
"""The moment at which the notices of these tests come in, in Unix seconds."""


class Office:
    """Accounts that end with 5 are refused, with 7 decided later, with 9 unknown; every other owes 42.60."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: list[Body] = []
        paths = {"/pay": self._pay, "/ask": self._ask, "/bills": self._bills, "/cancel": self._cancel}
        routes = {path: Route(path[1:], handler) for path, handler in paths.items()}
        self.service = Service("sample", routes, books=self.books, decode=_decode)
        self._server = HttpServer(self.service)
        self.url = self._server.url

    def faults(self, fault: str, operation: str = "", times: int = 1, seconds: float = 0.0) -> None:
        """Of the service."""
        self.service.faults.arm(fault, operation, times, seconds)

    def clear(self) -> None:
        """Of the service."""
        self.service.faults.clear()

    def books(self) -> dict[str, Any]:
        """All that was booked."""
        with self._lock:
            return {"rows": [dict(row) for row in self._rows]}

    def _pay(self, asked: Body) -> Body:
        if asked["account"].endswith("5"):
            return {**asked, "status": "refused"}
        return self._book({**asked, "status": "waiting" if asked["account"].endswith("7") else "booked"})

    def _cancel(self, asked: Body) -> Body:
        """Unlike a payment it is done once for each reference."""
        known = self._find(asked["reference"])
        if known is None and self._find(asked["original"]) is None:
            return {**asked, "status": "refused"}
        return known or self._book({**asked, "status": "booked"})

    def _ask(self, asked: Body) -> Body:
        return self._find(asked["reference"]) or {**asked, "status": "none"}

    def _bills(self, asked: Body) -> Body:
        if asked["account"].endswith("9"):
            return {"status": "refused", **asked}
        return {"status": "found", **asked, "bills": [{"id": f"B{asked['account']}", "amount": 4260}]}

    def _find(self, reference: str) -> Body | None:
        with self._lock:
            return next((dict(row) for row in self._rows if row["reference"] == reference), None)

    def _book(self, row: Body) -> Body:
        with self._lock:
            self._rows.append({**row, "receipt": f"R{len(self._rows) + 1:06d}"})
            return dict(self._rows[-1])

    def __enter__(self) -> Office:
        self._server.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._server.__exit__(*error)


def _decode(received: Received) -> Body:
    if received.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise Refused(401, {"error": "TOKEN"})
    return decode_json(received)


@contextmanager
def start(folder: Path) -> Iterator[StandIn]:
    """The office, in this process."""
    with Office() as office:
        yield office


def notice(at: Site, made_at: int = NOW) -> NoticeRequest:
    """What the office sends when a payment is decided."""
    content = f'{{"id": "N{at.serial}", "reference": "{at.operation}"}}'.encode()
    headers = {"x-time": str(made_at), "x-signature": signature(TOKEN, str(made_at), content)}
    return NoticeRequest(at.connection, at.deadline, headers, content)


def signature(secret: str, moment: str, content: bytes) -> str:
    """Over time and body."""
    return hmac.new(secret.encode(), moment.encode() + b"\n" + content, hashlib.sha256).hexdigest()
