"""The kit itself: a good plugin is gold, and each of these faults is caught by the check that is named beside it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import pytest
import requests
from marshmallow import fields
from sample_plugin import BENCH, NO, Sample, Settings

from jiedao import hookimpl
from jiedao.hookspecs.biller import (
    Acknowledgement,
    BillerAnswer,
    BillerOutcome,
    FetchOutcome,
    FetchRequest,
    PayRequest,
    ValidateOutcome,
    ValidateRequest,
)
from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    Pending,
    PluginError,
    Succeeded,
    Unavailable,
)
from jiedao.hookspecs.service import CheckRequest, CheckResult, NoticeOutcome, NoticeRequest
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao.testing.cases import Level
from jiedao.testing.run import Ending, Result, examine, level_of
from jiedao_connectors.http import Answer, HttpProblem, JsonClient, NotSent, Unanswered, encode
from jiedao_schemas.configuration import PluginSettings, SettingsConfiguration, secret, setting

Bill = Mapping[str, Any]


class HtmlIsSuccess(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        return lenient(self, request, path, body, lambda text: "<html>" in text)


class EmptyIsSuccess(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        return lenient(self, request, path, body, lambda text: not text)


def lenient(plugin: Sample, request: Request, path: str, body: Bill, believed: Callable[[str], bool]) -> Answer:
    """Takes an answer of some kind for a success."""
    settings = request.connection.settings
    told = {"Authorization": f"Bearer {settings['token']}"}
    if path == "pay":
        with requests.post(f"{settings['url']}/{path}", encode(body), headers=told, timeout=request.deadline) as got:
            if believed(got.text):
                return {**body, "status": "booked", "receipt": "?"}
    return Sample.send(plugin, request, path, body)


class TimeoutIsDeclined(Sample):
    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        try:
            return super().biller_pay(request)
        except OutcomeUnknown:
            return Declined(NO)


class TimeoutIsUnavailable(Sample):
    @hookimpl
    def biller_pay(self, request: PayRequest) -> BillerOutcome:
        try:
            return super().biller_pay(request)
        except OutcomeUnknown as silent:
            raise Unavailable(silent.says) from silent


class NoAmountEcho(Sample):
    echoed = ("reference", "currency")


class NoNumberEcho(Sample):
    echoed = ("amount", "currency")


class NoCurrencyEcho(Sample):
    echoed = ("reference", "amount")


class Retries(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        try:
            return super().send(request, path, body)
        except Unanswered:
            return super().send(request, path, body)


class LogsTheSecret(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        logging.getLogger("sample").debug("settings %s", request.connection.settings)
        return super().send(request, path, body)


class PrintsTheAccount(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        print(path, body)
        return super().send(request, path, body)


class AccountInAnError(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        try:
            return super().send(request, path, body)
        except Unanswered as silent:
            raise Unanswered(f"no answer to {body}") from silent


class SecretInAnError(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        try:
            return super().send(request, path, body)
        except InvalidConfig as refused:
            raise InvalidConfig(f"{refused.says}: {request.connection.settings['token']}") from refused


class AccountInTheEvidence(Sample):
    def evidence(self, answer: Answer) -> Acknowledgement:
        return Acknowledgement(str(answer["receipt"]), note=f"account {answer.get('account', '')}")


class WrongType(Sample):
    def outcome(self, answer: Answer, asked: Bill) -> Any:
        super().outcome(answer, asked)
        return True


class WrongDetail(Sample):
    def evidence(self, answer: Answer) -> Any:
        return str(answer["receipt"])


class OpenSecret(Sample):
    class Configuration(SettingsConfiguration):
        def secrets(self) -> frozenset[str]:
            return frozenset()

    configuration = Configuration(Settings)


class AcceptsAnything(Sample):
    class Lax(Settings):
        class Meta:
            unknown = "exclude"

    configuration = SettingsConfiguration(Lax)


class NamesNoField(Sample):
    class Configuration(SettingsConfiguration):
        def load(self, given: Bill) -> dict[str, Any]:
            try:
                return super().load(given)
            except Invalid as refused:
                raise Invalid("settings", refused.says) from refused

    configuration = Configuration(Settings)


class BreaksOnWrongSettings(Sample):
    class Configuration(SettingsConfiguration):
        def load(self, given: Bill) -> dict[str, Any]:
            return {"url": given["url"], "token": given["token"]}

    configuration = Configuration(Settings)


class TakesAnyAddress(Sample):
    class Loose(PluginSettings):
        url = setting(fields.String(required=True), zh="地址", en="Address")
        token = secret(zh="令牌", en="Token")

    configuration = SettingsConfiguration(Loose)


class OneLanguage(Sample):
    title = Text("", "Sample")


class NoRecoveryDeclared(Sample):
    recovery: Mapping[str, Recovery] = {"biller_pay": Recovery.QUERY}


class ClaimsToBeIdempotent(Sample):
    recovery: Mapping[str, Recovery] = {"biller_pay": Recovery.RESEND, "biller_cancel": Recovery.RESEND}


class UndeclaredAbility(Sample):
    abilities = frozenset({"fetch", "notice"})


class ClaimsAnAbility(Sample):
    abilities = frozenset({"fetch", "cancel", "notice", "validate"})


class HookWithoutSample(Sample):
    abilities = frozenset({"fetch", "cancel", "notice", "validate"})

    @hookimpl
    def biller_validate(self, request: ValidateRequest) -> ValidateOutcome:
        return Succeeded(None)


class QueryAlwaysSucceeds(Sample):
    def nothing(self) -> BillerAnswer:
        return Succeeded(Acknowledgement("?"))


class NotFoundIsDeclined(Sample):
    def nothing(self) -> BillerAnswer:
        return Declined(NO)


class QueryFindsNothing(Sample):
    def outcome(self, answer: Answer, asked: Bill) -> Any:
        return super().outcome(answer, asked) if "account" not in answer or "bill" in asked else NotFound()


class QueryMutates(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        if path == "ask":
            paid = {"amount": 1, "currency": "CNY", "account": "000001"}
            super().send(request, "pay", {**paid, "reference": new_id()})
        return super().send(request, path, body)


class OwnReference(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        if path != "pay":
            return super().send(request, path, body)
        return {**super().send(request, path, {**body, "reference": new_id()}), "reference": body["reference"]}


class RaisesOnWhatItDoesNotKnow(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        try:
            return super().send(request, path, body)
        except Unanswered as silent:
            raise KeyError(path) from silent


class IgnoresTheDeadline(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        return super().send(replace(request, deadline=request.deadline + 1.5), path, body)


class NeverComesBack(Sample):
    @hookimpl
    def biller_fetch(self, request: FetchRequest) -> FetchOutcome:
        try:
            return super().biller_fetch(request)
        except Unavailable:
            time.sleep(8)
            raise


class OutageIsNothingOwed(Sample):
    @hookimpl
    def biller_fetch(self, request: FetchRequest) -> FetchOutcome:
        try:
            return super().biller_fetch(request)
        except Unavailable:
            return Succeeded(())


class ReadsWithoutEnd(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        settings = request.connection.settings
        with closing(JsonClient(settings["url"], maximum_answer=10**9)) as client:
            told = {"Authorization": f"Bearer {settings['token']}"}
            return client.post(f"/{path}", encode(body), request.deadline, told)


class RefusedPortIsUnknown(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        try:
            return super().send(request, path, body)
        except NotSent as failed:
            raise Unanswered(str(failed)) from failed


class WrongKeyIsUnavailable(Sample):
    def send(self, request: Request, path: str, body: Bill) -> Answer:
        try:
            return super().send(request, path, body)
        except InvalidConfig as refused:
            raise Unavailable(refused.says) from refused


class RefusalIsSuccess(Sample):
    def outcome(self, answer: Answer, asked: Bill) -> Any:
        refused = answer.get("status") == "refused"
        return super().outcome({**answer, "status": "booked", "receipt": "?"} if refused else answer, asked)


class WaitingIsSuccess(Sample):
    def outcome(self, answer: Answer, asked: Bill) -> Any:
        found = super().outcome(answer, asked)
        return Succeeded(self.evidence(answer)) if isinstance(found, Pending) else found


class CheckAlwaysPasses(Sample):
    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        return CheckResult(True, Text("正常", "Good"))


class CheckPaysOneFen(Sample):
    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        paid = {"amount": 1, "currency": "CNY", "account": "000001"}
        try:
            self.send(request, "pay", {**paid, "reference": new_id()})
        except (PluginError, HttpProblem) as failed:
            return CheckResult(False, Text.same(str(failed)))
        return CheckResult(True, Text("正常", "Good"))


class BelievesAnyNotice(Sample):
    def is_genuine(self, request: NoticeRequest, moment: str) -> bool:
        return bool(moment) and b'"reference"' in request.content


class BelievesOldNotices(Sample):
    def is_fresh(self, moment: str) -> bool:
        return True


class NumbersNoticesItself(Sample):
    def id_of(self, said: Bill) -> str:
        return new_id()


class AllNoticesAreOne(Sample):
    def id_of(self, said: Bill) -> str:
        return "notice"


class BreaksOnRubbish(Sample):
    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        request.headers["x-signature"]
        return super().parse_notice(request)


class NoticeAsksAround(Sample):
    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        self.ask(request, "bills", {"account": "000001"})
        return super().parse_notice(request)


SEEDED = [
    (HtmlIsSuccess, "fault-biller_pay-html"),
    (EmptyIsSuccess, "fault-biller_pay-empty"),
    (TimeoutIsDeclined, "fault-biller_pay-lose_answer"),
    (TimeoutIsDeclined, "deadline-biller_pay"),
    (TimeoutIsUnavailable, "fault-biller_pay-lose_answer"),
    (TimeoutIsUnavailable, "fault-biller_pay-delay"),
    (NoAmountEcho, "echo-biller_pay-wrong_amount"),
    (NoNumberEcho, "echo-biller_pay-wrong_number"),
    (NoCurrencyEcho, "echo-biller_pay-wrong_currency"),
    (NoAmountEcho, "echo-biller_query-wrong_amount"),
    (Retries, "fault-biller_pay-lose_answer"),
    (Retries, "fault-biller_pay-lose_request"),
    (LogsTheSecret, "privacy-biller_pay"),
    (PrintsTheAccount, "privacy-biller_fetch"),
    (AccountInAnError, "privacy-biller_pay"),
    (SecretInAnError, "privacy-biller_cancel"),
    (AccountInTheEvidence, "privacy-biller_pay"),
    (WrongType, "answers-biller_pay"),
    (WrongDetail, "answers-biller_cancel"),
    (OpenSecret, "configuration-secrets"),
    (AcceptsAnything, "configuration-unheard of"),
    (NamesNoField, "configuration-missing"),
    (BreaksOnWrongSettings, "configuration-missing"),
    (TakesAnyAddress, "configuration-wrong url"),
    (OneLanguage, "manifest-languages"),
    (NoRecoveryDeclared, "manifest-recovery"),
    (ClaimsToBeIdempotent, "repeat-biller_pay"),
    (UndeclaredAbility, "manifest-abilities"),
    (ClaimsAnAbility, "manifest-registers"),
    (HookWithoutSample, "manifest-samples"),
    (QueryAlwaysSucceeds, "never_sent-biller_query"),
    (NotFoundIsDeclined, "never_sent-biller_query"),
    (QueryFindsNothing, "fault-biller_pay-lose_answer"),
    (QueryMutates, "question-biller_query"),
    (OwnReference, "answers-biller_pay"),
    (RaisesOnWhatItDoesNotKnow, "fault-biller_pay-malformed"),
    (RaisesOnWhatItDoesNotKnow, "fault-biller_query-charset"),
    (IgnoresTheDeadline, "deadline-biller_pay"),
    (IgnoresTheDeadline, "fault-biller_query-silence"),
    (NeverComesBack, "deadline-biller_fetch"),
    (OutageIsNothingOwed, "fault-biller_fetch-html"),
    (OutageIsNothingOwed, "refused-biller_fetch"),
    (ReadsWithoutEnd, "fault-biller_pay-huge"),
    (RefusedPortIsUnknown, "refused-biller_pay"),
    (WrongKeyIsUnavailable, "credentials"),
    (RefusalIsSuccess, "declined-biller_pay"),
    (WaitingIsSuccess, "pending-biller_pay"),
    (CheckAlwaysPasses, "check_connection-bad peers"),
    (CheckPaysOneFen, "check_connection-good"),
    (BelievesAnyNotice, "notice-forged"),
    (BelievesOldNotices, "notice-stale"),
    (NumbersNoticesItself, "notice-duplicated"),
    (AllNoticesAreOne, "notice-duplicated"),
    (BreaksOnRubbish, "notice-rubbish"),
    (NoticeAsksAround, "notice-genuine"),
]


def test_the_good_plugin_is_gold() -> None:
    results = examine(Sample(), BENCH)
    assert [result for result in results if result.ending is not Ending.PASSED] == []
    assert {seed for _, seed in SEEDED} <= {result.case for result in results}
    assert level_of(results) == "gold"


@pytest.mark.parametrize(("faulty", "caught_by"), SEEDED, ids=lambda value: getattr(value, "__name__", value))
def test_a_seeded_fault_is_caught(faulty: type[Sample], caught_by: str) -> None:
    [result] = examine(faulty(), BENCH, only=[caught_by])
    assert (result.case, result.ending) == (caught_by, Ending.FAILED)
    assert "Error: " not in result.says.partition("(")[0], "the check broke instead of judging"


def test_levels_are_counted_from_what_happened() -> None:
    def level(*endings: tuple[str, Ending]) -> str | None:
        return level_of(Result("c", "c", Level(kind), ending) for kind, ending in endings)

    passed, skipped, failed = Ending.PASSED, Ending.SKIPPED, Ending.FAILED
    assert level() is None
    assert level(("bronze", failed), ("silver", passed)) is None
    assert level(("bronze", passed), ("silver", failed)) == "bronze"
    assert level(("bronze", passed), ("silver", skipped)) == "silver"
    assert level(("bronze", passed), ("gold", failed)) == "silver"
    assert level(("bronze", passed), ("silver", passed), ("gold", passed)) == "gold"
