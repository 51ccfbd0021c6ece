"""One exchange with the bureau's front: what is sent, and what a failure means for an act or a question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig
from jiedao.hookspecs.wire import Wire
from jiedao_connectors import cert_tunnel
from jiedao_connectors.cert_tunnel import NO_ERROR, Lock, Message, NotReadable, NotWritable
from jiedao_connectors.http import NotSent, Unanswered
from jiedao_connectors.soap import InterfaceProblem, NotAdmitted, SoapClient, SoapFault, load

WIRE: Final = Wire(not_sent=(NotSent, NotWritable), in_doubt=(Unanswered, NotReadable))


@dataclass(frozen=True, slots=True)
class Front:
    """The client of one connection, and how it encrypts."""

    soap: SoapClient
    lock: Lock


def _front(connection: Connection) -> Front:
    settings = connection.settings
    try:
        interface = load(settings["interface"])
    except InterfaceProblem as wrong:
        raise InvalidConfig(str(wrong)) from wrong
    key = cert_tunnel.key_of(settings["key"], settings["key_form"])
    lock = Lock(key, settings["mode"], settings.get("iv", "").encode(), settings["charset"])
    return Front(SoapClient(interface, settings["url"]), lock)


clients: Final = PerConnection(_front, lambda front: front.soap.close())


def act(request: Request, message: Message) -> Message:
    """Have something done: without a payload in answer it is `OutcomeUnknown`."""
    with WIRE.acting():
        return _call(request, message)


def ask(request: Request, message: Message) -> Message:
    """Ask something that changes nothing: without a payload in answer it is `Unavailable`."""
    with WIRE.asking():
        return _call(request, message)


def _call(request: Request, message: Message) -> Message:
    settings, front = request.connection.settings, clients.of(request.connection)
    argument = cert_tunnel.request(settings["user"], message, front.lock)
    result = _result(front.soap, request, argument)
    error = cert_tunnel.error_of(result)
    if error in settings["refusals"]:
        raise InvalidConfig(f"the bureau's front refuses us with ERROR {error}", error)
    if error != NO_ERROR:
        raise NotReadable(f"the bureau's front says ERROR {error}, of which we do not know what was done")
    answer = cert_tunnel.read_answer(result, front.lock)
    if answer.transaction != message.transaction:
        raise NotReadable("the answer is to another transaction")
    return answer


def _result(soap: SoapClient, request: Request, argument: str) -> str:
    settings = request.connection.settings
    try:
        result: Any = soap.call(settings["operation"], {settings["argument"]: argument}, request.deadline)
    except NotAdmitted as refused:
        raise InvalidConfig(f"the bureau's front does not admit us: {refused}") from refused
    except SoapFault as fault:
        # Only the code: its words could repeat what we sent.
        raise NotReadable(f"the bureau's front answers with a fault {fault.code[:40]}") from fault
    # Some tool kits type the string so that attributes may stand on it.
    value = result.get("_value_1") if isinstance(result, dict) else result
    if not isinstance(value, str):
        raise NotReadable("the answer is no string")
    return value
