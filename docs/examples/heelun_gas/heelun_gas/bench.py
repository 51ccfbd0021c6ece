"""What the conformance kit must know: how the stand-in starts, what to ask of it, and how to count what was done."""

from __future__ import annotations

from typing import Any, Final

from jiedao.hookspecs.biller import CatalogueRequest, FetchRequest, PayRequest
from jiedao.testing import Act, Ask, Bench, Site
from jiedao.testing.bench import Books

from heelun_gas.stub import TOKEN, start

ALL: Final = frozenset({"amount", "number", "currency"})


def account(at: Site, end: str) -> str:
    """Eight digits that nobody has used; the last one decides what becomes of a payment."""
    return f"{at.serial:07d}{end}"


def pay(at: Site, end: str = "1") -> PayRequest:
    """A bill that is paid."""
    own = account(at, end)
    return PayRequest(at.connection, at.deadline, at.operation, "GAS", own, f"B{own}", 4_260, "CNY", "order")


def fetch(at: Site, end: str = "1") -> FetchRequest:
    """A look-up."""
    return FetchRequest(at.connection, at.deadline, "GAS", {"account": account(at, end)})


def booked(books: Books, asked: Any) -> int:
    """How many effects of a request stand in the stand-in's books."""
    return sum(row["reference"] == asked.operation for row in books["rows"])


BENCH: Final = Bench(
    start=start,
    settings=lambda url: {"url": url, "token": TOKEN},
    invalid={"url": "provider", "token": "", "settling": -1},
    refused={"token": "guessed-by-somebody"},
    checked_as="hello",
    short=0.3,
    acts=(
        Act(
            "biller_pay",
            pay,
            wire="pay",
            asked_as="ask",
            effects=booked,
            declined=lambda at: pay(at, "5"),
            pending=lambda at: pay(at, "7"),
            echoes=ALL,
        ),
    ),
    asks=(
        Ask("biller_catalogue", lambda at: CatalogueRequest(at.connection, at.deadline)),
        Ask("biller_fetch", fetch, wire="bills", declined=lambda at: fetch(at, "9")),
    ),
)
