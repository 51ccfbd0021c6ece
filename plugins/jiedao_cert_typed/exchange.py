"""One exchange with the bureau: its client, and what a failure means for an act or a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig
from jiedao.hookspecs.wire import Wire
from jiedao_connectors.http import NotSent, Unanswered
from jiedao_connectors.soap import InterfaceProblem, NotAdmitted, SoapClient, SoapFault, load

WIRE: Final = Wire(not_sent=NotSent, in_doubt=Unanswered)


def _client(connection: Connection) -> SoapClient:
    settings = connection.settings
    try:
        interface = load(settings["interface"])
    except InterfaceProblem as wrong:
        raise InvalidConfig(str(wrong)) from wrong
    return SoapClient(interface, settings["url"], login=settings["login"], password=settings.get("password", ""))


clients: Final = PerConnection(_client, SoapClient.close)


def act(request: Request, operation: str, arguments: Mapping[str, Any]) -> Any:
    """Have something done: without an answer of the interface it is `OutcomeUnknown`, after a fault too."""
    with WIRE.acting():
        return _call(request, operation, arguments)


def ask(request: Request, operation: str, arguments: Mapping[str, Any]) -> Any:
    """Ask something that changes nothing: without an answer of the interface it is `Unavailable`."""
    with WIRE.asking():
        return _call(request, operation, arguments)


def _call(request: Request, operation: str, arguments: Mapping[str, Any]) -> Any:
    try:
        return clients.of(request.connection).call(operation, arguments, request.deadline)
    except NotAdmitted as refused:
        raise InvalidConfig(f"the bureau does not admit us: {refused}") from refused
    except SoapFault as fault:
        # Only the code: its words could repeat what we sent. Whether anything was done before, no fault says.
        raise Unanswered(f"the bureau answers with a fault {fault.code[:40]}") from fault
