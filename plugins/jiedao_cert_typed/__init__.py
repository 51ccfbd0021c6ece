"""Certification through a typed SOAP interface in the style of the Dutch Suwinet.

A submission bears our reference, so an unknown one is asked for by it. The style looks up one person at a time: lists
for a whole hall it has not.
"""

from __future__ import annotations

from typing import Any, Final

from jiedao import hookimpl
from jiedao.hookspecs.certification import (
    HistoryOutcome,
    HistoryRequest,
    LookupOutcome,
    LookupRequest,
    SubmitAnswer,
    SubmitOutcome,
    SubmitQuery,
    SubmitRequest,
)
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import OutcomeUnknown, PluginError, Unavailable
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_cert_typed import answers
from jiedao_cert_typed.answers import NotUnderstood
from jiedao_cert_typed.dates import compact
from jiedao_cert_typed.exchange import act, ask
from jiedao_cert_typed.settings import SETTLING, configuration
from jiedao_connectors.addresses import is_private

__all__ = ["plugin"]


class TypedCertification:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, abilities, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask for a person whom there cannot be, which needs address, interface file and login to be right."""
        if request.connection.live and not is_private(request.connection.settings["url"]):
            return CheckResult(False, _NOT_PRIVATE)
        try:
            answers.is_answer(ask(request, "PersonInfo", {"PersonNumber": _NOBODY, "Name": "检查"}), _NOBODY)
        except (PluginError, NotUnderstood) as failed:
            return CheckResult(False, _FAILED.format(why=str(failed)))
        return CheckResult(True, _CONNECTED)

    @hookimpl
    def certification_lookup(self, request: LookupRequest) -> LookupOutcome:
        """A person and what they draw."""
        answer = ask(request, "PersonInfo", {"PersonNumber": request.number, "Name": request.name})
        try:
            return answers.looked_up(answer, request)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def certification_submit(self, request: SubmitRequest) -> SubmitOutcome:
        """Send one certification under our reference."""
        answer = act(request, "Certify", _certificate(request))
        try:
            return answers.submitted(answer, request)
        except NotUnderstood as failed:
            raise OutcomeUnknown(str(failed)) from failed

    @hookimpl
    def certification_query(self, request: SubmitQuery) -> SubmitAnswer:
        """Ask for our reference."""
        answer = ask(request, "CertificationInfo", _about(request))
        try:
            return answers.queried(answer, request)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed

    @hookimpl
    def certification_history(self, request: HistoryRequest) -> HistoryOutcome:
        """Earlier certifications of a benefit."""
        answer = ask(request, "HistoryInfo", {"PersonNumber": request.number, "Kind": request.kind})
        try:
            return answers.recorded(answer, request)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed


def _about(request: SubmitRequest | SubmitQuery) -> dict[str, Any]:
    return {
        "Reference": request.operation,
        "PersonNumber": request.number,
        "Kind": request.kind,
        "Date": compact(request.on),
    }


def _certificate(request: SubmitRequest) -> dict[str, Any]:
    said = {
        "Photo": request.photo,
        "Agent": request.agent,
        "Operator": request.operator,
        "Place": request.place,
        "Device": request.device,
        "Note": request.note,
    }
    return {
        **_about(request),
        "Name": request.name,
        "Route": request.route.name,
        **{name: value for name, value in said.items() if value},
    }


_MANIFEST: Final = Manifest(
    name="jiedao_cert_typed",
    version="0.1.0",
    title=Text(zh="待遇资格认证（类型化接口）", en="Benefit certification (typed interface)"),
    families=("certification",),
    configuration=configuration,
    recovery={"certification_submit": Recovery.QUERY},
    settling=float(SETTLING),
    abilities=frozenset({"history"}),
)
_NOBODY: Final = "000000000000000000"
_CONNECTED: Final = Text(zh="连接正常", en="Connected")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The address must be https to go live")

plugin: Final = TypedCertification()
