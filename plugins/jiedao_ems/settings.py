"""What a street must enter to use its contract with EMS."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from jiedao.hookspecs.postal import Contents
from jiedao_connectors.ems import sm4
from jiedao_schemas.configuration import AnyField, PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 60
"""Seconds; until then "not found" proves nothing."""

CURRENT, OLDER = "current", "older"

PRODUCTS: Final = ("1", "2", "9", "10", "11")
"""bizProductNo: express, parcel, same day, e-commerce, domestic standard."""


class Service(StrEnum):
    """What a product of the contract may be asked for besides carrying."""

    COD = "cod"
    INSURANCE = "insurance"
    RECEIPT = "receipt"
    DOCUMENTS = "documents"


class ProductRow(Schema):
    """One product that the street's contract allows; `estimate` is its 15-digit code for estimates of postage."""

    class Meta:
        """Unknown columns are mistakes."""

        unknown = RAISE

    product = fields.String(required=True, validate=validate.OneOf(PRODUCTS))
    estimate = fields.String(load_default="", validate=validate.Regexp(r"\A(?:[0-9]{15})?\Z"))
    services = fields.List(fields.String(validate=validate.OneOf([s.value for s in Service])), load_default=list)


class TariffRow(Schema):
    """Postage of one product to one province (or to any): grams and fen of the first step, then of every further."""

    class Meta:
        """Unknown columns are mistakes."""

        unknown = RAISE

    product = fields.String(required=True, validate=validate.OneOf(PRODUCTS))
    province = fields.String(load_default="", validate=validate.Length(max=32))
    first_grams = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=50_000))
    first_fen = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=1_000_000))
    step_grams = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=50_000))
    step_fen = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=1_000_000))
    maximum_grams = fields.Integer(load_default=40_000, strict=True, validate=validate.Range(min=1, max=100_000))


def _usual_products() -> list[dict[str, Any]]:
    return [{"product": "1", "estimate": "", "services": [service.value for service in Service]}]


def _usual_contents() -> dict[str, str]:
    return {Contents.DOCUMENT.value: "1", Contents.GOODS.value: "3"}


def _address(*, required: bool = False) -> AnyField:
    missing: dict[str, Any] = {} if required else {"load_default": "", "allow_none": False}
    return fields.Url(required=required, require_tld=False, schemes={"http", "https"}, **missing)


