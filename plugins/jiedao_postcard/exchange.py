"""One exchange with the post office: the client of a connection, and what its errors mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown, Unavailable
from jiedao_connectors.http import Answer, ClientError, NotSent, Unanswered
from jiedao_connectors.postcard import PostcardClient


def _client(connection: Connection) -> PostcardClient:
    settings = connection.settings
    return PostcardClient(settings["url"], settings["key_id"], settings["secret"])


clients: Final = PerConnection(_client, PostcardClient.close)


def act(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Do something there: what is not certain is `OutcomeUnknown`, what was not sent `Unavailable`."""
    try:
        return _call(request, action, body)
    except NotSent as failed:
        raise Unavailable(str(failed)) from failed
    except Unanswered as failed:
        raise OutcomeUnknown(str(failed)) from failed
    except ClientError as refused:
        raise _misconfigured(refused) or OutcomeUnknown(_words(refused), _code(refused)) from refused


def ask(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    """Ask something that changes nothing: without an answer it is `Unavailable`."""
    try:
        return _call(request, action, body)
    except (NotSent, Unanswered) as failed:
        raise Unavailable(str(failed)) from failed
    except ClientError as refused:
        raise _misconfigured(refused) or Unavailable(_words(refused), _code(refused)) from refused


def _call(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    return clients.of(request.connection).call(action, body, request.deadline)


def _misconfigured(refused: ClientError) -> InvalidConfig | None:
    """The post office read the request and will not have it from us; any other 4xx status is not understood."""
    if _code(refused) not in _REFUSED_BEFORE_EFFECT:
        return None
    return InvalidConfig(_words(refused), _code(refused))


def _words(refused: ClientError) -> str:
    # Only the code: their free text could repeat what we sent.
    return f"the post office refused the request with HTTP {refused.status} {_code(refused)}".rstrip()


def _code(refused: ClientError) -> str:
    code = refused.body.get("error")
    return code if isinstance(code, str) and len(code) <= 40 else ""


_REFUSED_BEFORE_EFFECT: Final = frozenset({"UNKNOWN_KEY", "BAD_SIGNATURE", "STALE", "MALFORMED", "NO_SUCH_PATH"})
