"""Settlements and breaks over REST."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from api_desk import BASE, Desk

from houses import PASSWORD, STREET, furnish
from jiedao.hookspecs.payment import Movement, SettlementRow
from jiedao.worker import Runner
from jiedao_web.app import create_app
from postgres_server import Database
from settling import Settling

DAY = date(2026, 11, 20)
WHAT = {"connection": "card", "on": "2026-11-20"}


@pytest.fixture
def desks(sqlite: Database, tmp_path: Path) -> Iterator[dict[str, Desk]]:
    """Sessions of each role, over an acquirer that settled one sale of which the street knows nothing."""
    acquirer = Settling()
    acquirer.rows.append(SettlementRow("txn_1", Movement.SALE, "", "ref", 700, 5, 695, "CNY", DAY))
    made = furnish(sqlite.url, tmp_path, acquirer=acquirer)
    runner = Runner(made.house)
    client = create_app(made.house, runner=runner).test_client(use_cookies=False)

    def sign_in(login: str) -> Desk:
        who = {"street": STREET, "login": login, "password": PASSWORD, "till": ""}
        return Desk(client, client.post(f"{BASE}sessions", json=who).json["token"])

    with closing(made.house):
        yield {role: sign_in(role) for role in ("operator", "accountant")}
        runner.close()


def test_a_day_is_taken_and_its_break_closed_with_evidence(desks: dict[str, Desk]) -> None:
    accountant = desks["accountant"]
    taken = accountant.post("settlements", WHAT)
    assert taken.status_code == 201
    (row,) = taken.json["rows"]
    assert (row["id"], row["gross"], row["net"], row["settled_on"]) == ("txn_1", 700, 695, "2026-11-20")
    assert accountant.get("settlements?connection=card&on=2026-11-20").json == taken.json
    (found,) = accountant.get("settlements/breaks").json["breaks"]
    assert (found["kind"], found["ours"], found["theirs"], found["row"]) == ("theirs_only", None, 700, "txn_1")
    closing_it = f"settlements/breaks/{found['id']}/closing"
    assert accountant.post(closing_it, {"evidence": "ok"}).status_code == 422
    closed = accountant.post(closing_it, {"evidence": "看过后台，是测试收款"})
    assert (closed.status_code, closed.json["state"]) == (200, "closed")
    assert accountant.get("settlements/breaks").json["breaks"] == []
    assert len(accountant.get("settlements/breaks?state=closed").json["breaks"]) == 1


def test_an_operator_sees_nothing_of_it(desks: dict[str, Desk]) -> None:
    operator = desks["operator"]
    assert operator.post("settlements", WHAT).status_code == 403
    assert operator.get("settlements?connection=card&on=2026-11-20").status_code == 403
    assert operator.get("settlements/breaks").status_code == 403


def test_what_is_no_day_of_a_connection_is_refused(desks: dict[str, Desk]) -> None:
    accountant = desks["accountant"]
    assert accountant.post("settlements", {**WHAT, "on": "yesterday"}).status_code == 422
    assert accountant.post("settlements", {**WHAT, "connection": "bills"}).json["field"] == "connection"
    assert accountant.post("settlements", {**WHAT, "connection": "nobody"}).status_code == 404
