"""Webhooks: every event is signed and posted to one address, or treated as badly as a test wants.

Modes: ``deliver``, ``drop`` (never), ``twice``, ``hold`` (until `release`, newest first), ``forge`` (signed with
another secret). Each may be delayed. Nothing is repeated when the receiver refuses; `deliveries` shows what it said.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from typing import Any, Final

from jiedao_connectors.stripe.signature import sign
from jiedao_sandbox.stripe.cabinet import Thing

_MODES: Final = ("deliver", "drop", "twice", "hold", "forge")
_SECONDS: Final = 10.0


class Webhooks:
    """The way out for events."""

    def __init__(self, secret: str, clock: Callable[[], float]) -> None:
        self._secret, self._clock = secret, clock
        self._lock = threading.Lock()
        self._url, self._mode, self._delay = "", "deliver", 0.0
        self._held: list[Thing] = []
        self.deliveries: list[dict[str, Any]] = []
        """Event, type and HTTP status of each delivery; status 0 where nobody answered."""

    def set(self, body: dict[str, Any]) -> dict[str, Any]:
        """Control face: where to post to, in which mode, after how many seconds; what is not named stays."""
        with self._lock:
            self._url = str(body.get("url", self._url))
            self._delay = float(body.get("delay", self._delay))
            mode = str(body.get("mode", self._mode))
            self._mode = mode if mode in _MODES else self._mode
            return {"url": self._url, "mode": self._mode, "delay": self._delay}

    def send(self, events: Sequence[Thing]) -> None:
        """Deliver what has just happened, on a thread of its own."""
        with self._lock:
            mode, url = self._mode, self._url
            if mode == "hold":
                self._held += events
        if url and events and mode not in ("hold", "drop"):
            times = 2 if mode == "twice" else 1
            secret = "whsec_of_somebody_else" if mode == "forge" else self._secret
            threading.Thread(target=self._deliver, args=([*events] * times, url, secret), daemon=True).start()

    def release(self, _: dict[str, Any]) -> dict[str, Any]:
        """Control face: deliver what was held, newest first, and say how it was received."""
        with self._lock:
            held, self._held = self._held[::-1], []
            url = self._url
        self._deliver(held, url, self._secret)
        return {"released": len(held)}

    def _deliver(self, events: Sequence[Thing], url: str, secret: str) -> None:
        time.sleep(self._delay)
        for event in events:
            status = self._post(json.dumps(event, indent=2, ensure_ascii=False).encode(), url, secret)
            with self._lock:
                self.deliveries.append({"event": event["id"], "type": event["type"], "status": status})

    def _post(self, body: bytes, url: str, secret: str) -> int:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(secret, int(self._clock()), body),
        }
        request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310 (an address a test gave)
        try:
            with _DIRECT.open(request, timeout=_SECONDS) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code
        except OSError:
            return 0


_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
