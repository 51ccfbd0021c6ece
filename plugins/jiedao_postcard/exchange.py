"""One exchange with the post office: the client of a connection, and what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig
from jiedao.hookspecs.wire import Wire
from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered
from jiedao_connectors.postcard import PostcardClient


def _client(connection: Connection) -> PostcardClient:
    settings = connection.settings
    return PostcardClient(settings["url"], settings["key_id"], settings["secret"])


clients: Final = PerConnection(_client, PostcardClient.close)
_WIRE: Final = Wire(
    not_sent=NotSent,
    in_doubt=Unanswered,
    refused=ClientError,
    before_effect=dict.fromkeys(("UNKNOWN_KEY", "BAD_SIGNATURE", "STALE", "MALFORMED", "NO_SUCH_PATH"), InvalidConfig),
)


def act(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Do something there: what is not certain is `OutcomeUnknown`, what was not sent `Unavailable`."""
    with _WIRE.acting():
        return _call(request, action, body)


def ask(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Ask something that changes nothing: without an answer it is `Unavailable`."""
    with _WIRE.asking():
        return _call(request, action, body)


def _call(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    return clients.of(request.connection).call(action, body, request.deadline)
