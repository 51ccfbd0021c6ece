"""What a street must enter, and what people read: every sentence in two languages."""

from __future__ import annotations

from typing import Final

from marshmallow import fields, validate

from jiedao.language import Text
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting


class Settings(PluginSettings):
    """The street's contract with the provider."""

    url = setting(
        fields.Url(required=True, require_tld=False, schemes={"http", "https"}),
        zh="接口地址",
        en="Address",
        help_zh="例如 https://api.example.cn",
        help_en="For example https://api.example.cn",
    )
    token = secret(zh="访问令牌", en="Access token")
    settling = setting(
        fields.Integer(load_default=30, validate=validate.Range(min=0, max=3600), strict=True),
        zh="对方入账时限（秒）",
        en="Seconds the provider may take to book",
    )


configuration: Final = SettingsConfiguration(Settings)

TITLE: Final = Text(zh="诃额伦燃气", en="Heelun Gas")
CONNECTED: Final = Text(zh="连接正常", en="Connected")
FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
REFUSED: Final = Text(zh="对方拒绝了请求", en="The provider refused")
