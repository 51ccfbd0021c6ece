"""Identity cards over a bridge and from a wedge reader: what can be right is taken, and nothing is kept."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.outcomes import Declined, InvalidConfig, Succeeded, Unavailable
from jiedao.hookspecs.service import CheckRequest, Identity, IdentityRequest, Reader
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_idreader import clients, plugin
from jiedao_idreader.bridge import NotUnderstood, card
from jiedao_idreader.settings import configuration
from jiedao_sandbox.idbridge import TOKEN
from jiedao_sandbox.idbridge.cards import CARDS
from jiedao_sandbox.launch import Running, Sandbox

DEADLINE = 5.0
TODAY = date(2026, 3, 2)
NUMBER = "110101196002290019"
NAME = "古丽巴哈尔·买买提"
TYPED = [NAME, "男", "维吾尔", "19600229", "北京市东城区某街 1 号", NUMBER, "北京市公安局", "20200101", "20400101"]
ZONE = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6ERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with Sandbox(tmp_path_factory.mktemp("idbridge")) as sandbox:
        yield sandbox.start("idbridge")
    clients.close()


@pytest.fixture
def bridge(running: Running) -> Running:
    running.clear()
    running.call("POST", "card", {"lie": "good"})
    return running


def connect(bridges: dict[str, str], /, token: str = TOKEN, live: bool = False) -> Connection:
    settings = configuration.load({"bridges": bridges, "token": token} if token else {"bridges": bridges})
    return Connection("street", f"c{hash((tuple(bridges.items()), token))}", "jiedao_idreader", 1, live, settings)


def read(bridge: Running, **changed: Any) -> Any:
    usual = IdentityRequest(connect({"T1": bridge.url}), DEADLINE, "T1", Reader.BRIDGE, "", TODAY, False)
    return plugin.identity_read(replace(usual, **changed))


def typed(words: str, on: date = TODAY) -> Any:
    return plugin.identity_read(IdentityRequest(connect({}, ""), 1.0, "T1", Reader.WEDGE, words, on, False))


def identity(outcome: Any) -> Identity:
    assert isinstance(outcome, Succeeded), outcome
    found: Identity = outcome.detail
    return found


def declined(outcome: Any, code: str) -> None:
    assert isinstance(outcome, Declined), outcome
    assert outcome.code == code
    assert outcome.reason.zh != outcome.reason.en


def test_it_is_a_service() -> None:
    manifest = Registry().register("jiedao_idreader", plugin).manifest
    assert manifest.configuration.secrets() == {"token"}
    assert not manifest.recovery


@pytest.mark.parametrize(
    "wrong",
    [
        {"bridges": {"T1": "here"}, "token": "x"},
        {"bridges": {"T1": "http://127.0.0.1:1"}},
        {"bridges": {"T1": "http://127.0.0.1:1"}, "token": "a\r\nb"},
        {"bridge": {}},
    ],
)
def test_settings_that_cannot_work_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        configuration.load(wrong)


def test_a_card_on_the_reader_is_read(bridge: Running) -> None:
    found = identity(read(bridge))
    assert (found.number, found.name, found.born, found.sex) == (NUMBER, NAME, date(1960, 2, 29), "男")
    assert (found.valid_from, found.valid_to) == (date(2020, 1, 1), date(2040, 1, 1))
    assert found.photo == ""


def test_the_photo_comes_only_when_it_is_asked_for(bridge: Running) -> None:
    assert identity(read(bridge, with_photo=True)).photo.startswith("/9j/")
    bridge.call("POST", "card", {"lie": "good", "photo": ""})
    declined(read(bridge, with_photo=True), "NO_PHOTO")
    bridge.call("POST", "card", {"lie": "good", "photo": "R0lGODlh"})
    with pytest.raises(Unavailable):
        read(bridge, with_photo=True)
    assert not identity(read(bridge)).photo


def test_a_photo_that_a_bridge_sends_unasked_is_dropped() -> None:
    found = card(CARDS["good"], False)
    assert isinstance(found, Identity)
    assert found.photo == ""


def test_a_card_that_does_not_expire(bridge: Running) -> None:
    bridge.call("POST", "card", {"lie": "for_ever"})
    assert identity(read(bridge)).valid_to is None


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        ("none", "NO_CARD"),
        ("unreadable", "UNREADABLE"),
        ("expired", "EXPIRED"),
        ("wrong_digit", "NUMBER"),
        ("other_birth", "BIRTH"),
        ("damaged_name", "NAME"),
    ],
)
def test_a_card_that_is_not_taken_is_declined_in_words(bridge: Running, lie: str, code: str) -> None:
    bridge.call("POST", "card", {"lie": lie})
    declined(read(bridge), code)


def test_validity_is_by_the_day_of_the_request(bridge: Running) -> None:
    identity(read(bridge, on=date(2040, 1, 1)))
    declined(read(bridge, on=date(2040, 1, 2)), "EXPIRED")
    declined(read(bridge, on=date(2019, 12, 31)), "NOT_YET")


def test_garbage_is_no_card(bridge: Running) -> None:
    bridge.call("POST", "card", {"lie": "garbage"})
    with pytest.raises(Unavailable):
        read(bridge)


@pytest.mark.parametrize("fault", ["lose_request", "lose_answer", "error_after_effect", "html"])
def test_without_an_answer_it_is_unavailable(bridge: Running, fault: str) -> None:
    bridge.faults(fault, "read")
    with pytest.raises(Unavailable):
        read(bridge)


def test_a_late_answer_is_none(bridge: Running) -> None:
    bridge.faults("delay", "read", seconds=0.5)
    with pytest.raises(Unavailable):
        read(bridge, deadline=0.2)


def test_a_till_without_a_reader_is_told_so(bridge: Running) -> None:
    declined(read(bridge, till="T2"), "NO_READER")


def test_a_wrong_token_is_a_setting(bridge: Running) -> None:
    connection = connect({"T1": bridge.url}, "guessed")
    with pytest.raises(InvalidConfig):
        read(bridge, connection=connection)
    result = plugin.check_connection(CheckRequest(connection, DEADLINE))
    assert not result.passed
    assert "guessed" not in result.says.en


def test_the_check_asks_every_bridge(bridge: Running) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    bridge.call("POST", "card", {"lie": "none"})
    assert plugin.check_connection(CheckRequest(connect({"T1": bridge.url}), DEADLINE)).passed
    result = plugin.check_connection(CheckRequest(connect({"T1": bridge.url, "T2": nowhere}), DEADLINE))
    assert not result.passed
    assert "T2" in result.says.en
    assert plugin.check_connection(CheckRequest(connect({}, ""), DEADLINE)).passed


def test_live_needs_https_beyond_this_machine() -> None:
    result = plugin.check_connection(CheckRequest(connect({"T1": "http://bridge.hall"}, live=True), DEADLINE))
    assert not result.passed
    assert "https" in result.says.en
    exposed = IdentityRequest(
        connect({"T1": "http://bridge.hall"}, live=True), 1.0, "T1", Reader.BRIDGE, "", TODAY, False
    )
    with pytest.raises(InvalidConfig):
        plugin.identity_read(exposed)


def test_nothing_of_a_card_is_logged_or_said(bridge: Running, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for lie in CARDS:
        bridge.call("POST", "card", {"lie": lie})
        try:
            outcome = read(bridge)
        except Unavailable as failed:
            said.append(failed.says)
        else:
            said += [outcome.reason.zh] if isinstance(outcome, Declined) else []
    for secret in (NUMBER, NAME, "东城区"):
        assert secret not in caplog.text + "".join(said)
    assert NUMBER not in str(bridge.books())


@pytest.mark.parametrize("separator", ["|", "\t", "^"])
def test_a_wedge_reader_types_nine_fields(separator: str) -> None:
    found = identity(typed(separator.join(TYPED) + "\r\n"))
    assert (found.number, found.name, found.born) == (NUMBER, NAME, date(1960, 2, 29))
    assert found.valid_to == date(2040, 1, 1)


def test_a_wedge_reader_types_the_number_alone() -> None:
    assert identity(typed(f"{NUMBER}\n")) == Identity(NUMBER, "")
    assert identity(typed("11010519491231002x")).number == "11010519491231002X"
    declined(typed("110101196002290018"), "NUMBER")
    declined(typed("110101196002300010"), "BIRTH")


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (3, "19600228", "BIRTH"),
        (3, "1960-02-29", "NOT_A_CARD"),
        (5, "110101196002290018", "NUMBER"),
        (0, "", "NOT_A_CARD"),
        (0, "王\ufffd", "NAME"),
        (8, "20200102", "EXPIRED"),
    ],
)
def test_what_was_typed_is_checked_like_a_card(place: int, value: str, code: str) -> None:
    declined(typed("|".join([*TYPED[:place], value, *TYPED[place + 1 :]])), code)


@pytest.mark.parametrize("words", ["", "hello", "|".join(TYPED[:-1]), "|".join([*TYPED, "x"]), ",".join(TYPED)])
def test_anything_else_is_no_card(words: str) -> None:
    declined(typed(words), "NOT_A_CARD")


def test_a_card_of_another_country_is_read_from_its_zone() -> None:
    found = identity(typed(ZONE, date(2010, 1, 1)))
    assert (found.number, found.name, found.born) == ("D23145890", "ANNA MARIA ERIKSSON", date(1974, 8, 12))
    assert (found.sex, found.issued_by, found.valid_to) == ("F", "UTO", date(2012, 4, 15))
    declined(typed(ZONE), "EXPIRED")
    declined(typed(ZONE.replace("740812", "740813"), date(2010, 1, 1)), "NUMBER")


@pytest.mark.parametrize("name", ["王䶮", "陈𠮷", "买买提·吐尔逊", "Anna-Maria O'Neil"])
def test_rare_and_foreign_names_are_names(name: str) -> None:
    assert identity(typed("|".join([name, *TYPED[1:]]))).name == name


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"status": "FINE"},
        {**CARDS["good"], "born": "1960022"},
        {**CARDS["good"], "born": "19600231"},
        {**CARDS["good"], "valid_to": "never"},
        {**CARDS["good"], "number": None},
        {**CARDS["good"], "name": " "},
    ],
)
def test_an_answer_that_does_not_fit_is_not_understood(wrong: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        card(wrong, False)