class Settings(PluginSettings):
    """One street's contract."""

    interface = setting(
        fields.String(required=True, validate=validate.OneOf([CURRENT, OLDER])),
        zh="接口版本",
        en="Interface",
        help_zh="current：新接口（JSON 与 SM4）；older：旧接口（XML 与 MD5），没有面单、撤单和推送",
        help_en="current: JSON and SM4; older: XML and MD5, which has no labels, no cancellation and no push",
    )
    url = setting(
        _address(required=True),
        zh="接口地址",
        en="Address of the interface",
        help_zh="完整地址；旧接口为下单地址。正式启用必须是 https",
        help_en="The whole address; of the older interface that of orders. Must be https to go live",
    )
    check_url = setting(_address(), zh="旧接口：地址校验地址", en="Older interface: address of AddressCheck")
    track_url = setting(_address(), zh="旧接口：轨迹查询地址", en="Older interface: address of tracking")
    sender_number = setting(
        fields.String(required=True, validate=validate.Length(min=1, max=32)),
        zh="协议客户号",
        en="Contract customer number",
        help_zh="senderNo",
        help_en="senderNo",
    )
    company = setting(
        fields.String(load_default="", validate=validate.Length(max=32)),
        zh="旧接口：电商标识",
        en="Older interface: company",
        help_zh="ecCompanyId",
        help_en="ecCompanyId",
    )
    authorization = secret(
        zh="授权码", en="Authorization", help_zh="仅新接口", help_en="Current interface only", required=False
    )
    key = secret(zh="签名密钥", en="Key", help_zh="新接口为 Base64 的 16 字节", help_en="Current: 16 bytes in base64")
    ecommerce_user_id = setting(
        fields.String(required=True, validate=validate.Length(min=1, max=50)),
        zh="电商客户标识",
        en="E-commerce user id",
        help_zh="ecommerceUserId",
        help_en="ecommerceUserId",
    )
    user_code = setting(
        fields.String(load_default="", validate=validate.Length(max=50)),
        zh="用户代码",
        en="User code",
        help_zh="userCode，可不填",
        help_en="userCode, may be empty",
    )
    own_address = setting(
        fields.String(required=True, validate=validate.Length(min=4, max=200)),
        zh="本街道寄件地址",
        en="The street's own address",
        help_zh="邮编与地址，连接检查时向邮政询问它能否揽收",
        help_en="Postcode and address; the check of the connection asks whether EMS fetches there",
    )
    default_product = setting(
        fields.String(load_default="1", validate=validate.OneOf(PRODUCTS)),
        zh="默认产品",
        en="Default product",
        help_zh="1 特快专递，2 快递包裹，9 国内即日，10 电商标快，11 国内标快",
        help_en="1 express, 2 parcel, 9 same day, 10 e-commerce, 11 domestic standard",
    )
    products = setting(
        fields.List(fields.Nested(ProductRow), load_default=_usual_products, validate=validate.Length(min=1)),
        zh="合同内产品",
        en="Products of the contract",
        help_zh="产品 product；资费产品代码 estimate（15 位，新接口估价用）；"
        "可办业务 services：cod、insurance、receipt、documents",
        help_en="product; estimate (15 digits, for quotes of the current interface); "
        "services: cod, insurance, receipt, documents",
    )
    contents = setting(
        fields.Dict(
            keys=fields.String(validate=validate.OneOf([kind.value for kind in Contents])),
            values=fields.String(validate=validate.Regexp(r"\A[0-9]{1,2}\Z")),
            load_default=_usual_contents,
        ),
        zh="内件性质代码",
        en="Codes of contents",
        help_zh="document → 1 文件，goods → 3 物品",
        help_en="document → 1, goods → 3",
    )
    tariff = setting(
        fields.List(fields.Nested(TariffRow), load_default=list),
        zh="资费表（旧接口）",
        en="Tariff (older interface)",
        help_zh="旧接口不能估价：产品、省份（空为全国）、首重克数与分、续重克数与分、最大克数",
        help_en="The older interface cannot quote: product, province (empty: any), first_grams, first_fen, step_grams, "
        "step_fen, maximum_grams",
    )
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=3600), strict=True),
        zh="邮政入账时限（秒）",
        en="Seconds EMS may take to book",
        help_zh="在此时限内邮政答复“查无此单”不作数",
        help_en='Until then "not found" from EMS proves nothing',
    )

    @validates_schema(skip_on_field_errors=True)
    def _complete(self, settings: Mapping[str, Any], **_: Any) -> None:
        """What the chosen interface needs."""
        needed = ("authorization",) if settings["interface"] == CURRENT else ("check_url", "track_url", "company")
        for name in needed:
            if not settings.get(name):
                raise ValidationError("此接口需要填写 / this interface needs it", name)

        if set(settings["contents"]) != {kind.value for kind in Contents}:
            raise ValidationError("document 与 goods 都要填写 / document and goods are both needed", "contents")

    @validates_schema(skip_on_field_errors=True)
    def _key_fits(self, settings: Mapping[str, Any], **_: Any) -> None:
        if settings["interface"] == CURRENT:
            try:
                sm4.key_of(settings["key"])
            except ValueError:
                raise ValidationError("不是 16 字节的 Base64 / not 16 bytes in base64", "key") from None

    @validates_schema(skip_on_field_errors=True)
    def _one_row_each(self, settings: Mapping[str, Any], **_: Any) -> None:
        """Two rows for one product would be two answers to one question."""
        _no_twice("products", [row["product"] for row in settings["products"]])
        _no_twice("tariff", [(row["product"], row["province"]) for row in settings["tariff"]])
        if settings["default_product"] not in [row["product"] for row in settings["products"]]:
            raise ValidationError("不在合同内产品中 / not among the products", "default_product")


def _no_twice(name: str, keys: list[Any]) -> None:
    for place, key in enumerate(keys):
        if key in keys[:place]:
            raise ValidationError({name: {place: {"product": ["与上面的行重复 / repeats an earlier row"]}}})


configuration: Final = SettingsConfiguration(Settings)
