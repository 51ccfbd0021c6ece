"""Notices: kept as they came, checked, taken once, and only ever a reason to ask."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from doubles import Step
from houses import Furnished, furnish
from jiedao.hookspecs.outcomes import OutcomeUnknown, Pending
from jiedao.hookspecs.service import About
from jiedao.language import Text
from jiedao.notices import keeping
from jiedao.notices.notices import Received
from jiedao.problems import NotFound, ServicePaused
from jiedao.worker import Worker
from messenger import Messenger
from postgres_server import Database

NOW = datetime(2026, 11, 20, 8, tzinfo=UTC)


@dataclass
class Ticking:
    """A clock that a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Post:
    """A street that is sent notices."""

    made: Furnished
    messenger: Messenger
    clock: Ticking

    def send(self, id_: str, *topics: tuple[str, str], connection: str = "card", **more: Any) -> Received:
        """One notice, as the web gives it to the core."""
        content = json.dumps({"id": id_, "topics": topics, **more}).encode()
        return self.made.house.notices.receive(self.made.street, connection, {"X-Signature": "good"}, content)

    def forge(self, content: bytes = b"{}") -> Received:
        """One that is not genuine."""
        return self.made.house.notices.receive(self.made.street, "card", {"X-Signature": "bad"}, content)

    def ask(self, received: Received) -> None:
        """What the web lets a thread do."""
        self.made.house.notices.ask(self.made.street, received.id)

    def counts(self) -> dict[str, int]:
        """Of the connection."""
        (row,) = self.made.rows("notice_count")
        return {name: getattr(row, name) for name in ("genuine", "repeated", "refused")}

    def states(self) -> list[str]:
        """Of all notices that are kept."""
        return [row.state for row in sorted(self.made.rows("notice"), key=lambda row: row.id)]

    def pay(self, *steps: Step) -> str:
        """A payment by card whose acts are scripted; its operation."""
        self.messenger.will("payment_start", *steps)
        begun = self.made.visit([self.made.bill("ELEC", "0012")], card=5012)
        self.made.house.operations.drive(begun.planned)
        return str(next(row.id for row in self.made.operations() if row.hook == "payment_start"))

    def operation(self, id_: str) -> str:
        """The state of an operation."""
        return str(next(row.state for row in self.made.operations() if row.id == id_))


@pytest.fixture
def post(database: Database, tmp_path: Path) -> Iterator[Post]:
    messenger, clock = Messenger(), Ticking()
    made = furnish(database.url, tmp_path, acquirer=messenger, clock=clock)
    made.open_shift()
    with closing(made.house):
        yield Post(made, messenger, clock)


def test_a_notice_makes_the_core_ask_and_nothing_else(post: Post) -> None:
    operation = post.pay(Step(answer=Pending("P1", "weixin://pay")))
    assert post.operation(operation) == "pending"
    received = post.send("n1", ("operation", operation))
    assert (received.genuine, received.reply, received.media_type) == (True, "ok", "text/plain")
    assert post.operation(operation) == "pending"
    post.ask(received)
    assert post.operation(operation) == "succeeded"
    assert post.messenger.sent("payment_query") == [operation]
    assert post.states() == ["asked"]


def test_a_notice_that_lies_changes_nothing(post: Post) -> None:
    operation = post.pay(Step(effect=False, answer=OutcomeUnknown("line cut")))
    post.messenger.will("payment_query", Step(answer=Pending("P1")))
    post.ask(post.send("n1", ("operation", operation), status="paid in full"))
    assert post.operation(operation) == "pending"


def test_the_same_notice_is_taken_once_and_answered_each_time(post: Post) -> None:
    operation = post.pay(Step(answer=Pending("P1")))
    first, again = post.send("n1", ("operation", operation)), post.send("n1", ("operation", operation))
    assert again == Received(True, "", first.reply, first.media_type)
    assert post.counts() == {"genuine": 1, "repeated": 1, "refused": 0}
    assert len(post.states()) == 1


def test_the_same_notice_at_the_same_moment_is_taken_once(post: Post) -> None:
    with ThreadPoolExecutor(8) as pool:
        received = list(pool.map(lambda _: post.send("n1", ("person", "1")), range(8)))
    assert all(one.genuine for one in received)
    assert sum(bool(one.id) for one in received) == 1
    assert post.counts() == {"genuine": 1, "repeated": 7, "refused": 0}


def test_two_connections_may_number_their_notices_alike(post: Post) -> None:
    house, street = post.made.house, post.made.street
    with house.store.write(street) as tx:
        house.connections.create(tx, "other", post.messenger.name, Text.same("other"), {})
    assert post.send("n1", ("person", "1")).id
    assert post.send("n1", ("person", "1"), connection="other").id


