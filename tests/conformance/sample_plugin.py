"""A good plugin for the sample office, in small pieces so that a test can spoil one of them."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

from marshmallow import fields
from sample_office import NOW, TOKEN, notice, signature, start

from jiedao import hookimpl
from jiedao.hookspecs.biller import (
    Acknowledgement,
    AmountRule,
    Bill,
    Biller,
    BillerAnswer,
    BillerOutcome,
    BillerQuery,
    CancelRequest,
    Catalogue,
    CatalogueRequest,
    FetchOutcome,
    FetchRequest,
    FetchRule,
    InputRule,
    PayRequest,
)
from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.manifest import Configuration, Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, OutcomeUnknown, Pending, PluginError, Succeeded
from jiedao.hookspecs.service import (
    About,
    CheckRequest,
    CheckResult,
    Notice,
    NoticeOutcome,
    NoticeRequest,
    Topic,
)
from jiedao.hookspecs.wire import Wire
from jiedao.language import Text
from jiedao.testing import Act, Ask, Bench, Notices, Site
from jiedao.testing.bench import Books
from jiedao_connectors.http import Answer, ClientError, JsonClient, NotSent, Unanswered, encode
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

NO = Text("收费单位拒绝", "The biller refused")
NOT_GENUINE = Text("通知不可信", "The notice is not genuine")


class NotUnderstood(Exception):
    """No answer to what was asked."""


WIRE = Wire(not_sent=NotSent, in_doubt=(Unanswered, NotUnderstood))


class Settings(PluginSettings):
    """Address and token."""

    url = setting(fields.Url(required=True, require_tld=False), zh="地址", en="Address")
    token = secret(zh="令牌", en="Token")


class Sample:
    """Every hook is short; the methods below are what tests spoil."""

    title = Text("样例", "Sample")
    configuration: Configuration = SettingsConfiguration(Settings)
    recovery: Mapping[str, Recovery] = {"biller_pay": Recovery.QUERY, "biller_cancel": Recovery.RESEND}
    abilities = frozenset({"fetch", "cancel", "notice"})
    echoed = ("reference", "amount", "currency")

    @hookimpl
    def describe(self) -> Manifest:
        """Who it is."""
        about = ("sample", "1", self.title, ("biller",), self.configuration, self.recovery)
        return Manifest(*about, abilities=self.abilities)

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """A look-up needs address and token."""
        try:
            self.ask(request, "bills", {"account": "000001"})
        except PluginError as failed:
            return CheckResult(False, Text.same(failed.says))
        return CheckResult(True, Text("正常", "Good"))

    @hookimpl
    def biller_catalogue(self, request: CatalogueRequest) -> Catalogue:
        """One biller."""
        rule = InputRule("account", Text("户号", "Account"), r"\d{6}", personal=True)
        return (Biller("ELEC", Text("电力", "Power"), "electricity", (rule,), FetchRule.MANDATORY, AmountRule.EXACT),)

    @hookimpl
    def biller_fetch(self, request: FetchRequest) -> FetchOutcome:
        """What an account owes."""
        account = request.inputs["account"]
        answer = self.ask(request, "bills", {"account": account})
        if answer["status"] == "refused":
            return Declined(NO)
        return Succeeded(tuple(Bill("ELEC", b["id"], account, "王**", b["amount"]) for b in answer["bills"]))

    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        """Once."""
        asked = self.asked(request)
        with WIRE.acting():
            return self.outcome(self.send(request, "pay", {**asked, "account": request.account}), asked)

    @hookimpl
    def biller_query(self, request: BillerQuery) -> BillerAnswer:
        """By our reference."""
        asked = {"reference": request.operation, "amount": request.amount, "currency": "CNY"}
        with WIRE.asking():
            answer = self.send(request, "ask", {"reference": request.operation})
            self.check(answer, asked, ("reference",))
            return self.nothing() if answer.get("status") == "none" else self.outcome(answer, asked)

    @hookimpl
    def biller_cancel(self, request: CancelRequest) -> BillerOutcome:
        """Once for each reference, says the office."""
        asked = {"reference": request.operation, "amount": request.amount, "currency": "CNY"}
        with WIRE.acting():
            answer = self.send(request, "cancel", {**asked, "original": request.original})
            outcome = self.outcome(answer, asked)
            return Declined(NO) if isinstance(outcome, Pending) else outcome

    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        """Signed, fresh, and about one of our references."""
        moment = request.headers.get("x-time", "")
        if not self.is_genuine(request, moment) or not self.is_fresh(moment):
            return Declined(NOT_GENUINE)
        said = json.loads(request.content)
        made_at = datetime.fromtimestamp(int(moment), UTC)
        return Succeeded(Notice(self.id_of(said), made_at, (Topic(About.OPERATION, said["reference"]),)))

    def asked(self, request: PayRequest) -> dict[str, Any]:
        """What the answer must repeat."""
        return {"reference": request.operation, "amount": request.amount, "currency": request.currency}

    def ask(self, request: Request, path: str, body: Mapping[str, Any]) -> Answer:
        """A question."""
        with WIRE.asking():
            answer = self.send(request, path, body)
            self.check(answer, body, ("account",))
            return answer

    def send(self, request: Request, path: str, body: Mapping[str, Any]) -> Answer:
        """One exchange."""
        settings = request.connection.settings
        with closing(JsonClient(settings["url"])) as client:
            try:
                told = {"Authorization": f"Bearer {settings['token']}"}
                return client.post(f"/{path}", encode(body), request.deadline, told)
            except ClientError as refused:
                if refused.status == 401:
                    raise InvalidConfig("the office does not take the token") from refused
                raise OutcomeUnknown(f"HTTP {refused.status}") from refused

    def outcome(self, answer: Answer, asked: Mapping[str, Any]) -> Succeeded[Acknowledgement] | Declined | Pending:
        """Only what repeats everything is an answer."""
        self.check(answer, asked, self.echoed)
        status = answer.get("status")
        if status == "refused":
            return Declined(NO)
        if status == "waiting":
            return Pending(str(answer["receipt"]))
        if status != "booked":
            raise NotUnderstood("a status that nobody knows")
        return Succeeded(self.evidence(answer))

    def evidence(self, answer: Answer) -> Acknowledgement:
        """Their number."""
        return Acknowledgement(str(answer["receipt"]))

    def nothing(self) -> BillerAnswer:
        """The office knows no such reference."""
        return NotFound()

    def check(self, answer: Answer, asked: Mapping[str, Any], names: tuple[str, ...]) -> None:
        """It must repeat what was asked."""
        for name in names:
            if answer.get(name) != asked[name]:
                raise NotUnderstood(f"an answer about another {name}")

    def is_genuine(self, request: NoticeRequest, moment: str) -> bool:
        """Whether it was signed with the token."""
        made = signature(request.connection.settings["token"], moment, request.content)
        return hmac.compare_digest(made.encode(), request.headers.get("x-signature", "").encode())

    def is_fresh(self, moment: str) -> bool:
        """Not older than five minutes."""
        return abs(int(moment) - NOW) <= 300

    def id_of(self, said: Mapping[str, Any]) -> str:
        """The office's number of the notice."""
        return str(said["id"])


