"""What a street must enter to use Stripe: one connection for each way of paying."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

SETTLING: Final = 60
"""Seconds; Stripe's search is usually that far behind, and its lists are not behind at all."""
TENDERS: Final = {"alipay": "qr", "wechat_pay": "qr", "card": "online", "terminal": "card"}
"""The ways of paying, and the kind of tender that each is at the counter."""
_RESERVABLE: Final = frozenset({"card", "terminal"})
_RETURNING: Final = frozenset({"alipay", "card"})
_CURRENCIES: Final = ("cny", "hkd", "eur", "gbp", "usd", "sgd", "aud", "cad", "nzd", "myr", "pln")
"""Only currencies of hundredths: amounts of the platform are hundredths."""


class Settings(PluginSettings):
    """The street's account at Stripe, and the way of paying of this connection."""

    secret_key = secret(
        zh="密钥",
        en="Secret key",
        help_zh="以 sk_ 或 rk_ 开头；正式启用需要 live 密钥",
        help_en="Begins with sk_ or rk_; going live needs a live key",
    )
    webhook_secret = secret(
        zh="通知签名密钥",
        en="Webhook signing secret",
        help_zh="以 whsec_ 开头，在 Stripe 后台登记通知地址时取得",
        help_en="Begins with whsec_; Stripe shows it when the address for notices is registered",
    )
    method = setting(
        fields.String(required=True, validate=validate.OneOf(tuple(TENDERS))),
        zh="支付方式",
        en="Way of paying",
        help_zh="支付宝或微信扫码（alipay、wechat_pay），在居民手机上输入银行卡（card），或柜台刷卡机（terminal）",
        help_en="Alipay or WeChat Pay by QR code, a card on a page on the resident's phone, or readers at the counter",
    )
    currency = setting(
        fields.String(load_default="cny", validate=validate.OneOf(_CURRENCIES)), zh="币种", en="Currency"
    )
    capture = setting(
        fields.String(load_default="automatic", validate=validate.OneOf(("automatic", "manual"))),
        zh="扣款方式",
        en="Capture",
        help_zh="manual：先预授权，收费单位销账后再扣实际金额；只用于银行卡",
        help_en="manual: reserve first, and take what is really paid once the billers have spoken; cards only",
    )
    readers = setting(
        fields.Dict(
            keys=fields.String(validate=validate.Length(min=1, max=40)),
            values=fields.String(validate=validate.Regexp(r"tmr_\w{1,80}\Z")),
            load_default=dict,
        ),
        zh="刷卡机",
        en="Card readers",
        help_zh="每个收银点一台：收银点代码 → 刷卡机编号（tmr_…）",
        help_en="One for each till: code of the till → number of the reader (tmr_…)",
    )
    return_url = setting(
        fields.Url(load_default="", require_tld=False, schemes={"https"}),
        zh="支付后返回的网页",
        en="Page after paying",
        help_zh="支付宝和网上银行卡必填：居民手机付款后打开的网页",
        help_en="Needed for Alipay and cards on a page: what the resident's phone opens after paying",
    )
    url = setting(
        fields.Url(load_default="", require_tld=False, schemes={"http"}),
        zh="测试地址",
        en="Address for tests",
        help_zh="只能是本机地址；正式使用时留空",
        help_en="An address of this machine only; empty for Stripe itself",
    )
    settling = setting(
        fields.Integer(load_default=SETTLING, validate=validate.Range(min=0, max=3600), strict=True),
        zh="入账时限（秒）",
        en="Seconds Stripe may take to book",
        help_zh="在此时限内“查无此单”不作数",
        help_en='Until then "not found" proves nothing',
    )

    @validates_schema(skip_on_field_errors=True)
    def _fits_the_method(self, settings: Mapping[str, Any], **_: Any) -> None:
        """What one way of paying needs, and what another cannot do."""
        method = settings["method"]
        if method == "terminal" and not settings["readers"]:
            raise ValidationError("请填写刷卡机 / give at least one reader", "readers")
        if method in _RETURNING and not settings["return_url"]:
            raise ValidationError("请填写返回的网页 / give a page to return to", "return_url")
        if settings["capture"] == "manual" and method not in _RESERVABLE:
            raise ValidationError("这种方式不能预授权 / this way of paying cannot reserve", "capture")
        if settings["url"] and urlsplit(settings["url"]).hostname not in _THIS_MACHINE:
            raise ValidationError("只能是本机地址 / only an address of this machine", "url")

    @post_load
    def _as_tender(self, settings: dict[str, Any], **_: Any) -> dict[str, Any]:
        """What the way of paying is at the counter."""
        return {**settings, "tender": TENDERS[settings["method"]]}


_THIS_MACHINE: Final = ("127.0.0.1", "::1", "localhost")
configuration: Final = SettingsConfiguration(Settings)