@pytest.mark.parametrize(("street", "connection"), [("000000000", "card"), (None, "nobody"), (None, "bills")])
def test_an_address_that_is_nobodys_takes_nothing(post: Post, street: str | None, connection: str) -> None:
    with pytest.raises(NotFound):
        post.made.house.notices.receive(street or post.made.street, connection, {}, b"{}")
    assert post.made.rows("notice") == []


def test_what_is_not_genuine_is_counted_and_the_disk_is_not_filled(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(keeping.MOST_REFUSED + 5):
        assert not post.forge(str(number).encode()).genuine
    assert post.counts()["refused"] == keeping.MOST_REFUSED + 5
    assert post.states() == ["refused"] * keeping.MOST_REFUSED
    assert {row.reason for row in post.made.rows("notice")} == {"signature"}


def test_no_more_are_taken_than_can_be_looked_at(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST_WAITING", 2)
    post.messenger.broken = True
    for _ in range(3):
        with pytest.raises(ServicePaused):
            post.forge()
    assert post.states() == ["received", "received"]


@pytest.mark.parametrize(("ago", "genuine"), [(timedelta(hours=23), True), (timedelta(hours=25), False)])
def test_what_is_older_than_a_day_is_refused(post: Post, ago: timedelta, genuine: bool) -> None:
    received = post.send("n1", ("person", "1"), made_at=(NOW - ago).isoformat())
    assert received.genuine is genuine
    assert bool(received.id) is genuine


def test_it_is_kept_sealed_with_the_headers_of_its_signature_only(post: Post) -> None:
    headers = {"X-Signature": "good", "Cookie": "session=1", "X-Forwarded-For": "10.0.0.1", "Content-Type": "text/x"}
    content = json.dumps({"id": "n1", "topics": [["person", "150602194001011234"]]}).encode()
    received = post.made.house.notices.receive(post.made.street, "card", headers, content)
    (row,) = post.made.rows("notice")
    stored = bytes(row.sealed) + bytes(row.topics)
    assert b"150602194001011234" not in stored
    assert b"good" not in stored
    with post.made.house.store.read(post.made.street) as tx:
        kept = keeping.Drawer(tx, post.made.house.keyring).find(received.id)
    assert kept is not None
    assert kept.content == content
    assert kept.headers == {"content-type": "text/x", "x-signature": "good"}


def test_rooms_say_who_asks_about_what(post: Post) -> None:
    asked: list[tuple[str, ...]] = []
    post.made.house.notices.about(About.CONSIGNMENT, lambda *told: asked.append(told))
    received = post.send("n1", ("consignment", "1234567890123"), ("person", "nobody has the number"))
    post.ask(received)
    assert asked == [(post.made.street, "card", "1234567890123", received.id)]
    assert post.states() == ["asked"]


def test_an_operation_of_another_connection_is_none_of_its_business(post: Post) -> None:
    operation = post.pay(Step(answer=Pending("P1")))
    house, street = post.made.house, post.made.street
    with house.store.write(street) as tx:
        house.connections.create(tx, "other", post.messenger.name, Text.same("other"), {})
    post.ask(post.send("n1", ("operation", operation), ("operation", "no such"), connection="other"))
    assert post.operation(operation) == "pending"
    assert post.messenger.sent("payment_query") == []


def test_a_worker_asks_what_a_crash_left_unasked(post: Post) -> None:
    operation = post.pay(Step(answer=Pending("P1")))
    post.send("n1", ("operation", operation))
    worker = Worker(post.made.house)
    assert post.made.house.notices.finish_due(post.made.street) == 0
    post.clock.now += timedelta(seconds=keeping.LEASE + 1)
    while worker.once():
        pass
    assert post.operation(operation) == "succeeded"
    assert post.states() == ["asked"]


def test_a_worker_looks_at_what_nobody_has_looked_at(post: Post) -> None:
    operation = post.pay(Step(answer=Pending("P1")))
    post.messenger.broken = True
    with pytest.raises(ServicePaused):
        post.send("n1", ("operation", operation))
    post.messenger.broken = False
    post.clock.now += timedelta(seconds=keeping.LEASE + 1)
    assert post.made.house.notices.finish_due(post.made.street) == 1
    assert post.states() == ["asked"]
    assert post.operation(operation) == "succeeded"


def test_asking_that_goes_wrong_is_tried_again_and_then_left(post: Post) -> None:
    def fail(*_: str) -> None:
        raise ZeroDivisionError

    post.made.house.notices.about(About.PERSON, fail)
    post.send("n1", ("person", "1"))
    for _ in range(keeping.MOST_TRIES):
        assert post.states() == ["genuine"]
        post.clock.now += timedelta(days=1)
        assert post.made.house.notices.finish_due(post.made.street) == 1
    assert post.states() == ["failed"]
    post.clock.now += timedelta(days=1)
    assert post.made.house.notices.finish_due(post.made.street) == 0
