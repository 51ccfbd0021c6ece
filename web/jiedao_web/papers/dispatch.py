"""The list that goes with the courier: one row for each item, the sum, and room to sign."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from jiedao.clock import stamp
from jiedao.directory.places import Place
from jiedao.hookspecs.postal import Handling, Party
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.post.dispatches import Dispatch
from jiedao.post.records import Consignment
from jiedao_web.papers.sheet import Paper, Table


def dispatch_paper(
    dispatch: Dispatch, post: Text, items: Sequence[tuple[Consignment, Party]], place: Place, language: str
) -> Paper:
    """A closed list; of each recipient the name and the place, as on the item, and no more."""
    closed = stamp(dispatch.closed_at, place.timezone)
    signed = dispatch.signed_at and stamp(dispatch.signed_at, place.timezone)
    facts = (
        (_POST, post.in_(language)),
        (_NUMBER, f"{dispatch.day.isoformat()} / {dispatch.no}"),
        (_REFERENCE, dispatch.reference),
        (_CLOSED, f"{closed} {dispatch.closed_by}"),
        (_SIGNED, f"{signed} {dispatch.signed_by}" if signed else ""),
    )
    total = _TOTAL.format(items=len(items), amount=format_amount(sum(one.postage for one, _ in items)))
    rows = tuple(_row(number, one, party, language) for number, (one, party) in enumerate(items, 1))
    return Paper(
        title=_TITLE.in_(language),
        author=f"{place.street_name.in_(language)} · {place.hall_name.in_(language)}",
        language=language,
        facts=tuple((label.in_(language), value) for label, value in facts),
        verdict="",
        table=Table(tuple(one.in_(language) for one in _HEAD), _SHARES, rows),
        closing=(total.in_(language),),
        signatures=tuple(one.in_(language) for one in (_COURIER, _DATE)),
    )


def _row(number: int, one: Consignment, party: Party, language: str) -> tuple[str, ...]:
    place = " ".join(filter(None, (party.province, party.city, party.district))) or party.country
    wanted = _handling(one.handling, language)
    title = " ".join(filter(None, (one.title.in_(language), wanted)))
    return (str(number), one.number, party.name, place, title, str(one.item.weight), format_amount(one.postage))


def _handling(handling: Handling, language: str) -> str:
    said = [text.in_(language) for name, text in _HANDLING.items() if getattr(handling, name)]
    return f"({', '.join(said)})" if said else ""


_SHARES: Final = (0.06, 0.2, 0.19, 0.22, 0.17, 0.07, 0.09)
_TITLE: Final = Text(zh="邮件交接清单", en="Dispatch list")
_POST: Final = Text(zh="邮局", en="Post")
_NUMBER: Final = Text(zh="日期 / 序号", en="Day / number")
_REFERENCE: Final = Text(zh="邮局编号", en="Post's number")
_CLOSED: Final = Text(zh="封单", en="Closed")
_SIGNED: Final = Text(zh="揽收签收", en="Signed for")
_TOTAL: Final = Text(zh="共 {items} 件，邮资合计 {amount} 元", en="{items} items, postage {amount} in all")
_COURIER: Final = Text(zh="揽收人签名", en="Courier's signature")
_DATE: Final = Text(zh="日期时间", en="Date and time")
_HEAD: Final = (
    Text(zh="序", en="No"),
    Text(zh="邮件号", en="Item"),
    Text(zh="收件人", en="Recipient"),
    Text(zh="寄达地", en="To"),
    Text(zh="产品", en="Product"),
    Text(zh="克", en="g"),
    Text(zh="邮资", en="Postage"),
)
_HANDLING: Final = {
    "registered": Text(zh="挂号", en="registered"),
    "addressee_only": Text(zh="限本人签收", en="addressee only"),
    "return_receipt": Text(zh="回执", en="return receipt"),
    "return_documents": Text(zh="返单", en="return of documents"),
    "procedural": Text(zh="法定送达", en="procedural"),
    "cash_on_delivery": Text(zh="代收货款", en="cash on delivery"),
}
