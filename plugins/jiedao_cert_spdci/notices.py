"""Callbacks and events of the registry: whether they are genuine, and what they are about. Pure but for the clock."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import About, Notice, NoticeOutcome, Topic
from jiedao.language import Text
from jiedao_cert_spdci.answers import NotUnderstood, numbers_of
from jiedao_cert_spdci.exchange import bureau_key
from jiedao_connectors import dci
from jiedao_connectors.dci import NotGenuine


def read(content: bytes, settings: Mapping[str, Any], now: float) -> NoticeOutcome:
    """A notice signed by the bureau for us, not long ago; everything else is declined."""
    try:
        body = _parsed(content)
        dci.check(body, bureau_key(settings), now)
        return Succeeded(_notice(body, settings, now))
    except (NotGenuine, NotUnderstood) as failed:
        return Declined(_REFUSED.format(why=str(failed)))


def _parsed(content: bytes) -> dict[str, Any]:
    # The signature covers what the JSON says, not its bytes: nothing may stand around it.
    if content != content.strip():
        raise NotUnderstood("it has something around it")
    try:
        body = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise NotUnderstood("it is not JSON in UTF-8") from None
    if not (isinstance(body, dict) and all(isinstance(body.get(part), dict) for part in ("header", "message"))):
        raise NotUnderstood("it has no header or no message")
    return body


def _notice(body: dict[str, Any], settings: Mapping[str, Any], now: float) -> Notice:
    header, message = body["header"], body["message"]
    if header.get("sender_id") != settings["bureau"] or header.get("receiver_id") != settings["sender"]:
        raise NotGenuine("it is from somebody else, or for somebody else")
    id_ = header.get("message_id")
    if not isinstance(id_, str) or not id_:
        raise NotUnderstood("it has no message_id")
    topics = _topics(header.get("action"), message)
    return Notice(id_, _moment(header.get("message_ts")), topics, _acknowledgement(id_, now))


def _topics(action: object, message: dict[str, Any]) -> tuple[Topic, ...]:
    try:
        topics = _TOPICS[str(action)](message)
    except (KeyError, TypeError, AttributeError):
        raise NotUnderstood("it is of an action, or has a form, that we do not know") from None
    if not topics or not all(isinstance(topic.reference, str) and topic.reference for topic in topics):
        raise NotUnderstood("it is about nothing")
    # One person may stand in it several times.
    return tuple(dict.fromkeys(topics))


def _of_results(message: dict[str, Any]) -> list[Topic]:
    return [Topic(About.OPERATION, one["reference_id"]) for one in message["certify_response"]]


def _of_events(message: dict[str, Any]) -> list[Topic]:
    """Whatever happened to a person, a death too: their benefits are looked up, nothing is concluded from it."""
    records = [record for event in message["notify_event"] for record in event["data"]["reg_records"]]
    return [Topic(About.PERSON, number) for record in records for number in numbers_of(record)]


def _moment(words: object) -> datetime | None:
    try:
        made = datetime.fromisoformat(str(words))
    except ValueError:
        return None
    return made if made.tzinfo else None


def _acknowledgement(id_: str, now: float) -> str:
    said = {"ack_status": "ACK", "timestamp": dci.timestamp(now), "correlation_id": id_}
    return json.dumps({"message": said}, ensure_ascii=False)


_TOPICS: Final = {"on-certify": _of_results, "notify": _of_events}
_REFUSED: Final = Text(zh="通知不可信：{why}", en="The notice is not to be trusted: {why}")
