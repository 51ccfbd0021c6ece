"""The post office's points card: what a purchase earns, whose card it is, and what the post office owes the street.

A claim without a trustworthy answer is resolved by asking for it under our own number.
"""

from __future__ import annotations

from typing import Any, Final

from jiedao import hookimpl
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, PluginError, Unavailable
from jiedao.hookspecs.points import (
    Accrual,
    AccrualRequest,
    CardOutcome,
    CardRequest,
    ClaimAnswer,
    ClaimLine,
    ClaimOutcome,
    ClaimQuery,
    ClaimRequest,
)
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_connectors.addresses import is_private
from jiedao_connectors.postcard import is_card_number
from jiedao_postcard import answers
from jiedao_postcard.answers import NotUnderstood
from jiedao_postcard.exchange import act, ask
from jiedao_postcard.settings import SETTLING, configuration, holds_on

__all__ = ["plugin"]


class Postcard:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, families, and how an unknown claim is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask for the terms, which needs address, key, signature and clock to be right."""
        if request.connection.live and not _is_private(request.connection):
            return CheckResult(False, _NOT_PRIVATE)
        try:
            issuer = answers.issuer(ask(request, "terms", {}))
        except PluginError as failed:
            return CheckResult(False, _FAILED.format(why=failed.says))
        except NotUnderstood as failed:
            return CheckResult(False, _FAILED.format(why=str(failed)))
        return CheckResult(True, _CONNECTED.format(issuer=issuer))

    @hookimpl
    def points_accrue(self, request: AccrualRequest) -> Accrual:
        """The rows of the rates table that are in force that day, for the categories asked for."""
        settings = request.connection.settings
        rates = {
            row["category"]: row["rate"]
            for row in settings["rates"]
            if row["category"] in request.categories and holds_on(row, request.on)
        }
        return Accrual(rates, settings["pending_days"], settings["valid_months"])

    @hookimpl
    def points_card(self, request: CardRequest) -> CardOutcome:
        """Ask whose card it is; a misread number is seen by its check digit and asked of nobody."""
        if not is_card_number(request.card):
            return Declined(_MISREAD, "MISREAD")
        answer = ask(request, "card", {"card": request.card})
        try:
            return answers.holder(answer, request.card)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def points_claim(self, request: ClaimRequest) -> ClaimOutcome:
        """Send the statement under our operation, which the post office books and pays once."""
        lines = [_line(line) for line in request.lines]
        answer = act(request, "claim", {**_asked(request), "currency": "CNY", "lines": lines})
        try:
            return answers.claimed(answer, _asked(request))
        except NotUnderstood as failed:
            raise OutcomeUnknown(str(failed)) from failed

    @hookimpl
    def points_claim_query(self, request: ClaimQuery) -> ClaimAnswer:
        """Look our operation up."""
        answer = ask(request, "claim-status", {"claim": request.operation})
        try:
            return answers.queried(answer, _asked(request))
        except NotUnderstood as failed:
            raise OutcomeUnknown(str(failed)) from failed


def _asked(request: ClaimRequest | ClaimQuery) -> dict[str, Any]:
    """The fields that the post office repeats in its answer."""
    return {"claim": request.operation, "total": request.total}


def _line(line: ClaimLine) -> dict[str, Any]:
    return {
        "redemption": line.operation,
        "member": line.member,
        "category": line.category,
        "amount": line.amount,
        "redeemed_on": line.redeemed_on.isoformat(),
    }


def _is_private(connection: Connection) -> bool:
    """Names must not cross a network in clear; within one machine they cross none."""
    return is_private(connection.settings["url"])


_MANIFEST: Final = Manifest(
    name="jiedao_postcard",
    version="0.1.0",
    title=Text(zh="邮政积分卡", en="Post office points card"),
    families=("points",),
    configuration=configuration,
    recovery={"points_claim": Recovery.QUERY},
    settling=float(SETTLING),
)
_CONNECTED: Final = Text(zh="连接正常：{issuer}", en="Connected: {issuer}")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The address must be https to go live")
_MISREAD: Final = Text(zh="卡号有误，请重新刷卡", en="The card number is not right; please read the card again")

plugin: Final = Postcard()
