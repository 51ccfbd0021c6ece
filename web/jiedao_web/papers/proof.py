"""Proof of delivery for the file of a matter: served, or not served and why, and everything that happened."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from jiedao.clock import stamp
from jiedao.directory.places import Place
from jiedao.hookspecs.postal import EventKind, Party
from jiedao.language import Text
from jiedao.post.records import event_of
from jiedao.post.rules import CLASS_NAMES, PURPOSE_NAMES, Purpose
from jiedao.post.tracking import Story
from jiedao_web.papers.sheet import Paper, Table


def proof_paper(story: Story, parties: tuple[Party, Party], place: Place, now: datetime, language: str) -> Paper:
    """What is known of a consignment at `now`. Events that were taken back stand in it, marked."""
    one, timezone = story.consignment, place.timezone
    may = ", ".join(CLASS_NAMES[who].in_(language) for who in CLASS_NAMES if who in one.allowed)
    facts = (
        (_NUMBER, one.number),
        (_TO, " ".join(filter(None, (parties[1].name, _address(parties[1]))))),
        (_FROM, parties[0].name),
        (_PURPOSE, PURPOSE_NAMES[Purpose(one.purpose)].in_(language)),
        (_MAY, may),
        *_facts(story, timezone, language),
        (_PRINTED, _moment(now, timezone)),
    )
    return Paper(
        title=_TITLE.in_(language),
        author=f"{place.street_name.in_(language)} · {place.hall_name.in_(language)}",
        language=language,
        facts=tuple((label.in_(language), value) for label, value in facts),
        verdict=story.fold.says().in_(language),
        table=Table(tuple(text.in_(language) for text in _HEAD), _SHARES, _rows(story, timezone, language)),
        closing=(_NOTE.in_(language),),
    )


def _facts(story: Story, timezone: str, language: str) -> tuple[tuple[Text, str], ...]:
    found = story.fold
    taken = CLASS_NAMES[found.recipient].in_(language) if found.recipient else ""
    return (
        (_TAKEN_BY, " ".join(filter(None, (found.recipient_name, taken)))),
        (_SINCE, _moment(found.since, timezone)),
        (_FIRST, _moment(found.first_notice, timezone)),
        (_SECOND, _moment(found.second_notice, timezone)),
        (_HELD, " ".join(filter(None, (found.held_at, found.held_until)))),
        (_REASON, found.reason),
        (_DOCUMENTS, _moment(found.documents_returned, timezone)),
    )


def _rows(story: Story, timezone: str, language: str) -> tuple[tuple[str, ...], ...]:
    rows = []
    for row in story.events:
        event = event_of(row)
        who = CLASS_NAMES[event.recipient].in_(language) if event.recipient else ""
        words = " ".join(filter(None, (event.says, event.reason, event.recipient_name, who)))
        kind = KIND_NAMES[event.kind].in_(language)
        mark = _VOIDED.format(kind=kind).in_(language) if row.id in story.fold.voided else kind
        source = _TYPED.in_(language) if row.staff else _TOLD.in_(language)
        rows.append((_moment(event.at, timezone), mark, event.place or event.office, words, source))
    return tuple(rows)


def _address(party: Party) -> str:
    return " ".join(
        filter(None, (party.province, party.city, party.district, party.line, party.postcode, party.country))
    )


def _moment(moment: datetime | None, timezone: str) -> str:
    return stamp(moment, timezone) if moment else ""


_K = EventKind
KIND_NAMES: Final = {
    _K.ACCEPTED: Text(zh="收寄", en="Accepted"),
    _K.IN_TRANSIT: Text(zh="运输", en="In transit"),
    _K.CUSTOMS: Text(zh="海关", en="Customs"),
    _K.ARRIVED: Text(zh="到达投递局", en="At the delivery office"),
    _K.OUT_FOR_DELIVERY: Text(zh="安排投递", en="Out for delivery"),
    _K.ATTEMPTED: Text(zh="投递未成功", en="Attempted"),
    _K.NOTICE: Text(zh="留通知单", en="Notice left"),
    _K.HELD: Text(zh="网点待取", en="Held"),
    _K.DELIVERED: Text(zh="妥投", en="Delivered"),
    _K.REFUSED: Text(zh="拒收", en="Refused"),
    _K.RETURNING: Text(zh="退回中", en="Returning"),
    _K.RETURNED: Text(zh="已退回", en="Returned"),
    _K.DIRECTED: Text(zh="改寄", en="Re-directed"),
    _K.LOST: Text(zh="丢失", en="Lost"),
    _K.DAMAGED: Text(zh="破损", en="Damaged"),
    _K.CASH_COLLECTED: Text(zh="货款已代收", en="Cash collected"),
    _K.CASH_REMITTED: Text(zh="货款已汇出", en="Cash remitted"),
    _K.DOCUMENTS_RETURNED: Text(zh="返单已交回", en="Documents returned"),
    _K.CANCELLED: Text(zh="撤销", en="Cancelled"),
    _K.VOIDS: Text(zh="更正：前一记录作废", en="Correction: an earlier event is void"),
    _K.INFORMATION: Text(zh="其他信息", en="Information"),
}
_SHARES: Final = (0.17, 0.2, 0.19, 0.34, 0.1)
_TITLE: Final = Text(zh="邮件送达证明", en="Proof of delivery")
_NUMBER: Final = Text(zh="邮件号", en="Item number")
_TO: Final = Text(zh="收件人", en="Recipient")
_FROM: Final = Text(zh="寄件人", en="Sender")
_PURPOSE: Final = Text(zh="用途", en="Purpose")
_MAY: Final = Text(zh="可签收人", en="May be served on")
_TAKEN_BY: Final = Text(zh="签收人", en="Taken by")
_SINCE: Final = Text(zh="当前状态时间", en="State since")
_FIRST: Final = Text(zh="第一次通知", en="First notice")
_SECOND: Final = Text(zh="第二次通知", en="Second notice")
_HELD: Final = Text(zh="待取网点及期限", en="Held at, until")
_REASON: Final = Text(zh="未投或退回原因", en="Reason")
_DOCUMENTS: Final = Text(zh="返单交回", en="Documents returned")
_PRINTED: Final = Text(zh="制表时间", en="As known at")
_HEAD: Final = (
    Text(zh="时间", en="Time"),
    Text(zh="情况", en="Event"),
    Text(zh="地点", en="Place"),
    Text(zh="说明", en="Details"),
    Text(zh="来源", en="Source"),
)
_VOIDED: Final = Text(zh="{kind}（已作废）", en="{kind} (void)")
_TYPED: Final = Text(zh="登记", en="typed in")
_TOLD: Final = Text(zh="邮局", en="post")
_NOTE: Final = Text(
    zh="本表按邮局提供和窗口登记的记录生成；妥投不等于送达，送达以可签收人签收为准。",
    en="Made from what the post told and staff typed in. Delivered is not served: only who may be served counts.",
)
