"""E-mail on the bench of the kit."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jiedao_notify_smtp
from benches import running
from jiedao.hookspecs.service import Channel, NotifyRequest
from jiedao.testing import Act, Bench, Site, StandIn, conformance_suite
from jiedao.testing.bench import Books


def start(folder: Path) -> AbstractContextManager[StandIn]:
    return running(folder, "mail", user="street:sandbox-mail-password")


def settings(url: str) -> dict[str, Any]:
    return {
        "host": "127.0.0.1",
        "port": urlsplit(url).port,
        "security": "none",
        "user": "street",
        "password": "sandbox-mail-password",
        "sender": "hall@street.example",
    }


def message(at: Site, name: str = "resident") -> NotifyRequest:
    to = f"{name}@{at.serial}.example.cn"
    return NotifyRequest(at.connection, at.deadline, at.operation, Channel.EMAIL, to, "提醒", "您的邮件已妥投。")


def delivered(books: Books, asked: Any) -> int:
    return sum(asked.operation.lower() in row["message_id"] for row in books["messages"])


BENCH = Bench(
    start=start,
    settings=settings,
    invalid={"host": "", "port": 0, "security": "maybe", "sender": "hall", "password": "", "authorities": "/nowhere"},
    refused={"password": "guessed-by-somebody"},
    checked_as="greet",
    acts=(
        Act(
            "notify_send",
            message,
            wire="end",
            echoes=frozenset(),
            effects=delivered,
            declined=lambda at: message(at, "unknown"),
            converses=True,
        ),
    ),
)

TestNotifySmtp = conformance_suite(jiedao_notify_smtp.plugin, BENCH)
