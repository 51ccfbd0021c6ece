"""What a street must enter to certify through a vendor's tunnel. Most of it only the vendor knows."""

from __future__ import annotations

from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from jiedao_connectors.cert_tunnel import BLOCK, key_of
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 60
"""Seconds; how long the front may take until a submission shows in its records."""


class Settings(PluginSettings):
    """The street's contract with the bureau's front."""

    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="社保前置地址",
        en="Address of the bureau's front",
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
    operation = setting(
        fields.String(load_default="invoke", validate=validate.Length(min=1, max=64)),
        zh="方法名",
        en="Operation",
        help_zh="接口文件中唯一的方法",
        help_en="The one operation in the interface file",
    )
    argument = setting(
        fields.String(load_default="arg", validate=validate.Length(min=1, max=64)), zh="参数名", en="Argument"
    )
    user = setting(
        fields.String(required=True, validate=validate.Length(min=1, max=64)),
        zh="接入用户",
        en="User",
        help_zh="社保部门分配给本街道的用户",
        help_en="The user that the bureau gave to this street",
    )
    key = secret(
        zh="加密密钥", en="Encryption key", help_zh="AES，16、24 或 32 字节", help_en="AES, 16, 24 or 32 bytes"
    )
    key_form = setting(
        fields.String(load_default="text", validate=validate.OneOf(["text", "hex", "base64"])),
        zh="密钥形式",
        en="Form of the key",
    )
    mode = setting(
        fields.String(load_default="ECB", validate=validate.OneOf(["ECB", "CBC"])),
        zh="AES 模式",
        en="AES mode",
        help_zh="填充为 PKCS#7；以社保部门文档为准",
        help_en="Padding is PKCS#7; ask the bureau which mode",
    )
    iv = secret(
        zh="初始向量",
        en="Initial vector",
        help_zh="仅 CBC，16 个字符",
        help_en="CBC only, 16 characters",
        required=False,
    )
    charset = setting(
        fields.String(load_default="gbk", validate=validate.OneOf(["gbk", "utf-8"])),
        zh="报文字符集",
        en="Charset of the payload",
    )
    refusals = setting(
        fields.List(fields.String(validate=validate.Length(min=1, max=16)), load_default=list),
        zh="前置拒绝代码",
        en="Codes of a refusal at the front",
        help_zh="社保部门书面保证“未做任何处理”的 ERROR 代码；其余非 00 代码一律视为结果未知",
        help_en="ERROR codes that the bureau guarantees to mean that nothing was done; any other is an unknown outcome",
    )
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=86_400), strict=True),
        zh="入账时限（秒）",
        en="Seconds until a submission shows",
        help_zh="在此时限内查无记录不作数",
        help_en="Until then, finding no record proves nothing",
    )

    @validates_schema
    def _can_encrypt(self, data: dict[str, Any], **_: Any) -> None:
        try:
            key_of(data["key"], data["key_form"])
        except ValueError as wrong:
            raise ValidationError(str(wrong), "key") from None
        if data["mode"] == "CBC" and len(data.get("iv", "").encode()) != BLOCK:
            raise ValidationError(f"CBC needs an initial vector of {BLOCK} bytes", "iv")


configuration: Final = SettingsConfiguration(Settings)
