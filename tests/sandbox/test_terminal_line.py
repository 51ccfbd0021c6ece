"""What the terminal takes for the acquirer's reply, and the acquirer's day to the second."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time

import pytest

from jiedao_connectors.unionpay.frame import Frame, read_frame
from jiedao_connectors.unionpay.message import Message, decode
from jiedao_sandbox.acquirer.day import settlement_date
from jiedao_sandbox.terminal.line import AcquirerLine, NoAnswer, NotConnected

KEY, OTHER = bytes.fromhex("0123456789ABCDEF"), bytes.fromhex("FEDCBA9876543210")
SALE = Message("0200", {4: "000000001000", 11: "000003", 41: "00010001"})
APPROVED = Message("0210", {4: "000000001000", 11: "000003", 39: "00", 41: "00010001"})


@contextmanager
def acquirer(answer: Callable[[Frame], bytes]) -> Iterator[AcquirerLine]:
    """Answers one message."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_answer_once, args=(server, answer), daemon=True).start()
        yield AcquirerLine("127.0.0.1", server.getsockname()[1], 1)


def _answer_once(server: socket.socket, answer: Callable[[Frame], bytes]) -> None:
    connection, _ = server.accept()
    with connection, connection.makefile("rb") as stream:
        frame = read_frame(stream)
        if frame is not None:
            assert decode(frame.body).is_authentic(KEY)
            connection.sendall(answer(frame))


def replying(reply: Message, key: bytes | None = KEY) -> Callable[[Frame], bytes]:
    return lambda frame: frame.answer(reply.encode(key)).encode()


def other(**fields: str) -> Message:
    return Message(APPROVED.type, {**APPROVED.fields, **{int(name[1:]): value for name, value in fields.items()}})


def test_the_reply_to_its_own_message_is_taken() -> None:
    with acquirer(replying(APPROVED)) as line:
        assert line.exchange(SALE, KEY).get(39) == "00"


@pytest.mark.parametrize(
    "answer",
    [
        replying(APPROVED, OTHER),
        replying(APPROVED, None),
        replying(other(f11="000004")),
        replying(other(f4="000000001001")),
        replying(other(f41="00010002")),
        replying(Message("0230", APPROVED.fields)),
        lambda _: b"",
        lambda _: b"\x00\x10garbage",
        lambda frame: frame.answer(APPROVED.encode(KEY)).encode()[:-1],
    ],
    ids=["other key", "no MAC", "trace", "amount", "terminal", "type", "hung up", "garbage", "cut short"],
)
def test_everything_else_is_no_answer(answer: Callable[[Frame], bytes]) -> None:
    with acquirer(answer) as line, pytest.raises(NoAnswer):
        line.exchange(SALE, KEY)


def test_only_the_complaint_about_our_mac_may_come_without_one() -> None:
    with acquirer(replying(other(f39="A0"), None)) as line:
        assert line.exchange(SALE, KEY).get(39) == "A0"


def test_nobody_there_means_that_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(NotConnected):
        AcquirerLine("127.0.0.1", port, 1).exchange(SALE, KEY)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2025-03-31T00:00:00", date(2025, 3, 31)),
        ("2025-03-31T22:59:59.999999", date(2025, 3, 31)),
        ("2025-03-31T23:00:00", date(2025, 4, 1)),
        ("2024-02-28T23:00:00", date(2024, 2, 29)),
        ("2024-12-31T23:59:59", date(2025, 1, 1)),
    ],
)
def test_the_day_ends_at_the_cut_over(now: str, day: date) -> None:
    assert settlement_date(datetime.fromisoformat(now), time(23)) == day
