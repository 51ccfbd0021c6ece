"""The stand-in of a mail server, spoken to by smtplib and by our own client."""

from __future__ import annotations

import smtplib
from collections.abc import Iterator
from pathlib import Path

import pytest

from jiedao_connectors.smtp import NotAdmitted, Refused, Security, Server, hand_over, look
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.mail import PASSWORD, USER

LETTER = b"From: a@example.cn\r\nTo: b@example.cn\r\nSubject: dots\r\n\r\n.one\r\n..two\r\nthree"


@pytest.fixture
def mail(tmp_path: Path) -> Iterator[Running]:
    with Sandbox(tmp_path) as sandbox:
        yield sandbox.start("mail", user=f"{USER}:{PASSWORD}")


def server(mail: Running, password: str = PASSWORD) -> Server:
    return Server("127.0.0.1", mail.port, Security.NONE, USER, password)


def test_lines_that_begin_with_a_dot_arrive_as_they_are(mail: Running) -> None:
    assert hand_over(server(mail), "a@example.cn", "b@example.cn", LETTER, 5) == "Q000001"
    assert mail.books()["messages"][0]["body"] == ".one\n..two\nthree"


def test_smtplib_itself_is_understood(mail: Running) -> None:
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=5) as client:
        client.login(USER, PASSWORD)
        client.sendmail("a@example.cn", ["b@example.cn"], LETTER)
    assert [row["subject"] for row in mail.books()["messages"]] == ["dots"]


def test_nobody_sends_without_saying_who(mail: Running) -> None:
    with pytest.raises(NotAdmitted):
        hand_over(Server("127.0.0.1", mail.port, Security.NONE), "a@example.cn", "b@example.cn", LETTER, 5)
    with pytest.raises(NotAdmitted):
        look(server(mail, "guessed"), 5)
    look(server(mail), 5)
    assert not mail.books()["messages"]


def test_what_is_out_of_order_is_refused(mail: Running) -> None:
    with smtplib.SMTP("127.0.0.1", mail.port, timeout=5) as client:
        assert client.docmd("FLY")[0] == 502
        assert client.docmd("DATA")[0] == 503
        assert client.docmd("RCPT", "TO:<b@example.cn>")[0] == 503
        client.login(USER, PASSWORD)
        assert client.docmd("MAIL", "FROM:nobody")[0] == 501


def test_a_mailbox_that_there_is_not_is_refused(mail: Running) -> None:
    with pytest.raises(Refused):
        hand_over(server(mail), "a@example.cn", "unknown@example.cn", LETTER, 5)
