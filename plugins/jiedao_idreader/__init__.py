"""Reading identity cards: a bridge beside the reader, or a reader that types. Nothing of a card is kept or logged."""

from __future__ import annotations

from typing import Final

from jiedao import hookimpl
from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, PluginError, Unavailable
from jiedao.hookspecs.service import CheckRequest, CheckResult, IdentityOutcome, IdentityRequest, Reader
from jiedao.hookspecs.wire import Wire
from jiedao.language import Text
from jiedao_connectors.addresses import is_private
from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered
from jiedao_connectors.idbridge import BridgeClient
from jiedao_idreader import bridge
from jiedao_idreader.bridge import NotUnderstood
from jiedao_idreader.settings import configuration

__all__ = ["clients", "plugin"]


class Bridges:
    """The bridges of one connection by till."""

    def __init__(self, connection: Connection) -> None:
        settings = connection.settings
        self.by_till = {till: BridgeClient(url, settings["token"]) for till, url in settings["bridges"].items()}

    def close(self) -> None:
        """Close them all."""
        for client in self.by_till.values():
            client.close()


clients: Final = PerConnection(Bridges, Bridges.close)


class IdReader:
    """The hooks of the plugin."""

    @hookimpl
    def describe(self) -> Manifest:
        """A small service."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask every bridge for a card, whether one lies there or not; what is read is dropped."""
        connection = request.connection
        if connection.live and (open_one := _not_private(connection)):
            return CheckResult(False, _NOT_PRIVATE.format(till=open_one))
        bridges = clients.of(connection).by_till
        for till, client in bridges.items():
            try:
                bridge.card(_read(client, False, request.deadline / len(bridges)), False)
            except (PluginError, NotUnderstood) as failed:
                return CheckResult(False, _FAILED.format(till=till, why=str(failed)))
        return CheckResult(True, _READY.format(count=len(bridges)))

    @hookimpl
    def identity_read(self, request: IdentityRequest) -> IdentityOutcome:
        """The card on the till's reader, or what was typed, if it can be right and holds today."""
        from jiedao_idreader.card import judged
        from jiedao_idreader.wedge import typed

        if request.reader is Reader.WEDGE:
            return typed(request.typed, request.on)
        if request.connection.live and (till := _not_private(request.connection)):
            raise InvalidConfig(_NOT_PRIVATE.format(till=till).en)
        client = clients.of(request.connection).by_till.get(request.till)
        if client is None:
            return Declined(_NO_READER.format(till=request.till), "NO_READER")
        try:
            card = bridge.card(_read(client, request.with_photo, request.deadline), request.with_photo)
        except NotUnderstood as failed:
            raise Unavailable(str(failed)) from failed
        return card if isinstance(card, Declined) else judged(card, request.on)


def _read(client: BridgeClient, photo: bool, deadline: float) -> Answer:
    with _WIRE.asking():
        try:
            return client.read(photo, deadline)
        except ClientError as refused:
            if refused.status in (401, 403):
                raise InvalidConfig(f"the bridge refused the token with HTTP {refused.status}") from refused
            raise Unavailable(f"the bridge answered HTTP {refused.status}") from refused


def _not_private(connection: Connection) -> str:
    """The till whose card would cross a network in clear."""
    for till, url in connection.settings["bridges"].items():
        if not is_private(url):
            return str(till)
    return ""


_WIRE: Final = Wire(not_sent=NotSent, in_doubt=Unanswered)
_MANIFEST: Final = Manifest(
    name="jiedao_idreader",
    version="0.1.0",
    title=Text(zh="身份证阅读器", en="Identity card reader"),
    families=("service",),
    configuration=configuration,
)
_READY: Final = Text(
    zh="{count} 个读卡程序连接正常；键盘式读卡器无需连接",
    en="{count} bridges answer; wedge readers need no connection",
)
_FAILED: Final = Text(zh="窗口 {till} 的读卡程序：{why}", en="The bridge of till {till}: {why}")
_NOT_PRIVATE: Final = Text(
    zh="正式启用时，窗口 {till} 的读卡程序地址必须是 https",
    en="The address of till {till} must be https to go live",
)
_NO_READER: Final = Text(zh="窗口 {till} 没有读卡器", en="There is no reader at till {till}")

plugin: Final = IdReader()
