"""What a street must enter to use the bill hub."""

from __future__ import annotations

from typing import Final

from marshmallow import fields, validate

from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 30
"""Seconds; the hub's contract says that a message it has read is booked within half of that."""


class Settings(PluginSettings):
    """The street's contract with the hub."""

    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="缴费平台地址",
        en="Address of the bill hub",
        help_zh="例如 https://hub.example.cn；正式启用必须是 https",
        help_en="For example https://hub.example.cn; must be https to go live",
    )
    agent = setting(
        fields.String(required=True, validate=validate.Length(min=1, max=32)),
        zh="代理机构代码",
        en="Agent code",
        help_zh="缴费平台分配给本街道的代码",
        help_en="The code that the hub gave to this street",
    )
    key_id = setting(
        fields.String(required=True, validate=validate.Length(min=1, max=64)), zh="密钥编号", en="Key number"
    )
    secret = secret(zh="签名密钥", en="Signing secret")
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=3600), strict=True),
        zh="平台入账时限（秒）",
        en="Seconds the hub may take to book",
        help_zh="在此时限内平台答复“查无此单”不作数",
        help_en='Until then "not found" from the hub proves nothing',
    )


configuration: Final = SettingsConfiguration(Settings)
