"""API keys over REST: issued once, good for what their scopes say, ended at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused
from sqlalchemy import select, text

from houses import PASSWORD, STREET, furnish
from jiedao.clock import system_clock
from jiedao.store import tables
from jiedao.store.unit import STREET as OF_STREET
from jiedao.worker import Runner
from jiedao_web.app import create_app
from jiedao_web.pace import AT_ONCE
from postgres_server import Database

OTHER = "150602008"


class Office:
    """A street with a clock that tests move, behind one application with another street."""

    def __init__(self, url: str, folder: Path) -> None:
        self.ahead = timedelta()
        self.other = furnish(url, folder, street=OTHER)
        self.other.house.close()
        self.made = furnish(url, folder, clock=lambda: system_clock() + self.ahead)
        self.runner = Runner(self.made.house)
        self.client = create_app(self.made.house, runner=self.runner).test_client(use_cookies=False)

    def desk(self, login: str, street: str = STREET) -> Desk:
        """Staff with a session."""
        who = {"street": street, "login": login, "password": PASSWORD, "till": ""}
        return Desk(self.client, self.client.post(f"{BASE}sessions", json=who).json["token"])

    def issue(self, *scopes: str, **more: Any) -> tuple[str, Desk]:
        """A key's id, and who holds it."""
        body = {"title": "报表程序", "role": "accountant", "scopes": list(scopes), **more}
        answer = self.desk("administrator").post("keys", body)
        assert answer.status_code == 201, answer.text
        return answer.json["id"], Desk(self.client, answer.json["token"])


@pytest.fixture
def office(sqlite: Database, tmp_path: Path) -> Iterator[Office]:
    """One office."""
    office = Office(sqlite.url, tmp_path)
    with closing(office.made.house):
        yield office
        office.runner.close()


def test_a_key_does_what_its_scopes_say_and_nothing_else(office: Office) -> None:
    id_, program = office.issue("settlements:read")
    assert program.token.startswith(f"jdk_{STREET}.{id_}.")
    assert program.get("settlements/breaks").status_code == 200
    asked = refused(program.get("ledger/balances"), 403, "scope.missing")
    assert asked["scope"] == "ledger:read"
    assert "ledger:read" in asked["detail"]
    assert refused(program.post("settlements", {}), 403, "scope.missing")["scope"] == "settlements:write"


def test_the_role_of_a_key_is_asked_for_as_well(office: Office) -> None:
    _, program = office.issue("ledger:read", role="operator")
    refused(program.get("ledger/balances"), 403, "role.missing")


def test_no_key_opens_keys_sessions_or_staff(office: Office) -> None:
    _, program = office.issue("ledger:read", role="administrator")
    for path in ("keys", "staff", "account", "account/sessions", "settings/sign-in", "settings/identity-provider"):
        refused(program.get(path), 403, "scope.never")
    refused(program.send("DELETE", "sessions/current"), 403, "scope.never")
    refused(office.desk("administrator").post("keys", _body("keys:write")), 422, "key.scope", "scopes")


