"""The card reader on the bench of the kit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import jiedao_idreader
from benches import running
from jiedao.hookspecs.service import IdentityRequest, Reader
from jiedao.testing import Ask, Bench, Site, StandIn, conformance_suite


@contextmanager
def start(folder: Path) -> Iterator[StandIn]:
    with running(folder, "idbridge") as bridge:
        bridge.call("POST", "card", {"lie": "good"})
        yield bridge


def settings(url: str) -> dict[str, Any]:
    return {"bridges": {"T1": url}, "token": "sandbox-bridge-token"}


def read(at: Site, reader: Reader = Reader.BRIDGE, typed: str = "", till: str = "T1") -> IdentityRequest:
    return IdentityRequest(at.connection, at.deadline, till, reader, typed, date(2026, 11, 15), False)


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={"bridges": {"T1": "here"}, "token": ""},
    refused={"token": "guessed-by-somebody"},
    checked_as="read",
    asks=(Ask("identity_read", read, wire="read", declined=lambda at: read(at, Reader.WEDGE, "110101196002290018")),),
    volatile=frozenset({"reads"}),
)

TestIdReader = conformance_suite(jiedao_idreader.plugin, BENCH)
