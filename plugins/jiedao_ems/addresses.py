"""Parties as places of EMS, and what is wrong with them in the words of the window."""

from __future__ import annotations

import re
from typing import Final

from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.postal import Party
from jiedao.language import Text
from jiedao_connectors.ems.order import Place
from jiedao_ems import words

COUNTRY: Final = "CN"
MAXIMUM: Final = 200
"""Characters of one field."""

_MOBILE: Final = re.compile(r"(?:\+?86)?(1\d{10})", re.ASCII)
_UNSENDABLE: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffd\ufffe\uffff]")
_ADDRESS: Final = ("province", "city", "line")
_PERSON: Final = ("name", "phone")


def objection(who: str, party: Party) -> Declined | None:
    """Why an item cannot go to or from a party; `who` is sender or recipient."""
    return address_objection(who, party, (*_PERSON, *_ADDRESS))


def address_objection(who: str, party: Party, needed: tuple[str, ...] = _ADDRESS) -> Declined | None:
    """Why EMS cannot be asked about an address; whose it is need not be known yet."""
    if party.country != COUNTRY:
        return Declined(words.ABROAD, "ABROAD")
    for field in needed:
        if not getattr(party, field).strip():
            return Declined(words.MISSING.format(field=_named(field, who)), "MISSING")
    for field in (*needed, "district", "postcode"):
        if not is_writable(getattr(party, field)):
            return Declined(words.UNWRITABLE.format(field=_named(field, who)), "UNWRITABLE")
    return None


def is_writable(text: str) -> bool:
    """Whether a text can go into JSON and XML of EMS whole."""
    return len(text) <= MAXIMUM and not _UNSENDABLE.search(text)


def place(party: Party) -> Place:
    """A party as EMS writes it: a number of a mobile apart from one of a fixed line.

    EMS wants a county always; cities without districts (Dongguan, Zhongshan) stand in for their own.
    """
    mobile = _MOBILE.fullmatch(re.sub(r"[ -]", "", party.phone))
    return Place(
        name=party.name,
        phone="" if mobile else party.phone,
        mobile=mobile[1] if mobile else "",
        postcode=party.postcode,
        province=party.province,
        city=party.city,
        county=party.district or party.city,
        address=party.line,
    )


def whole(party: Party) -> str:
    """The address in one line, as estimates and checks want it."""
    return f"{party.province}{party.city}{party.district}{party.line}"


def _named(field: str, who: str) -> Text:
    return words.FIELDS[field].format(who=words.FIELDS[who])
