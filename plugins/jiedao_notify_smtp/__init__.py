"""E-mail over SMTP. A server that accepts a message answers with its queue id; nobody can be asked about it later.

So a message whose end was not answered stays unknown until a person looks: it may have been sent.
"""

from __future__ import annotations

from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Succeeded
from jiedao.hookspecs.service import Channel, CheckRequest, CheckResult, Notified, NotifyOutcome, NotifyRequest
from jiedao.hookspecs.wire import Wire
from jiedao.language import Text
from jiedao_connectors.smtp import (
    NotAdmitted,
    NotSent,
    Refused,
    Security,
    Server,
    SmtpProblem,
    Unanswered,
    hand_over,
    look,
)
from jiedao_notify_smtp.letter import BadHeader, message_id, written
from jiedao_notify_smtp.settings import configuration

__all__ = ["plugin"]


class NotifySmtp:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """Name, channel, and that an unknown is nobody's to resolve but a person's."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Get in and out again, which needs address, TLS, user and password to be right and sends nothing."""
        if _exposed(request.connection):
            return CheckResult(False, _NOT_PRIVATE)
        try:
            look(_server(request.connection), request.deadline)
        except SmtpProblem as failed:
            return CheckResult(False, _FAILED.format(why=str(failed)))
        return CheckResult(True, _CONNECTED)

    @hookimpl
    def notify_send(self, request: NotifyRequest) -> NotifyOutcome:
        """Hand the message over; the queue id is the evidence, or the Message-ID where the server gives none."""
        if request.channel is not Channel.EMAIL:
            return Declined(_ONLY_EMAIL, "CHANNEL")
        if _exposed(request.connection):
            raise InvalidConfig(_NOT_PRIVATE.en)
        try:
            content = written(request)
        except BadHeader:
            return Declined(_BAD_HEADER, "HEADER")
        return _sent(request, content)


def _sent(request: NotifyRequest, content: bytes) -> NotifyOutcome:
    sender = request.connection.settings["sender"]
    with _WIRE.acting():
        try:
            queued = hand_over(_server(request.connection), sender, request.to, content, request.deadline)
        except Refused as refused:
            return Declined(_REFUSED, str(refused.code))
        except NotAdmitted as refused:
            raise InvalidConfig(str(refused)) from refused
    return Succeeded(Notified(queued or message_id(request.operation, sender)))


def _server(connection: Connection) -> Server:
    settings = connection.settings
    return Server(
        settings["host"],
        settings["port"],
        Security(settings["security"]),
        settings["user"],
        settings.get("password", ""),
        settings["authorities"],
    )


def _exposed(connection: Connection) -> bool:
    """Whether what residents are told would cross a network in clear."""
    here = connection.settings["host"] in ("127.0.0.1", "::1", "localhost")
    return connection.live and not here and connection.settings["security"] == Security.NONE


_WIRE: Final = Wire(not_sent=NotSent, in_doubt=Unanswered)
_MANIFEST: Final = Manifest(
    name="jiedao_notify_smtp",
    version="0.1.0",
    title=Text(zh="电子邮件", en="E-mail"),
    families=("service",),
    configuration=configuration,
    recovery={"notify_send": Recovery.NONE},
    abilities=frozenset({"email"}),
)
_CONNECTED: Final = Text(zh="连接正常", en="Connected")
_FAILED: Final = Text(zh="连接检查未通过：{why}", en="The check failed: {why}")
_NOT_PRIVATE: Final = Text(zh="正式启用时必须加密", en="TLS is required to go live")
_ONLY_EMAIL: Final = Text(zh="这个接入只发电子邮件", en="This connection sends e-mail only")
_BAD_HEADER: Final = Text(zh="收件地址或主题写法不对", en="The recipient or the subject is not well formed")
_REFUSED: Final = Text(zh="邮件服务器拒收", en="The mail server refused the message")

plugin: Final = NotifySmtp()
