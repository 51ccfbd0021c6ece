"""Callbacks and events that the bureau sends: right ones, and ones that nobody may believe."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from jiedao_connectors import dci
from jiedao_connectors.dci import Key
from jiedao_sandbox.books import Row
from jiedao_sandbox.bureau.registry import Registry
from jiedao_sandbox.httpd import Body

RIGHT: Final = "right"
FORGED: Final = "forged"
"""Signed with a key that nobody agreed."""
STALE: Final = "stale"
"""Signed an hour ago."""
TWICE: Final = "twice"


class Notices:
    """Sends what happened to an address."""

    def __init__(self, registry: Registry, key: Key, clock: Callable[[], float]) -> None:
        self._registry = registry
        self._key = key
        self._clock = clock

    def decided(self, row: Row, address: str, how: str = RIGHT) -> list[int]:
        """Tell that a certification was decided; the HTTP status of each sending (0: nobody answered)."""
        said = {
            "transaction_id": row["reference"],
            "correlation_id": f"R{row['id']:08d}",
            "certify_response": [self._registry.result(row)],
        }
        return self._send(address, "on-certify", f"M{row['id']:08d}", said, how)

    def died(self, number: str, on: str, address: str, how: str = RIGHT) -> list[int]:
        """Tell that somebody died."""
        record = {"identifier": [{"identifier_type": "UIN", "identifier_value": number}], "death_date": on}
        event = {
            "reference_id": f"D{number}",
            "timestamp": dci.timestamp(self._clock()),
            "data": {
                "version": dci.VERSION,
                "reg_event_type": "death",
                "reg_record_type": "Person",
                "reg_records": [record],
            },
        }
        return self._send(
            address, "notify", f"D{number}", {"transaction_id": f"D{number}", "notify_event": [event]}, how
        )

    def _send(self, address: str, action: str, message_id: str, message: Body, how: str) -> list[int]:
        now = self._clock() - (3600 if how == STALE else 0)
        key = replace(self._key, material=bytes(32)) if how == FORGED else self._key
        body = dci.envelope(self._registry.header(action, message_id), message, key, now)
        content = json.dumps(body, ensure_ascii=False).encode()
        return [_post(address, content) for _ in range(2 if how == TWICE else 1)]


def _post(address: str, content: bytes) -> int:
    request = urllib.request.Request(address, content, {"Content-Type": "application/json"})  # noqa: S310
    try:
        with _DIRECT.open(request, timeout=10) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refused:
        return refused.code
    except OSError:
        return 0


_DIRECT: Final = urllib.request.build_opener(urllib.request.ProxyHandler({}))
