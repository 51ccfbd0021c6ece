"""What EMS pushes when something happens to an item (040002): JSON around JSON in SM4. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jiedao_connectors.ems import sm4
from jiedao_connectors.ems.current import PUSH
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.ems.reading import a_text, an_object, any_text, parse
from jiedao_connectors.ems.track import Event, events
from jiedao_connectors.ems.values import instant, written

MAXIMUM_PUSH: Final = 1_000_000
"""Bytes; one push is about one or a few events."""


@dataclass(frozen=True, slots=True)
class Push:
    """One push. `serial` is EMS's number of it; `sender` is whose items they are; `made_at` is not protected."""

    serial: str
    sender: str
    made_at: datetime
    events: tuple[Event, ...]


def open_push(content: bytes, key: str) -> Push:
    """What was pushed, if it was sealed with our key; `NotUnderstood` otherwise."""
    if len(content) > MAXIMUM_PUSH:
        raise NotUnderstood(f"it is longer than {MAXIMUM_PUSH} bytes")
    told = an_object(parse(content), "the notice")
    if PUSH not in (told.get("method"), told.get("apiCode")):
        raise NotUnderstood(f"it is not of the kind {PUSH}")
    return Push(
        serial=a_text(told, "serialNo"),
        sender=any_text(told, "senderNo"),
        made_at=instant(a_text(told, "timeStamp")),
        events=_events(parse(sm4.unseal(key, a_text(told, "logitcsInterface")))),
    )


def seal_push(key: str, sender: str, serial: str, items: Sequence[Mapping[str, Any]], now: datetime) -> bytes:
    """What EMS sends; without the key behind the text, other than in requests."""
    text = json.dumps(items[0] if len(items) == 1 else list(items), ensure_ascii=False)
    sealed = sm4.MARK + base64.b64encode(sm4.encrypt(sm4.key_of(key), text.encode())).decode()
    told = {
        "logitcsInterface": sealed,
        "method": PUSH,
        "msgType": "0",
        "senderNo": sender,
        "serialNo": serial,
        "timeStamp": written(now),
        "version": "v1.0.0",
    }
    return json.dumps(told).encode()


def acknowledgement(push: Push) -> str:
    """What EMS waits for; without it, the push comes again."""
    told = {"serialNo": push.serial, "code": "00000", "codeMessage": "成功", "senderNo": push.sender}
    return json.dumps(told, ensure_ascii=False)


def _events(body: Any) -> tuple[Event, ...]:
    """One event, a list of them, or a list inside `responseItems`."""
    if isinstance(body, dict) and "responseItems" in body:
        body = body["responseItems"]
    found = events(body if isinstance(body, list) else [body])
    if not found or not all(event.number for event in found):
        raise NotUnderstood("it is about no item")
    return found
