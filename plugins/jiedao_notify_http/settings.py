"""What a street must enter to send SMS through a gateway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 30
"""Seconds; the gateway's contract says that a message it has read is in its books within half of that."""
HMAC: Final = "hmac"
BEARER: Final = "bearer"


class Settings(PluginSettings):
    """The street's contract with the gateway."""

    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="短信平台地址",
        en="Address of the SMS gateway",
        help_zh="例如 https://sms.example.cn；正式启用必须是 https",
        help_en="For example https://sms.example.cn; must be https to go live",
    )
    protection = setting(
        fields.String(load_default=HMAC, validate=validate.OneOf([HMAC, BEARER])),
        zh="鉴权方式",
        en="Protection",
        help_zh="hmac：每个请求签名；bearer：令牌",
        help_en="hmac: every request is signed; bearer: a token",
    )
    key_id = setting(
        fields.String(load_default="", validate=validate.Regexp(r"[\x21-\x7e]{0,64}\Z")),
        zh="密钥编号",
        en="Key number",
        help_zh="签名方式需要",
        help_en="Needed for signatures",
    )
    secret = secret(zh="签名密钥或令牌", en="Signing secret or token")
    sender = setting(
        fields.String(required=True, validate=validate.Length(min=1, max=20)),
        zh="短信签名",
        en="Sender's name",
        help_zh="在平台备案的签名，不含【】",
        help_en="As it is registered with the gateway, without brackets",
    )
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=3600), strict=True),
        zh="平台入账时限（秒）",
        en="Seconds the gateway may take to book",
        help_zh="在此时限内平台答复“查无此条”不作数",
        help_en='Until then "not found" from the gateway proves nothing',
    )

    @validates_schema(skip_on_field_errors=True)
    def _key_to_sign_with(self, settings: Mapping[str, Any], **_: Any) -> None:
        if settings["protection"] == HMAC and not settings["key_id"]:
            raise ValidationError("签名方式需要密钥编号 / signatures need a key number", "key_id")

    @validates_schema(skip_on_field_errors=True)
    def _token_for_a_header(self, settings: Mapping[str, Any], **_: Any) -> None:
        token = settings["secret"]
        if settings["protection"] == BEARER and not (token.isascii() and token.isprintable() and " " not in token):
            raise ValidationError("令牌只能是可见的 ASCII 字符 / a token is visible ASCII", "secret")


configuration: Final = SettingsConfiguration(Settings)
