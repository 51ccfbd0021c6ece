"""Words for a log, without what must not stand in one: tokens, secrets, numbers of people and cards.

The last line of defence. What is logged is chosen so that nothing of it is needed; a stranger's exception is not.
"""

from __future__ import annotations

import re
from typing import Final

from jiedao.cardnumbers import without_card_numbers

HIDDEN: Final = "[hidden]"


def redact(words: str) -> str:
    """The same words, with everything hidden that looks like a secret or like a person's number."""
    for pattern, instead in _PATTERNS:
        words = pattern.sub(instead, words)
    return without_card_numbers(words)


_NAMES: Final = (
    r"authorization|cookie|set-cookie|password|passwd|secret|token|csrf|api[_-]?key|idempotency[_-]?key|x-csrf-token"
)
_NAMED: Final = rf"""(["']?\b(?:[a-z0-9]+[_-])*(?:{_NAMES})\b["']?\s*[:=]\s*)"""
_VALUE: Final = r"""(?:\\?["'][^"'\\]*\\?["']|[^\s,;&"'}]+)"""
_PATTERNS: Final = (
    (re.compile(r"\bjdk_[0-9A-Za-z_.-]+"), f"jdk_{HIDDEN}"),
    (re.compile(r"\bwhsec_[0-9A-Za-z+/=_-]+"), f"whsec_{HIDDEN}"),
    (re.compile(r"\b(bearer|basic)\s+[0-9A-Za-z+/=_.~-]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    # A session's token: the street in clear, and 43 characters of URL-safe base64.
    (re.compile(r"(?<![0-9A-Za-z_-])([0-9]{9}|[0-9A-Za-z_-]{1,32})\.[0-9A-Za-z_-]{43}(?![0-9A-Za-z_-])"), HIDDEN),
    (re.compile(rf"{_NAMED}{_VALUE}", re.IGNORECASE), rf"\1{HIDDEN}"),
    # Identity numbers (15 digits, or 17 and a check character) and card numbers (up to 19 digits), in groups or not.
    (re.compile(r"(?<![0-9A-Za-z.])[1-9]\d{3}(?:[ -]\d{4}){2}[ -]\d{1,7}(?![0-9A-Za-z])"), HIDDEN),
    (re.compile(r"(?<![0-9A-Za-z.])[1-9]\d{13,17}[\dXx](?![0-9A-Za-z])"), HIDDEN),
    # Mobile numbers.
    (re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[ -]?)?1[3-9]\d{9}(?![0-9A-Za-z])"), HIDDEN),
)
