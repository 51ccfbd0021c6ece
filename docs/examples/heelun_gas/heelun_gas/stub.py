"""A stand-in for the provider that speaks its wire, keeps books, and misbehaves on request. Never used in a street.

What the end of `account` decides: 5 is refused, 7 is decided later, anything else is booked at once. A reference is
booked once, however often it is sent.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Service, decode_json

TOKEN: Final = "stub-token"  # noqa: S105 (a stand-in's token opens nothing)
ACTS: Final = ("pay",)


class Stub:
    """Listens on loopback while its block lasts."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rows: dict[str, Body] = {}
        routes = {f"/{name}": Route(name, self._act) for name in ACTS}
        routes |= {"/ask": Route("ask", self._ask)}
        routes |= {f"/{name}": Route(name, answer) for name, answer in QUESTIONS.items()}
        self.service = Service("heelun_gas", routes, books=self.books, decode=_decode)
        self._server = HttpServer(self.service)
        self.url: Final = self._server.url

    def faults(self, fault: str, operation: str = "", times: int = 1, seconds: float = 0.0) -> None:
        """Let the next requests meet a fault."""
        self.service.faults.arm(fault, operation, times, seconds)

    def clear(self) -> None:
        """Disarm all faults."""
        self.service.faults.clear()

    def books(self) -> dict[str, Any]:
        """What was booked."""
        with self._lock:
            return {"rows": [dict(row) for row in self._rows.values()]}

    def _act(self, asked: Body) -> Body:
        fate = str(asked["account"])[-1:]
        if fate == "5":
            return {**asked, "status": "refused", "code": "REFUSED"}
        status = "waiting" if fate == "7" else "booked"
        with self._lock:
            booked = {**asked, "status": status, "number": f"N{len(self._rows) + 1:08d}", "token": "0123" * 5}
            return dict(self._rows.setdefault(asked["reference"], booked))

    def _ask(self, asked: Body) -> Body:
        with self._lock:
            return dict(self._rows.get(asked["reference"], {**asked, "status": "none"}))

    def __enter__(self) -> Stub:
        self._server.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._server.__exit__(*error)


@contextmanager
def start(books: Path) -> Iterator[Stub]:
    """For the kit; this small one keeps its books in memory."""
    with Stub() as stub:
        yield stub


def _decode(received: Received) -> Body:
    if received.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise Refused(401, {"error": "TOKEN"})
    return decode_json(received)


def _hello(asked: Body) -> Body:
    return {**asked, "status": "ready"}


def _bills(asked: Body) -> Body:
    if asked["account"].endswith("9"):
        return {**asked, "status": "unknown"}
    bill = {"bill": f"B{asked['account']}", "customer": "王**", "amount": 4_260, "period": "202610"}
    return {**asked, "status": "found", "bills": [bill]}


QUESTIONS: Final = {"hello": _hello, "bills": _bills}
