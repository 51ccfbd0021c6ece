"""Which numbers may stand on an item: those that the post gave the street beforehand."""

from __future__ import annotations

from typing import Final

from jiedao.hookspecs.outcomes import Declined
from jiedao.language import Text
from jiedao_connectors.s10 import is_cn_domestic, is_s10

FORMATS: Final = {"s10": is_s10, "cn13": is_cn_domestic}
"""Formats by the name that a street enters: UPU S10, and China's 13 digits."""


def refused(number: str, formats: list[str]) -> Declined | None:
    """Why a number cannot stand on an item, or None."""
    if not number:
        return Declined(_EMPTY, "NO_NUMBER")
    if not any(FORMATS[name](number) for name in formats):
        return Declined(_WRONG.format(number=number), "BAD_NUMBER")
    return None


_EMPTY: Final = Text(
    zh="没有可用的邮件号码，请先登记邮局给的号段",
    en="There is no number left; enter the range of numbers that the post gave",
)
_WRONG: Final = Text(
    zh="邮件号码 {number} 写法或校验位不对", en="The number {number} is not well formed, or its check digit is wrong"
)
