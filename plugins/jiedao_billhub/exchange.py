"""One exchange with the hub: the client of a connection, and what its errors mean for an act or a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig
from jiedao.hookspecs.wire import Wire
from jiedao_connectors.billhub import HubClient
from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered


def _client(connection: Connection) -> HubClient:
    settings = connection.settings
    return HubClient(settings["url"], settings["key_id"], settings["secret"])


clients: Final = PerConnection(_client, HubClient.close)
_WIRE: Final = Wire(
    not_sent=NotSent,
    in_doubt=Unanswered,
    refused=ClientError,
    before_effect=dict.fromkeys(
        ("UNKNOWN_KEY", "BAD_SIGNATURE", "STALE", "UNKNOWN_AGENT", "MALFORMED", "NO_SUCH_PATH"), InvalidConfig
    ),
)


def act(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Do something at the hub: what is not certain is `OutcomeUnknown`, what was not sent `Unavailable`."""
    with _WIRE.acting():
        return _call(request, action, body)


def ask(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Ask the hub something that changes nothing: without an answer it is `Unavailable`."""
    with _WIRE.asking():
        return _call(request, action, body)


def _call(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    agent = request.connection.settings["agent"]
    return clients.of(request.connection).call(action, {"agent": agent, **body}, request.deadline)
