"""Sending: one client for each interface. Threads may share one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from jiedao_connectors.ems import current, older
from jiedao_connectors.ems.order import Access, Order
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.http import HttpClient

MAXIMUM_ANSWER: Final = 4_000_000
"""Bytes; the longest answer is a label."""

_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}


def _now() -> datetime:
    return datetime.now(UTC)


class CurrentClient:
    """Speaks the current interface at one address."""

    def __init__(self, url: str, access: Access, clock: Callable[[], datetime] = _now) -> None:
        self._http = HttpClient(url, maximum_answer=MAXIMUM_ANSWER)
        self._access, self._clock = access, clock

    def create(self, order: Order, deadline: float) -> current.Reply:
        """Hand an item over."""
        return self._send(current.encode_create(self._access, order, self._clock()), deadline)

    def call(self, code: str, body: object, deadline: float) -> current.Reply:
        """Any other call."""
        return self._send(current.encode(self._access, code, body, self._clock()), deadline)

    def close(self) -> None:
        """Close the idle connections."""
        self._http.close()

    def _send(self, form: bytes, deadline: float) -> current.Reply:
        return current.decode_reply(_post(self._http, form, deadline))


class OlderClient:
    """Speaks the older interface, whose calls live at three addresses."""

    def __init__(
        self, order_url: str, check_url: str, track_url: str, access: Access, clock: Callable[[], datetime] = _now
    ) -> None:
        self._orders, self._checks, self._tracks = (
            HttpClient(url, maximum_answer=MAXIMUM_ANSWER) for url in (order_url, check_url, track_url)
        )
        self._access, self._clock = access, clock

    def create(self, order: Order, deadline: float) -> older.Reply:
        """Hand an item over."""
        form = older.encode_create(self._access, order, self._clock())
        return older.decode_reply(_post(self._orders, form, deadline))

    def find(self, number: str, deadline: float) -> older.Reply:
        """Ask for an order by our own number."""
        return older.decode_reply(_post(self._orders, older.encode_order_query(self._access, number), deadline))

    def check(self, item: str, ability: str, address: str, deadline: float) -> older.Reply:
        """Ask whether an address can have pick-up or delivery."""
        form = older.encode_address_check(self._access, item, ability, address)
        return older.decode_reply(_post(self._checks, form, deadline))

    def track(self, number: str, deadline: float) -> older.Traces:
        """Ask what has happened to an item."""
        now = self._clock()
        form = older.encode_trace(self._access, number, f"{now:%Y%m%d%H%M%S%f}", now)
        return older.decode_traces(_post(self._tracks, form, deadline))

    def close(self) -> None:
        """Close the idle connections."""
        for http in (self._orders, self._checks, self._tracks):
            http.close()


def _post(http: HttpClient, form: bytes, deadline: float) -> bytes:
    """The body of a 200. EMS labels JSON and XML as it likes, so only another charset is held against it."""
    answer = http.send("POST", "", form, deadline, _FORM)
    if answer.status != 200:
        raise NotUnderstood(f"HTTP {answer.status}")
    charset = answer.content_type.lower().partition("charset=")[2].strip(' "')
    if charset not in ("", "utf-8", "utf8", "us-ascii"):
        raise NotUnderstood(f"the answer is in {charset[:20]}, not UTF-8")
    return answer.content
