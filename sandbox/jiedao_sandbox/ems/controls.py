"""The control face: let things happen to items, and push what happened."""

from __future__ import annotations

import base64
import json
import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from jiedao_connectors.ems.push import seal_push
from jiedao_connectors.ems.values import instant, written
from jiedao_connectors.http import HttpClient, HttpProblem
from jiedao_sandbox.books import Row
from jiedao_sandbox.ems import events
from jiedao_sandbox.ems.booking import Post
from jiedao_sandbox.ems.contract import Contract
from jiedao_sandbox.httpd import Body
from jiedao_sandbox.httpd import Refused as BadRequest

OFFICE: Final = "鄂尔多斯市诃额伦街道营业部"
_SECONDS: Final = 10.0
_STALE: Final = timedelta(days=3)


class Controls:
    """What a test may do to EMS."""

    def __init__(
        self, post: Post, contract: Contract, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._post, self._contract, self._clock = post, contract, clock

    def advance(self, body: Body) -> Body:
        """``{"waybill", "codes": [...], "at": "2026-11-25 09:00:00"}``: one event for each code, a minute apart.

        A code is a text, or ``{"code", "manner", "failure", "office"}``. Without `at` the first is now.
        """
        waybill = self._known(body)
        start = instant(body["at"]) if body.get("at") else self._clock()
        for minute, told in enumerate(body.get("codes", [])):
            one = told if isinstance(told, dict) else {"code": told}
            self._post.happen(
                waybill,
                str(one["code"]),
                written(start + timedelta(minutes=minute)),
                str(one.get("office", OFFICE)),
                str(one.get("manner", "")),
                str(one.get("failure", "")),
            )
        return {"events": len(self._post.events(waybill))}

    def push(self, body: Body) -> Body:
        """``{"waybill", "url", "variant"}``: push every event of an item, each by itself, and say what came back.

        Variants: genuine, duplicate (each twice under one serial), reordered (newest first), forged (another key),
        stale (of three days ago). Without `url` nothing is sent, and the bodies are given to the caller.
        """
        variant, waybill = str(body.get("variant", "genuine")), self._known(body)
        if variant not in _VARIANTS:
            raise BadRequest(400, {"error": "MALFORMED", "says": f"variant is one of {', '.join(_VARIANTS)}"})
        rows = self._post.events(waybill)
        made = [self._made(row, variant) for row in (reversed(rows) if variant == "reordered" else rows)]
        sent = [one for one in made for _ in range(2 if variant == "duplicate" else 1)]
        url = str(body.get("url", ""))
        return {"pushes": [self._send(url, waybill, variant, *one) for one in sent]}

    def _made(self, row: Row, variant: str) -> tuple[str, bytes]:
        serial = uuid.uuid4().hex.upper()
        key = base64.b64encode(secrets.token_bytes(16)).decode() if variant == "forged" else self._contract.key
        moment = self._clock() - (_STALE if variant == "stale" else timedelta())
        return serial, seal_push(key, self._contract.sender, serial, events.written([row]), moment)

    def _send(self, url: str, waybill: str, variant: str, serial: str, content: bytes) -> dict[str, Any]:
        told: dict[str, Any] = {"serial": serial, "body": content.decode()}
        if url:
            status, acknowledged = _deliver(url, content)
            self._post.pushed(serial, waybill, variant, status, acknowledged)
            told |= {"status": status, "acknowledged": acknowledged}
        return told

    def _known(self, body: Body) -> str:
        waybill = str(body.get("waybill", ""))
        if self._post.item(waybill) is None:
            raise BadRequest(404, {"error": "UNKNOWN_ITEM", "says": waybill})
        return waybill


def _deliver(url: str, content: bytes) -> tuple[int, bool]:
    """Status (0 for none) and whether the receiver acknowledged it in the form that EMS expects."""
    http = HttpClient(url)
    try:
        answer = http.send("POST", "", content, _SECONDS, {"Content-Type": "application/json;charset=UTF-8"})
        return answer.status, answer.status == 200 and json.loads(answer.content).get("code") == "00000"
    except (HttpProblem, ValueError, AttributeError):
        return 0, False
    finally:
        http.close()


_VARIANTS: Final = ("genuine", "duplicate", "reordered", "forged", "stale")
