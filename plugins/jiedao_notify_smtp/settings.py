"""What a street must enter to send e-mail."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from jiedao_connectors.smtp import Security
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting


class Settings(PluginSettings):
    """The street's account at a mail server."""

    host = setting(
        fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9.:-]{1,253}\Z")),
        zh="邮件服务器",
        en="Mail server",
    )
    port = setting(
        fields.Integer(load_default=587, strict=True, validate=validate.Range(min=1, max=65535)),
        zh="端口",
        en="Port",
        help_zh="STARTTLS 一般为 587，TLS 一般为 465",
        help_en="Usually 587 with STARTTLS and 465 with TLS",
    )
    security = setting(
        fields.String(load_default=Security.STARTTLS.value, validate=validate.OneOf([one.value for one in Security])),
        zh="加密方式",
        en="Protection",
        help_zh="正式启用时，不在本机的服务器必须加密",
        help_en="Beyond this machine, TLS of one kind is required to go live",
    )
    user = setting(
        fields.String(load_default="", validate=validate.Length(max=254)),
        zh="用户名",
        en="User",
        help_zh="服务器不要求登录时可不填",
        help_en="Empty where the server asks for none",
    )
    password = secret(zh="密码", en="Password", required=False)
    sender = setting(fields.Email(required=True), zh="发件地址", en="Sender's address")
    sender_name = setting(
        fields.String(load_default="", validate=validate.Regexp(r"[^\x00-\x1f\x7f]{0,60}\Z")),
        zh="发件人名称",
        en="Sender's name",
    )
    authorities = setting(
        fields.String(load_default="", validate=validate.Length(max=300)),
        zh="证书颁发机构文件",
        en="File of certificate authorities",
        help_zh="服务器上的文件；不填则用系统自带的",
        help_en="A file on this server; the system's own without one",
    )

    @validates_schema(skip_on_field_errors=True)
    def _password_for_user(self, settings: Mapping[str, Any], **_: Any) -> None:
        if settings["user"] and not settings.get("password"):
            raise ValidationError("有用户名时必填 / needed with a user", "password")

    @validates_schema(skip_on_field_errors=True)
    def _authorities_are_there(self, settings: Mapping[str, Any], **_: Any) -> None:
        if settings["authorities"] and not Path(settings["authorities"]).is_file():
            raise ValidationError("服务器上没有这个文件 / there is no such file on the server", "authorities")


configuration: Final = SettingsConfiguration(Settings)
