"""The machine readable zone of identity cards, size TD1: three lines of 30 characters (ICAO Doc 9303, parts 3 and 5).

Check digits weigh 7, 3, 1 over 0-9, A-Z as 10 to 35 and the filler ``<`` as 0, modulo 10.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

_LINE: Final = 30
_WEIGHTS: Final = (7, 3, 1)
_VALUES: Final = {char: value for value, char in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
_SHAPE: Final = re.compile(r"[ACI][A-Z0-9<]{29}[0-9<]{6}[0-9][MFX<][0-9<]{6}[0-9][A-Z<]{3}[A-Z0-9<]{11}[0-9][A-Z<]{30}")


class NotTd1(Exception):
    """These are not three lines of TD1."""


class WrongDigit(Exception):
    """A check digit does not fit what it protects; the message names the field."""


@dataclass(frozen=True, slots=True)
class Td1:
    """The zone's fields. `born` is None where a part of it is not known; `sex` is M, F or empty."""

    kind: str
    issuer: str
    number: str
    born: date | None
    sex: str
    expires: date
    nationality: str
    surname: str
    given: str


def check_digit(words: str) -> int:
    """The check digit of a field."""
    return sum(_VALUES[char] * _WEIGHTS[place % 3] for place, char in enumerate(words)) % 10


def looks_like_td1(words: str) -> bool:
    """Whether it has the length and the alphabet, so that it is one, read rightly or wrongly."""
    zone = _joined(words)
    return len(zone) == 3 * _LINE and re.fullmatch(r"[A-Z0-9<]+", zone) is not None


def read_td1(words: str, on: date) -> Td1:
    """The fields of a zone, with or without line breaks. `on` is today, by which two figures of a year are completed.

    `NotTd1` or `WrongDigit` when anything about it is not as the standard says.
    """
    zone = _joined(words)
    if not _SHAPE.fullmatch(zone):
        raise NotTd1("not three lines of 30 characters")
    first, second, third = zone[:_LINE], zone[_LINE : 2 * _LINE], zone[2 * _LINE :]
    number = _number(first)
    _check("birth date", second[0:6], second[6])
    _check("expiry date", second[8:14], second[14])
    _check("whole", first[5:30] + second[0:7] + second[8:15] + second[18:29], second[29])
    surname, _, given = third.partition("<<")
    return Td1(
        kind=_plain(first[0:2]),
        issuer=_plain(first[2:5]),
        number=number,
        born=_birth(second[0:6], on),
        sex=_plain(second[7]).replace("X", ""),
        expires=_date(f"20{second[8:14]}", "expiry date"),
        nationality=_plain(second[15:18]),
        surname=_plain(surname),
        given=_plain(given),
    )


def _number(first: str) -> str:
    """A number of more than nine characters goes on in the optional field, with its check digit behind it."""
    if first[14] != "<":
        _check("number", first[5:14], first[14])
        return _plain(first[5:14])
    rest = first[15:30].split("<", 1)[0]
    if len(rest) < 2:
        raise NotTd1("the number has no check digit")
    _check("number", first[5:14] + rest[:-1], rest[-1])
    return first[5:14] + rest[:-1]


def _check(field: str, words: str, digit: str) -> None:
    if str(check_digit(words)) != digit:
        raise WrongDigit(field)


def _birth(figures: str, on: date) -> date | None:
    """Nobody is born in the future; unknown parts are fillers."""
    if "<" in figures:
        return None
    born = _date(f"20{figures}", "birth date", also=f"19{figures}")
    return born if born <= on else _date(f"19{figures}", "birth date")


def _date(figures: str, field: str, also: str = "") -> date:
    try:
        return date(int(figures[:4]), int(figures[4:6]), int(figures[6:8]))
    except ValueError:
        if also:
            # 29 February exists in one of the two centuries only.
            return _date(also, field)
        raise NotTd1(f"the {field} is none") from None


def _plain(words: str) -> str:
    return words.replace("<", " ").strip()


def _joined(words: str) -> str:
    return re.sub(r"\s", "", words).upper()
