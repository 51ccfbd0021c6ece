"""What a street must enter to certify through a registry of the Digital Convergence Initiative."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from jiedao_connectors.dci import ED25519, HMAC, key_bytes
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 60
"""Seconds; how long the registry may take until a submission shows in its status."""

# Names stand between quotes and bars in a signature.
_NAME: Final = validate.Regexp(r'[^"|\s]{1,128}\Z', error="no blanks, quotes or bars")


class Settings(PluginSettings):
    """The street's contract with the registry."""

    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="登记平台地址",
        en="Address of the registry",
        help_zh="/registry/… 之前的部分；正式启用必须是 https（本机除外）",
        help_en="What stands before /registry/…; must be https to go live, except on this machine",
    )
    callback = setting(
        fields.Url(load_default="", require_tld=False, schemes={"http", "https"}),
        zh="回调地址",
        en="Address for callbacks",
        help_zh="本接入的通知地址；留空则使用接入时登记的地址",
        help_en="This connection's own; empty for the one agreed when the street was admitted",
    )
    sender = setting(
        fields.String(required=True, validate=_NAME),
        zh="本方标识",
        en="Our name",
        help_zh="sender_id",
        help_en="sender_id",
    )
    bureau = setting(
        fields.String(required=True, validate=_NAME),
        zh="对方标识",
        en="The bureau's name",
        help_zh="receiver_id",
        help_en="receiver_id",
    )
    algorithm = setting(
        fields.String(load_default=ED25519, validate=validate.OneOf([ED25519, HMAC])),
        zh="签名算法",
        en="Signature",
    )
    key_id = setting(fields.String(required=True, validate=_NAME), zh="本方密钥编号", en="Number of our key")
    signing_key = secret(
        zh="本方签名密钥",
        en="Our signing key",
        help_zh="base64；ed25519 为私钥",
        help_en="base64; the private one of ed25519",
    )
    bureau_key_id = setting(
        fields.String(required=True, validate=_NAME), zh="对方密钥编号", en="Number of the bureau's key"
    )
    bureau_key = secret(
        zh="对方验签密钥",
        en="The bureau's key",
        help_zh="base64；ed25519 为公钥",
        help_en="base64; the public one of ed25519",
    )
    token = secret(zh="访问令牌", en="Access token", required=False)
    identifier_type = setting(
        fields.String(load_default="UIN", validate=validate.Length(min=1, max=64)),
        zh="证件类型代码",
        en="Type of the identifier",
    )
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=86_400), strict=True),
        zh="入账时限（秒）",
        en="Seconds until a submission shows",
        help_zh="在此时限内查无此单不作数",
        help_en="Until then, finding nothing proves nothing",
    )

    @validates_schema
    def _can_sign(self, data: dict[str, Any], **_: Any) -> None:
        for name in ("signing_key", "bureau_key"):
            try:
                key_bytes(data[name], data["algorithm"])
            except ValueError as wrong:
                raise ValidationError(str(wrong), name) from None


configuration: Final = SettingsConfiguration(Settings)
