"""Sender and recipient: checked, sealed at rest, and masked wherever a list shows them."""

from __future__ import annotations

import re
from typing import Final

from jiedao.hookspecs.codec import from_json, to_json
from jiedao.hookspecs.postal import Handling, Item, Party
from jiedao.language import Text
from jiedao.operations.intent import seal_fields, unsealed
from jiedao.problems import Invalid
from jiedao.store.keyring import Keyring


def seal(keyring: Keyring, street: str, sender: Party, recipient: Party) -> bytes:
    """Both parties as a consignment keeps them and as its operation sends them."""
    return seal_fields(keyring, street, {"sender": to_json(sender), "recipient": to_json(recipient)})


def opened(keyring: Keyring, street: str, sealed: bytes) -> tuple[Party, Party]:
    """Sender and recipient in clear."""
    fields = unsealed(keyring, street, {}, sealed)
    return from_json(Party, fields["sender"]), from_json(Party, fields["recipient"])


def shown(party: Party) -> str:
    """A party as lists show it: the first character of the name, and the place."""
    place = party.district or party.city or party.province or party.country
    return f"{party.name[:1]}** {place}"


def check_party(party: Party, field: str) -> None:
    """`Invalid` when nobody could deliver to this."""
    if not party.name.strip():
        raise Invalid("party.name", _NAME, field=f"{field}.name")
    if not re.fullmatch(r"[A-Z]{2}", party.country):
        raise Invalid("party.country", _COUNTRY, field=f"{field}.country")
    if not party.line.strip():
        raise Invalid("party.line", _LINE, field=f"{field}.line")


def check_item(item: Item, handling: Handling) -> None:
    """`Invalid` when an item cannot be carried like this by any post."""
    if item.weight <= 0:
        raise Invalid("item.weight", _WEIGHT, field="item.weight")
    for name in ("declared_value", "cash_on_delivery"):
        if getattr(handling, name) < 0:
            raise Invalid("handling.amount", _AMOUNT, field=f"handling.{name}")


_NAME: Final = Text(zh="请填写姓名或单位名称", en="Give the name of the person or organisation")
_COUNTRY: Final = Text(zh="请填写两个大写字母的国家代码，例如 CN", en="Give the country as two letters, such as CN")
_LINE: Final = Text(zh="请填写街道门牌", en="Give street, house and door")
_WEIGHT: Final = Text(zh="请填写重量（克）", en="Give the weight in grams")
_AMOUNT: Final = Text(zh="金额不能小于零", en="The amount must not be below zero")
