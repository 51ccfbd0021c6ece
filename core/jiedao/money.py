"""Money is integer fen, points are integer hundredths of a point; text only at the edges, floats nowhere."""

from __future__ import annotations

import re

from jiedao.language import Text
from jiedao.problems import Invalid

_AMOUNT = re.compile(r"(0|[1-9]\d{0,11})(?:\.(\d{1,2}))?", re.ASCII)


def parse_amount(words: str, field: str = "amount") -> int:
    """Fen from "120", "120.5" or "120.50"; anything else is refused naming `field`."""
    match = _AMOUNT.fullmatch(words.strip())
    if match is None:
        raise Invalid("amount.malformed", _MALFORMED.format(given=words[:40]), field=field)
    return int(match[1]) * 100 + int((match[2] or "0").ljust(2, "0"))


def format_amount(fen: int) -> str:
    """ "120.50" from 12050; works the same for hundredths of a point."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100}.{abs(fen) % 100:02d}"


_MALFORMED = Text(
    zh="金额“{given}”写法不对，应为最多两位小数的正数，例如 120.50",
    en='"{given}" is not an amount; write a positive number with at most two decimals, for example 120.50',
)
