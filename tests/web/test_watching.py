"""What whoever watches the process sees: life, readiness, figures, and one line in the log for each request."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, refused
from sqlalchemy import text

from houses import PASSWORD, STREET, Furnished, furnish
from jiedao import condition
from jiedao.clock import system_clock
from jiedao.store.believed import Believed
from jiedao.worker import Runner, Worker
from jiedao_cli.logs import formatter
from jiedao_web.access import HEADER
from jiedao_web.app import create_app
from postgres_server import Database


class Office:
    """A street whose clock tests move."""

    def __init__(self, url: str, folder: Path, token: str = "") -> None:
        self.ahead = timedelta()
        self.made: Furnished = furnish(url, folder, clock=lambda: system_clock() + self.ahead)
        self.house = self.made.house
        self.house.watching._seen = Believed(seconds=-1.0)
        self.runner = Runner(self.house)
        self.client: Any = create_app(self.house, runner=self.runner, metrics_token=token).test_client()

    def figures(self) -> dict[str, float]:
        """Every figure by its name with labels."""
        lines = [line for line in self.client.get("/metrics").text.splitlines() if not line.startswith("#")]
        return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines)}

    def close(self) -> None:
        """Give everything back."""
        self.runner.close()
        self.house.close()


@pytest.fixture
def office(database: Database, tmp_path: Path) -> Iterator[Office]:
    """One office on each engine."""
    with closing(Office(database.url, tmp_path)) as office:
        yield office


def test_life_is_said_in_the_same_words_everywhere(office: Office) -> None:
    for where in ("/health", f"{BASE}health"):
        answer = office.client.get(where)
        assert (answer.status_code, answer.json) == (200, {"status": "ok"})
        assert answer.headers["Cache-Control"] == "no-store"


def test_without_a_database_there_is_no_life(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office.house.watching, "answers", lambda: False)
    for where in ("/health", "/health/ready", f"{BASE}health"):
        refused(office.client.get(where), 503, "health.database")


def test_a_database_that_is_gone_does_not_answer(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError("no database")

    monkeypatch.setattr(office.house.store.engine, "connect", gone)
    assert not office.house.watching.answers()


def test_ready_only_while_a_worker_works(office: Office) -> None:
    silent = office.client.get("/health/ready")
    assert (silent.status_code, silent.json["worker"], silent.json["schema"]) == (503, "silent", "ok")
    Worker(office.house).once()
    ready = office.client.get("/health/ready")
    assert (ready.status_code, ready.json["status"]) == (200, "ready")
    assert set(ready.json) == {"status", "schema", "worker", "operations", "oldest_due_seconds"}
    office.ahead += timedelta(seconds=condition.SILENT_SECONDS + 1)
    assert office.client.get("/health/ready").json["worker"] == "silent"


def test_not_ready_while_operations_are_late(office: Office) -> None:
    office.made.open_shift()
    office.made.acquirer.outcomes = []
    begun = office.made.visit([office.made.bill("ELEC", "0012")], card=5012)
    assert begun.planned
    office.ahead += timedelta(seconds=condition.LATE_SECONDS + 60)
    condition.beat(office.house.store, STREET)
    late = office.client.get("/health/ready")
    assert (late.status_code, late.json["operations"], late.json["worker"]) == (503, "late", "ok")
    assert late.json["oldest_due_seconds"] > condition.LATE_SECONDS


def test_not_ready_over_a_database_of_another_version(sqlite: Database, tmp_path: Path) -> None:
    with closing(Office(sqlite.url, tmp_path)) as office:
        with office.house.store.engine.begin() as connection:
            connection.execute(text("UPDATE schema_version SET version = 1"))
        answer = office.client.get("/health/ready")
        assert (answer.status_code, answer.json["schema"]) == (503, "wrong version")


def test_figures_count_what_was_done(office: Office) -> None:
    office.made.open_shift()
    begun = office.made.visit([office.made.bill("ELEC", "0012")], card=5012)
    office.made.finish(begun)
    Worker(office.house).once()
    office.client.get(f"{BASE}orders/01234567890123456789")
    office.client.get(f"{BASE}orders/01234567890123456780")
    office.client.open("/nowhere/13912345678", method="BREW")
    found = office.figures()
    route = f'method="GET",route="{BASE}orders/<id:order>"'
    assert found[f'jiedao_requests_total{{{route},status="401"}}'] == 2
    assert found['jiedao_requests_total{method="OTHER",route="none",status="404"}'] == 1
    assert found[f"jiedao_request_seconds_count{{{route}}}"] == 2
    assert found['jiedao_operations_total{hook="payment_start",state="succeeded"}'] == 1
    assert found['jiedao_operations_total{hook="biller_pay",state="succeeded"}'] == 1
    assert found["jiedao_worker_rounds_total"] == 1
    assert (found["jiedao_worker_up"], found["jiedao_database_up"], found["jiedao_operations_review"]) == (1, 1, 0)
    assert not any("13912345678" in name or begun.order in name for name in found)


def test_figures_are_for_this_machine(office: Office) -> None:
    assert office.client.get("/metrics").status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    refused(office.client.get("/metrics", environ_base=elsewhere), 404, "http.404")


def test_with_a_token_figures_are_for_who_brings_it(sqlite: Database, tmp_path: Path) -> None:
    with closing(Office(sqlite.url, tmp_path, token="a long token")) as office:
        assert office.client.get("/metrics").status_code == 404
        wrong = {"Authorization": "Bearer another token"}
        assert office.client.get("/metrics", headers=wrong).status_code == 404
        right = {"Authorization": "Bearer a long token"}
        answer = office.client.get("/metrics", headers=right, environ_base={"REMOTE_ADDR": "192.0.2.7"})
        assert answer.status_code == 200
        assert "jiedao_worker_up" in answer.text


def test_figures_are_there_without_a_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OSError("no database")

    monkeypatch.setattr(office.house.watching, "look", gone)
    assert office.figures()["jiedao_database_up"] == 0


@pytest.mark.parametrize(
    ("given", "kept"),
    [("trace-0123456789", True), ("short", False), ("with space in it", False), ("x" * 65, False), ("a\tb" * 9, False)],
)
def test_a_sane_number_of_a_request_is_taken_and_always_given_back(office: Office, given: str, kept: bool) -> None:
    found = office.client.get("/health", headers={HEADER: given}).headers[HEADER]
    assert (found == given) is kept
    assert len(found) >= 8


def test_a_request_is_one_line_that_says_who_and_what(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    who = {"street": STREET, "login": "operator", "password": PASSWORD, "till": ""}
    token = office.client.post(f"{BASE}sessions", json=who).json["token"]
    caplog.set_level(logging.INFO, "jiedao_web.access")
    told = {"Authorization": f"Bearer {token}", HEADER: "trace-0123456789"}
    told["Idempotency-Key"] = "one"
    office.client.post(f"{BASE}residents/search", json={"q": "13912345678"}, headers=told)
    (record,) = [one for one in caplog.records if one.name == "jiedao_web.access"]
    line = json.loads(formatter("json").format(record))
    assert line["request_id"] == "trace-0123456789"
    assert (line["street"], line["staff"]) == (STREET, office.made.operator.staff)
    assert (line["method"], line["route"], line["status"]) == ("POST", f"{BASE}residents/search", 200)
    assert line["ms"] >= 0
    assert (line["level"], line["logger"]) == ("INFO", "jiedao_web.access")
    assert "13912345678" not in json.dumps(line)
    assert token not in json.dumps(line)
