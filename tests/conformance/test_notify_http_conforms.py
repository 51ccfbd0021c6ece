"""The SMS gateway on the bench of the kit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import jiedao_notify_http
from benches import running
from jiedao.hookspecs.service import Channel, NotifyRequest
from jiedao.testing import Act, Bench, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "sms")


def settings(url: str) -> dict[str, Any]:
    return {"url": url, "key_id": "street-1", "secret": "sandbox-sms-secret", "sender": "街道"}


def message(at: Site, ending: str = "0") -> NotifyRequest:
    number = f"138{at.serial:07d}{ending}"
    return NotifyRequest(at.connection, at.deadline, at.operation, Channel.SMS, number, "", "您的邮件已妥投。")


def sent(books: Books, asked: Any) -> int:
    return sum(row["reference"] == asked.operation and row["status"] != "REJECTED" for row in books["messages"])


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={"url": "sms", "secret": "", "sender": "", "key_id": "", "settling": -1, "protection": "none"},
    refused={"secret": "guessed-by-somebody"},
    checked_as="query",
    acts=(
        Act(
            "notify_send",
            message,
            wire="send",
            asked_as="query",
            echoes=frozenset({"number"}),
            effects=sent,
            declined=lambda at: message(at, "9"),
            pending=lambda at: message(at, "7"),
        ),
    ),
)

TestNotifyHttp = conformance_suite(jiedao_notify_http.plugin, BENCH)
