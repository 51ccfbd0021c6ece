"""What a street must enter for billers that only exchange files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, ValidationError, fields, validate

from jiedao.hookspecs.biller import AmountRule
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, setting

CATEGORIES: Final = ("property", "heating", "water", "electricity", "gas", "tv", "phone", "pension", "medical", "other")


def _pattern(words: str) -> None:
    try:
        re.compile(words)
    except re.error:
        raise ValidationError("not a regular expression") from None


def _codes_once(billers: list[Mapping[str, Any]]) -> None:
    codes = [biller["code"] for biller in billers]
    if len(set(codes)) != len(codes):
        raise ValidationError("two billers have the same code")


class BillerSettings(Schema):
    """One biller."""

    code = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9_-]{1,20}\Z"))
    name_zh = fields.String(required=True, validate=validate.Length(min=1, max=60))
    name_en = fields.String(required=True, validate=validate.Length(min=1, max=60))
    category = fields.String(load_default="property", validate=validate.OneOf(CATEGORIES))
    amount = fields.String(load_default="exact", validate=validate.OneOf([rule.value for rule in AmountRule]))
    account_pattern = fields.String(load_default=".{1,40}", validate=_pattern)
    account_example = fields.String(load_default="", validate=validate.Length(max=40))


class Settings(PluginSettings):
    """The street's billers by file."""

    billers = setting(
        fields.List(
            fields.Nested(BillerSettings), required=True, validate=[validate.Length(min=1, max=200), _codes_once]
        ),
        zh="收费单位",
        en="Billers",
        help_zh="每个单位：code、name_zh、name_en，可选 category、amount（exact/part/over/any）、"
        "account_pattern（户号的正则表达式，可发现丢失的前导零）、account_example",
        help_en="For each: code, name_zh, name_en; optional category, amount (exact/part/over/any), account_pattern "
        "(regular expression of an account, which finds lost leading zeros), account_example",
    )


configuration: Final = SettingsConfiguration(Settings)
