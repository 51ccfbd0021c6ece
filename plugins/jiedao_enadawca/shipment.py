"""A consignment in the words of the interface. Pure; what does not fit is refused in words, never cut."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

from jiedao.hookspecs.postal import CreateRequest, Party
from jiedao.language import Text
from jiedao_connectors.soap import Typed
from jiedao_enadawca.products import PARCEL, Product


class DoesNotFit(Exception):
    """A field that the interface cannot take; `why` names it."""

    def __init__(self, why: Text) -> None:
        super().__init__(why.en)
        self.why = why


def guid_of(operation: str) -> str:
    """Our key of a shipment, which the interface wants in 32 hexadecimal digits: always the same for an operation."""
    return hashlib.sha256(operation.encode()).hexdigest()[:32].upper()


def shipment(request: CreateRequest, product: Product, procedure: str) -> Typed:
    """The shipment of a consignment.

    Procedural service is a registered item under special rules (two notices, then returned) with electronic proof of
    delivery (EPO); the type that the interface calls procedural is another thing, a courier with a check list.
    """
    handling, values = request.handling, dict[str, Any](product.says)
    values |= {
        "guid": guid_of(request.operation),
        "masa": request.item.weight,
        "iloscPotwierdzenOdbioru": int(handling.return_receipt),
        "adres": address(request.recipient, RECIPIENT),
        "nadawca": address(request.sender, SENDER),
    }
    if request.number:
        values["numerNadania"] = _within(request.number, 10, 20, _NUMBER)
    if handling.procedural:
        values |= {"zasadySpecjalne": procedure, "epo": Typed("EPOSimpleType", {})}
    if product.type == PARCEL and handling.declared_value:
        values["wartosc"] = handling.declared_value
    if request.item.description:
        values["opis"] = _within(request.item.description, 0, 500, _DESCRIPTION)
    return Typed(product.type, values)


def address(party: Party, whose: Text) -> Mapping[str, str]:
    """An address of at most two lines of name; only in Poland."""
    if party.country != "PL":
        raise DoesNotFit(_ABROAD.format(whose=whose))
    first, second = _two_lines(party.name, whose)
    street, house, door = _line(party.line)
    values = {
        "nazwa": first,
        "nazwa2": second,
        "ulica": _within(street, 1, 255, _STREET.format(whose=whose)),
        "numerDomu": house,
        "numerLokalu": door,
        "miejscowosc": _within(party.city, 1, 63, _CITY.format(whose=whose)),
        "kodPocztowy": _postcode(party.postcode, whose),
        "kraj": "Polska",
        "telefon": _within(party.phone, 0, 20, _PHONE.format(whose=whose)),
    }
    return {name: value for name, value in values.items() if value}


def _two_lines(name: str, whose: Text) -> tuple[str, str]:
    """A name of up to 60 characters, or two such lines parted at a space."""
    words = _within(" ".join(name.split()), 1, 121, _NAME.format(whose=whose))
    if len(words) <= _LINE:
        return words, ""
    cut = words.rfind(" ", 0, _LINE + 1)
    if cut < 0 or len(words) - cut - 1 > _LINE:
        raise DoesNotFit(_NAME.format(whose=whose))
    return words[:cut], words[cut + 1 :]


def _line(line: str) -> tuple[str, str, str]:
    """Street, house and door; a line that is written in another way goes into the street as it is."""
    found = _STREET_HOUSE_DOOR.fullmatch(line.strip())
    if found is None:
        return line.strip(), "", ""
    return found["street"], found["house"], found["door"] or ""


def _postcode(postcode: str, whose: Text) -> str:
    digits = postcode.replace("-", "").strip()
    if not _FIVE_DIGITS.fullmatch(digits):
        raise DoesNotFit(_POSTCODE.format(whose=whose))
    return digits


def _within(words: str, shortest: int, longest: int, why: Text) -> str:
    if not shortest <= len(words) <= longest or not words.isprintable():
        raise DoesNotFit(why)
    return words


_LINE: Final = 60
_FIVE_DIGITS: Final = re.compile(r"[0-9]{5}")
_STREET_HOUSE_DOOR: Final = re.compile(
    r"(?P<street>\S.*?),?\s+(?P<house>[0-9][0-9A-Za-z-]{0,10})(?:\s*(?:/|\sm\.?|\slok\.?)\s*(?P<door>[0-9A-Za-z]{1,11}))?"
)
RECIPIENT: Final = Text(zh="收件人", en="recipient")
SENDER: Final = Text(zh="寄件人", en="sender")
_ABROAD: Final = Text(zh="{whose}地址必须在波兰境内（PL）", en="The address of the {whose} must be in Poland (PL)")
_NAME: Final = Text(
    zh="{whose}姓名须为 1 至 120 个字符，可分成两行",
    en="The name of the {whose} must fit in two lines of 60 characters",
)
_STREET: Final = Text(zh="{whose}街道须为 1 至 255 个字符", en="The street of the {whose} needs 1 to 255 characters")
_CITY: Final = Text(zh="{whose}城市须为 1 至 63 个字符", en="The city of the {whose} needs 1 to 63 characters")
_POSTCODE: Final = Text(zh="{whose}邮编须为 5 位数字", en="The postcode of the {whose} needs 5 digits")
_PHONE: Final = Text(zh="{whose}电话不得超过 20 个字符", en="The phone of the {whose} takes at most 20 characters")
_NUMBER: Final = Text(zh="邮件号码须为 10 至 20 个字符", en="The number of the item needs 10 to 20 characters")
_DESCRIPTION: Final = Text(zh="内容说明不得超过 500 个字符", en="The description takes at most 500 characters")
