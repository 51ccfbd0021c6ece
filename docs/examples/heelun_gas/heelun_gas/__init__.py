"""Heelun gas: what the provider's answers mean to a street."""

from __future__ import annotations

from typing import Any, Final

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
from jiedao.hookspecs.outcomes import Declined, PluginError, Succeeded
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_connectors.http import Answer

from heelun_gas.exchange import NotUnderstood, act, ask, judged, query, rows, text
from heelun_gas.settings import CONNECTED, FAILED, TITLE, configuration

__all__ = ["plugin"]


class HeelunGas:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, abilities, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Needs the right address and token, and changes nothing."""
        try:
            ask(request, "hello", {"check": "connection"}, lambda answer: text(answer, "status"))
        except PluginError as failed:
            return CheckResult(False, FAILED.format(why=failed.says))
        return CheckResult(True, CONNECTED)

    @hookimpl
    def biller_catalogue(self, request: CatalogueRequest) -> Catalogue:
        """Prepaid gas: residents know their meter by eight digits and may pay more than they owe."""
        meter = InputRule("account", _ACCOUNT, r"\d{8}", "00012341", personal=True)
        return (Biller(BILLER, TITLE, "gas", (meter,), FetchRule.MANDATORY, AmountRule.OVER),)

    @hookimpl
    def biller_fetch(self, request: FetchRequest) -> FetchOutcome:
        """What an account owes now."""
        account = request.inputs["account"]
        return ask(request, "bills", {"account": account}, lambda answer: _bills(answer, account))

    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        """Book the payment under our operation."""
        return act(request, "pay", _asked(request), lambda answer: judged(answer, _evidence))

    @hookimpl
    def biller_query(self, request: BillerQuery) -> BillerAnswer:
        """Look our operation up."""
        return query(request, _asked(request), lambda answer: judged(answer, _evidence))


def _asked(request: PayRequest | BillerQuery) -> dict[str, Any]:
    """What the answer must repeat."""
    asked = {"reference": request.operation, "account": request.account, "bill": request.bill}
    return {**asked, "amount": request.amount, "currency": "CNY"}


def _evidence(answer: Answer) -> Acknowledgement:
    """Their number, and the code that the resident types into the meter."""
    return Acknowledgement(reference=text(answer, "number"), printed={"token": text(answer, "token")})


def _bills(answer: Answer, account: str) -> FetchOutcome:
    if answer.get("status") == "unknown":
        return Declined(_NO_ACCOUNT, "NO_ACCOUNT")
    return Succeeded(tuple(_bill(row, account) for row in rows(answer, "bills")))


def _bill(row: Answer, account: str) -> Bill:
    amount = row.get("amount")
    if type(amount) is not int or amount <= 0:
        raise NotUnderstood("a bill has no amount")
    return Bill(BILLER, text(row, "bill"), account, text(row, "customer"), amount, text(row, "period"))


BILLER: Final = "GAS"

_MANIFEST: Final = Manifest(
    name="heelun_gas",
    version="0.1.0",
    title=TITLE,
    families=("biller",),
    configuration=configuration,
    recovery={"biller_pay": Recovery.QUERY},
    settling=30.0,
    abilities=frozenset({"fetch"}),
)
_ACCOUNT: Final = Text(zh="燃气表号", en="Meter number")
_NO_ACCOUNT: Final = Text(zh="没有这块燃气表", en="There is no such meter")

plugin: Final = HeelunGas()
