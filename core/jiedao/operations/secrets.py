"""What was exchanged, with everything taken out that is nobody's business: secrets, ID numbers, card numbers, tokens.

A plugin must not put such things into its words (the conformance kit looks); this is the second door.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from jiedao.cardnumbers import without_card_numbers
from jiedao.directory.residents import masked

HIDDEN: Final = "•••"
_SHORT: Final = 6
"""A secret of fewer characters is a word like any other."""


def without_secrets(words: str, secrets: Iterable[str] = ()) -> str:
    """Words as they may be kept and shown; `secrets` are those of the connection."""
    if not words:
        return words
    for secret in sorted((one for one in secrets if len(one) >= _SHORT), key=len, reverse=True):
        words = words.replace(secret, HIDDEN)
    for pattern, cover in _PATTERNS:
        words = pattern.sub(cover, words)
    return without_card_numbers(words)


def presentable(value: Any) -> Any:
    """A request or an outcome as it may be shown, whatever is inside."""
    if isinstance(value, Mapping):
        return {
            name: HIDDEN if _names_secret(str(name)) and inner else presentable(inner) for name, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [presentable(inner) for inner in value]
    return without_secrets(value) if isinstance(value, str) else value


def _names_secret(name: str) -> bool:
    return bool(_SECRET_NAME.search(name))


_SECRET_NAME: Final = re.compile(
    r"passw|secret|token|credential|authori[sz]ation|api_?key|private_?key|\bpin\b|\bcvv?2?\b|photo|signature",
    re.IGNORECASE,
)
_PATTERNS: Final[tuple[tuple[re.Pattern[str], Any], ...]] = (
    # A mainland identity number (GB 11643): region, date of birth, order and check character.
    (
        re.compile(
            r"(?<!\d)[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"
        ),
        lambda found: masked(found[0]),
    ),
    (re.compile(r"\b(Bearer|Basic)\s+[\w.~+/=-]{6,}", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(?:sk|rk|pk|whsec)_[\w-]{8,}"), HIDDEN),
    (re.compile(r"\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?"), HIDDEN),
    (
        re.compile(
            r"\b([\w-]*(?:passw(?:or)?d|secret|token|api[_-]?key|private[_-]?key|credential)[\w-]*[\"']?\s*[=:]\s*[\"']?)"
            r"[^\s\"'&,;<]+",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
)
