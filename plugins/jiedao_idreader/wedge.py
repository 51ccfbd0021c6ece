"""What a reader types that acts as a keyboard. Our convention, which readers can be set to:

- the number alone, 18 characters; or
- nine fields in the order of `jiedao_connectors.idbridge.FIELDS`, but with the name first and the number sixth, as they
  stand on the card: name, sex, nation, birth, address, number, issuer, valid from, valid to; between them one of
  ``|``, a tab or ``^``; or
- the three lines of an ICAO TD1 zone (identity cards of most other countries), with or without breaks.
"""

from __future__ import annotations

from datetime import date
from typing import Final

from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.service import Identity, IdentityOutcome
from jiedao.language import Text
from jiedao_connectors.mrz import NotTd1, WrongDigit, looks_like_td1, read_td1
from jiedao_idreader.bridge import NotUnderstood, day, last_day
from jiedao_idreader.card import is_number, judged, named, valid

_SEPARATORS: Final = "|\t^"
_FIELDS: Final = 9


def typed(words: str, on: date) -> IdentityOutcome:
    """The card that was typed, if it can be right."""
    words = words.strip()
    if is_number(words.upper()):
        return judged(Identity(words.upper(), ""), on)
    if looks_like_td1(words):
        return _zone(words, on)
    separator = next((mark for mark in _SEPARATORS if mark in words), None)
    parts = [part.strip() for part in words.split(separator)] if separator else []
    if len(parts) != _FIELDS:
        return Declined(_NOT_A_CARD, "NOT_A_CARD")
    return _fields(parts, on)


def _fields(parts: list[str], on: date) -> IdentityOutcome:
    name, sex, _, born, address, number, issuer, first, last = parts
    try:
        card = Identity(number.upper(), name, day(born), sex, address, issuer, day(first), last_day(last))
    except NotUnderstood:
        return Declined(_NOT_A_CARD, "NOT_A_CARD")
    return judged(card, on) if name else Declined(_NOT_A_CARD, "NOT_A_CARD")


def _zone(words: str, on: date) -> IdentityOutcome:
    try:
        zone = read_td1(words, on)
    except (NotTd1, WrongDigit) as failed:
        code = "NUMBER" if isinstance(failed, WrongDigit) else "NOT_A_CARD"
        return Declined(_MISREAD, code)
    name = f"{zone.given} {zone.surname}".strip()
    card = Identity(zone.number, name, zone.born, zone.sex, "", zone.issuer, None, zone.expires)
    return named(card) or valid(card, on) or Succeeded(card)


_NOT_A_CARD: Final = Text(zh="读到的不是证件信息，请重新读卡", en="This is not what a card has; read the card again")
_MISREAD: Final = Text(zh="证件机读码有误，请重新读卡", en="The machine readable zone was misread; read it again")
