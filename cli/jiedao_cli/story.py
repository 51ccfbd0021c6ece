"""The events of an attempt as sentences."""

from __future__ import annotations

from typing import Any, Final

from jiedao.checkout.graph import Event
from jiedao.checkout.slips import TENDER_NAMES
from jiedao.checkout.state import Line
from jiedao.checkout.views import AttemptView, OrderView
from jiedao.language import Text
from jiedao.money import format_amount


def sentence(event: Any, attempt: AttemptView, order: OrderView) -> Text:
    """What happened, in words, with the amount, the biller or the reason where there is one."""
    detail = event.detail
    says = _LINE_NEEDS_PERSON if _is_of_line(event, detail) else _SENTENCES[Event(event.event)]
    return says.format(
        tender=_tender(detail, attempt),
        line=_line(detail, order),
        reference=detail.get("reference", ""),
        why=_why(detail),
    )


def _is_of_line(event: Any, detail: dict[str, Any]) -> bool:
    return event.event == Event.NEEDS_PERSON and "line" in detail


def _tender(detail: dict[str, Any], attempt: AttemptView) -> Text:
    found = next((t for t in attempt.tenders if t.no == detail.get("tender")), None)
    kind = detail.get("kind") or (found.kind if found else "")
    amount = detail.get("amount") or (found.amount if found else 0)
    name = TENDER_NAMES.get(kind, _MONEY)
    return Text(zh="{name} {amount}", en="{name} {amount}").format(name=name, amount=format_amount(amount))


def _line(detail: dict[str, Any], order: OrderView) -> Text:
    line: Line | None = next((one for one in order.lines if one.no == detail.get("line")), None)
    if line is None:
        return Text.same("")
    return Text.same("{name} {amount}").format(name=Text.from_json(line.biller_name), amount=format_amount(line.amount))


def _why(detail: dict[str, Any]) -> Text:
    reason = detail.get("reason")
    return Text.from_json(reason) if reason else Text.same(str(detail.get("why") or detail.get("code") or ""))


_MONEY: Final = Text(zh="款项", en="Money")
_LINE_NEEDS_PERSON: Final = Text(zh="{line}：需要人工核查（{why}）", en="{line}: a person has to look ({why})")
_SENTENCES: Final = {
    Event.TENDER_TAKEN: Text(zh="{tender}：已收", en="{tender}: taken"),
    Event.TENDER_IN_DOUBT: Text(
        zh="{tender}：没有可信的答复，正在核实（{why}）", en="{tender}: no answer to be trusted, finding out ({why})"
    ),
    Event.TENDER_REFUSED: Text(zh="{tender}：被拒绝，{why}", en="{tender}: refused, {why}"),
    Event.TENDER_REVERSED: Text(zh="{tender}：已冲正，等于没有发生", en="{tender}: reversed, as if it had not been"),
    Event.NEEDS_PERSON: Text(zh="{tender}：需要人工核查（{why}）", en="{tender}: a person has to look ({why})"),
    Event.COLLECTED: Text(zh="款已收齐，通知收费单位", en="everything is collected; the billers are told"),
    Event.LINE_PAID: Text(zh="{line}：对方已入账，流水号 {reference}", en="{line}: booked there as {reference}"),
    Event.LINE_REFUSED: Text(zh="{line}：对方拒绝，{why}", en="{line}: refused there, {why}"),
    Event.LINE_IN_DOUBT: Text(
        zh="{line}：没有可信的答复，正在核实（{why}）", en="{line}: no answer to be trusted, finding out ({why})"
    ),
    Event.ALL_TOLD: Text(zh="都已通知，还有未核实的", en="all billers are told; something is still being found out"),
    Event.ALL_PAID: Text(zh="全部办成，记账并出收据", en="all paid: booked, and the receipt is written"),
    Event.SOME_REFUSED: Text(zh="部分被拒绝，退回相应款项", en="some are refused; their money goes back"),
    Event.NONE_PAID: Text(zh="没有一笔办成", en="none was done"),
    Event.GIVEN_BACK: Text(zh="{tender}：已退回", en="{tender}: given back"),
    Event.RETURN_IN_DOUBT: Text(
        zh="{tender}：退回没有可信的答复，正在核实（{why}）",
        en="{tender}: no answer about the return, finding out ({why})",
    ),
    Event.RETURN_REFUSED: Text(zh="{tender}：退不回去，{why}", en="{tender}: cannot go back, {why}"),
    Event.ALL_RETURNED: Text(zh="款项已全部退回", en="all the money is back"),
    Event.LATE_SUCCESS: Text(zh="{tender}：迟到的成功，已退回居民", en="{tender}: a late success, given back"),
    Event.CANCELLED: Text(zh="{line}：收费单位同意退费", en="{line}: the biller agrees to the refund"),
    Event.CANCEL_REFUSED: Text(
        zh="{line}：收费单位不同意退费，{why}", en="{line}: the biller refuses the refund, {why}"
    ),
    Event.AGREED: Text(zh="可以退款", en="the refund can go ahead"),
}
