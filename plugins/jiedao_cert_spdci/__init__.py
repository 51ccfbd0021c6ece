"""Certification through a registry of the Digital Convergence Initiative (SPDCI): JSON, answered later.

A submission is acknowledged and judged afterwards; the status of its transaction says how. The registry also calls
back, and tells of deaths: such a notice is checked and then only makes us ask.
"""

from __future__ import annotations

import time
from typing import Any, Final
from uuid import uuid4

from jiedao import hookimpl
from jiedao.hookspecs.certification import (
    BatchOutcome,
    BatchRequest,
    HistoryOutcome,
    HistoryRequest,
    LookupOutcome,
    LookupRequest,
    SubmitAnswer,
    SubmitOutcome,
    SubmitQuery,
    SubmitRequest,
)
from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import OutcomeUnknown, PluginError, Succeeded, Unavailable
from jiedao.hookspecs.service import CheckRequest, CheckResult, NoticeOutcome, NoticeRequest
from jiedao.language import Text
from jiedao_cert_spdci import answers, notices, questions
from jiedao_cert_spdci.answers import NotUnderstood
from jiedao_cert_spdci.exchange import act, ask
from jiedao_cert_spdci.questions import BENEFICIARY, CERTIFICATION
from jiedao_cert_spdci.settings import SETTLING, configuration
from jiedao_connectors.addresses import is_private
from jiedao_connectors.dci import timestamp
from jiedao_connectors.http import Answer

__all__ = ["plugin"]


class RegistryCertification:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, abilities, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask for a person whom there cannot be, which needs address, names, keys, token and clock to be right."""
        if request.connection.live and not is_private(request.connection.settings["url"]):
            return CheckResult(False, _NOT_PRIVATE)
        transaction = uuid4().hex
        try:
            answer = _search(request, transaction, [_NOBODY], BENEFICIARY)
            answers.found(answer, transaction, [_NOBODY], BENEFICIARY)
        except (PluginError, NotUnderstood) as failed:
            return CheckResult(False, _FAILED.format(why=str(failed)))
        return CheckResult(True, _CONNECTED)

    @hookimpl
    def certification_lookup(self, request: LookupRequest) -> LookupOutcome:
        """A person and what they draw."""
        transaction = uuid4().hex
        answer = _search(request, transaction, [request.number], BENEFICIARY)
        try:
            return answers.looked_up(answer, transaction, request)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def certification_submit(self, request: SubmitRequest) -> SubmitOutcome:
        """Send one certification under our operation; the acknowledgement says only that it will be judged."""
        message = questions.certify(request, _identifier(request), timestamp(time.time()))
        answer = act(request, "certify", request.operation, message)
        try:
            return answers.acknowledged(answer)
        except NotUnderstood as failed:
            raise OutcomeUnknown(str(failed)) from failed

    @hookimpl
    def certification_query(self, request: SubmitQuery) -> SubmitAnswer:
        """Ask for the status of our operation."""
        question = uuid4().hex
        answer = ask(request, "txn-status", question, questions.status(request, question))
        try:
            return answers.queried(answer, question, request)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def certification_batch(self, request: BatchRequest) -> BatchOutcome:
        """How many people stand at once."""
        transaction, numbers = uuid4().hex, [one.number for one in request.people]
        answer = _search(request, transaction, numbers, BENEFICIARY)
        try:
            found = answers.found(answer, transaction, numbers, BENEFICIARY)
            return Succeeded(answers.standing(found, numbers, request.kind))
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def certification_history(self, request: HistoryRequest) -> HistoryOutcome:
        """Earlier certifications of a benefit."""
        transaction = uuid4().hex
        answer = _search(request, transaction, [request.number], CERTIFICATION, request.kind)
        try:
            return Succeeded(answers.recorded(answer, transaction, request))
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        """Whose operation was judged, or to whom something happened."""
        return notices.read(request.content, request.connection.settings, time.time())


def _search(request: Request, transaction: str, numbers: list[str], record: str, kind: str = "") -> Answer:
    message = questions.search(transaction, numbers, _identifier(request), record, timestamp(time.time()), kind)
    return ask(request, "search", transaction, message, len(numbers))


def _identifier(request: Request) -> str:
    settings: Any = request.connection.settings
    return str(settings["identifier_type"])


_MANIFEST: Final = Manifest(
    name="jiedao_cert_spdci",
    version="0.1.0",
    title=Text(zh="待遇资格认证（DCI 登记平台）", en="Benefit certification (DCI registry)"),
    families=("certification",),
    configuration=configuration,
    recovery={"certification_submit": Recovery.QUERY},
    settling=float(SETTLING),
    abilities=frozenset({"batch_lookup", "history", "notice"}),
)
_NOBODY: Final = "000000000000000000"
_CONNECTED: Final = Text(zh="连接正常", en="Connected")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The address must be https to go live")

plugin: Final = RegistryCertification()
