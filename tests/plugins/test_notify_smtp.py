"""E-mail over SMTP against a real server, with every way of losing it on the line."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from ipaddress import ip_address
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, OutcomeUnknown, Succeeded, Unavailable
from jiedao.hookspecs.service import Channel, CheckRequest, NotifyRequest
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_notify_smtp import plugin
from jiedao_notify_smtp.letter import BadHeader, written
from jiedao_notify_smtp.settings import configuration
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.mail import PASSWORD, USER

DEADLINE = 5.0
NUMBERS = count(1)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 that signs itself, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sandbox")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "sandbox.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(made.public_bytes(Encoding.PEM) + private)
    return path


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory, certificate: Path) -> Iterator[dict[str, Running]]:
    """One server for each protection; the one with STARTTLS asks who sends."""
    with Sandbox(tmp_path_factory.mktemp("mail")) as sandbox:
        yield {
            "none": sandbox.start("mail"),
            "starttls": sandbox.start("mail", label="starttls", certificate=certificate, user=f"{USER}:{PASSWORD}"),
            "tls": sandbox.start("mail", label="tls", certificate=certificate, tls=True),
        }


@pytest.fixture
def mail(servers: dict[str, Running]) -> Running:
    servers["none"].clear()
    return servers["none"]


@pytest.fixture
def connection(mail: Running) -> Connection:
    return connect(mail)


def connect(server: Any, live: bool = False, **changed: Any) -> Connection:
    given = {"host": "127.0.0.1", "port": server.port, "security": "none", "sender": "hall@street.example", **changed}
    return Connection("street", "email", "jiedao_notify_smtp", 1, live, configuration.load(given))


def to(connection: Connection, recipient: str = "", **changed: Any) -> NotifyRequest:
    serial = next(NUMBERS)
    usual = NotifyRequest(
        connection,
        DEADLINE,
        f"01OP{serial:016d}",
        Channel.EMAIL,
        recipient or f"r{serial}@example.cn",
        "认证提醒",
        "您的养老金资格认证\n.应于本月完成。",
    )
    return replace(usual, **changed)


def delivered(server: Running, asked: NotifyRequest) -> list[dict[str, Any]]:
    return [row for row in server.books()["messages"] if asked.operation.lower() in row["message_id"]]


def test_nobody_can_be_asked_about_an_unknown_one() -> None:
    manifest = Registry().register("jiedao_notify_smtp", plugin).manifest
    assert manifest.recovery == {"notify_send": Recovery.NONE}
    assert manifest.abilities == {"email"}
    assert manifest.configuration.secrets() == {"password"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "mail server"},
        {"port": 0},
        {"security": "maybe"},
        {"sender": "hall"},
        {"sender_name": "Hall\r\nBcc: x@example.cn"},
        {"user": "street"},
        {"authorities": "/nowhere/ca.pem"},
        {"unheard_of": 1},
    ],
)
def test_settings_that_cannot_work_are_refused(mail: Running, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        connect(mail, **wrong)


def test_a_message_is_handed_over_and_its_queue_id_kept(connection: Connection, mail: Running) -> None:
    asked = to(connection)
    outcome = plugin.notify_send(asked)
    assert isinstance(outcome, Succeeded)
    (row,) = delivered(mail, asked)
    assert outcome.detail.reference == f"Q{row['queue_id']:06d}"
    assert (row["sender"], row["recipient"]) == ("hall@street.example", asked.to)
    assert (row["subject"], row["body"]) == (asked.subject, asked.body)
    assert row["message_id"] == f"<{asked.operation.lower()}@street.example>"


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_line_is_protected(servers: dict[str, Running], certificate: Path, security: str) -> None:
    who = {"user": USER, "password": PASSWORD} if security == "starttls" else {}
    connection = connect(servers[security], security=security, authorities=str(certificate), **who)
    assert plugin.check_connection(CheckRequest(connection, DEADLINE)).passed
    asked = to(connection)
    assert isinstance(plugin.notify_send(asked), Succeeded)
    assert [row["tls"] for row in delivered(servers[security], asked)] == [1]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_gets_nothing(servers: dict[str, Running], security: str) -> None:
    asked = to(connect(servers[security], security=security))
    with pytest.raises(Unavailable):
        plugin.notify_send(asked)
    assert not delivered(servers[security], asked)
    assert not plugin.check_connection(CheckRequest(asked.connection, DEADLINE)).passed


def test_a_server_without_starttls_gets_nothing(mail: Running) -> None:
    asked = to(connect(mail, security="starttls"))
    with pytest.raises(InvalidConfig):
        plugin.notify_send(asked)
    assert not delivered(mail, asked)


def test_a_wrong_password_is_a_setting(servers: dict[str, Running], certificate: Path) -> None:
    given = {"security": "starttls", "authorities": str(certificate), "user": USER, "password": "guessed"}
    connection = connect(servers["starttls"], **given)
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not result.passed
    assert "guessed" not in result.says.en
    with pytest.raises(InvalidConfig) as refused:
        plugin.notify_send(to(connection))
    assert "guessed" not in refused.value.says


def test_live_needs_tls_beyond_this_machine(mail: Running) -> None:
    exposed = connect(mail, live=True, host="mail.example.cn")
    assert not plugin.check_connection(CheckRequest(exposed, DEADLINE)).passed
    with pytest.raises(InvalidConfig):
        plugin.notify_send(to(exposed))
    assert plugin.check_connection(CheckRequest(connect(mail, live=True), DEADLINE)).passed


@pytest.mark.parametrize(("recipient", "subject"), [("unknown@example.cn", "x"), ("", "spam")])
def test_a_refusal_for_good_is_declined(connection: Connection, mail: Running, recipient: str, subject: str) -> None:
    asked = to(connection, recipient, subject=subject)
    outcome = plugin.notify_send(asked)
    assert isinstance(outcome, Declined)
    assert outcome.code in ("550", "554")
    assert not delivered(mail, asked)


@pytest.mark.parametrize(("recipient", "subject"), [("full@example.cn", "x"), ("", "later")])
def test_a_refusal_for_now_is_tried_again(connection: Connection, mail: Running, recipient: str, subject: str) -> None:
    asked = to(connection, recipient, subject=subject)
    with pytest.raises(Unavailable):
        plugin.notify_send(asked)
    assert not delivered(mail, asked)


def test_a_sender_that_is_not_ours_is_a_setting(mail: Running) -> None:
    with pytest.raises(InvalidConfig):
        plugin.notify_send(to(connect(mail, sender="forged@street.example")))


@pytest.mark.parametrize("operation", ["greet", "mail", "rcpt", "data"])
@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "html"])
def test_what_breaks_before_the_message_is_not_sent(
    connection: Connection, mail: Running, operation: str, fault: str
) -> None:
    asked = to(connection)
    mail.faults(fault, operation)
    with pytest.raises(Unavailable):
        plugin.notify_send(asked)
    assert not delivered(mail, asked)


@pytest.mark.parametrize(
    ("fault", "copies"), [("lose_request", 0), ("lose_answer", 1), ("error_after_effect", 1), ("html", 1)]
)
def test_what_breaks_at_the_end_of_the_message_may_have_been_sent(
    connection: Connection, mail: Running, fault: str, copies: int
) -> None:
    asked = to(connection)
    mail.faults(fault, "end")
    with pytest.raises(OutcomeUnknown):
        plugin.notify_send(asked)
    assert len(delivered(mail, asked)) == copies


@pytest.mark.parametrize(
    ("operation", "kind"), [("greet", Unavailable), ("rcpt", Unavailable), ("end", OutcomeUnknown)]
)
def test_one_deadline_covers_all_of_it(
    connection: Connection, mail: Running, operation: str, kind: type[Exception]
) -> None:
    mail.faults("delay", operation, seconds=3)
    started = time.monotonic()
    with pytest.raises(kind):
        plugin.notify_send(to(connection, deadline=0.3))
    assert time.monotonic() - started < 2.5


def test_a_server_that_trickles_is_cut_off() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(5)
        thread = threading.Thread(target=trickle, args=(listening,), daemon=True)
        thread.start()
        asked = to(connect(type("Peer", (), {"port": listening.getsockname()[1]})), deadline=0.4)
        started = time.monotonic()
        with pytest.raises(Unavailable):
            plugin.notify_send(asked)
        assert time.monotonic() - started < 3
        thread.join(5)


def trickle(listening: socket.socket) -> None:
    """One byte of a greeting every tenth of a second."""
    line, _ = listening.accept()
    with line:
        for byte in b"220-" + b"x" * 40:
            try:
                line.sendall(bytes([byte]))
            except OSError:
                return
            time.sleep(0.1)


def test_nothing_sent_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    asked = to(connect(type("Peer", (), {"port": port})))
    with pytest.raises(Unavailable):
        plugin.notify_send(asked)
    assert not plugin.check_connection(CheckRequest(asked.connection, DEADLINE)).passed


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "a@example.cn\r\nBcc: b@example.cn"},
        {"to": "a@example.cn> SIZE=1\r\nRCPT TO:<b@example.cn"},
        {"to": "a@example.cn, b@example.cn"},
        {"to": "nobody"},
        {"subject": "x\r\nBcc: b@example.cn"},
        {"subject": "x\u2028y"},
    ],
)
def test_no_header_can_be_put_in(connection: Connection, mail: Running, changed: dict[str, str]) -> None:
    asked = to(connection, **changed)
    outcome = plugin.notify_send(asked)
    assert isinstance(outcome, Declined)
    assert outcome.code == "HEADER"
    assert not delivered(mail, asked)
    with pytest.raises(BadHeader):
        written(asked)


def test_it_sends_no_sms(connection: Connection) -> None:
    outcome = plugin.notify_send(to(connection, channel=Channel.SMS))
    assert isinstance(outcome, Declined)
    assert outcome.code == "CHANNEL"


def test_a_letter_says_from_whom_it_is_and_that_nobody_wrote_it(mail: Running) -> None:
    asked = to(connect(mail, sender_name="诃额伦街道"))
    letter = message_from_bytes(written(asked), policy=policy.SMTP)
    assert letter["From"].addresses[0].display_name == "诃额伦街道"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"] == f"<{asked.operation.lower()}@street.example>"
    assert written(asked).isascii()


@pytest.mark.crash
def test_what_was_accepted_survives_the_server(tmp_path: Path) -> None:
    with Sandbox(tmp_path) as sandbox:
        mail = sandbox.start("mail")
        asked = to(connect(mail))
        plugin.notify_send(asked)
        mail.restart()
        assert len(delivered(mail, asked)) == 1
