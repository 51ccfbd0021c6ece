"""What a street must enter to post without an interface: kinds of numbers, and the post's tariff."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from jiedao.hookspecs.postal import Contents
from jiedao_counterbook.numbers import FORMATS
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, setting

_COUNTRY: Final = validate.Regexp(r"[A-Z]{2}\Z")
_MOST_FEN: Final = 10_000_000
_FEN: Final = validate.Range(min=0, max=_MOST_FEN)
_HEAVIEST: Final = 100_000


class _Row(Schema):
    class Meta:
        """Unknown columns are mistakes."""

        unknown = RAISE


class Step(_Row):
    """Postage in fen for items of up to so many grams."""

    up_to = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=_HEAVIEST))
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=_MOST_FEN))


class Surcharges(_Row):
    """Fen for each handling that the product has; a handling that is not entered is not to be had, 0 is included."""

    registered = fields.Integer(strict=True, validate=_FEN)
    addressee_only = fields.Integer(strict=True, validate=_FEN)
    return_receipt = fields.Integer(strict=True, validate=_FEN)
    return_documents = fields.Integer(strict=True, validate=_FEN)
    procedural = fields.Integer(strict=True, validate=_FEN)
    cash_on_delivery = fields.Integer(strict=True, validate=_FEN)
    insured_per_thousand = fields.Integer(strict=True, validate=validate.Range(min=1, max=1000))
    insured_minimum = fields.Integer(strict=True, validate=_FEN)


class Product(_Row):
    """One product of the post, what it carries and where to."""

    code = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9_-]{1,16}\Z"))
    title_zh = fields.String(required=True, validate=validate.Length(min=1, max=40))
    title_en = fields.String(required=True, validate=validate.Length(min=1, max=40))
    contents = fields.List(
        fields.String(validate=validate.OneOf([kind.value for kind in Contents])),
        required=True,
        validate=validate.Length(min=1),
    )
    countries = fields.List(fields.String(validate=_COUNTRY), required=True, validate=validate.Length(min=1))
    days = fields.Integer(load_default=0, strict=True, validate=validate.Range(min=0, max=365))
    steps = fields.List(fields.Nested(Step), required=True, validate=validate.Length(min=1, max=200))
    surcharges = fields.Nested(Surcharges, load_default=dict)

    @validates_schema(skip_on_field_errors=True)
    def _rising(self, row: Mapping[str, Any], **_: Any) -> None:
        limits = [step["up_to"] for step in row["steps"]]
        if limits != sorted(set(limits)):
            raise ValidationError("重量档必须逐档递增 / the weights must rise from step to step", "steps")


class Settings(PluginSettings):
    """The street's arrangement with its post office."""

    formats = setting(
        fields.List(
            fields.String(validate=validate.OneOf(list(FORMATS))),
            load_default=lambda: list(FORMATS),
            validate=validate.Length(min=1),
        ),
        zh="号码格式",
        en="Kinds of numbers",
        help_zh="s10：UPU S10；cn13：国内邮件 13 位数字",
        help_en="s10: UPU S10; cn13: the 13 digits of domestic items in China",
    )
    currency = setting(
        fields.String(load_default="CNY", validate=validate.Regexp(r"[A-Z]{3}\Z")), zh="货币", en="Currency"
    )
    tariff = setting(
        fields.List(fields.Nested(Product), required=True, validate=validate.Length(min=1, max=100)),
        zh="资费表",
        en="Tariff",
        help_zh="每种产品：寄达国家、内件种类、重量档 steps（克/分）、附加费 surcharges（分，不填即不办理）",
        help_en="Each product: countries, contents, steps (grams, fen), surcharges (fen; not entered: not to be had)",
    )
    font = setting(
        fields.String(load_default="", validate=validate.Length(max=300)),
        zh="标签字体文件",
        en="Font file of labels",
        help_zh="服务器上的 TrueType 文件，用于生僻字；不填则用 PDF 自带的宋体",
        help_en="A TrueType file on the server, for rare characters; without one, the Song type that PDF readers have",
    )

    @validates_schema(skip_on_field_errors=True)
    def _one_tariff_each(self, settings: Mapping[str, Any], **_: Any) -> None:
        """Which of two tariffs of one product holds would be a guess."""
        codes = [row["code"] for row in settings["tariff"]]
        twice = next((code for code in codes if codes.count(code) > 1), None)
        if twice:
            raise ValidationError(f"产品 {twice} 重复 / product {twice} stands twice", "tariff")

    @validates_schema(skip_on_field_errors=True)
    def _font_is_there(self, settings: Mapping[str, Any], **_: Any) -> None:
        if settings["font"] and not Path(settings["font"]).is_file():
            raise ValidationError("服务器上没有这个文件 / there is no such file on the server", "font")


configuration: Final = SettingsConfiguration(Settings)
