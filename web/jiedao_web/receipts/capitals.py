"""Amounts in Chinese capital numerals (大写), as the People's Bank prescribes for vouchers.

Source: 支付结算办法, annex 正确填写票据和结算凭证的基本规定: 整 after whole yuan and after 角, never after 分;
zeros inside a number are written as one 零, also between 元 and 分 when there is no 角.
"""

from __future__ import annotations

from typing import Final

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_UNITS: Final = ((10**8, "亿"), (10**4, "万"), (1000, "仟"), (100, "佰"), (10, "拾"))
_LIMIT: Final = 10**16


def in_capitals(fen: int) -> str:
    """ "壹佰贰拾元整" from 12000; `ValueError` below zero and from one hundred trillion yuan (10**16 fen)."""
    if not 0 <= fen < _LIMIT:
        raise ValueError(f"no capital numerals for {fen} fen")
    yuan, rest = divmod(fen, 100)
    if rest == 0:
        return f"{_whole(yuan) or '零'}元整"
    return (f"{_whole(yuan)}元" if yuan else "") + _part(rest, after_yuan=yuan > 0)


def _part(rest: int, *, after_yuan: bool) -> str:
    """角 and 分, of which at least one is not zero."""
    jiao, fen = divmod(rest, 10)
    if fen == 0:
        return f"{_DIGITS[jiao]}角整"
    before = f"{_DIGITS[jiao]}角" if jiao else "零" if after_yuan else ""
    return f"{before}{_DIGITS[fen]}分"


def _whole(number: int) -> str:
    """A whole number; empty for zero."""
    for unit, word in _UNITS:
        if number >= unit:
            high, low = divmod(number, unit)
            gap = "零" if 0 < low < unit // 10 else ""
            return f"{_whole(high)}{word}{gap}{_whole(low)}"
    return _DIGITS[number] if number else ""
