"""Stripe: Alipay and WeChat Pay by QR code, cards on a page, and card readers at the counter, through its own package.

A payment without a trustworthy answer is resolved by asking for it by our reference, which stands in the metadata of
everything that is made. Captures, voids and refunds are safe to send again.
"""

from __future__ import annotations

from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import PluginError
from jiedao.hookspecs.payment import (
    CaptureRequest,
    PaymentAnswer,
    PaymentOutcome,
    PaymentQuery,
    PaymentRequest,
    SettlementOutcome,
    SettlementRequest,
    UndoRequest,
)
from jiedao.hookspecs.service import CheckRequest, CheckResult, NoticeOutcome, NoticeRequest
from jiedao.language import Text
from jiedao_stripe.asking import ask
from jiedao_stripe.exchange import asking
from jiedao_stripe.notices import parse
from jiedao_stripe.reversing import reverse
from jiedao_stripe.settings import SETTLING, configuration
from jiedao_stripe.settling import settlement
from jiedao_stripe.starting import start
from jiedao_stripe.undoing import capture, refund, void

__all__ = ["plugin"]


class Stripe:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, abilities, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask whose account it is, which needs the key to be right, and whether it may take money."""
        settings = request.connection.settings
        if request.connection.live and (settings["url"] or "_live_" not in settings["secret_key"]):
            return CheckResult(False, _NOT_LIVE)
        try:
            with asking(request) as line:
                account = line.call(lambda client: client.v1.accounts.retrieve_current())
        except PluginError as failed:
            return CheckResult(False, _FAILED.format(why=failed.says))
        if account.get("object") != "account" or account.get("charges_enabled") is not True:
            return CheckResult(False, _NO_CHARGES)
        return CheckResult(True, _CONNECTED.format(account=str(account.get("id"))))

    @hookimpl
    def payment_start(self, request: PaymentRequest) -> PaymentOutcome:
        """Make a payment intent under our operation; what the resident does comes later."""
        return start(request)

    @hookimpl
    def payment_query(self, request: PaymentQuery) -> PaymentAnswer:
        """Look our operation up."""
        return ask(request)

    @hookimpl
    def payment_reverse(self, request: UndoRequest) -> PaymentOutcome:
        """Cancel a payment that is waited for, or give it back."""
        return reverse(request)

    @hookimpl
    def payment_void(self, request: UndoRequest) -> PaymentOutcome:
        """Give up a reservation."""
        return void(request)

    @hookimpl
    def payment_refund(self, request: UndoRequest) -> PaymentOutcome:
        """Give back a payment or a part of it."""
        return refund(request)

    @hookimpl
    def payment_capture(self, request: CaptureRequest) -> PaymentOutcome:
        """Take what was reserved."""
        return capture(request)

    @hookimpl
    def payment_settlement(self, request: SettlementRequest) -> SettlementOutcome:
        """The movements of a day on the balance."""
        return settlement(request)

    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        """Check the signature and find our operation."""
        return parse(request)


_MANIFEST: Final = Manifest(
    name="jiedao_stripe",
    version="0.1.0",
    title=Text(zh="Stripe", en="Stripe"),
    families=("payment",),
    configuration=configuration,
    recovery={
        "payment_start": Recovery.QUERY,
        "payment_reverse": Recovery.RESEND,
        "payment_void": Recovery.RESEND,
        "payment_refund": Recovery.RESEND,
        "payment_capture": Recovery.RESEND,
    },
    settling=float(SETTLING),
    abilities=frozenset({"void", "refund", "partial_refund", "capture", "settlement", "notice"}),
)
_CONNECTED: Final = Text(zh="连接正常，账户 {account}", en="Connected; the account is {account}")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NO_CHARGES: Final = Text(zh="这个账户还不能收款", en="This account cannot take payments yet")
_NOT_LIVE: Final = Text(
    zh="正式启用需要 live 密钥，且测试地址留空", en="Going live needs a live key and no test address"
)

plugin: Final = Stripe()
