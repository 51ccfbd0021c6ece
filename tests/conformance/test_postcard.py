"""The post office's points card on the bench of the kit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import jiedao_postcard
from benches import running
from jiedao.hookspecs.points import AccrualRequest, CardRequest, ClaimLine, ClaimRequest
from jiedao.testing import Act, Ask, Bench, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books
from jiedao_connectors.postcard import card_number

TODAY = date(2026, 11, 15)


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "postoffice")


def settings(url: str) -> dict[str, Any]:
    rates = [{"category": "water", "rate": "0.05"}]
    return {"url": url, "key_id": "street-1", "secret": "sandbox-post-secret", "rates": rates}


def claim(at: Site, total: int = 3_000) -> ClaimRequest:
    line = ClaimLine(f"R{at.operation}", f"M{at.serial:08d}", "water", total, TODAY)
    return ClaimRequest(at.connection, at.deadline, at.operation, total, (line,))


def card(at: Site, serial: int = 1234) -> CardRequest:
    return CardRequest(at.connection, at.deadline, card_number(serial))


def claims(books: Books, asked: Any) -> int:
    return sum(row["claim"] == asked.operation and row["status"] != "REFUSED" for row in books["claims"])


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={"url": "post", "secret": "", "valid_months": 0, "rates": [{"category": "gold", "rate": "1"}]},
    refused={"secret": "guessed-by-somebody"},
    checked_as="terms",
    acts=(
        Act(
            "points_claim",
            claim,
            wire="claim",
            asked_as="claim-status",
            effects=claims,
            declined=lambda at: claim(at, 3_055),
            pending=lambda at: claim(at, 3_077),
        ),
    ),
    asks=(
        Ask("points_accrue", lambda at: AccrualRequest(at.connection, at.deadline, TODAY, frozenset({"water"}))),
        Ask("points_card", card, wire="card", declined=lambda at: card(at, 1299), echoes=frozenset({"number"})),
    ),
)

TestPostcard = conformance_suite(jiedao_postcard.plugin, BENCH)
