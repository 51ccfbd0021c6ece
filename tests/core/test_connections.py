"""A street's connections: the gates between their states, and secrets that go in and never come out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from core_counter import STREET, Counter
from core_doubles import NO, Acquirer

from jiedao.checkout.checkout import Paying
from jiedao.hookspecs.outcomes import InvalidConfig, OutcomeUnknown, Unavailable
from jiedao.hookspecs.service import CheckResult
from jiedao.language import Text
from jiedao.operations.model import State as Op
from jiedao.problems import Conflict, Invalid, NotFound, ServicePaused
from jiedao.registry.connections import Connections, Setup, State
from jiedao.store import tables
from jiedao.store.keyring import CannotOpen, Keyring

SECRET = "hunter2-hunter2-hunter2"
PASSWORD = "opensesame-opensesame"


def setup(counter: Counter, id_: str = "card2") -> Setup:
    with counter.read() as tx:
        return next(one for one in counter.house.connections.all(tx) if one.id == id_)


def switch(counter: Counter, to: State, id_: str = "card2") -> None:
    with counter.write() as tx:
        counter.house.connections.switch(tx, id_, to)


def configure(counter: Counter, id_: str = "card2", **given: Any) -> None:
    with counter.write() as tx:
        counter.house.connections.configure(tx, id_, given)


@pytest.fixture
def rooms(counter: Counter) -> Connections:
    """With a connection card2 that has a setting and two secrets."""
    given = {"url": "http://127.0.0.1:1", "secret": SECRET, "password": PASSWORD}
    with counter.write() as tx:
        counter.house.connections.create(tx, "card2", "pos", Text("卡", "card"), given)
    return counter.house.connections


# states


def test_a_new_connection_is_off_and_does_nothing(counter: Counter, rooms: Connections) -> None:
    assert setup(counter).state is State.OFF
    with counter.read() as tx, pytest.raises(ServicePaused):
        rooms.for_business(tx, "card2")


def test_only_a_passing_check_of_these_settings_opens_the_gate_to_live(counter: Counter, rooms: Connections) -> None:
    pos = counter.plugins["pos"]
    failed = CheckResult(False, Text("密钥不对", "wrong key"))
    pos.will("check_connection", failed, InvalidConfig("401"), Unavailable("no line"), RuntimeError(SECRET))
    with pytest.raises(Conflict, match=r"connection\.unchecked"):
        switch(counter, State.LIVE)
    for says in ("wrong key", "401", "no line", "pos raised RuntimeError in check_connection"):
        assert rooms.check(STREET, "card2").passed is False
        assert setup(counter).check["says"]["en"] == says
        with pytest.raises(Conflict, match=r"connection\.unchecked"):
            switch(counter, State.LIVE)
    assert rooms.check(STREET, "card2").passed
    switch(counter, State.LIVE)
    with counter.read() as tx:
        assert rooms.for_business(tx, "card2").live


def test_changed_settings_pause_a_live_connection_until_it_is_checked_again(
    counter: Counter, rooms: Connections
) -> None:
    rooms.check(STREET, "card2")
    switch(counter, State.LIVE)
    configure(counter, url="http://127.0.0.1:2")
    seen = setup(counter)
    assert (seen.state, seen.paused_because, seen.version) == (State.PAUSED, "settings", 2)
    with counter.read() as tx, pytest.raises(ServicePaused):
        rooms.for_business(tx, "card2")
    with pytest.raises(Conflict, match=r"connection\.unchecked"):
        switch(counter, State.LIVE)
    rooms.check(STREET, "card2")
    switch(counter, State.LIVE)
    assert setup(counter).paused_because == ""


def test_a_check_of_the_old_settings_counts_for_nothing(counter: Counter, rooms: Connections) -> None:
    def meanwhile(_request: object) -> CheckResult:
        configure(counter, url="http://127.0.0.1:2")
        return CheckResult(True, Text("好", "good"))

    counter.plugins["pos"].will("check_connection", meanwhile)
    assert rooms.check(STREET, "card2").passed
    with pytest.raises(Conflict, match=r"connection\.unchecked"):
        switch(counter, State.LIVE)


def test_a_slow_check_of_old_settings_does_not_undo_a_later_one(counter: Counter, rooms: Connections) -> None:
    good = CheckResult(True, Text("好", "good"))

    def meanwhile(_request: object) -> CheckResult:
        configure(counter, url="http://127.0.0.1:2")
        assert rooms.check(STREET, "card2").passed
        return CheckResult(False, Text("旧", "old"))

    counter.plugins["pos"].will("check_connection", meanwhile, good)
    rooms.check(STREET, "card2")
    assert setup(counter).check["says"]["en"] == "good"
    switch(counter, State.LIVE)


def test_off_is_refused_while_something_is_open_and_paused_is_not(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", OutcomeUnknown("cut"))
    begun = counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    with pytest.raises(Conflict) as refused:
        switch(counter, State.OFF, "pos")
    assert (refused.value.code, refused.value.facts) == ("connection.busy", {"open": 1})
    switch(counter, State.PAUSED, "pos")
    with pytest.raises(ServicePaused):
        counter.visit(counter.bill("WATER", 100), Paying("card", 100, "pos"))
    counter.plugins["pos"].will("payment_query", NO)
    counter.resolve()
    assert counter.order(begun) == "open", "what was open was finished"
    switch(counter, State.OFF, "pos")


def test_a_plugin_that_finds_its_settings_wrong_pauses_itself(counter: Counter) -> None:
    counter.plugins["pos"].will("payment_start", InvalidConfig("the merchant is closed"))
    begun = counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    seen = setup(counter, "pos")
    assert (seen.state, seen.paused_because) == (State.PAUSED, "the merchant is closed")
    assert counter.order(begun) == "open"


def test_pausing_what_is_off_leaves_it_off(counter: Counter, rooms: Connections) -> None:
    rooms.pause(STREET, "card2", "trouble")
    assert setup(counter).state is State.OFF


def test_what_is_not_there(counter: Counter, rooms: Connections) -> None:
    for act in (lambda tx: rooms.configure(tx, "none", {}), lambda tx: rooms.switch(tx, "none", State.TEST)):
        with pytest.raises(NotFound, match=r"connection\.missing"), counter.write() as tx:
            act(tx)
    with pytest.raises(NotFound, match=r"plugin\.missing"), counter.write() as tx:
        rooms.create(tx, "x", "no_such_plugin", Text.same("x"), {})
    with pytest.raises(Conflict, match=r"connection\.exists"), counter.write() as tx:
        rooms.create(tx, "card2", "pos", Text.same("x"), {})
    with pytest.raises(Invalid, match=r"settings\.broken"):
        configure(counter, broken=1)
    assert setup(counter).version == 1


# secrets


def stored_bytes(counter: Counter) -> bytes:
    return b"".join(path.read_bytes() for path in counter.folder.iterdir() if path.name.startswith("jiedao.db"))


def test_secrets_are_nowhere_but_sealed(counter: Counter, rooms: Connections) -> None:
    rooms.check(STREET, "card2")
    configure(counter, url="http://127.0.0.1:2", password="second-secret-second")
    seen = setup(counter)
    assert seen.settings == {"url": "http://127.0.0.1:2"}
    assert seen.secrets == ("password", "secret")
    for secret in (SECRET, PASSWORD, "second-secret-second"):
        assert secret not in repr(seen)
        assert secret.encode() not in stored_bytes(counter)
    (check,) = counter.plugins["pos"].asked("check_connection")
    assert check.connection.settings["secret"] == SECRET, "only the plugin sees it"
    assert SECRET not in repr(check)


def test_a_secret_that_is_not_given_stays(counter: Counter, rooms: Connections) -> None:
    configure(counter, password="changed")
    connection = rooms.for_finishing(STREET, "card2")
    assert dict(connection.settings) == {"url": "http://127.0.0.1:1", "secret": SECRET, "password": "changed"}


def test_another_key_does_not_open(counter: Counter, rooms: Connections, tmp_path: Path) -> None:
    other = Connections(counter.house.store, counter.house.registry, Keyring.create(tmp_path / "other.keys"))
    with pytest.raises(CannotOpen):
        other.for_finishing(STREET, "card2")
    with counter.read() as tx, pytest.raises(CannotOpen):
        other.all(tx)


def swapped(counter: Counter, source: tuple[str, str], target: tuple[str, str]) -> Connections:
    """The connections of a house in whose database one sealed value was copied into another row."""
    (row,) = counter.sql("SELECT secrets FROM connection WHERE street = :s AND id = :i", s=source[0], i=source[1])
    with counter.house.store.engine.begin() as raw:
        raw.execute(
            tables.connection.update().where(
                tables.connection.c.street == target[0], tables.connection.c.id == target[1]
            ),
            {"secrets": row.secrets},
        )
    return Connections(counter.house.store, counter.house.registry, counter.house.keyring)


def test_secrets_cannot_be_moved_to_another_connection_or_street(counter: Counter, rooms: Connections) -> None:
    given = {"url": "http://evil.example", "secret": "own"}
    with counter.write() as tx:
        rooms.create(tx, "card3", "pos", Text.same("x"), given)
    with counter.house.store.write("150602008") as tx:
        rooms.create(tx, "card2", "pos", Text.same("x"), given)
    for street, id_ in ((STREET, "card3"), ("150602008", "card2")):
        with pytest.raises(CannotOpen):
            swapped(counter, (STREET, "card2"), (street, id_)).for_finishing(street, id_)


def test_a_changed_byte_does_not_open(tmp_path: Path) -> None:
    keyring = Keyring.create(tmp_path / "keys")
    sealed = keyring.seal(SECRET, "connection", "s/c")
    assert keyring.open(sealed, "connection", "s/c") == SECRET
    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1
        with pytest.raises(CannotOpen):
            keyring.open(bytes(broken), "connection", "s/c")
    for purpose, context in (("offer", "s/c"), ("connection", "s/d")):
        with pytest.raises(CannotOpen):
            keyring.open(sealed, purpose, context)
    assert keyring.seal(SECRET, "connection", "s/c") != sealed, "every seal has a nonce of its own"


def test_keys_can_be_added_and_the_file_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    first = Keyring.create(path)
    sealed, blind = first.seal("x", "p", "c"), first.blind("x", "p", "s")
    Keyring.create(tmp_path / "more")
    path.write_text(path.read_text("ascii") + (tmp_path / "more").read_text("ascii"), "ascii")
    both = Keyring.read(path)
    assert both.open(sealed, "p", "c") == "x"
    assert both.seal("x", "p", "c")[0] == 1, "the newest seals"
    assert both.blind("x", "p", "s") == blind, "what was stored before is still found"
    assert both.blind("x", "p", "t") != blind, "each street has its own"
    assert (tmp_path / "more").stat().st_mode & 0o077 == 0
    with pytest.raises(FileExistsError):
        Keyring.create(path)
    with pytest.raises(ValueError, match="32 bytes"):
        Keyring([b"short"])


def test_acts_that_are_open_are_counted_until_they_end(counter: Counter) -> None:
    counter.plugins["mute"].will("payment_start", OutcomeUnknown("cut"))
    counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "mute"))
    rooms = counter.house.connections
    with counter.read() as tx:
        assert (rooms.open_work(tx, "mute"), rooms.open_work(tx, "pos")) == (1, 0)
    counter.decide("payment_start", Op.DECLINED)
    with counter.read() as tx:
        assert rooms.open_work(tx, "mute") == 0


def test_requests_of_operations_hold_no_settings(counter: Counter) -> None:
    configure(counter, "pos", secret=SECRET, url="u")
    counter.visit(counter.bill("ELEC", 9000), Paying("card", 9000, "pos"))
    for row in counter.sql("SELECT request, outcome FROM operation"):
        assert SECRET not in json.dumps([row.request, row.outcome])
    assert isinstance(counter.plugins["pos"], Acquirer)
