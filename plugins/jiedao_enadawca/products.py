"""What the street can post: domestic registered letters by format, and parcels by size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from jiedao.hookspecs.postal import Contents, Handling
from jiedao.language import Text

LETTER: Final = "przesylkaPoleconaKrajowaType"
PARCEL: Final = "paczkaPocztowaType"


@dataclass(frozen=True, slots=True)
class Product:
    """One product. `says` are the attributes by which the interface knows it; `heaviest` is in grams."""

    code: str
    type: str
    says: Mapping[str, str]
    heaviest: int
    title: Text


def _both_speeds(code: str, type_: str, says: Mapping[str, str], heaviest: int, title: Text) -> tuple[Product, ...]:
    return (
        Product(code, type_, {**says, "kategoria": "EKONOMICZNA"}, heaviest, title),
        Product(
            f"{code}_PRIORITY",
            type_,
            {**says, "kategoria": "PRIORYTETOWA"},
            heaviest,
            Text(zh=f"{title.zh}（优先）", en=f"{title.en}, priority"),
        ),
    )


# The weights of the formats stand in the interface file itself, those of parcels in the post's rules.
PRODUCTS: Final[Mapping[str, Product]] = {
    product.code: product
    for product in (
        *_both_speeds("LETTER_S", LETTER, {"format": "S"}, 500, Text("挂号信 S", "Registered letter S")),
        *_both_speeds("LETTER_M", LETTER, {"format": "M"}, 1_000, Text("挂号信 M", "Registered letter M")),
        *_both_speeds("LETTER_L", LETTER, {"format": "L"}, 2_000, Text("挂号信 L", "Registered letter L")),
        *_both_speeds("PARCEL_A", PARCEL, {"gabaryt": "GABARYT_A"}, 10_000, Text("包裹 A", "Parcel A")),
        *_both_speeds("PARCEL_B", PARCEL, {"gabaryt": "GABARYT_B"}, 10_000, Text("包裹 B", "Parcel B")),
    )
}


def objection(product: Product, weight: int, contents: Contents, handling: Handling) -> Text | None:
    """Why an item cannot go as a product; None when it can."""
    if not 0 < weight <= product.heaviest:
        return _TOO_HEAVY.format(weight=weight, heaviest=product.heaviest)
    if contents is Contents.GOODS and product.type == LETTER:
        return _NO_GOODS
    wanted = {
        _NO_OWN_HANDS: handling.addressee_only,
        _NO_RETURN: handling.return_documents,
        _NO_CASH: handling.cash_on_delivery > 0,
        _NO_VALUE: handling.declared_value > 0 and product.type == LETTER,
    }
    return next((why for why, asked in wanted.items() if asked), None)


_TOO_HEAVY: Final = Text(
    zh="重量 {weight} 克，应在 1 至 {heaviest} 克之间", en="The item weighs {weight} g; 1 to {heaviest} g can be sent"
)
_NO_GOODS: Final = Text(zh="信函不能寄物品", en="Goods go as a parcel, not as a letter")
_NO_OWN_HANDS: Final = Text(zh="该产品没有“本人亲收”", en="This product cannot be handed to the addressee only")
_NO_RETURN: Final = Text(zh="该产品没有“签回单”", en="This product does not bring signed papers back")
_NO_CASH: Final = Text(zh="此接入不支持代收货款", en="Cash on delivery is not offered here")
_NO_VALUE: Final = Text(zh="挂号信不能保价，请寄包裹", en="A letter has no declared value; send a parcel")
