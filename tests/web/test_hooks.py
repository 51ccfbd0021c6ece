"""Where outside systems send notices: no session, few words, and nothing lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from doubles import Step
from houses import STREET, Furnished, furnish
from jiedao.hookspecs.outcomes import Pending
from jiedao.worker import Runner
from jiedao_web.app import create_app
from jiedao_web.hooks import LARGEST
from messenger import Messenger
from postgres_server import Database

HERE = f"/hooks/{STREET}/card"


@pytest.fixture
def made(sqlite: Database, tmp_path: Path) -> Iterator[Furnished]:
    furnished = furnish(sqlite.url, tmp_path, acquirer=Messenger())
    with closing(furnished.house):
        yield furnished


@pytest.fixture
def client(made: Furnished) -> Iterator[FlaskClient]:
    runner = Runner(made.house)
    yield create_app(made.house, runner=runner).test_client()
    runner.close()


def send(client: FlaskClient, *topics: tuple[str, str], path: str = HERE, signature: str = "good") -> Any:
    content = json.dumps({"id": "n1", "topics": topics})
    return client.post(path, data=content, headers={"X-Signature": signature}, content_type="application/json")


def test_a_genuine_notice_is_answered_as_its_sender_expects_each_time(client: FlaskClient, made: Furnished) -> None:
    for _ in range(2):
        answer = send(client)
        assert (answer.status_code, answer.text, answer.mimetype) == (200, "ok", "text/plain")
    assert len(made.rows("notice")) == 1


def test_what_is_not_genuine_is_refused_without_a_word(client: FlaskClient) -> None:
    answer = send(client, signature="bad")
    assert (answer.status_code, answer.data) == (400, b"")


@pytest.mark.parametrize("path", [f"/hooks/{STREET}/nobody", "/hooks/999999999/card", f"/hooks/{STREET}/bills"])
def test_an_address_that_is_nobodys_says_the_same_as_any(client: FlaskClient, path: str) -> None:
    answer, other = send(client, path=path), client.post("/nothing/here")
    assert answer.status_code == 404
    assert answer.json == other.json


def test_only_posts_are_taken(client: FlaskClient) -> None:
    assert client.get(HERE).status_code == 405


def test_a_notice_has_a_largest_size(client: FlaskClient, made: Furnished) -> None:
    assert client.post(HERE, data=b"x" * (LARGEST + 1)).status_code == 413
    assert made.rows("notice") == []


def test_what_cannot_be_stored_must_be_sent_again(
    client: FlaskClient, made: Furnished, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_disk(street: str) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr(made.house.store, "write", no_disk)
    answer = send(client)
    assert (answer.status_code, answer.data) == (503, b"")
    assert int(answer.headers["Retry-After"]) > 0


def test_the_question_follows_the_answer(client: FlaskClient, made: Furnished) -> None:

    made.open_shift()
    made.acquirer.will("payment_start", Step(answer=Pending("P1")))
    begun = made.visit([made.bill("ELEC", "0012")], card=5012)
    made.house.operations.drive(begun.planned)
    (start,) = [row for row in made.operations() if row.hook == "payment_start"]
    assert send(client, ("operation", start.id)).status_code == 200
    made.resolve()
    assert made.attempt(begun.attempt).state == "paid"
    # The worker may have asked at the same moment: asking twice changes nothing.
    assert set(made.acquirer.sent("payment_query")) == {start.id}