def account(at: Site, ending: str) -> str:
    """Six digits that nobody has used."""
    return f"{at.serial:05d}{ending}"


def pay(at: Site, ending: str = "1") -> PayRequest:
    """A payment."""
    number = account(at, ending)
    return PayRequest(at.connection, at.deadline, at.operation, "ELEC", number, f"B{number}", 4_260, "CNY", "order")


def cancel(at: Site, original: str = "") -> CancelRequest:
    """Of a payment that was made."""
    asked = pay(at)
    done: Acknowledgement = at.call("biller_pay", asked)
    own = f"{at.operation[:-1]}-"
    return CancelRequest(
        at.connection, at.deadline, own, original or asked.operation, "ELEC", asked.amount, done.reference
    )


def fetch(at: Site, ending: str = "1") -> FetchRequest:
    """A look-up."""
    return FetchRequest(at.connection, at.deadline, "ELEC", {"account": account(at, ending)})


def booked(books: Books, asked: Any) -> int:
    """Effects of a request."""
    return sum(row["reference"] == asked.operation for row in books["rows"])


ALL = frozenset({"amount", "number", "currency"})
BENCH = Bench(
    start=start,
    settings=lambda url: {"url": url, "token": TOKEN},
    invalid={"url": "office", "token": ""},
    refused={"token": "guessed-by-somebody"},
    checked_as="bills",
    acts=(
        Act("biller_pay", pay, "pay", lambda at: pay(at, "5"), ALL, booked, "ask", lambda at: pay(at, "7")),
        Act("biller_cancel", cancel, "cancel", lambda at: cancel(at, "never paid"), ALL, booked),
    ),
    asks=(
        Ask("biller_catalogue", lambda at: CatalogueRequest(at.connection, at.deadline)),
        Ask("biller_fetch", fetch, "bills", lambda at: fetch(at, "9")),
    ),
    notices=Notices(notice, lambda at: notice(at, NOW - 3_600)),
    deadline=2.0,
    short=0.3,
)
