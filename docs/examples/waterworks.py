"""A whole plugin: the waterworks of a town, with bills to look up, payments to book, and a question to ask."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from marshmallow import fields

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
from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    PluginError,
    Succeeded,
    Unavailable,
)
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_connectors.http import ClientError, JsonClient, NotSent, Unanswered, encode
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting


class Settings(PluginSettings):
    """What a street enters to use the plugin."""

    url = setting(fields.Url(required=True, require_tld=False), zh="水厂地址", en="Address of the waterworks")
    token = secret(zh="访问令牌", en="Access token")


@hookimpl
def describe() -> Manifest:
    """A payment without an answer is asked for; the waterworks books within 5 seconds of reading a message."""
    return Manifest(
        name="waterworks",
        version="0.1.0",
        title=Text("诃额伦水厂", "Heelun Waterworks"),
        families=("biller",),
        configuration=SettingsConfiguration(Settings),
        recovery={"biller_pay": Recovery.QUERY},
        settling=5.0,
        abilities=frozenset({"fetch"}),
    )


@hookimpl
def check_connection(request: CheckRequest) -> CheckResult:
    """A look-up needs the right address and the right token, and changes nothing."""
    try:
        _ask(request, "bills", {"account": "000000"})
    except PluginError as failed:
        return CheckResult(False, Text(f"连接检查未通过：{failed.says}", f"The check failed: {failed.says}"))
    return CheckResult(True, Text("连接正常", "Connected"))


@hookimpl
def biller_catalogue(request: CatalogueRequest) -> Catalogue:
    """One biller; residents know their account as six digits."""
    account = InputRule("account", Text("户号", "Account"), r"\d{6}", "004512")
    name = Text("诃额伦水厂", "Heelun Waterworks")
    return (Biller("WATER", name, "water", (account,), FetchRule.MANDATORY, AmountRule.EXACT),)


@hookimpl
def biller_fetch(request: FetchRequest) -> FetchOutcome:
    """What an account owes now."""
    account = request.inputs["account"]
    answer = _ask(request, "bills", {"account": account})
    if answer.get("customer") is None:
        return Declined(Text("没有这个户号", "There is no such account"), "NO_ACCOUNT")
    rows = answer["bills"]
    return Succeeded(tuple(_bill(request.biller, account, answer["customer"], row) for row in rows))


@hookimpl
def biller_pay(request: PayRequest) -> BillerOutcome:
    """Book the payment under our reference."""
    wanted = {"reference": request.operation, "bill": request.bill, "amount": request.amount}
    return _booked(_act(request, "pay", wanted), wanted)


@hookimpl
def biller_query(request: BillerQuery) -> BillerAnswer:
    """Ask for the payment with our reference."""
    wanted = {"reference": request.operation, "bill": request.bill, "amount": request.amount}
    answer = _ask(request, "payment", {"reference": request.operation})
    return NotFound() if answer == {"status": "none"} else _booked(answer, wanted)


def _bill(biller: str, account: str, customer: str, row: Mapping[str, Any]) -> Bill:
    return Bill(biller, row["id"], account, customer, row["amount"], row["period"])


def _booked(answer: Mapping[str, Any], wanted: Mapping[str, Any]) -> Succeeded[Acknowledgement] | Declined:
    """Success is only what repeats our reference, bill and amount; whatever else is not a refusal is unknown."""
    if answer.get("status") == "refused":
        why = str(answer.get("why", ""))
        return Declined(Text(f"水厂拒绝：{why}", f"The waterworks refused: {why}"), why)
    if answer.get("status") != "booked" or {name: answer.get(name) for name in wanted} != wanted:
        raise OutcomeUnknown("the answer is not about the payment that we sent")
    return Succeeded(Acknowledgement(reference=str(answer["number"])))


def _act(request: Request, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Do something: what may have been read and was not answered is unknown."""
    try:
        return _post(request, path, body)
    except Unanswered as silent:
        raise OutcomeUnknown(str(silent)) from silent


def _ask(request: Request, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Ask something that changes nothing: without an answer, ask again later."""
    try:
        return _post(request, path, body)
    except Unanswered as silent:
        raise Unavailable(str(silent)) from silent


def _post(request: Request, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    settings = request.connection.settings
    with closing(JsonClient(settings["url"])) as client:
        try:
            token = {"Authorization": f"Bearer {settings['token']}"}
            return client.post(f"/{path}", encode(body), request.deadline, token)
        except NotSent as failed:
            raise Unavailable(str(failed)) from failed
        except ClientError as refused:
            if refused.status == 401:
                raise InvalidConfig("the waterworks does not take the token") from refused
            raise OutcomeUnknown(f"HTTP {refused.status}") from refused
