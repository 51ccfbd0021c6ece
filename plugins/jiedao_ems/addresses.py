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
_NEEDED: Final = ("name", "phone", "province", "city", "district", "line")


def objection(who: str, party: Party) -> Declined | None:
    """Why a party cannot be sent to EMS; `who` is sender or recipient."""
    if party.country != COUNTRY:
        return Declined(words.ABROAD, "ABROAD")
    for field in _NEEDED:
        if not getattr(party, field).strip():
            return Declined(words.MISSING.format(field=_named(field, who)), "MISSING")
    for field in (*_NEEDED, "postcode"):
        if not is_writable(getattr(party, field)):
            return Declined(words.UNWRITABLE.format(field=_named(field, who)), "UNWRITABLE")
    return None


def is_writable(text: str) -> bool:
    """Whether a text can go into JSON and XML of EMS whole."""
    return len(text) <= MAXIMUM and not _UNSENDABLE.search(text)


def place(party: Party) -> Place:
    """A party as EMS writes it: a number of a mobile apart from one of a fixed line."""
    mobile = _MOBILE.fullmatch(re.sub(r"[ -]", "", party.phone))
    return Place(
        name=party.name,
        phone="" if mobile else party.phone,
        mobile=mobile[1] if mobile else "",
        postcode=party.postcode,
        province=party.province,
        city=party.city,
        county=party.district,
        address=party.line,
    )


def whole(party: Party) -> str:
    """The address in one line, as estimates and checks want it."""
    return f"{party.province}{party.city}{party.district}{party.line}"


def _named(field: str, who: str) -> Text:
    return words.FIELDS[field].format(who=words.FIELDS[who])
