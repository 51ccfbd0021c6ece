"""SMS through a gateway over HTTP. It sends what the core wrote; templates and consent are the core's.

A message without a trustworthy answer is resolved by asking for it under our own reference.
"""

from __future__ import annotations

from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, OutcomeUnknown, PluginError, Unavailable
from jiedao.hookspecs.service import (
    Channel,
    CheckRequest,
    CheckResult,
    NotifyAnswer,
    NotifyOutcome,
    NotifyQuery,
    NotifyRequest,
)
from jiedao.language import Text
from jiedao_connectors.addresses import is_private
from jiedao_notify_http import answers
from jiedao_notify_http.answers import NotUnderstood
from jiedao_notify_http.exchange import act, ask
from jiedao_notify_http.settings import SETTLING, configuration

__all__ = ["plugin"]


class NotifyHttp:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, channel, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask for a reference that nobody has, which needs address, key and clock to be right and sends nothing."""
        if request.connection.live and not _is_private(request.connection):
            return CheckResult(False, _NOT_PRIVATE)
        try:
            answers.queried(ask(request, _NOBODYS), {"reference": _NOBODYS})
        except PluginError as failed:
            return CheckResult(False, _FAILED.format(why=failed.says))
        except NotUnderstood as failed:
            return CheckResult(False, _FAILED.format(why=str(failed)))
        return CheckResult(True, _CONNECTED)

    @hookimpl
    def notify_send(self, request: NotifyRequest) -> NotifyOutcome:
        """Send the text under our operation, which the gateway sends once however often it comes."""
        if request.channel is not Channel.SMS:
            return Declined(_ONLY_SMS, "CHANNEL")
        if request.connection.live and not _is_private(request.connection):
            raise InvalidConfig(_NOT_PRIVATE.en)
        asked = {"reference": request.operation, "to": request.to}
        sender = request.connection.settings["sender"]
        answer = act(request, {**asked, "text": request.body, "sender": sender})
        try:
            return answers.sent(answer, asked)
        except NotUnderstood as failed:
            raise OutcomeUnknown(str(failed)) from failed

    @hookimpl
    def notify_query(self, request: NotifyQuery) -> NotifyAnswer:
        """Look our operation up."""
        answer = ask(request, request.operation)
        try:
            return answers.queried(answer, {"reference": request.operation, "to": request.to})
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed


def _is_private(connection: Connection) -> bool:
    """Phone numbers must not cross a network in clear; within one machine they cross none."""
    return is_private(connection.settings["url"])


_MANIFEST: Final = Manifest(
    name="jiedao_notify_http",
    version="0.1.0",
    title=Text(zh="短信平台", en="SMS gateway"),
    families=("service",),
    configuration=configuration,
    recovery={"notify_send": Recovery.QUERY},
    settling=float(SETTLING),
    abilities=frozenset({"sms"}),
)
_NOBODYS: Final = "CHECK"
_CONNECTED: Final = Text(zh="连接正常", en="Connected")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NOT_PRIVATE: Final = Text(zh="正式启用时地址必须是 https", en="The address must be https to go live")
_ONLY_SMS: Final = Text(zh="这个接入只发短信", en="This connection sends SMS only")

plugin: Final = NotifyHttp()
