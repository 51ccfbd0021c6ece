"""Numbers that stand on items: UPU S10 with its check digit, and national ones of 13 digits without. Pure."""

from __future__ import annotations

import re
from typing import Final

from jiedao.language import Text
from jiedao.problems import Invalid

S10: Final = "s10"
NATIONAL: Final = "national"
KINDS: Final = (S10, NATIONAL)
DIGITS: Final = {S10: 8, NATIONAL: 13}
"""How many digits a number has, check digit apart; of a national one the prefix is a part."""


def check_digit(serial: int) -> int:
    """The check digit of an S10 serial number (UPU S10, 4.2): weights 8 6 4 2 3 5 9 7, modulo 11."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, f"{serial:08d}", strict=True))
    return {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)


def s10(service: str, serial: int, country: str) -> str:
    """A whole S10 number, such as RB123456785GB."""
    return f"{service}{serial:08d}{check_digit(serial)}{country}"


def is_s10(number: str) -> bool:
    """Whether a number has the form of S10 and its check digit is right."""
    match = _S10.fullmatch(number)
    return match is not None and check_digit(int(match[2])) == int(match[3])


def national(prefix: str, serial: int) -> str:
    """A number of 13 digits that begins with `prefix`, as China's domestic mail has; there is no check digit."""
    return f"{prefix}{serial:0{DIGITS[NATIONAL] - len(prefix)}d}"


def made(kind: str, prefix: str, country: str, serial: int) -> str:
    """The number of a serial of a range."""
    return s10(prefix, serial, country) if kind == S10 else national(prefix, serial)


def largest(kind: str, prefix: str) -> int:
    """The largest serial that a range of this kind can have."""
    return int(10 ** (DIGITS[kind] - (0 if kind == S10 else len(prefix)))) - 1


def check_prefix(kind: str, prefix: str, country: str) -> None:
    """`Invalid` when a range cannot begin like this."""
    if kind == S10 and not re.fullmatch(r"[A-Z]{2}", prefix):
        raise Invalid("range.prefix", _SERVICE, field="prefix")
    if kind == S10 and not re.fullmatch(r"[A-Z]{2}", country):
        raise Invalid("range.country", _COUNTRY, field="country")
    if kind == NATIONAL and not re.fullmatch(r"[0-9]{1,10}", prefix):
        raise Invalid("range.prefix", _DIGITS, field="prefix")


_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
_S10: Final = re.compile(r"([A-Z]{2})([0-9]{8})([0-9])([A-Z]{2})", re.ASCII)
_SERVICE: Final = Text(
    zh="S10 号段要有两个大写字母的业务代码，例如 RA", en="An S10 range has two service letters, such as RA"
)
_COUNTRY: Final = Text(zh="请填写两个大写字母的国家代码，例如 CN", en="Give the country as two letters, such as CN")
_DIGITS: Final = Text(zh="国内号段以 1 到 10 位数字开头", en="A national range begins with 1 to 10 digits")
