"""The bill hub on the bench of the kit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import jiedao_billhub
from benches import running
from jiedao.hookspecs.biller import Acknowledgement, CancelRequest, CatalogueRequest, FetchRequest, PayRequest
from jiedao.hookspecs.biller import ValidateRequest as Validate
from jiedao.testing import Act, Ask, Bench, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "billhub", today="2026-11-15")


def settings(url: str) -> dict[str, Any]:
    return {"url": url, "agent": "STREET01", "key_id": "street-1", "secret": "sandbox-hub-secret"}


def account(at: Site, ending: str = "11", length: int = 8) -> str:
    return f"7{at.serial:0{length - len(ending) - 1}d}{ending}"


def phone(at: Site, ending: str) -> PayRequest:
    number = f"138{at.serial:06d}{ending}"
    return PayRequest(at.connection, at.deadline, at.operation, "PHONE", number, "", 5_000, "CNY", "order")


def television(at: Site, amount: int = 0) -> PayRequest:
    number = account(at)
    (bill,) = at.call("biller_fetch", FetchRequest(at.connection, at.deadline, "TV", {"contract": number}))
    asked = (at.connection, at.deadline, at.operation, "TV", number, bill.id, amount or bill.amount, "CNY", "order")
    return PayRequest(*asked)


def cancel(at: Site, more: int = 0) -> CancelRequest:
    paid = television(at)
    done: Acknowledgement = at.call("biller_pay", paid)
    own = f"{at.operation[:-1]}-"
    return CancelRequest(at.connection, at.deadline, own, paid.operation, "TV", paid.amount + more, done.reference)


def payments(books: Books, asked: Any) -> int:
    return sum(row["reference"] == asked.operation and row["status"] != "DECLINED" for row in books["payments"])


def cancels(books: Books, asked: Any) -> int:
    return sum(row["reference"] == asked.operation for row in books["cancels"])


def fetch(at: Site, ending: str = "11") -> FetchRequest:
    return FetchRequest(at.connection, at.deadline, "TV", {"contract": account(at, ending)})


def validate(at: Site, more: int = 0) -> Validate:
    asked = television(at)
    return Validate(at.connection, at.deadline, "TV", asked.account, asked.bill, asked.amount + more)


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={"url": "hub", "secret": "", "settling": -1, "agent": ""},
    refused={"secret": "guessed-by-somebody"},
    checked_as="billers",
    acts=(
        Act(
            "biller_pay",
            lambda at: phone(at, "11"),
            wire="pay",
            asked_as="query",
            effects=payments,
            declined=lambda at: phone(at, "55"),
            pending=lambda at: phone(at, "77"),
        ),
        Act("biller_cancel", cancel, wire="cancel", effects=cancels, declined=lambda at: cancel(at, 1)),
    ),
    asks=(
        Ask("biller_catalogue", lambda at: CatalogueRequest(at.connection, at.deadline), wire="billers"),
        Ask("biller_fetch", fetch, wire="fetch", declined=lambda at: fetch(at, "99")),
        Ask(
            "biller_validate",
            validate,
            wire="validate",
            declined=lambda at: validate(at, 1),
            echoes=frozenset({"amount"}),
        ),
    ),
)

TestBillHub = conformance_suite(jiedao_billhub.plugin, BENCH)
