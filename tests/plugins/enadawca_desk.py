"""A street's connection to the Polish post's stand-in, and requests as the core would make them."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Succeeded
from jiedao.hookspecs.postal import (
    Consigned,
    Contents,
    CreateQuery,
    CreateRequest,
    DispatchItem,
    DispatchQuery,
    DispatchRequest,
    Handling,
    Item,
    Party,
)
from jiedao_enadawca import plugin
from jiedao_enadawca.settings import configuration
from jiedao_sandbox.enadawca import LOGIN, PASSWORD, SERVICE
from jiedao_sandbox.launch import Running

DEADLINE = 10.0
NUMBERS = count(1)
TARIFF = [
    {"product": "LETTER_S", "up_to": 500, "amount": 1010},
    {"product": "LETTER_L", "up_to": 2000, "amount": 1420},
    {"product": "PARCEL_A", "up_to": 1000, "amount": 1750},
    {"product": "PARCEL_A", "up_to": 10000, "amount": 2300},
]
SENDER = Party("Urząd Ulicy", "221234567", "PL", "00-001", "", "Warszawa", "", "Prosta 1")
RECIPIENT = Party("Jan Kowalski", "600100200", "PL", "30-001", "", "Kraków", "", "Długa 7/12")
LETTER = Item(Contents.DOCUMENT, 20, "")


def real_interface() -> Path | None:
    """The post's own interface file where it is available; it is not part of this repository."""
    root = Path(__file__).resolve().parents[2]
    folders = [os.environ.get("JIEDAO_DATA"), root.parent / "shared/data", root.parent.parent / "shared/data"]
    paths = [Path(folder) / "poczta-polska/en.wsdl" for folder in folders if folder]
    return next((path for path in paths if path.is_file()), None)


def need_real_interface() -> Path:
    """The post's own interface file, or a skip that says why."""
    if (path := real_interface()) is None:
        pytest.skip("the post's own interface file is not here: JIEDAO_DATA names no folder with poczta-polska/en.wsdl")
    return path


def connect(post: Running, wsdl: str, live: bool = False, **changed: Any) -> Connection:
    """A connection to the stand-in."""
    given: dict[str, Any] = {"wsdl": wsdl, "url": post.url + SERVICE, "login": LOGIN, "password": PASSWORD}
    given |= {"office": 1, "region": "14", "tariff": TARIFF, "receipt_fee": 360, "procedure_fee": 480, **changed}
    # The identity of a connection covers what it is set to here, as a version does in a street.
    identity = f"c{hash((wsdl, str(changed)))}"
    return Connection("street", identity, "jiedao_enadawca", 1, live, configuration.load(given))


def to_create(connection: Connection, **more: Any) -> CreateRequest:
    """Announce a registered letter under an operation of its own."""
    given: dict[str, Any] = {
        "operation": f"OP{next(NUMBERS):06d}",
        "number": "",
        "product": "LETTER_S",
        "sender": SENDER,
        "recipient": RECIPIENT,
        "item": LETTER,
        "handling": Handling(registered=True),
        "postage": 1010,
        "currency": "PLN",
        "office": "",
    }
    return CreateRequest(connection, DEADLINE, **{**given, **more})


def to_query(asked: CreateRequest) -> CreateQuery:
    """What became of it?"""
    return CreateQuery(asked.connection, DEADLINE, asked.operation, asked.number, asked.product)


def announced(connection: Connection, **more: Any) -> tuple[CreateRequest, Consigned]:
    """A draft."""
    asked = to_create(connection, **more)
    outcome = plugin.postal_create(asked)
    assert isinstance(outcome, Succeeded), outcome
    return asked, outcome.detail


def to_dispatch(connection: Connection, *drafts: tuple[CreateRequest, Consigned], **more: Any) -> DispatchRequest:
    """Hand drafts over."""
    items = tuple(DispatchItem(asked.operation, made.number, made.reference) for asked, made in drafts)
    given: dict[str, Any] = {"operation": f"D{next(NUMBERS)}", "office": "", "items": items, **more}
    return DispatchRequest(connection, DEADLINE, **given)


def ask_dispatch(asked: DispatchRequest) -> DispatchQuery:
    """What became of the list?"""
    return DispatchQuery(asked.connection, DEADLINE, asked.operation, asked.office, asked.items)


def handed_over(connection: Connection, count: int = 1) -> tuple[str, list[Consigned]]:
    """Items that the post has: the envelope's number and the items."""
    drafts = [announced(connection) for _ in range(count)]
    outcome = plugin.postal_dispatch(to_dispatch(connection, *drafts))
    assert isinstance(outcome, Succeeded), outcome
    return outcome.detail.reference, [made for _, made in drafts]


def shipments(post: Running) -> dict[str, dict[str, Any]]:
    """The shipments in the post's books by guid."""
    return {row["guid"]: row for row in post.books()["shipments"]}
