"""What a street must enter to read identity cards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError, fields, validate, validates_schema

from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting


class Settings(PluginSettings):
    """Where the bridges are. Wedge readers type into the screen and need no setting."""

    bridges = setting(
        fields.Dict(
            keys=fields.String(validate=validate.Length(min=1, max=40)),
            values=fields.Url(require_tld=False, schemes={"http", "https"}),
            load_default=dict,
            validate=validate.Length(max=1000),
        ),
        zh="各窗口读卡程序地址",
        en="Addresses of the bridges by till",
        help_zh="例如 T1: http://127.0.0.1:9180；不在本机的必须是 https；只用键盘式读卡器可不填",
        help_en="For example T1: http://127.0.0.1:9180; https beyond this machine; none for wedge readers only",
    )
    token = secret(
        zh="读卡程序令牌",
        en="Token of the bridges",
        required=False,
        help_zh="有读卡程序时必填",
        help_en="Needed where there are bridges",
    )

    @validates_schema(skip_on_field_errors=True)
    def _token_for_bridges(self, settings: Mapping[str, Any], **_: Any) -> None:
        token = settings.get("token", "")
        if settings["bridges"] and not token:
            raise ValidationError("有读卡程序时必填 / needed where there are bridges", "token")
        if not (token.isascii() and (token.isprintable() and " " not in token)):
            raise ValidationError("令牌只能是可见的 ASCII 字符 / a token is visible ASCII", "token")


configuration: Final = SettingsConfiguration(Settings)
