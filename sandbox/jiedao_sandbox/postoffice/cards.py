"""Cards and their holders, derived from the card number, so that any number of them exists.

Every 13-digit number with the right check digit is a card (see `jiedao_connectors.postcard`). The last two digits of
its serial, which stand just before the check digit, decide its fate:

======  =====================================================
serial  what happens
======  =====================================================
…91     the card was reported lost
…92     the card is blocked
…93     the card has not been activated yet
…99     there is no such card
other   an active card
======  =====================================================

The member number is "M" and the serial. The last digit of the serial picks the holder's name; 4, 5 and 6 have names
that printers and forms like to spoil (䶮, a middle dot, 𠮷).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from jiedao_connectors.postcard import is_card_number, serial_of

LOST: Final = "91"
BLOCKED: Final = "92"
DORMANT: Final = "93"
UNKNOWN: Final = "99"

_NAMES: Final = (
    "王秀英",
    "李建国",
    "张桂兰",
    "刘德明",
    "杨䶮",
    "古丽巴哈尔·买买提",
    "𠮷田",
    "欧阳淑珍",
    "陈志强",
    "赵玉梅",
)
_MEMBER: Final = re.compile(r"M\d{8}", re.ASCII)
_REFUSALS: Final = {LOST: "CARD_LOST", BLOCKED: "CARD_BLOCKED", UNKNOWN: "UNKNOWN_CARD"}


@dataclass(frozen=True, slots=True)
class Card:
    """A card that may be shown to a street."""

    number: str
    member: str
    holder: str
    active: bool


def find_card(number: str) -> Card | str:
    """The card, or the code of why it is refused."""
    if not is_card_number(number):
        return "UNKNOWN_CARD"
    serial = serial_of(number)
    refusal = _REFUSALS.get(serial[-2:])
    return refusal or Card(number, f"M{serial}", _NAMES[int(serial[-1])], not serial.endswith(DORMANT))


def is_member(number: str) -> bool:
    """Whether a card was ever given to such a member; one whose card is lost or blocked is still owed nothing less."""
    return _MEMBER.fullmatch(number) is not None and not number.endswith(UNKNOWN)
