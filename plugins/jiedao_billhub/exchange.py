"""One exchange with the hub: the client of a connection, and what its errors mean for an act or a question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown, Unavailable
from jiedao_connectors.billhub import HubClient
from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered


def _client(connection: Connection) -> HubClient:
    settings = connection.settings
    return HubClient(settings["url"], settings["key_id"], settings["secret"])


clients: Final = PerConnection(_client, HubClient.close)


def act(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Do something at the hub: what is not certain is `OutcomeUnknown`, what was not sent `Unavailable`."""
    try:
        return _call(request, action, body)
    except NotSent as failed:
        raise Unavailable(str(failed)) from failed
    except Unanswered as failed:
        raise OutcomeUnknown(str(failed)) from failed
    except ClientError as refused:
        raise _misconfigured(refused) or OutcomeUnknown(_words(refused), _code(refused)) from refused


def ask(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Ask the hub something that changes nothing: without an answer it is `Unavailable`."""
    try:
        return _call(request, action, body)
    except (NotSent, Unanswered) as failed:
        raise Unavailable(str(failed)) from failed
    except ClientError as refused:
        raise _misconfigured(refused) or Unavailable(_words(refused), _code(refused)) from refused


def _call(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    agent = request.connection.settings["agent"]
    return clients.of(request.connection).call(action, {"agent": agent, **body}, request.deadline)


def _misconfigured(refused: ClientError) -> InvalidConfig | None:
    """The hub read the request and will not have it from us; anything else with a 4xx status is not understood."""
    if _code(refused) not in _REFUSED_BEFORE_EFFECT:
        return None
    return InvalidConfig(_words(refused), _code(refused))


def _words(refused: ClientError) -> str:
    # Only the code: the hub's free text could repeat what we sent.
    return f"the hub refused the request with HTTP {refused.status} {_code(refused)}".rstrip()


def _code(refused: ClientError) -> str:
    code = refused.body.get("error")
    return code if isinstance(code, str) and len(code) <= 40 else ""


_REFUSED_BEFORE_EFFECT: Final = frozenset(
    {"UNKNOWN_KEY", "BAD_SIGNATURE", "STALE", "UNKNOWN_AGENT", "MALFORMED", "NO_SUCH_PATH"}
)
