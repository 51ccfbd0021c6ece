"""Numbers of registered items: two letters, eight digits, a check digit and the country (UPU S10).

China's domestic items carry 13 digits, which are not S10 and have no public check digit.
"""

from __future__ import annotations

import re
from typing import Final

_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
_S10: Final = re.compile(r"[A-Z]{2}(?P<serial>[0-9]{8})(?P<check>[0-9])[A-Z]{2}")
_DOMESTIC: Final = re.compile(r"[0-9]{13}")


def check_digit(serial: str) -> int:
    """The check digit of eight digits: 11 less their weighted sum modulo 11; 10 is written 0 and 11 is written 5."""
    if not (serial.isascii() and serial.isdigit() and len(serial) == len(_WEIGHTS)):
        raise ValueError("a serial number of S10 has eight digits")
    left = 11 - sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(left, left)


def number(service: str, serial: int, country: str) -> str:
    """The number of an item: service indicator (RR registered, CP parcel), serial 0 to 99999999, ISO country."""
    digits = f"{serial:08d}"
    made = f"{service}{digits}{check_digit(digits)}{country}"
    if not is_s10(made):
        raise ValueError("a service indicator and a country are two capital letters each")
    return made


def is_s10(words: str) -> bool:
    """Whether it is written as S10 says and its check digit is right."""
    found = _S10.fullmatch(words)
    return found is not None and check_digit(found["serial"]) == int(found["check"])


def is_cn_domestic(words: str) -> bool:
    """Whether it has the 13 digits of a domestic item in China."""
    return _DOMESTIC.fullmatch(words) is not None
