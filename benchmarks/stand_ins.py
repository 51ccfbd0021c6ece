"""Plugins without an outside world and without delay, so that a benchmark measures the platform and nothing else.

They are remote as far as the core is concerned: an operation is committed before each call and its outcome after it.
"""

from __future__ import annotations

from decimal import Decimal

from jiedao import hookimpl
from jiedao.hookspecs.biller import (
    Acknowledgement,
    AmountRule,
    Bill,
    Biller,
    BillerAnswer,
    BillerOutcome,
    BillerQuery,
    Catalogue,
    CatalogueRequest,
    FetchOutcome,
    FetchRequest,
    FetchRule,
    InputRule,
    PayRequest,
)
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import NotFound, Succeeded
from jiedao.hookspecs.payment import PaymentOutcome, PaymentRequest, Slip, UndoRequest
from jiedao.hookspecs.points import Accrual, AccrualRequest
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration

_NO_SETTINGS = SettingsConfiguration(PluginSettings)


class Card:
    """An acquirer that approves at once."""

    @hookimpl
    def describe(self) -> Manifest:
        return Manifest(
            name="bench_card",
            version="1",
            title=Text.same("card"),
            families=("payment",),
            configuration=_NO_SETTINGS,
            recovery={"payment_start": Recovery.REVERSE, "payment_reverse": Recovery.RESEND},
        )

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        return CheckResult(True, Text.same("ready"))

    @hookimpl
    def payment_start(self, request: PaymentRequest) -> PaymentOutcome:
        return Succeeded(_slip(request.operation))

    @hookimpl
    def payment_reverse(self, request: UndoRequest) -> PaymentOutcome:
        return Succeeded(_slip(request.operation))


class Hub:
    """A biller that books at once."""

    @hookimpl
    def describe(self) -> Manifest:
        return Manifest(
            name="bench_hub",
            version="1",
            title=Text.same("hub"),
            families=("biller",),
            configuration=_NO_SETTINGS,
            recovery={"biller_pay": Recovery.QUERY},
            abilities=frozenset({"fetch"}),
        )

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        return CheckResult(True, Text.same("ready"))

    @hookimpl
    def biller_catalogue(self, request: CatalogueRequest) -> Catalogue:
        rule = InputRule("account", Text.same("account"), r"\w{1,32}")
        return (Biller("PROPERTY", Text.same("Property"), "property", (rule,), FetchRule.MANDATORY, AmountRule.EXACT),)

    @hookimpl
    def biller_fetch(self, request: FetchRequest) -> FetchOutcome:
        account = request.inputs["account"]
        amount = 5_000_000 if account.startswith("first") else 12_000
        return Succeeded((Bill("PROPERTY", f"2026-{account}", account, "customer", amount, "2026"),))

    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        return Succeeded(Acknowledgement(f"B{request.operation}"))

    @hookimpl
    def biller_query(self, request: BillerQuery) -> BillerAnswer:
        return NotFound()


class Points:
    """A programme of one point for each yuan."""

    @hookimpl
    def describe(self) -> Manifest:
        return Manifest(
            name="bench_points",
            version="1",
            title=Text.same("points"),
            families=("points",),
            configuration=_NO_SETTINGS,
            local=True,
        )

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        return CheckResult(True, Text.same("ready"))

    @hookimpl
    def points_accrue(self, request: AccrualRequest) -> Accrual:
        return Accrual({"property": Decimal(1)}, pending_days=0, valid_months=24)


def _slip(operation: str) -> Slip:
    return Slip(f"R{operation}", "622848******0001", "000001", "000001", "000001", "00010001", "898310048160001")


PLUGINS: tuple[tuple[str, object], ...] = (
    ("bench_card", Card()),
    ("bench_hub", Hub()),
    ("bench_points", Points()),
)
