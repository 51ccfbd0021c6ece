"""The three certification plugins against the one bureau: what tests of all of them have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from typing import Any, Final

import jiedao_cert_spdci
import jiedao_cert_tunnel
import jiedao_cert_typed
from jiedao.hookspecs.certification import (
    BatchRequest,
    HistoryRequest,
    LookupRequest,
    Person,
    Route,
    SubmitQuery,
    SubmitRequest,
)
from jiedao.hookspecs.connection import Connection
from jiedao_cert_spdci import exchange as spdci_exchange
from jiedao_cert_spdci import settings as spdci_settings
from jiedao_cert_tunnel import exchange as tunnel_exchange
from jiedao_cert_tunnel import settings as tunnel_settings
from jiedao_cert_typed import exchange as typed_exchange
from jiedao_cert_typed import settings as typed_settings
from jiedao_sandbox.bureau import (
    BUREAU_PUBLIC,
    STREET_PRIVATE,
    TOKEN,
    TUNNEL_INTERFACE,
    TYPED_INTERFACE,
)
from jiedao_sandbox.bureau.people import PENSION, Fate, name_of, number_for
from jiedao_sandbox.bureau.registry import BUREAU, STREET
from jiedao_sandbox.bureau.tunnel import KEY, USER
from jiedao_sandbox.bureau.typed import LOGIN, PASSWORD

TODAY: Final = date(2026, 3, 15)
DEADLINE: Final = 5.0
QUESTIONS: Final = ("lookup", "query", "history", "batch")
_SERIAL: Final = count(1)


@dataclass(frozen=True)
class Wire:
    """One plugin and how it is connected."""

    name: str
    plugin: Any
    configuration: Any
    path: str
    given: dict[str, Any]
    close: Callable[[], None]
    waits: bool = False
    """Every submission is acknowledged first and judged later."""

    def connect(self, address: str, /, *, live: bool = False, **changed: Any) -> Connection:
        """A connection to a bureau at an address."""
        given = {"url": address + self.path, **self.given, **changed}
        identity = f"c{hash((address, self.name, repr(sorted(changed.items()))))}"
        return Connection("street", identity, f"jiedao_cert_{self.name}", 1, live, self.configuration.load(given))


TUNNEL: Final = Wire(
    "tunnel",
    jiedao_cert_tunnel.plugin,
    tunnel_settings.configuration,
    "/tunnel",
    {"interface": str(TUNNEL_INTERFACE), "user": USER, "key": KEY},
    tunnel_exchange.clients.close,
)
TYPED: Final = Wire(
    "typed",
    jiedao_cert_typed.plugin,
    typed_settings.configuration,
    "/typed",
    {"interface": str(TYPED_INTERFACE), "login": LOGIN, "password": PASSWORD},
    typed_exchange.clients.close,
)
SPDCI: Final = Wire(
    "spdci",
    jiedao_cert_spdci.plugin,
    spdci_settings.configuration,
    "",
    {
        "sender": STREET,
        "bureau": BUREAU,
        "key_id": "s1",
        "signing_key": STREET_PRIVATE,
        "bureau_key_id": "b1",
        "bureau_key": BUREAU_PUBLIC,
        "token": TOKEN,
    },
    spdci_exchange.clients.close,
    waits=True,
)
WIRES: Final = (TUNNEL, TYPED, SPDCI)


def someone(fate: Fate = Fate.DUE) -> str:
    """The number of a person whom no other test uses."""
    return number_for(fate, next(_SERIAL))


def to_submit(connection: Connection, number: str, operation: str = "", **changed: Any) -> SubmitRequest:
    """A certification of a person's pension by their own face, today."""
    operation = operation or f"op{next(_SERIAL):08d}"
    given: dict[str, Any] = {
        "connection": connection,
        "deadline": DEADLINE,
        "operation": operation,
        "number": number,
        "name": name_of(number),
        "kind": PENSION,
        "route": Route.FACE,
        "on": TODAY,
        "photo": "/9j/4AAQSkZJRg==",
        "agent": "",
        "operator": "W01",
        "place": "H1",
        "device": "K1",
        "note": "",
    }
    return SubmitRequest(**{**given, **changed})


def to_query(asked: SubmitRequest) -> SubmitQuery:
    """The question what became of a certification."""
    return SubmitQuery(asked.connection, DEADLINE, asked.operation, asked.number, asked.name, asked.kind, asked.on)


def questions(wire: Wire, asked: SubmitRequest) -> dict[str, Callable[[float], Any]]:
    """`QUESTIONS` about the person of a certification, by the seconds that they may take."""
    who, where, plugin = (asked.number, asked.name), asked.connection, wire.plugin
    people = (Person(*who), Person(someone(), "x"))
    return {
        "lookup": lambda seconds: plugin.certification_lookup(LookupRequest(where, seconds, *who, frozenset())),
        "query": lambda seconds: plugin.certification_query(replace(to_query(asked), deadline=seconds)),
        "history": lambda seconds: plugin.certification_history(HistoryRequest(where, seconds, *who, PENSION)),
        "batch": lambda seconds: plugin.certification_batch(BatchRequest(where, seconds, people, PENSION)),
    }
