"""What a street sets up to post through the Polish post."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from jiedao_enadawca.products import PRODUCTS
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 60
"""Seconds; the post does not say how long a message may be on its way through its gateway."""


class Row(Schema):
    """One line of the tariff: what `product` costs up to a weight."""

    class Meta:
        """Unknown fields are mistakes."""

        unknown = RAISE

    product = fields.String(required=True, validate=validate.OneOf(sorted(PRODUCTS)))
    up_to = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=30_000))
    amount = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))


def _number(**more: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(min=0, max=2**31 - 1), **more)


def _local_or_web(place: str) -> None:
    if place.startswith(("http://", "https://", "/")):
        return
    raise ValidationError("an absolute path, or an address with http(s)://")


class Settings(PluginSettings):
    """The street's contract with the post."""

    wsdl = setting(
        fields.String(required=True, validate=[validate.Length(min=1, max=1000), _local_or_web]),
        zh="接口文件（WSDL）",
        en="Interface file (WSDL)",
        help_zh="本机绝对路径或 http(s) 地址；只在启动时读取一次",
        help_en="An absolute path on this machine or an http(s) address; read once",
    )
    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="服务地址",
        en="Address of the service",
        help_zh="正式启用必须是 https",
        help_en="Must be https to go live",
    )
    login = setting(fields.String(required=True, validate=validate.Length(min=1, max=200)), zh="用户名", en="Login")
    password = secret(zh="密码", en="Password")
    office = setting(
        _number(required=True),
        zh="交寄局编号",
        en="Office where items are posted",
        help_zh="波兰邮政的 urzadNadania 编号",
        help_en="The post's number of it (urzadNadania)",
    )
    buffer = setting(
        _number(load_default=None, allow_none=True),
        zh="草稿箱编号",
        en="Draft folder",
        help_zh="idBufor；留空则使用当前启用的草稿箱",
        help_en="The post's number of it (idBufor); empty for the one that is active there",
    )
    card = setting(
        _number(load_default=None, allow_none=True),
        zh="寄件客户卡",
        en="Sender's card",
        help_zh="idKarta；留空则使用当前启用的卡",
        help_en="The post's number of it (idKarta); empty for the one that is active there",
    )
    region = setting(
        fields.String(load_default="", validate=validate.OneOf(["", *(f"{n:02d}" for n in range(2, 33, 2))])),
        zh="省份编号",
        en="Province",
        help_zh="TERYT 两位编号，用于查询邮局",
        help_en="Two digits of TERYT; for the list of offices",
    )
    procedure = setting(
        fields.String(
            load_default="ADMINISTRACYJNA",
            validate=validate.OneOf(["ADMINISTRACYJNA", "PODATKOWA", "SADOWA_CYWILNA", "SADOWA_KARNA"]),
        ),
        zh="程序性邮件适用的规则",
        en="Rules under which procedural items are served",
        help_zh="行政、税务、民事法庭或刑事法庭",
        help_en="Administrative, tax, civil court or criminal court",
    )
    tariff = setting(
        fields.List(fields.Nested(Row), load_default=list),
        zh="资费表",
        en="Tariff",
        help_zh="产品、重量上限（克）、价格（格罗希）",
        help_en="Product, weight up to (grams), price (grosze)",
    )
    receipt_fee = setting(
        _number(load_default=None, allow_none=True),
        zh="回执费（格罗希）",
        en="Fee of a return receipt (grosze)",
    )
    procedure_fee = setting(
        _number(load_default=None, allow_none=True),
        zh="程序性送达费（格罗希）",
        en="Fee of procedural service (grosze)",
    )
    currency = setting(
        fields.String(load_default="PLN", validate=validate.OneOf(["PLN"])),
        zh="币种",
        en="Currency",
        help_zh="接口金额单位为格罗希",
        help_en="The interface counts in grosze",
    )
    look_back = setting(
        fields.Integer(load_default=30, strict=True, validate=validate.Range(min=1, max=365)),
        zh="查找已交寄清单的天数",
        en="Days in which an item's envelope is looked for",
    )
    settling = setting(
        fields.Integer(load_default=SETTLING, strict=True, validate=validate.Range(min=0, max=3600)),
        zh="入账时限（秒）",
        en="Seconds the post may take to book",
        help_zh="在此时限内“查无此件”不作数",
        help_en='Until then "not found" proves nothing',
    )


configuration: Final = SettingsConfiguration(Settings)
