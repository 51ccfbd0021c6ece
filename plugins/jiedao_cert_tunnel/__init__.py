"""Certification through a vendor's tunnel: one SOAP operation from string to string, with encrypted XML inside.

Success is the inner code, whatever HTTP and SOAP say. The protocol knows no reference of the sender's, so ours stands
in the operator's note, by which the query finds it again. Code 201 means "pending or already": which, the bureau's
records say.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

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
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import OutcomeUnknown, PluginError, Unavailable
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao_cert_tunnel import answers, questions
from jiedao_cert_tunnel.answers import NotUnderstood
from jiedao_cert_tunnel.exchange import act, ask
from jiedao_cert_tunnel.settings import SETTLING, configuration
from jiedao_connectors.addresses import is_private

__all__ = ["plugin"]


class CertificationTunnel:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, abilities, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask for a person whom there cannot be, which needs address, interface, user, key and charset to be right."""
        if request.connection.live and not is_private(request.connection.settings["url"]):
            return CheckResult(False, _NOT_PRIVATE)
        try:
            code = answers.code_of(ask(request, questions.person(_NOBODY, "检查")))
        except (PluginError, NotUnderstood) as failed:
            return CheckResult(False, _FAILED.format(why=str(failed)))
        return CheckResult(True, _CONNECTED.format(code=code))

    @hookimpl
    def certification_lookup(self, request: LookupRequest) -> LookupOutcome:
        """A person and what they draw."""
        answer = ask(request, questions.person(request.number, request.name))
        with _asking():
            return answers.looked_up(answer, request)

    @hookimpl
    def certification_submit(self, request: SubmitRequest) -> SubmitOutcome:
        """Send one certification; when the front says 201, ask its records which of the two it means."""
        end = time.monotonic() + request.deadline
        answer = act(request, questions.certify(request))
        with _acting():
            if not answers.is_ambiguous(answer, request):
                return answers.submitted(answer, request)
            rest = replace(request, deadline=end - time.monotonic())
            history = ask(rest, questions.history(request.number, request.kind))
            return answers.pending_or_already(answer, history, request)

    @hookimpl
    def certification_query(self, request: SubmitQuery) -> SubmitAnswer:
        """Find our certification among the records of its day."""
        answer = ask(request, questions.query(request))
        with _asking():
            return answers.queried(answer, request)

    @hookimpl
    def certification_batch(self, request: BatchRequest) -> BatchOutcome:
        """How many people stand at once."""
        answer = ask(request, questions.batch(request))
        with _asking():
            return answers.standing(answer, request)

    @hookimpl
    def certification_history(self, request: HistoryRequest) -> HistoryOutcome:
        """Earlier certifications of a benefit."""
        answer = ask(request, questions.history(request.number, request.kind))
        with _asking():
            return answers.recorded(answer, request)


@contextmanager
def _acting() -> Iterator[None]:
    """Whatever fails after the submission was sent leaves its outcome unknown, a failed question too."""
    try:
        yield
    except (NotUnderstood, PluginError) as failed:
        raise OutcomeUnknown(str(failed)) from failed


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except NotUnderstood as failed:
        raise Unavailable(str(failed)) from failed


_MANIFEST: Final = Manifest(
    name="jiedao_cert_tunnel",
    version="0.1.0",
    title=Text(zh="待遇资格认证（加密通道）", en="Benefit certification (encrypted tunnel)"),
    families=("certification",),
    configuration=configuration,
    recovery={"certification_submit": Recovery.QUERY},
    settling=float(SETTLING),
    abilities=frozenset({"batch_lookup", "history"}),
)
_NOBODY: Final = "000000000000000000"
_CONNECTED: Final = Text(zh="连接正常，社保前置答复 {code}", en="Connected; the bureau's front answered {code}")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The address must be https to go live")

plugin: Final = CertificationTunnel()
