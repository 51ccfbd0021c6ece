"""What a bridge answers, in the words of the contract. Pure; what does not fit raises `NotUnderstood`."""

from __future__ import annotations

import base64
import binascii
from datetime import date, datetime
from typing import Final

from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.service import Identity
from jiedao.language import Text
from jiedao_connectors.http import Answer
from jiedao_connectors.idbridge import FOR_EVER

_JPEG: Final = b"\xff\xd8\xff"


class NotUnderstood(Exception):
    """The answer is not one of the protocol. The message holds nothing of the card."""


def card(answer: Answer, with_photo: bool) -> Identity | Declined:
    """The card on the reader, or why there is none. The photo is dropped unless it was asked for."""
    status = answer.get("status")
    if status in _NO_CARD:
        return Declined(_NO_CARD[status], str(status))
    if status != "OK":
        raise NotUnderstood("the bridge answered with an unknown status")
    photo = _photo(answer) if with_photo else ""
    if with_photo and not photo:
        return Declined(_NO_PHOTO, "NO_PHOTO")
    return Identity(
        number=_text(answer, "number").upper(),
        name=_text(answer, "name"),
        born=day(_text(answer, "born")),
        sex=_text(answer, "sex"),
        address=_text(answer, "address"),
        issued_by=_text(answer, "issued_by"),
        valid_from=day(_text(answer, "valid_from")),
        valid_to=last_day(_text(answer, "valid_to")),
        photo=photo,
    )


def day(figures: str) -> date:
    """A date as cards have it, 20260302."""
    try:
        if len(figures) != len("20260302"):
            raise ValueError
        return datetime.strptime(figures, "%Y%m%d").date()  # noqa: DTZ007 (a date has no zone)
    except ValueError:
        raise NotUnderstood("a date of the card is none") from None


def last_day(figures: str) -> date | None:
    """The last day of validity; None for a card that does not expire."""
    return None if figures == FOR_EVER else day(figures)


def _text(answer: Answer, name: str) -> str:
    value = answer.get(name)
    if not isinstance(value, str) or not value.strip():
        raise NotUnderstood(f"the bridge's answer has no {name}")
    return value.strip()


def _photo(answer: Answer) -> str:
    value = answer.get("photo") or ""
    try:
        if isinstance(value, str) and (not value or base64.b64decode(value, validate=True).startswith(_JPEG)):
            return value
    except binascii.Error:
        pass
    raise NotUnderstood("the bridge's photo is no JPEG")


_NO_CARD: Final = {
    "NO_CARD": Text(zh="读卡器上没有证件", en="There is no card on the reader"),
    "UNREADABLE": Text(zh="证件无法读取，请擦净后重放", en="The card cannot be read; wipe it and lay it down again"),
}
_NO_PHOTO: Final = Text(zh="读卡器没有给出照片", en="The reader gave no photo")
