"""Field 39, the acquirer's reply code: what it says and what may be concluded from it (Q/CUP 009, reply code table).

A code that is not in the table concludes nothing. Left out on purpose: 10 (approved in part) and 11, which this house
never asks for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final


class Verdict(Enum):
    """What a reply code proves."""

    APPROVED = "approved"
    REFUSED = "refused"
    """The acquirer or the issuer said no and booked nothing."""
    UNKNOWN = "unknown"
    """Somebody may have booked it: undo it or ask."""


@dataclass(frozen=True, slots=True)
class ReplyCode:
    """One code with its words for people, in both languages."""

    code: str
    verdict: Verdict
    zh: str
    en: str


def reply_code(code: str) -> ReplyCode:
    """Look a code up; one that is not in the table is unknown."""
    return _BY_CODE.get(code) or ReplyCode(
        code, Verdict.UNKNOWN, f"未知应答码 {code}", f"Reply code {code} is not known"
    )


_YES, _NO, _OPEN = Verdict.APPROVED, Verdict.REFUSED, Verdict.UNKNOWN

_TABLE: Final = (
    ReplyCode("00", _YES, "交易成功", "Approved"),
    ReplyCode("A2", _YES, "交易成功，请向发卡行确认", "Approved; confirm with the issuer"),
    ReplyCode("A4", _YES, "交易成功，请向发卡行确认", "Approved; confirm with the issuer"),
    ReplyCode("A5", _YES, "交易成功，请向发卡行确认", "Approved; confirm with the issuer"),
    ReplyCode("A6", _YES, "交易成功，请向发卡行确认", "Approved; confirm with the issuer"),
    ReplyCode("01", _NO, "请持卡人与发卡行联系", "The cardholder must ask the issuer"),
    ReplyCode("03", _NO, "无效商户", "The merchant is not valid"),
    ReplyCode("04", _NO, "此卡应没收", "The issuer wants the card withheld"),
    ReplyCode("05", _NO, "发卡行不予承兑", "The issuer does not honour it"),
    ReplyCode("12", _NO, "无效交易", "The transaction is not valid"),
    ReplyCode("13", _NO, "无效金额", "The amount is not valid"),
    ReplyCode("14", _NO, "无效卡号", "The card number is not valid"),
    ReplyCode("15", _NO, "此卡无对应发卡行", "The card has no issuer here"),
    ReplyCode("21", _NO, "该卡未初始化", "The card is not active yet"),
    ReplyCode("22", _NO, "原交易状态不符", "The original is not in a state to allow this"),
    ReplyCode("25", _NO, "未找到原始交易", "The original transaction was not found"),
    ReplyCode("30", _NO, "报文格式错误", "The message has a wrong format"),
    ReplyCode("34", _NO, "有作弊嫌疑", "Suspected of fraud"),
    ReplyCode("38", _NO, "密码错误次数超限", "Wrong PIN too many times"),
    ReplyCode("40", _NO, "发卡行不支持的交易", "The issuer does not support this"),
    ReplyCode("41", _NO, "此卡已挂失", "The card is reported lost"),
    ReplyCode("43", _NO, "此卡被没收", "The card is reported stolen"),
    ReplyCode("45", _NO, "不允许降级交易，请插卡", "Use the chip"),
    ReplyCode("51", _NO, "余额不足", "Not enough money on the card"),
    ReplyCode("54", _NO, "该卡已过期", "The card has expired"),
    ReplyCode("55", _NO, "密码错", "Wrong PIN"),
    ReplyCode("57", _NO, "不允许此卡做该交易", "Not allowed for this card"),
    ReplyCode("58", _NO, "不允许此终端做该交易", "Not allowed at this terminal"),
    ReplyCode("59", _NO, "卡片校验错", "The card failed a check"),
    ReplyCode("61", _NO, "交易金额超限", "Over the card's limit"),
    ReplyCode("62", _NO, "受限制的卡", "The card is restricted"),
    ReplyCode("64", _NO, "与原交易金额不匹配", "The amount does not match the original"),
    ReplyCode("65", _NO, "超出消费次数限制", "Used too many times"),
    ReplyCode("75", _NO, "密码错误次数超限", "Wrong PIN too many times"),
    ReplyCode("77", _NO, "批次不一致，请重新签到", "The batch does not match; sign in again"),
    ReplyCode("90", _NO, "系统日切，请稍后重试", "The acquirer is changing its day; try again in a while"),
    ReplyCode("91", _NO, "发卡行状态不正常", "The issuer cannot be reached"),
    ReplyCode("92", _NO, "线路异常", "There is no route to the issuer"),
    ReplyCode("97", _NO, "终端未登记", "The terminal is not registered"),
    ReplyCode("99", _NO, "PIN格式错，请重新签到", "The PIN block is wrong; sign in again"),
    ReplyCode("A0", _NO, "MAC校验失败，请重新签到", "The MAC is wrong; sign in again"),
    ReplyCode("68", _OPEN, "发卡行响应超时", "The issuer did not answer in time"),
    ReplyCode("94", _OPEN, "重复交易", "Sent twice; the first may stand"),
    ReplyCode("96", _OPEN, "系统异常", "The acquirer's system failed"),
    ReplyCode("98", _OPEN, "收不到发卡行应答", "No answer from the issuer"),
)
_BY_CODE: Final = {row.code: row for row in _TABLE}
