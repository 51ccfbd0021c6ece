"""Nothing is dropped in silence: a character that a medium cannot draw is spelt as its code point and reported.

A wrong or missing character in a name makes a receipt worthless at the next office, so every renderer says which
characters it could not draw.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

Writes: TypeAlias = Callable[[str], bool]
"""Whether a medium can draw one character."""

# Controls, invisible formatting (a right-to-left override would turn an amount round), lone surrogates, private use
# (looks different in every font) and code points without a character: no medium prints these as they stand.
_NEVER: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


@dataclass(frozen=True, slots=True)
class Rendered:
    """A slip for one medium. `missing` are the characters that stand as 〔U+…〕 in it, each once, in order."""

    content: bytes
    media_type: str
    missing: tuple[str, ...] = ()


class Proof:
    """Reads every word of one slip before it is set, and keeps a list of what cannot be drawn."""

    def __init__(self, writes: Writes) -> None:
        self._writes = writes
        self._missing: dict[str, None] = {}

    @property
    def missing(self) -> tuple[str, ...]:
        """What could not be drawn so far."""
        return tuple(self._missing)

    def read(self, words: str) -> str:
        """The words as they will be drawn."""
        return "".join(map(self._one, words))

    def _one(self, char: str) -> str:
        if is_printable(char) and self._writes(char):
            return char
        self._missing[char] = None
        return code_point(char)


def is_printable(char: str) -> bool:
    """Whether any medium at all could draw the character."""
    return unicodedata.category(char) not in _NEVER


def code_point(char: str) -> str:
    """ "〔U+20BB7〕": how a character that cannot be drawn is shown. GBK and every Chinese font have the brackets."""
    return f"〔U+{ord(char):04X}〕"
