"""The calls of one hook: the client of its connection, its one deadline, and what errors mean."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from jiedao.hookspecs.clients import PerConnection
from jiedao.hookspecs.connection import Connection, Request
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown
from jiedao.hookspecs.wire import Wire
from jiedao_connectors.http import HttpProblem, NotSent, Unanswered
from jiedao_connectors.soap import InterfaceProblem, NotAdmitted, SoapClient, SoapFault, load
from jiedao_enadawca.answers import NotUnderstood

_LOADING: Final = 10.0
"""Seconds for an interface file that is fetched from an address."""

# A fault of the service says nothing about whether it had acted before it failed.
_WIRE: Final = Wire(not_sent=NotSent, in_doubt=(Unanswered, SoapFault, NotUnderstood))


@dataclass(slots=True)
class Client:
    """What is kept of a connection: its client, and which envelope each shipment lies in.

    An envelope that the post has checked never changes, so it is read once (`read`).
    """

    soap: SoapClient
    lock: threading.Lock = field(default_factory=threading.Lock)
    placed: dict[str, int] = field(default_factory=dict)
    read: set[int] = field(default_factory=set)


def _client(connection: Connection) -> Client:
    settings = connection.settings
    interface = load(settings["wsdl"], _LOADING)
    return Client(SoapClient(interface, settings["url"], login=settings["login"], password=settings["password"]))


clients: Final = PerConnection(_client, lambda client: client.soap.close())


class Talk:
    """All calls of one hook, which share its deadline."""

    def __init__(self, request: Request) -> None:
        self._end = time.monotonic() + request.deadline
        self._connection = request.connection

    @property
    def settings(self) -> Any:
        """The connection's settings."""
        return self._connection.settings

    @property
    def client(self) -> Client:
        """The connection's client, which is made when it is first asked for."""
        return clients.of(self._connection)

    def call(self, operation: str, **arguments: Any) -> Any:
        """One operation in what is left of the deadline; arguments that are None are not sent."""
        given = {name: value for name, value in arguments.items() if value is not None}
        return self.client.soap.call(operation, given, self._end - time.monotonic())

    def acting(self) -> AbstractContextManager[None]:
        """Around what has an effect: without a trustworthy answer it is `OutcomeUnknown`."""
        return _acting()

    def verifying(self) -> AbstractContextManager[None]:
        """Around questions about an act that was sent: whatever goes wrong, the act is `OutcomeUnknown`."""
        return _verifying()

    def asking(self) -> AbstractContextManager[None]:
        """Around what changes nothing, or nothing but drafts: without an answer it is `Unavailable`."""
        return _asking()


@contextmanager
def _acting() -> Iterator[None]:
    with _configured(), _WIRE.acting():
        yield


@contextmanager
def _verifying() -> Iterator[None]:
    try:
        yield
    except (HttpProblem, NotUnderstood) as failed:
        raise OutcomeUnknown(str(failed)) from failed


@contextmanager
def _asking() -> Iterator[None]:
    with _configured(), _WIRE.asking():
        yield


@contextmanager
def _configured() -> Iterator[None]:
    """What only the settings can mend; none of it had an effect."""
    try:
        yield
    except NotAdmitted as refused:
        raise InvalidConfig("the post does not admit this login", str(refused)) from refused
    except InterfaceProblem as failed:
        raise InvalidConfig(str(failed)) from failed
