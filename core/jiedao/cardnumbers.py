"""Numbers of payment cards (ISO/IEC 7812-1) in words from outside: digits of which the last one checks.

15 to 19 of them, or 14 that begin with 3, or 13 that begin with 4: no other card is as short, and a tenth of parcels
with 13 digits would check. Also behind a letter, as on track 1 (`%B6222…`). A run of digits inside a long hexadecimal
word, such as a serial number or a digest, is none: one in some thousand of those would check by accident.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_HEXADECIMAL: Final = r"(?<![0-9A-Za-z])[0-9A-Fa-f]{32,}(?![0-9A-Za-z])"
_RUN: Final = re.compile(rf"{_HEXADECIMAL}|(?<!\d)(?:\d{{15,19}}|3\d{{13}}|4\d{{12}})(?!\d)")
_LONGEST: Final = 19


def card_numbers(words: str) -> Iterator[str]:
    """Every one in these words."""
    return (found[0] for found in _RUN.finditer(words) if _checks(found[0]))


def without_card_numbers(words: str) -> str:
    """The same words with no more of a card number than may be kept: its first six and its last four digits."""
    return _RUN.sub(lambda found: _masked(found[0]) if _checks(found[0]) else found[0], words)


def _checks(run: str) -> bool:
    """Luhn's formula (annex B)."""
    if len(run) > _LONGEST:
        return False
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in run[-2::-2])
    return (sum(doubled) + sum(map(int, run[-1::-2]))) % 10 == 0


def _masked(number: str) -> str:
    return f"{number[:6]}{'*' * (len(number) - 10)}{number[-4:]}"
