"""What the tariff that a street entered says. Pure; what it does not say is a refusal, never 0."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from jiedao.hookspecs.postal import Handling, Item, Quote
from jiedao.language import Text

Product: TypeAlias = Mapping[str, Any]


class NotCarried(Exception):
    """The tariff has no price for this; `says` is for whoever asks."""

    def __init__(self, says: Text) -> None:
        super().__init__(says.en)
        self.says = says


def product(settings: Mapping[str, Any], code: str) -> Product:
    """The row of a product."""
    found: Product | None = next((row for row in settings["tariff"] if row["code"] == code), None)
    if found is None:
        raise NotCarried(_NO_PRODUCT.format(code=code))
    return found


def quotes(settings: Mapping[str, Any], item: Item, handling: Handling, country: str) -> tuple[Quote, ...]:
    """Every product that carries the item there, in the order of the tariff; `NotCarried` when none does."""
    found, why = [], None
    for row in settings["tariff"]:
        try:
            amount = postage(row, item, handling, country)
        except NotCarried as refused:
            why = why or refused
        else:
            found.append(_quote(row, amount, settings["currency"]))
    if not found and why:
        raise why
    return tuple(found)


def postage(row: Product, item: Item, handling: Handling, country: str) -> int:
    """Fen for one item by one product; `NotCarried` says what the product has not."""
    title = Text(row["title_zh"], row["title_en"])
    if country not in row["countries"]:
        raise NotCarried(_NOT_THERE.format(title=title, country=country))
    if item.contents not in row["contents"]:
        raise NotCarried(_NOT_THAT.format(title=title))
    step = next((step for step in row["steps"] if 0 < item.weight <= step["up_to"]), None)
    if step is None:
        raise NotCarried(_TOO_HEAVY.format(title=title, most=row["steps"][-1]["up_to"]))
    return int(step["amount"]) + sum(_surcharges(row["surcharges"], handling, title))


def _surcharges(known: Mapping[str, int], handling: Handling, title: Text) -> Iterator[int]:
    for name, words in _HANDLINGS.items():
        if getattr(handling, name):
            yield _surcharge(known, name, words, title)
    if handling.declared_value:
        rate = _surcharge(known, "insured_per_thousand", _INSURED, title)
        # Rounded up: a part of a fen is a fen.
        yield max(known.get("insured_minimum", 0), -(-handling.declared_value * rate // 1000))


def _surcharge(known: Mapping[str, int], name: str, words: Text, title: Text) -> int:
    if name not in known:
        raise NotCarried(_NOT_SO.format(title=title, handling=words))
    return known[name]


def _quote(row: Product, amount: int, currency: str) -> Quote:
    return Quote(row["code"], Text(row["title_zh"], row["title_en"]), amount, currency, row["days"])


_INSURED: Final = Text(zh="保价", en="insured")
_HANDLINGS: Final = {
    "registered": Text(zh="挂号", en="registered"),
    "addressee_only": Text(zh="本人签收", en="addressee only"),
    "return_receipt": Text(zh="回执", en="return receipt"),
    "return_documents": Text(zh="返单", en="return of documents"),
    "procedural": Text(zh="法律文书送达", en="procedural"),
    "cash_on_delivery": Text(zh="代收货款", en="cash on delivery"),
}
"""Handlings with a surcharge of their own, and what they are called on labels and in refusals."""
MARKS: Final = {**_HANDLINGS, "declared_value": _INSURED}

_NO_PRODUCT: Final = Text(zh="资费表中没有产品 {code}", en="The tariff has no product {code}")
_NOT_THERE: Final = Text(zh="{title}不寄往 {country}", en="{title} does not go to {country}")
_NOT_THAT: Final = Text(zh="{title}不能寄这种内件", en="{title} does not carry such contents")
_TOO_HEAVY: Final = Text(zh="{title}的重量须大于 0 克且不超过 {most} 克", en="{title} carries from 1 to {most} grams")
_NOT_SO: Final = Text(zh="{title}没有“{handling}”的资费", en='{title} has no tariff for "{handling}"')