def test_the_token_is_shown_once_and_only_its_digest_is_stored(office: Office) -> None:
    administrator = office.desk("administrator")
    first = administrator.post("keys", _body("ledger:read"), key="once")
    again = administrator.post("keys", _body("ledger:read"), key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["id"] == again.json["id"]
    assert again.json["token"] is None
    assert "token" not in administrator.get("keys").json["keys"][0]
    secret = first.json["token"].rpartition(".")[2]
    with office.made.house.store.engine.connect() as connection:
        stored = " ".join(str(row) for row in connection.execute(text("SELECT * FROM api_key")))
        noted = " ".join(str(row) for row in connection.execute(text("SELECT * FROM audit")))
    assert secret not in stored + noted


def test_a_key_in_a_hurry_is_told_to_wait(office: Office) -> None:
    _, program = office.issue("settlements:read")
    answers = [program.get("settlements/breaks") for _ in range(4 * AT_ONCE)]
    assert [one.status_code for one in answers[:AT_ONCE]] == [200] * AT_ONCE
    turned_away = next(one for one in answers if one.status_code != 200)
    refused(turned_away, 429, "key.pace")
    assert turned_away.headers["Retry-After"] == "1"
    _, another = office.issue("settlements:read")
    assert another.get("settlements/breaks").status_code == 200


def test_a_revoked_key_is_refused_at_once(office: Office) -> None:
    id_, program = office.issue("ledger:read")
    assert program.get("ledger/balances").status_code == 200
    administrator = office.desk("administrator")
    assert administrator.post(f"keys/{id_}/revocation", {"reason": "已更换"}).json["state"] == "revoked"
    refused(program.get("ledger/balances"), 401, "key.unknown")
    refused(administrator.post(f"keys/{id_}/revocation", {"reason": "已更换"}), 409, "key.state")


def test_a_key_lapses(office: Office) -> None:
    until = (office.made.house.store.clock() + timedelta(hours=1)).isoformat()
    id_, program = office.issue("ledger:read", expires_at=until)
    assert program.get("ledger/balances").status_code == 200
    office.ahead = timedelta(hours=2)
    refused(program.get("ledger/balances"), 401, "key.unknown")
    assert office.desk("administrator").get(f"keys/{id_}").json["state"] == "expired"


def test_its_use_is_noted_once_a_minute(office: Office) -> None:
    id_, program = office.issue("ledger:read")
    administrator = office.desk("administrator")
    assert administrator.get(f"keys/{id_}").json["used_at"] is None
    writes: list[str] = []
    office.made.house.store.watch = lambda sql, _: writes.append(sql) if sql.startswith("UPDATE api_key") else None
    for _ in range(3):
        assert program.get("ledger/balances").status_code == 200
    assert len(writes) == 1
    assert administrator.get(f"keys/{id_}").json["used_at"]


@pytest.mark.parametrize(
    "token",
    ["jdk_", f"jdk_{STREET}", f"jdk_{STREET}.{'0' * 20}.{'x' * 43}", "jdk_999999999." + "0" * 20 + "." + "x" * 43],
)
def test_what_is_no_key_is_refused(office: Office, token: str) -> None:
    refused(Desk(office.client, token).get("ledger/balances"), 401, "key.unknown")


def test_another_secret_or_street_makes_another_key(office: Office) -> None:
    _, program = office.issue("ledger:read")
    assert program.get("ledger/balances").status_code == 200
    wrong = replace(program, token=program.token[:-1] + ("A" if program.token[-1] != "A" else "B"))
    refused(wrong.get("ledger/balances"), 401, "key.unknown")
    elsewhere = replace(program, token=program.token.replace(STREET, OTHER))
    refused(elsewhere.get("ledger/balances"), 401, "key.unknown")


def test_keys_of_another_street_are_not_found(office: Office) -> None:
    id_, program = office.issue("ledger:read")
    stranger = office.desk("administrator", OTHER)
    refused(stranger.get(f"keys/{id_}"), 404, "key.missing")
    refused(stranger.post(f"keys/{id_}/revocation", {"reason": "别的街道"}), 404, "key.missing")
    assert stranger.get("keys").json["keys"] == []
    assert program.get("ledger/balances").status_code == 200


def test_what_a_key_does_is_audited_under_its_name(office: Office) -> None:
    id_, program = office.issue("connections:write", role="administrator")
    assert program.send("PUT", "connections/bills/settings", {"settings": {}}).status_code == 200
    with office.made.house.store.read(STREET) as tx:
        rows = tx.rows(select(tables.audit).where(tables.audit.c.street == OF_STREET))
    assert [row.staff for row in rows if row.action == "connection.configure"] == [f"key {id_}"]


def test_only_administrators_manage_keys(office: Office) -> None:
    for login in ("operator", "accountant"):
        refused(office.desk(login).get("keys"), 403, "role.missing")
        refused(office.desk(login).post("keys", _body("ledger:read")), 403, "role.missing")


def test_a_key_needs_a_known_till_a_title_and_a_future(office: Office) -> None:
    administrator = office.desk("administrator")
    refused(administrator.post("keys", _body("ledger:read", till="T9")), 404, "till.missing", "till")
    refused(administrator.post("keys", _body("ledger:read", title=" ")), 422, "key.title", "title")
    past = {"expires_at": "2020-01-01T00:00:00+00:00"}
    refused(administrator.post("keys", _body("ledger:read", **past)), 422, "key.expiry", "expires_at")
    refused(administrator.post("keys", _body("ledger:delete")), 422, "key.scope", "scopes")
    assert administrator.post("keys", _body("ledger:read", till="T1")).json["till"] == "T1"


def _body(*scopes: str, **more: Any) -> dict[str, Any]:
    return {"title": "报表程序", "role": "accountant", "scopes": list(scopes), **more}
