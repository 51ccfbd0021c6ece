"""What a street must enter to use the post office's points card."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

CATEGORIES: Final = (
    "electricity",
    "water",
    "gas",
    "phone",
    "tv",
    "property",
    "pension",
    "medical",
    "heating",
    "postage",
    "shopping",
    "other",
)
"""As in `jiedao.hookspecs.biller.Biller.category`."""

SETTLING: Final = 60
"""Seconds; the post office's contract says that a claim it has read is booked within half of that."""

MAXIMUM_RATE: Final = 100
"""Points for each yuan; more is a slip of the hand (one point is worth one yuan)."""


class RateRow(Schema):
    """Points for each yuan of one category, from a day to a day (both included); without a day, without an end."""

    class Meta:
        """Unknown columns are mistakes."""

        unknown = RAISE

    category = fields.String(required=True, validate=validate.OneOf(CATEGORIES))
    rate = fields.Decimal(required=True, validate=validate.Range(min=0, max=MAXIMUM_RATE))
    first = fields.Date(data_key="from", load_default=None, allow_none=True)
    last = fields.Date(data_key="to", load_default=None, allow_none=True)

    @validates_schema
    def _order(self, row: Mapping[str, Any], **_: Any) -> None:
        if row["first"] and row["last"] and row["last"] < row["first"]:
            raise ValidationError("结束日期早于开始日期 / ends before it begins", "to")


class Settings(PluginSettings):
    """The street's contract with the post office."""

    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="邮局积分系统地址",
        en="Address of the post office's points system",
        help_zh="例如 https://points.example.cn；正式启用必须是 https",
        help_en="For example https://points.example.cn; must be https to go live",
    )
    key_id = setting(
        fields.String(required=True, validate=validate.Length(min=1, max=64)), zh="密钥编号", en="Key number"
    )
    secret = secret(zh="签名密钥", en="Signing secret")
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=3600), strict=True),
        zh="邮局入账时限（秒）",
        en="Seconds the post office may take to book",
        help_zh="在此时限内邮局答复“查无此单”不作数",
        help_en='Until then "not found" from the post office proves nothing',
    )
    rates = setting(
        fields.List(fields.Nested(RateRow), load_default=list),
        zh="积分标准",
        en="Rates",
        help_zh="每消费一元得多少积分：类别 category、标准 rate、起止日期 from/to（可不填，均含当日）",
        help_en="Points for each yuan: category, rate, and from/to dates (may be empty, both included)",
    )
    pending_days = setting(
        fields.Integer(load_default=0, validate=validate.Range(min=0, max=366), strict=True),
        zh="积分等待天数",
        en="Days until points can be spent",
    )
    valid_months = setting(
        fields.Integer(load_default=24, validate=validate.Range(min=1, max=120), strict=True),
        zh="积分有效月数",
        en="Months that points live",
        help_zh="自可用之日起计",
        help_en="Counted from the day they can be spent",
    )

    # Over the whole form, because a field's own check would also see rows that are wrong in themselves.
    @validates_schema(skip_on_field_errors=True)
    def _no_overlap(self, settings: Mapping[str, Any], **_: Any) -> None:
        """On no day may a category have two rates: which of them holds would be a guess."""
        for place, row in enumerate(rates := settings["rates"]):
            earlier = next((i for i in range(place) if _overlaps(rates[i], row)), None)
            if earlier is not None:
                says = f"第{place + 1}行与第{earlier + 1}行日期重叠 / row {place + 1} overlaps row {earlier + 1}"
                raise ValidationError({"rates": {place: {"from": [says]}}})


def holds_on(row: Mapping[str, Any], day: date) -> bool:
    """Whether a row of the table is in force on a day."""
    first, last = _span(row)
    return first <= day <= last


def _overlaps(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    (first, last), (other_first, other_last) = _span(one), _span(other)
    return one["category"] == other["category"] and first <= other_last and other_first <= last


def _span(row: Mapping[str, Any]) -> tuple[date, date]:
    return row["first"] or date.min, row["last"] or date.max


configuration: Final = SettingsConfiguration(Settings)
