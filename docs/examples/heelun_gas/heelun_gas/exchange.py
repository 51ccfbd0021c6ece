"""One exchange with the provider, and what its errors mean for an act and for a question.

Nothing is retried here or anywhere in a plugin: the platform does it, by what the manifest declares.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, NotFound, Pending, Succeeded
from jiedao.hookspecs.wire import Wire
from jiedao_connectors.http import Answer, ClientError, JsonClient, NotSent, Unanswered, encode

from heelun_gas.settings import REFUSED

Detail = TypeVar("Detail")
Outcome = TypeVar("Outcome")


class NotUnderstood(Exception):
    """The answer is not one of the protocol, or not one to what was asked. The message holds nothing of it."""


WIRE: Final = Wire(not_sent=NotSent, in_doubt=(Unanswered, NotUnderstood))


def _client(connection: Connection) -> JsonClient:
    return JsonClient(connection.settings["url"])


clients: Final = PerConnection(_client, JsonClient.close)


def act(request: Request, action: str, body: Mapping[str, Any], read: Callable[[Answer], Outcome]) -> Outcome:
    """Do something: without an answer that repeats all of `body` it is `OutcomeUnknown`."""
    with WIRE.acting():
        answer = _exchange(request, action, body)
        repeats(answer, body)
        return read(answer)


def ask(request: Request, action: str, body: Mapping[str, Any], read: Callable[[Answer], Outcome]) -> Outcome:
    """Ask something that changes nothing: without an answer it is `Unavailable`."""
    with WIRE.asking():
        answer = _exchange(request, action, body)
        repeats(answer, body)
        return read(answer)


def query(request: Request, wanted: Mapping[str, Any], read: Callable[[Answer], Outcome]) -> Outcome | NotFound:
    """What became of the act with our reference; an answer about anything else than `wanted` is none."""
    with WIRE.asking():
        answer = _exchange(request, "ask", {"reference": wanted["reference"]})
        if answer.get("status") == "none":
            repeats(answer, {"reference": wanted["reference"]})
            return NotFound()
        repeats(answer, wanted)
        return read(answer)


def judged(answer: Answer, evidence: Callable[[Answer], Detail]) -> Succeeded[Detail] | Declined | Pending:
    """Booked, waiting or refused; any other status says nothing."""
    status = answer.get("status")
    if status == "refused":
        return Declined(REFUSED, text(answer, "code"))
    if status == "waiting":
        return Pending(text(answer, "number"))
    if status != "booked":
        raise NotUnderstood("the answer has a status that is not known")
    return Succeeded(evidence(answer))


def repeats(answer: Answer, wanted: Mapping[str, Any]) -> None:
    """An answer about something else is no answer to us."""
    for name, value in wanted.items():
        if answer.get(name) != value:
            raise NotUnderstood(f"the answer is about another {name}")


def text(answer: Mapping[str, Any], name: str) -> str:
    """A text that must be there."""
    value = answer.get(name)
    if not isinstance(value, str) or not value:
        raise NotUnderstood(f"the answer has no {name}")
    return value


def rows(answer: Answer, name: str) -> list[Answer]:
    """A list of objects that must be there."""
    value = answer.get(name)
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise NotUnderstood(f"the answer has no {name}")
    return value


def _exchange(request: Request, action: str, body: Mapping[str, Any]) -> Answer:
    settings = request.connection.settings
    told = {"Authorization": f"Bearer {settings['token']}"}
    try:
        return clients.of(request.connection).post(f"/{action}", encode(body), request.deadline, told)
    except ClientError as refused:
        if refused.status == 401:
            raise InvalidConfig("the provider does not take the token") from refused
        raise NotUnderstood(f"HTTP {refused.status}") from refused
