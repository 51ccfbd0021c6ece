"""The billers of the hub and their rules, in the words of BBPS."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

Fetch: TypeAlias = Literal["MANDATORY", "OPTIONAL", "NOT_SUPPORTED"]
Exactness: TypeAlias = Literal["EXACT", "EXACT_AND_BELOW", "EXACT_AND_ABOVE", "ANY"]
Words: TypeAlias = dict[str, str]

DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Biller:
    """One biller. Amounts are fen; `cancel_minutes` is how long a payment can be taken back, 0 is never."""

    code: str
    name: Words
    category: str
    parameter: str
    """The one customer parameter that identifies an account."""
    label: Words
    regex: str
    example: str
    fetch: Fetch
    exactness: Exactness
    minimum: int = 1
    maximum: int = 5_000_000
    yearly: bool = False
    deduplicates: bool = True
    """False: a payment sent twice is booked twice, as some real billers do."""
    cancel_minutes: int = 0
    token: bool = False
    """A payment gives a code that the resident types into the meter."""

    def accepts(self, account: str) -> bool:
        """Whether it is an account number at all."""
        return re.fullmatch(self.regex, account, re.ASCII) is not None

    def as_json(self) -> dict[str, Any]:
        """As the action `billers` gives it."""
        return {
            "code": self.code,
            "name": self.name,
            "category": self.category,
            "customer_params": [
                {"name": self.parameter, "label": self.label, "regex": self.regex, "example": self.example}
            ],
            "fetch_requirement": self.fetch,
            "payment_exactness": self.exactness,
            "minimum": self.minimum,
            "maximum": self.maximum,
            "cancel_minutes": self.cancel_minutes,
        }


def _words(zh: str, en: str) -> Words:
    return {"zh": zh, "en": en}


# Social insurance knows a person by a number of its own, so that no resident's ID number has to leave the hall.
_INSURED: Final = _words("个人社保编号", "Social insurance number")
_INSURED_REGEX: Final = r"\d{12}"

_ALL: Final = (
    Biller(
        "ELEC",
        _words("城区供电公司", "City Power Supply"),
        "electricity",
        "meter",
        _words("电表户号", "Meter number"),
        r"\d{10}",
        "0012345678",
        "MANDATORY",
        "EXACT",
        deduplicates=False,
        cancel_minutes=DAY,
    ),
    Biller(
        "PHONE",
        _words("手机充值", "Mobile phone top-up"),
        "phone",
        "phone",
        _words("手机号码", "Phone number"),
        r"1[3-9]\d{9}",
        "13800001234",
        "NOT_SUPPORTED",
        "ANY",
        minimum=1_000,
        maximum=50_000,
    ),
    Biller(
        "TV",
        _words("有线电视", "Cable television"),
        "tv",
        "contract",
        _words("合同号", "Contract number"),
        r"\d{8}",
        "20081234",
        "OPTIONAL",
        "EXACT",
        cancel_minutes=DAY,
    ),
    Biller(
        "WATER",
        _words("自来水公司", "Water Works"),
        "water",
        "meter",
        _words("水表户号", "Meter number"),
        r"\d{9}",
        "001234567",
        "MANDATORY",
        "EXACT_AND_BELOW",
        cancel_minutes=DAY,
    ),
    Biller(
        "GAS",
        _words("燃气公司", "Gas Company"),
        "gas",
        "meter",
        _words("燃气户号", "Meter number"),
        r"\d{8}",
        "00123456",
        "MANDATORY",
        "EXACT_AND_ABOVE",
        token=True,
    ),
    Biller(
        "PENSION",
        _words("城乡居民养老保险", "Residents' pension insurance"),
        "pension",
        "insured",
        _INSURED,
        _INSURED_REGEX,
        "150600123454",
        "MANDATORY",
        "EXACT",
        yearly=True,
    ),
    Biller(
        "MEDICAL",
        _words("城乡居民医疗保险", "Residents' medical insurance"),
        "medical",
        "insured",
        _INSURED,
        _INSURED_REGEX,
        "150600123454",
        "MANDATORY",
        "EXACT",
        yearly=True,
    ),
)

BILLERS: Final = {biller.code: biller for biller in _ALL}
