"""The hooks of cash: nothing can be lost on a line, so the evidence is the operation's own number."""

from __future__ import annotations

from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.payment import PaymentOutcome, PaymentRequest, Slip, UndoRequest
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration


class Settings(PluginSettings):
    """A drawer needs no settings."""


configuration = SettingsConfiguration(Settings)


@hookimpl
def describe() -> Manifest:
    """Local: its acts are called inside the transaction that records them."""
    return Manifest(
        name="jiedao_cash",
        version="0.1.0",
        title=Text("现金", "Cash"),
        families=("payment",),
        configuration=configuration,
        local=True,
        abilities=frozenset({"void", "refund", "partial_refund"}),
    )


@hookimpl
def check_connection(request: CheckRequest) -> CheckResult:
    """There is nothing to reach."""
    return CheckResult(True, READY)


@hookimpl
def payment_start(request: PaymentRequest) -> PaymentOutcome:
    """Notes and coins were handed over."""
    return _counted(request.operation, request.currency)


@hookimpl
def payment_void(request: UndoRequest) -> PaymentOutcome:
    """The whole amount was handed back."""
    return _counted(request.operation, request.currency)


@hookimpl
def payment_refund(request: UndoRequest) -> PaymentOutcome:
    """The amount, or a part of it, was handed back."""
    return _counted(request.operation, request.currency)


def _counted(operation: str, currency: str) -> PaymentOutcome:
    return Succeeded(Slip(reference=operation)) if currency == "CNY" else Declined(ONLY_CNY)


READY = Text("现金无需连接", "Cash needs no connection")
ONLY_CNY = Text("收银台只收人民币", "The till takes yuan only")
