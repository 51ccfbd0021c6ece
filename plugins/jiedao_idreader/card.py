"""Whether a card's fields can be right, and whether it is valid on a day. Pure; keeps nothing."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final

from stdnum.cn import ric
from stdnum.exceptions import ValidationError as NotADate

from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import Identity, IdentityOutcome
from jiedao.language import Text

_NUMBER: Final = re.compile(r"[0-9]{17}[0-9X]")
_NAME_BYTES: Final = 100


def is_number(words: str) -> bool:
    """Whether it is written as a Chinese number is (GB 11643), right or wrong."""
    return _NUMBER.fullmatch(words) is not None


def judged(card: Identity, on: date) -> IdentityOutcome:
    """A Chinese card: the check digit of its number, its birth date in the number, its name, its validity.

    The place in the number is not looked up: cards outlive the counties that issued them.
    """
    if not is_number(card.number) or ric.calc_check_digit(card.number) != card.number[-1]:
        return Declined(_WRONG_NUMBER, "NUMBER")
    born = _born(card.number)
    if born is None or born > on or card.born not in (None, born):
        return Declined(_WRONG_BIRTH, "BIRTH")
    return named(card) or valid(card, on) or Succeeded(card)


def named(card: Identity) -> Declined | None:
    """Why the name cannot be one; a reader that gives the number only gives none."""
    if len(card.name.encode()) > _NAME_BYTES or any(map(_damaged, card.name)):
        return Declined(_WRONG_NAME, "NAME")
    return None


def valid(card: Identity, on: date) -> Declined | None:
    """Why the card does not hold on a day."""
    if card.valid_to is not None and card.valid_to < on:
        return Declined(_EXPIRED.format(on=card.valid_to), "EXPIRED")
    if card.valid_from is not None and card.valid_from > on:
        return Declined(_NOT_YET.format(on=card.valid_from), "NOT_YET")
    return None


def _born(number: str) -> date | None:
    try:
        return ric.get_birth_date(number)
    except NotADate:
        return None


def _damaged(character: str) -> bool:
    """Whether it cannot be part of a name. Ideographs newer than our tables of Unicode (planes 2 and 3) can."""
    rare = 0x20000 <= ord(character) <= 0x3FFFD
    return character in "?\ufffd" or (unicodedata.category(character).startswith("C") and not rare)


_WRONG_NUMBER: Final = Text(
    zh="证件号码不对（校验位不符），请重新读卡", en="The number is not right (check digit); read the card again"
)
_WRONG_BIRTH: Final = Text(
    zh="出生日期与证件号码不符，请重新读卡", en="The birth date does not agree with the number; read the card again"
)
_WRONG_NAME: Final = Text(zh="姓名中有损坏的字符，请重新读卡", en="The name is damaged; read the card again")
_EXPIRED: Final = Text(zh="证件已于 {on} 到期", en="The card expired on {on}")
_NOT_YET: Final = Text(zh="证件自 {on} 起才有效", en="The card is valid only from {on}")
