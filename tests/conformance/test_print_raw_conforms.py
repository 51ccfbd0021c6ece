"""The network printer on the bench of the kit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jiedao_print_raw
from benches import running
from jiedao.hookspecs.service import PrintRequest
from jiedao.hookspecs.values import Document
from jiedao.testing import Act, Bench, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "printer")


def settings(url: str) -> dict[str, Any]:
    return {"printers": {"T1": {"host": "127.0.0.1", "port": urlsplit(url).port}}}


def page(at: Site, media_type: str = "application/vnd.escpos") -> PrintRequest:
    return PrintRequest(at.connection, at.deadline, "T1", Document("page", media_type, f"page {at.serial}\n".encode()))


def printed(books: Books, asked: Any) -> int:
    return sum(bytes.fromhex(row["content"]) == asked.document.content for row in books["printed"])


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={"printers": {}},
    checked_as="status",
    acts=(
        Act(
            "print_document",
            page,
            wire="print",
            echoes=frozenset(),
            effects=printed,
            declined=lambda at: page(at, "application/pdf"),
            converses=True,
        ),
    ),
)

TestPrintRaw = conformance_suite(jiedao_print_raw.plugin, BENCH)
