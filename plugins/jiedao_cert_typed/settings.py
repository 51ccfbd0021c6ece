"""What a street must enter to certify through a bureau's typed interface."""

from __future__ import annotations

from typing import Final

from marshmallow import fields, validate

from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 30
"""Seconds; how long the bureau may take until a submission is found by its reference."""


class Settings(PluginSettings):
    """The street's contract with the bureau."""

    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="社保接口地址",
        en="Address of the bureau",
        help_zh="正式启用必须是 https（本机除外）",
        help_en="Must be https to go live, except on this machine",
    )
    interface = setting(
        fields.String(required=True, validate=validate.Regexp(r"(?!https?://).{1,1024}\Z", error="not a path")),
        zh="接口文件",
        en="Interface file",
        help_zh="WSDL 文件路径；只读取一次，不会从网络获取任何内容",
        help_en="Path of the WSDL; it is read once, and nothing is fetched for it",
    )
    login = setting(
        fields.String(load_default="", validate=validate.Length(max=128)),
        zh="登录名",
        en="Login",
        help_zh="HTTP Basic；不需要时留空",
        help_en="HTTP Basic; empty where none is needed",
    )
    password = secret(zh="密码", en="Password", required=False)
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=86_400), strict=True),
        zh="入账时限（秒）",
        en="Seconds until a submission is found",
        help_zh="在此时限内“查无此项”不作数",
        help_en='Until then "nothing found" proves nothing',
    )


configuration: Final = SettingsConfiguration(Settings)
