"""What a street sets up: which terminal stands at which till, and the secret of the register link."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validates_schema

from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting


def _address(**more: Any) -> fields.Url:
    """Terminals stand in the hall's own network: http is usual, and names there have no top-level domain."""
    return fields.Url(schemes={"http", "https"}, require_tld=False, **more)


class Settings(PluginSettings):
    """`terminals` goes by till; a till that is not named uses `default_terminal`."""

    terminals = setting(
        fields.Dict(keys=fields.String(), values=_address(), load_default=dict),
        zh="各收银台的终端",
        en="Terminal of each till",
        help_zh="收银台编号 → 终端地址，例如 http://192.168.1.30:8080",
        help_en="Till → address of its terminal, for example http://192.168.1.30:8080",
    )
    default_terminal = setting(
        _address(load_default=None, allow_none=True),
        zh="默认终端",
        en="Default terminal",
        help_zh="未单独指定的收银台使用此终端",
        help_en="For tills that are not named above",
    )
    link_secret = secret(
        zh="收银联机密钥",
        en="Secret of the register link",
        help_zh="与终端上设置的密钥一致",
        help_en="The same as is set in the terminals",
    )

    @validates_schema
    def _some_terminal(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("terminals") and not data.get("default_terminal"):
            raise ValidationError("at least one terminal is needed", "default_terminal")


configuration = SettingsConfiguration(Settings)
