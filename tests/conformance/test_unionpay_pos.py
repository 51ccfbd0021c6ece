"""The card terminal on the bench of the kit; effects are counted at the acquirer, faults are made by the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jiedao_unionpay_pos
from jiedao.hookspecs.payment import BatchRequest, PaymentRequest, Slip, UndoRequest
from jiedao.testing import Act, Bench, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books
from jiedao_sandbox.launch import Running, Sandbox

SECRET = "register-link-of-the-bench"
SIGNED = frozenset({"amount", "number", "currency"})


@dataclass
class Hall:
    """A terminal and the acquirer behind it."""

    terminal: Running
    acquirer: Running

    @property
    def url(self) -> str:
        return self.terminal.url

    def faults(self, fault: str, operation: str = "", times: int = 1, seconds: float = 0.0) -> None:
        self.terminal.faults(fault, operation, times, seconds)

    def clear(self) -> None:
        self.terminal.clear()

    def books(self) -> Books:
        return {**self.acquirer.books(), "settlements": self.terminal.books()["settlements"]}


@contextmanager
def start(folder: Path) -> Iterator[StandIn]:
    with Sandbox(folder) as sandbox:
        acquirer = sandbox.start("acquirer")
        terminal = sandbox.start("terminal", acquirer=acquirer.url, link_secret=SECRET, seconds=1)
        yield Hall(terminal, acquirer)


def settings(url: str) -> dict[str, Any]:
    return {"terminals": {"T1": url}, "link_secret": SECRET}


def sale(at: Site, amount: int = 12_000) -> PaymentRequest:
    return PaymentRequest(at.connection, at.deadline, at.operation, amount, "CNY", "order", "T1")


def undo(at: Site, *, known: bool = True, more: int = 0) -> UndoRequest:
    sold = sale(at)
    slip: Slip = at.call("payment_start", sold)
    own = f"{at.operation[:-1]}-"
    return UndoRequest(
        at.connection, at.deadline, own, sold.operation, sold.amount + more, "CNY", slip if known else None, "T1"
    )


def settled_sale(at: Site) -> UndoRequest:
    """The reversal of a sale whose batch is settled."""
    asked = undo(at, known=False)
    at.call("payment_batch_close", BatchRequest(at.connection, at.deadline, f"B{at.operation[1:]}", "T1"))
    return asked


def booked(kind: str) -> Any:
    def effects(books: Books, asked: Any) -> int:
        rows = [row for row in books["transactions"] if row["reference"] == asked.operation]
        return sum(row["kind"] == kind and row["state"] == "approved" for row in rows)

    return effects


def reversed_(books: Books, asked: Any) -> int:
    rows = [row for row in books["transactions"] if row["reference"] == asked.original]
    return sum(row["kind"] == "sale" and row["state"] == "reversed" for row in rows)


def settled(books: Books, asked: Any) -> int:
    return sum(row["reference"] == asked.operation and row["state"] == "closed" for row in books["settlements"])


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={"terminals": {"T1": "terminal"}, "link_secret": ""},
    refused={"link_secret": "guessed-by-somebody"},
    checked_as="status",
    volatile=frozenset({"terminals"}),
    acts=(
        Act(
            "payment_start",
            sale,
            wire="sale",
            effects=booked("sale"),
            declined=lambda at: sale(at, 12_051),
            echoes=SIGNED,
        ),
        Act(
            "payment_reverse",
            lambda at: undo(at, known=False),
            wire="reverse",
            effects=reversed_,
            declined=settled_sale,
            echoes=SIGNED,
        ),
        Act(
            "payment_void",
            undo,
            wire="void",
            effects=booked("void"),
            declined=lambda at: undo(at, more=1),
            echoes=SIGNED,
        ),
        Act(
            "payment_refund",
            undo,
            wire="refund",
            effects=booked("refund"),
            declined=lambda at: undo(at, more=1),
            echoes=SIGNED,
        ),
        Act(
            "payment_batch_close",
            lambda at: BatchRequest(at.connection, at.deadline, at.operation, "T1"),
            wire="settle",
            effects=settled,
            echoes=frozenset({"number", "currency"}),
        ),
    ),
)

TestUnionPayPos = conformance_suite(jiedao_unionpay_pos.plugin, BENCH)
