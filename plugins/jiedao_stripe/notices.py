"""What Stripe sends by itself. It never decides anything: it only says about which operation to ask."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import About, Notice, NoticeOutcome, NoticeRequest, Topic
from jiedao.language import Text
from jiedao_connectors.stripe.signature import HEADER, TOLERANCE, signed_at
from jiedao_stripe.answers import operation_of


def parse(request: NoticeRequest) -> NoticeOutcome:
    """Genuine when it is signed with the connection's secret, now or in the last five minutes."""
    secret = request.connection.settings["webhook_secret"]
    moment = signed_at(secret, request.headers.get(HEADER, ""), request.content)
    if moment is None:
        return Declined(_FORGED, "signature")
    if abs(time.time() - moment) > TOLERANCE:
        return Declined(_STALE, "stale")
    return _read(request.content)


def _read(content: bytes) -> NoticeOutcome:
    try:
        event = json.loads(content)
    except (ValueError, RecursionError):
        return Declined(_MALFORMED, "malformed")
    if not isinstance(event, dict) or event.get("object") != "event":
        return Declined(_MALFORMED, "malformed")
    id_, created = event.get("id"), event.get("created")
    if not isinstance(id_, str) or not 0 < len(id_) <= _LONGEST or type(created) is not int:
        return Declined(_MALFORMED, "malformed")
    return Succeeded(Notice(id_, _moment(created), _topics(event)))


def _topics(event: dict[str, Any]) -> tuple[Topic, ...]:
    """Our operation, where the object that the event is of carries one."""
    data = event.get("data")
    thing = data.get("object") if isinstance(data, dict) else None
    reference = operation_of(thing) if isinstance(thing, dict) else ""
    return (Topic(About.OPERATION, reference),) if reference else ()


def _moment(created: int) -> datetime | None:
    try:
        return datetime.fromtimestamp(created, UTC)
    except (OverflowError, OSError, ValueError):
        return None


_LONGEST: Final = 255
_FORGED: Final = Text(zh="签名不符", en="It is not signed with the connection's secret")
_STALE: Final = Text(zh="签名时间相差过大", en="It was signed too long ago")
_MALFORMED: Final = Text(zh="不是 Stripe 的通知", en="It is not an event of Stripe")
