"""The sheet of a closed shift, on the till's own paper: counted, expected and why, and the batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from jiedao.clock import local, stamp
from jiedao.directory.places import Place
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.store.direct import Row as Stored
from jiedao.till.shifts import Reckoning
from jiedao_web.receipts.layout import Pair, Row, Rule, Slip, Style, Words


@dataclass(frozen=True, slots=True)
class Signed:
    """Who printed the sheet, and when."""

    name: str
    at: datetime


def shift_slip(
    shift: Stored, reckoning: Reckoning, movements: Sequence[Stored], place: Place, signed: Signed, language: str
) -> Slip:
    """The sheet of a closed shift as a slip."""
    timezone = place.timezone
    parts = (
        _head(shift, place, timezone, language),
        _count(shift, reckoning, language),
        _movements(movements, timezone, language),
        _batches(shift.batches, language),
        _foot(signed, timezone, language),
    )
    rows = tuple(row for part in parts for row in part)
    title = f"{_TITLE.in_(language)} {shift.till} {shift.id}"
    return Slip("shift", title, place.street_name.in_(language), language, rows)


def _head(shift: Stored, place: Place, timezone: str, language: str) -> Iterator[Row]:
    yield Words(place.street_name.in_(language), Style.STRONG, centred=True)
    yield Words(place.hall_name.in_(language), centred=True)
    yield Words(_TITLE.in_(language), Style.TITLE, centred=True)
    yield Rule()
    yield Pair(_TILL.in_(language), place.till_name or place.till)
    yield Pair(_NUMBER.in_(language), shift.id)
    yield Pair(_OPENED.in_(language), stamp(shift.opened_at, timezone, seconds=True))
    yield Pair(_CLOSED.in_(language), stamp(shift.closed_at, timezone, seconds=True))
    yield Rule()


def _count(shift: Stored, reckoning: Reckoning, language: str) -> Iterator[Row]:
    for label, amount in (
        (_FLOAT, reckoning.float),
        (_TAKEN, reckoning.taken),
        (_GIVEN_BACK, -reckoning.given_back),
        (_PAID_IN, reckoning.paid_in),
        (_PAID_OUT, -reckoning.paid_out),
    ):
        yield Pair(label.in_(language), format_amount(amount))
    yield Rule(heavy=True)
    yield Pair(_EXPECTED.in_(language), format_amount(shift.expected), Style.STRONG)
    yield Pair(_COUNTED.in_(language), format_amount(shift.counted), Style.STRONG)
    off = shift.counted - shift.expected
    word = _OVER if off > 0 else _SHORT if off < 0 else _EVEN
    yield Pair(f"{_DIFFERENCE.in_(language)} ({word.in_(language)})", format_amount(off), Style.TITLE)
    yield Rule(heavy=True)


def _movements(movements: Sequence[Stored], timezone: str, language: str) -> Iterator[Row]:
    for one in movements:
        label, sign = (_PAID_IN, 1) if one.kind == "in" else (_PAID_OUT, -1)
        yield Pair(f"{local(one.at, timezone):%H:%M} {label.in_(language)}", format_amount(sign * one.amount))
        yield Words(one.reason, Style.SMALL)
    if movements:
        yield Rule()


def _batches(batches: Mapping[str, Any], language: str) -> Iterator[Row]:
    for connection, seen in batches.items():
        state = BATCH_STATES.get(seen["state"], BATCH_STATES["unknown"])
        yield Pair(f"{_BATCH.in_(language)} {connection}", state.in_(language))
    if batches:
        yield Rule()


def _foot(signed: Signed, timezone: str, language: str) -> Iterator[Row]:
    yield Pair(_PRINTED_BY.in_(language), signed.name, Style.SMALL)
    yield Pair(_PRINTED_AT.in_(language), stamp(signed.at, timezone, seconds=True), Style.SMALL)
    for label in (_HANDED, _RECEIVED):
        yield Words("")
        yield Words(f"{label.in_(language)} ____________________")


BATCH_STATES: Final = {
    "succeeded": Text("已结算", "Settled"),
    "declined": Text("对方拒绝，待会计核对", "Refused; for an accountant"),
    "review": Text("转会计核查", "With an accountant"),
    "planned": Text("正在确认", "Being confirmed"),
    "sent": Text("正在确认", "Being confirmed"),
    "pending": Text("正在确认", "Being confirmed"),
    "unknown": Text("正在确认", "Being confirmed"),
}
"""How a batch of an acquirer stands, by the state of its operation."""
_TITLE: Final = Text("日 结 单", "SHIFT SHEET")
_TILL: Final = Text("收银", "Till")
_NUMBER: Final = Text("班次编号", "Shift")
_OPENED: Final = Text("开班", "Opened")
_CLOSED: Final = Text("结束", "Closed")
_FLOAT: Final = Text("备用金", "Float")
_TAKEN: Final = Text("收取现金", "Cash taken")
_GIVEN_BACK: Final = Text("退还现金", "Cash given back")
_PAID_IN: Final = Text("存入", "Paid in")
_PAID_OUT: Final = Text("取出", "Paid out")
_EXPECTED: Final = Text("应有", "Expected")
_COUNTED: Final = Text("清点", "Counted")
_DIFFERENCE: Final = Text("差额", "Difference")
_EVEN: Final = Text("相符", "agrees")
_OVER: Final = Text("长款", "over")
_SHORT: Final = Text("短款", "short")
_BATCH: Final = Text("银行卡结算", "Card batch")
_PRINTED_BY: Final = Text("打印人", "Printed by")
_PRINTED_AT: Final = Text("打印时间", "Printed at")
_HANDED: Final = Text("交款人", "Handed in")
_RECEIVED: Final = Text("复核人", "Checked")
