"""Post offices with their hours."""

from __future__ import annotations

import re
from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Succeeded
from jiedao.hookspecs.postal import Office, OfficesOutcome, OfficesRequest
from jiedao.language import Text
from jiedao_enadawca import answers
from jiedao_enadawca.exchange import Talk


@hookimpl
def postal_offices(request: OfficesRequest) -> OfficesOutcome:
    """The offices of the province in the settings whose name or address has what is asked for."""
    talk = Talk(request)
    if not talk.settings["region"]:
        raise InvalidConfig("the province is missing from the settings (region)")
    with talk.asking():
        found = answers.offices(talk.call("getPlacowkiPocztowe", idWojewodztwo=talk.settings["region"]))
    near = tuple(office for office in found if _is_near(office, request.near))
    return Succeeded(near) if near else Declined(_NONE.format(near=request.near))


def _is_near(office: Office, near: str) -> bool:
    wanted = _FIVE_DIGITS.sub(r"\1-\2", near.strip()).casefold()
    return wanted in f"{office.name} {office.address}".casefold()


_FIVE_DIGITS: Final = re.compile(r"^([0-9]{2})([0-9]{3})$")
_NONE: Final = Text(zh="没有找到“{near}”附近的邮局", en='No office near "{near}" was found')
