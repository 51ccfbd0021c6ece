"""Phone numbers: one way to write each, so that a number is found again however it was typed.

A number of the street's own country is kept as people there dial it (13800001234, 01012345678), any other with its
country code (+442079460958, ITU-T E.164). Which digits belong to a country, and how they are dialled from within it,
is what `phonenumbers` (Google's libphonenumber) knows.
"""

from __future__ import annotations

import re
from typing import Final

from jiedao.language import Text
from jiedao.problems import Invalid


def checked_phone(words: str, country: str) -> str:
    """A number as it is kept, or empty for no words. `Invalid` unless it has 5 to 15 digits.

    `country` is the street's (ISO 3166-1 alpha-2); without one, numbers are only freed of what separates digits.
    """
    phone = plain_phone(words, country)
    if phone and not _DIGITS.fullmatch(phone):
        raise Invalid("phone.malformed", _WRONG, field="phone")
    return phone


def plain_phone(words: str, country: str) -> str:
    """The same for words that may be something else, which come back without their spaces."""
    plain = _BETWEEN.sub("", words)
    if not country or not _DIGITS.fullmatch(plain):
        return plain
    kept = _as_dialled(plain, country)
    # Digits that are nobody's number may lose their beginning twice; they stay as they are.
    return kept if _as_dialled(kept, country) == kept else plain


def _as_dialled(plain: str, country: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(plain, country)
    except phonenumbers.NumberParseException:
        return plain
    if number.country_code != phonenumbers.country_code_for_region(country):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return re.sub(r"\D", "", phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL))


def check_country(code: str) -> None:
    """`Invalid` for what is no country that has phone numbers."""
    import phonenumbers

    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise Invalid("street.country", _COUNTRY.format(code=code), field="country")


_BETWEEN: Final = re.compile(r"[\s()-]")
_DIGITS: Final = re.compile(r"\+?[0-9]{5,15}", re.ASCII)
_WRONG: Final = Text(zh="电话号码写法不对", en="This is not a phone number")
_COUNTRY: Final = Text(
    zh="没有国家或地区代码 {code}，请用两个大写字母，例如 CN", en="There is no country {code}; two capitals, such as CN"
)
