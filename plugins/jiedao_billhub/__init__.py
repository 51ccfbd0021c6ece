"""Billers behind a bill hub: electricity, phone, television, water, gas, pension and medical insurance.

A payment without a trustworthy answer is resolved by asking for it; a cancellation is sent again, as the hub does
the same reference once.
"""

from __future__ import annotations

from typing import Any, Final

from jiedao import hookimpl
from jiedao.hookspecs.biller import (
    BillerAnswer,
    BillerOutcome,
    BillerQuery,
    CancelRequest,
    Catalogue,
    CatalogueRequest,
    FetchOutcome,
    FetchRequest,
    PayRequest,
    ValidateOutcome,
    ValidateRequest,
)
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import OutcomeUnknown, PluginError, Unavailable
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_billhub import answers
from jiedao_billhub.answers import NotUnderstood
from jiedao_billhub.exchange import act, ask
from jiedao_billhub.settings import SETTLING, configuration
from jiedao_connectors.addresses import is_private

__all__ = ["plugin"]


class BillHub:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, abilities, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask for the billers, which needs address, key, signature, clock and agent code to be right."""
        if request.connection.live and not _is_private(request.connection):
            return CheckResult(False, _NOT_PRIVATE)
        try:
            billers = answers.catalogue(ask(request, "billers", {}))
        except PluginError as failed:
            return CheckResult(False, _FAILED.format(why=failed.says))
        except NotUnderstood as failed:
            return CheckResult(False, _FAILED.format(why=str(failed)))
        return CheckResult(True, _CONNECTED.format(count=len(billers)))

    @hookimpl
    def biller_catalogue(self, request: CatalogueRequest) -> Catalogue:
        """The hub's billers of today."""
        answer = ask(request, "billers", {})
        try:
            return answers.catalogue(answer)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def biller_fetch(self, request: FetchRequest) -> FetchOutcome:
        """What a customer owes now."""
        asked = {"biller": request.biller, "customer": dict(request.inputs)}
        answer = ask(request, "fetch", asked)
        try:
            return answers.fetched(answer, asked)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def biller_validate(self, request: ValidateRequest) -> ValidateOutcome:
        """Whether the hub would take the amount."""
        asked = _target(request)
        answer = ask(request, "validate", asked)
        try:
            return answers.validated(answer, asked)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        """Book the payment under our operation."""
        asked = {"reference": request.operation, **_target(request)}
        answer = act(request, "pay", {**asked, "currency": request.currency, "order": request.order})
        try:
            return answers.paid(answer, asked)
        except NotUnderstood as failed:
            raise OutcomeUnknown(str(failed)) from failed

    @hookimpl
    def biller_query(self, request: BillerQuery) -> BillerAnswer:
        """Look our operation up."""
        asked = {"reference": request.operation, **_target(request)}
        answer = ask(request, "query", {"reference": request.operation})
        try:
            return answers.queried(answer, asked)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def biller_cancel(self, request: CancelRequest) -> BillerOutcome:
        """Take money back under a reference of its own, which the hub does once however often it is sent."""
        asked = {"reference": request.operation, "original": request.original, "amount": request.amount}
        answer = act(request, "cancel", {**asked, "hub_reference": request.reference})
        try:
            return answers.cancelled(answer, asked)
        except NotUnderstood as failed:
            raise OutcomeUnknown(str(failed)) from failed


def _target(request: PayRequest | ValidateRequest | BillerQuery) -> dict[str, Any]:
    """What is paid: the fields that the hub repeats in its answer."""
    return {
        "biller": request.biller,
        "account": request.account,
        "bill": request.bill,
        "amount": request.amount,
    }


def _is_private(connection: Connection) -> bool:
    """Names and account numbers must not cross a network in clear; within one machine they cross none."""
    return is_private(connection.settings["url"])


_MANIFEST: Final = Manifest(
    name="jiedao_billhub",
    version="0.1.0",
    title=Text(zh="缴费平台", en="Bill hub"),
    families=("biller",),
    configuration=configuration,
    # The query asks for payments only, and the hub does one cancel reference once.
    recovery={"biller_pay": Recovery.QUERY, "biller_cancel": Recovery.RESEND},
    settling=float(SETTLING),
    abilities=frozenset({"fetch", "validate", "cancel"}),
)
_CONNECTED: Final = Text(zh="连接正常，平台有 {count} 个收费单位", en="Connected; the hub has {count} billers")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The address must be https to go live")

plugin: Final = BillHub()
