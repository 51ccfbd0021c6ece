"""SMS over HTTP against its stand-in, with every fault on the wire."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    Pending,
    Succeeded,
    Unavailable,
)
from jiedao.hookspecs.service import Channel, CheckRequest, Notified, NotifyQuery, NotifyRequest
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_notify_http import plugin
from jiedao_notify_http.answers import NotUnderstood, queried, sent
from jiedao_notify_http.exchange import clients
from jiedao_notify_http.settings import configuration
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.sms import KEY_ID, SECRET, SENDER, TOKEN

DEADLINE = 5.0
NUMBERS = count(1)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("sms")) as sandbox:
        yield sandbox.start("sms")
    clients.close()


@pytest.fixture
def gateway(running: Running) -> Running:
    running.clear()
    return running


@pytest.fixture(params=["hmac", "bearer"])
def connection(gateway: Running, request: pytest.FixtureRequest) -> Connection:
    return connect(gateway.url, **protected(request.param))


def protected(protection: str) -> dict[str, str]:
    return {"protection": protection, "secret": SECRET if protection == "hmac" else TOKEN}


def connect(url: str, /, live: bool = False, **changed: Any) -> Connection:
    given = {"url": url, "key_id": KEY_ID, "secret": SECRET, "sender": SENDER, **changed}
    # The identity of a connection covers what it is set to here, as a version does in a street.
    identity = f"c{hash((url, tuple(changed.items())))}"
    return Connection("street", identity, "jiedao_notify_http", 1, live, configuration.load(given))


def nowhere() -> Connection:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return connect(f"http://127.0.0.1:{free.getsockname()[1]}")


def message(connection: Connection, ending: str = "0", **changed: Any) -> NotifyRequest:
    serial = next(NUMBERS)
    usual = NotifyRequest(
        connection, DEADLINE, f"op-{serial}", Channel.SMS, f"138{serial:07d}{ending}", "", "您的养老金资格认证已到期"
    )
    return replace(usual, **changed)


def to_query(asked: NotifyRequest) -> NotifyQuery:
    return NotifyQuery(asked.connection, DEADLINE, asked.operation, asked.channel, asked.to)


def sent_to(gateway: Running, number: str) -> list[str]:
    return [row["text"] for row in gateway.books()["messages"] if row["to"] == number]


def test_it_is_asked_about_what_is_unknown() -> None:
    manifest = Registry().register("jiedao_notify_http", plugin).manifest
    assert manifest.recovery == {"notify_send": Recovery.QUERY}
    assert manifest.abilities == {"sms"}
    assert manifest.configuration.secrets() == {"secret"}


def test_settings_that_cannot_work_are_refused() -> None:
    for wrong in (
        {"url": "sms"},
        {"secret": ""},
        {"sender": ""},
        {"key_id": ""},
        {"protection": "none"},
        {"protection": "bearer", "secret": "two words"},
        {"protection": "bearer", "secret": "a\r\nb"},
        {"unheard_of": 1},
    ):
        with pytest.raises(Invalid):
            connect("http://127.0.0.1:1", **wrong)


def test_a_good_connection_passes_the_check_and_sends_nothing(connection: Connection, gateway: Running) -> None:
    before = len(gateway.books()["messages"])
    assert plugin.check_connection(CheckRequest(connection, DEADLINE)).passed
    assert len(gateway.books()["messages"]) == before


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"secret": "guessed"}, "BAD_SIGNATURE"),
        ({"key_id": "x"}, "UNKNOWN_KEY"),
        ({"protection": "bearer", "secret": "guessed"}, "BAD_TOKEN"),
    ],
)
def test_wrong_credentials_fail_the_check_and_every_hook(gateway: Running, changed: dict[str, str], code: str) -> None:
    connection = connect(gateway.url, **changed)
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not result.passed
    assert code in result.says.en
    assert "guessed" not in result.says.en
    asked = message(connection)
    with pytest.raises(InvalidConfig):
        plugin.notify_send(asked)
    with pytest.raises(InvalidConfig):
        plugin.notify_query(to_query(asked))
    assert not sent_to(gateway, asked.to)


def test_a_sender_that_is_not_registered_is_a_setting(gateway: Running) -> None:
    with pytest.raises(InvalidConfig):
        plugin.notify_send(message(connect(gateway.url, sender="别人")))


def test_live_needs_https_beyond_this_machine() -> None:
    result = plugin.check_connection(CheckRequest(connect("http://sms.example.cn", live=True), DEADLINE))
    assert not result.passed
    assert "https" in result.says.en
    with pytest.raises(InvalidConfig):
        plugin.notify_send(message(connect("http://sms.example.cn", live=True)))


def test_a_message_is_sent_once_under_our_reference(connection: Connection, gateway: Running) -> None:
    asked = message(connection)
    outcome = plugin.notify_send(asked)
    assert isinstance(outcome, Succeeded)
    assert isinstance(outcome.detail, Notified)
    assert outcome.detail.reference.startswith("SM")
    assert plugin.notify_send(asked) == outcome
    assert plugin.notify_query(to_query(asked)) == outcome
    assert sent_to(gateway, asked.to) == [asked.body]


@pytest.mark.parametrize(("ending", "code"), [("9", "INVALID_NUMBER"), ("8", "BLACKLISTED")])
def test_a_refusal_is_said_in_both_languages(connection: Connection, ending: str, code: str) -> None:
    asked = message(connection, ending)
    outcome = plugin.notify_send(asked)
    assert isinstance(outcome, Declined)
    assert outcome.code == code
    assert outcome.reason.zh != outcome.reason.en
    assert plugin.notify_query(to_query(asked)) == outcome


def test_what_the_gateway_decides_later_is_asked_for(connection: Connection, gateway: Running) -> None:
    asked = message(connection, "7")
    assert isinstance(plugin.notify_send(asked), Pending)
    assert isinstance(plugin.notify_query(to_query(asked)), Pending)
    gateway.call("POST", "decide", {"reference": asked.operation})
    assert isinstance(plugin.notify_query(to_query(asked)), Succeeded)


@pytest.mark.parametrize(
    ("fault", "after"),
    [
        ("lose_request", NotFound),
        ("lose_answer", Succeeded),
        ("error_after_effect", Succeeded),
        ("html", Succeeded),
        ("wrong_echo", Succeeded),
    ],
)
def test_without_a_trustworthy_answer_it_is_unknown_until_asked(
    connection: Connection, gateway: Running, fault: str, after: type
) -> None:
    asked = message(connection)
    gateway.faults(fault, "send")
    with pytest.raises(OutcomeUnknown):
        plugin.notify_send(asked)
    assert isinstance(plugin.notify_query(to_query(asked)), after)
    assert len(sent_to(gateway, asked.to)) == (after is Succeeded)


@pytest.mark.parametrize("fault", ["delay", "delay_request"])
def test_a_late_answer_is_unknown(connection: Connection, gateway: Running, fault: str) -> None:
    gateway.faults(fault, "send", seconds=0.5)
    with pytest.raises(OutcomeUnknown):
        plugin.notify_send(message(connection, deadline=0.3))


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html", "wrong_echo"])
def test_a_query_without_a_trustworthy_answer_is_asked_again(
    connection: Connection, gateway: Running, fault: str
) -> None:
    asked = message(connection)
    plugin.notify_send(asked)
    gateway.faults(fault, "query")
    with pytest.raises(Unavailable):
        plugin.notify_query(to_query(asked))


def test_nothing_sent_is_unavailable() -> None:
    asked = message(nowhere())
    with pytest.raises(Unavailable):
        plugin.notify_send(asked)
    assert not plugin.check_connection(CheckRequest(asked.connection, DEADLINE)).passed


def test_a_reference_used_for_another_message_is_unknown(connection: Connection, gateway: Running) -> None:
    asked = message(connection)
    plugin.notify_send(asked)
    with pytest.raises(OutcomeUnknown):
        plugin.notify_send(replace(asked, body="something else"))
    assert sent_to(gateway, asked.to) == [asked.body]


def test_it_sends_no_email(connection: Connection) -> None:
    outcome = plugin.notify_send(message(connection, channel=Channel.EMAIL))
    assert isinstance(outcome, Declined)
    assert outcome.code == "CHANNEL"


@pytest.mark.crash
def test_a_gateway_that_was_killed_answers_for_what_it_sent(tmp_path: Any) -> None:
    with Sandbox(tmp_path) as sandbox:
        gateway = sandbox.start("sms")
        asked = message(connect(gateway.url))
        gateway.faults("delay", "send", seconds=5)
        with pytest.raises(OutcomeUnknown):
            plugin.notify_send(replace(asked, deadline=0.3))
        gateway.restart()
        assert isinstance(plugin.notify_query(to_query(asked)), Succeeded)


ASKED = {"reference": "op", "to": "13800000000"}
SENT = {**ASKED, "status": "ACCEPTED", "message_id": "SM1"}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {**SENT, "reference": "other"},
        {**SENT, "to": "13800000001"},
        {**SENT, "status": "SENT?"},
        {**SENT, "status": None},
        {**SENT, "message_id": ""},
        {**SENT, "message_id": 1},
        {**SENT, "status": "REJECTED"},
        {**SENT, "status": "NOT_FOUND"},
    ],
)
def test_an_answer_that_does_not_fit_is_not_understood(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        sent(wrong, ASKED)


def test_not_found_counts_only_for_our_reference() -> None:
    assert queried({"reference": "op", "status": "NOT_FOUND"}, ASKED) == NotFound()
    with pytest.raises(NotUnderstood):
        queried({"reference": "other", "status": "NOT_FOUND"}, ASKED)


def test_an_unknown_code_is_a_refusal_all_the_same() -> None:
    outcome = sent({**ASKED, "status": "REJECTED", "code": "NEW"}, ASKED)
    assert isinstance(outcome, Declined)
    assert outcome.code == "NEW"
