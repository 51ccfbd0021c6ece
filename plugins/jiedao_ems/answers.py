"""Answers of both interfaces as outcomes. Pure.

What does not fit raises `NotUnderstood`, credentials that EMS does not accept raise `InvalidConfig`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any, Final

from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, Succeeded
from jiedao.hookspecs.postal import (
    Able,
    Consigned,
    CreateAnswer,
    CreateOutcome,
    Serviceable,
    ServiceableOutcome,
    TrackOutcome,
    Withdrawn,
    WithdrawOutcome,
)
from jiedao.language import Text
from jiedao_connectors.ems import codes, current, older
from jiedao_connectors.ems.problems import NotUnderstood
from jiedao_connectors.ems.reading import an_object, any_text
from jiedao_connectors.ems.track import Event, events
from jiedao_connectors.ems.values import fen, is_item_number
from jiedao_ems import words
from jiedao_ems.events import post_events

LONGEST_REASON: Final = 200
MAXIMUM_LABEL: Final = 3_000_000
"""Bytes of a PDF."""


def refusal(reply: current.Reply) -> Declined | None:
    """None when it was done; a refusal when EMS read it and said no."""
    if reply.code == codes.DONE:
        return None
    if reply.code in codes.NOT_OURS:
        raise InvalidConfig(f"EMS does not accept our credentials: {reply.code}", reply.code)
    if not reply.code.startswith(codes.REFUSED):
        raise NotUnderstood(f"EMS answered with code {reply.code[:20]!r}")
    return Declined(_said(reply.says), reply.code)


def older_refusal(reply: older.Reply) -> Declined | None:
    """As `refusal`, of the older interface, which gives a code without words."""
    if reply.done:
        return None
    if reply.reason in codes.OLDER_NOT_OURS:
        raise InvalidConfig(f"EMS does not accept our credentials: {reply.reason}", reply.reason)
    if reply.reason not in codes.OLDER_REFUSED:
        raise NotUnderstood(f"EMS answered with reason {reply.reason[:20]!r}")
    return Declined(_REASONS[reply.reason], reply.reason)


def created(reply: current.Reply, operation: str, number: str) -> CreateOutcome:
    """The answer of a create. That our number is in the books already says that an earlier message arrived."""
    if reply.code == codes.DUPLICATE:
        raise NotUnderstood("EMS has our number in its books already")
    refused = refusal(reply)
    if refused is not None:
        return refused
    return Succeeded(_consigned(_body(reply), operation, number, ""))


def found(reply: current.Reply, operation: str, number: str, product: str) -> CreateAnswer:
    """The answer to the question for our own number."""
    if reply.code == codes.NOT_FOUND:
        return NotFound()
    refused = refusal(reply)
    if refused is not None:
        raise NotUnderstood(f"EMS does not answer for our number: {refused.code}")
    body = _body(reply)
    if any_text(body, "logisticsOrderNo") != operation:
        raise NotUnderstood("the answer is about another of our numbers")
    return Succeeded(_consigned(body, operation, number, product))


def withdrawn(reply: current.Reply) -> WithdrawOutcome:
    """The answer of a cancellation; one that was done before is done."""
    if reply.code == codes.CANCELLED_ALREADY:
        return Succeeded(Withdrawn(reply.serial))
    return refusal(reply) or Succeeded(Withdrawn(reply.serial))


def older_created(reply: older.Reply, operation: str, number: str) -> CreateOutcome:
    """As `created`: that our number is in the books (`OLDER_DUPLICATE`) is not among what refuses."""
    return older_refusal(reply) or Succeeded(_older_consigned(reply, operation, number, ""))


def older_found(reply: older.Reply, operation: str, number: str, product: str) -> CreateAnswer:
    """As `found`."""
    if not reply.done and reply.reason == codes.OLDER_NOT_FOUND:
        return NotFound()
    if older_refusal(reply) is not None:
        raise NotUnderstood(f"EMS does not answer for our number: {reply.reason}")
    if reply.fields.get("logistics_order_no") != operation:
        raise NotUnderstood("the answer is about another of our numbers")
    return Succeeded(_older_consigned(reply, operation, number, product))


def serviceable(reply: current.Reply) -> ServiceableOutcome:
    """The answer of 030005, which judges collection only.

    China Post delivers to every address in the country as its universal service, so an address that EMS recognised
    has delivery.
    """
    refused = refusal(reply)
    if refused is not None:
        return refused
    status = any_text(_body(reply), "status")
    if status in _MISSET:
        raise InvalidConfig(f"EMS does not accept the product code: status {status}", status)
    if status in _NOT_LOCATED:
        return Declined(words.NOT_LOCATED, status)
    if status not in _ABLE:
        raise NotUnderstood(f"EMS could not judge the address: status {status[:20]!r}")
    return Succeeded(Serviceable(_ABLE[status], any_text(_body(reply), "msg")[:LONGEST_REASON]))


def matched(reply: older.Reply, item: str) -> bool | Declined:
    """Whether AddressCheck says yes to the one ability that it was asked for."""
    if not reply.done and reply.reason == codes.OLDER_NOT_FOUND:
        return Declined(words.NOT_LOCATED, reply.reason)
    refused = older_refusal(reply)
    if refused is not None:
        return refused
    if reply.fields.get("item_no") != item or reply.fields.get("match") not in ("0", "1"):
        raise NotUnderstood("the answer does not say whether the address matches")
    return reply.fields["match"] == "1"


def estimated(reply: current.Reply) -> int | Declined:
    """Fen of 050005."""
    return refusal(reply) or fen(_body(reply).get("totalFee"))


def label(reply: current.Reply) -> bytes | Declined:
    """The PDF of 010004."""
    refused = refusal(reply)
    if refused is not None:
        return refused
    try:
        content = base64.b64decode(reply.body, validate=True)
    except (binascii.Error, ValueError):
        raise NotUnderstood("the label is not base64") from None
    if not content.startswith(b"%PDF-") or len(content) > MAXIMUM_LABEL:
        raise NotUnderstood("the label is no PDF, or too long")
    return content


def tracked(reply: current.Reply, number: str) -> TrackOutcome:
    """The events of 040001."""
    refused = refusal(reply)
    if refused is not None:
        return refused
    return _tracked(events(_body(reply).get("responseItems")), number)


def older_tracked(traces: older.Traces, number: str) -> TrackOutcome:
    """As `tracked`."""
    if not traces.done:
        raise NotUnderstood("EMS did not answer the question for events")
    return _tracked(events(traces.items), number)


def _tracked(told: Sequence[Event], number: str) -> TrackOutcome:
    if any(event.number != number for event in told):
        raise NotUnderstood("the answer is about another item")
    return Succeeded(post_events(told)) if told else Declined(words.NOT_KNOWN_YET, codes.NOT_FOUND)


def _body(reply: current.Reply) -> Mapping[str, Any]:
    """The object in the body; a create of one item may come as a list of one."""
    content = reply.content()
    return an_object(content[0] if isinstance(content, list) and len(content) == 1 else content, "the body")


def _consigned(body: Mapping[str, Any], operation: str, number: str, product: str) -> Consigned:
    """EMS need not repeat our number and the product in the answer of a create; where it does, they must be ours."""
    _same(any_text(body, "logisticsOrderNo"), operation, "reference")
    _same(any_text(body, "bizProductNo"), product, "product")
    return _numbered(any_text(body, "waybillNo"), number, any_text(body, "routeCode"))


def _older_consigned(reply: older.Reply, operation: str, number: str, product: str) -> Consigned:
    _same(reply.fields.get("logistics_order_no", ""), operation, "reference")
    _same(reply.fields.get("biz_product_no", ""), product, "product")
    return _numbered(reply.fields.get("waybill_no", ""), number, reply.fields.get("routeCode", ""))


def _same(told: str, asked: str, what: str) -> None:
    if told and asked and told != asked:
        raise NotUnderstood(f"the answer is about another {what}")


def _numbered(told: str, asked: str, route: str) -> Consigned:
    if not is_item_number(told) or (asked and told != asked):
        raise NotUnderstood("the answer has no number of an item, or another one")
    return Consigned(number=told, note=route[:LONGEST_REASON])


def _said(says: str) -> Text:
    return Text.same(says[:LONGEST_REASON]) if says else words.REFUSED


_BOTH: Final = frozenset({Able.PICKUP.value, Able.DELIVERY.value})
_ABLE: Final = {
    "0": _BOTH,
    # Out of the area where it collects; and no hours of collection are set there.
    "1": _BOTH - {Able.PICKUP.value},
    "10": _BOTH - {Able.PICKUP.value},
}
_NOT_LOCATED: Final = frozenset({"2", "8", "9"})
_MISSET: Final = frozenset({"3", "4"})
_REASONS: Final = {
    "B01": Text(zh="邮政没有接受：缺少必填项", en="EMS refused: something that it needs is missing"),
    "B02": Text(zh="邮政没有接受：有一项格式不正确", en="EMS refused: something is not written as it should be"),
    "B05": Text(zh="邮政没有接受：号段已用完", en="EMS refused: it has no numbers left"),
}
