"""Signing in: tokens, cookies, CSRF, throttling, roles."""

from __future__ import annotations

from dataclasses import replace

import pytest
from api_desk import BASE, Api, Desk, refused
from werkzeug.test import TestResponse

from houses import PASSWORD, STREET
from jiedao.directory.caller import Role
from jiedao.directory.staff import add_staff

_PAID = "bill-files/paid?connection=files&biller=HOMES&from=2026-01-01&to=2026-01-02"


def sign_in(api: Api, login: str, password: str = PASSWORD) -> TestResponse:
    body = {"street": STREET, "login": login, "password": password}
    return api.app.test_client(use_cookies=False).post(f"{BASE}sessions", json=body)


def test_a_session_says_whose_it_is(api: Api) -> None:
    desk = api.sign_in("accountant", till="T2")
    session = desk.get("sessions/current").json
    assert (session["street"], session["role"], session["till"]) == (STREET, "accountant", "T2")
    assert session["csrf"]
    assert "token" not in session
    assert desk.token.startswith(f"{STREET}.")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_out_of_reach_for_scripts_and_other_sites(api: Api, scheme: str) -> None:
    client = api.app.test_client(use_cookies=False)
    body = {"street": STREET, "login": "operator", "password": PASSWORD}
    answer = client.post(f"{BASE}sessions", json=body, base_url=f"{scheme}://localhost")
    cookie = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
    assert ("Secure" in cookie.split("; ")) is (scheme == "https")
    assert answer.headers["Cache-Control"] == "no-store"


def test_with_a_cookie_everything_but_reading_needs_the_csrf_token(api: Api) -> None:
    client = api.app.test_client()
    csrf = client.post(f"{BASE}sessions", json={"street": STREET, "login": "operator", "password": PASSWORD}).json[
        "csrf"
    ]
    name = {"name": "王秀英"}
    assert client.get(f"{BASE}sessions/current").status_code == 200
    for given in ({}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "不对".encode().hex()}):
        headers = {"Idempotency-Key": "csrf", **given}
        refused(client.post(f"{BASE}residents", json=name, headers=headers), 403, "csrf", "X-CSRF-Token")
    refused(client.delete(f"{BASE}sessions/current"), 403, "csrf")
    headers = {"Idempotency-Key": "csrf", "X-CSRF-Token": csrf}
    assert client.post(f"{BASE}residents", json=name, headers=headers).status_code == 201


def test_csrf_token_of_another_session_is_no_good(api: Api, desk: Desk) -> None:
    client = api.app.test_client()
    client.post(f"{BASE}sessions", json={"street": STREET, "login": "operator", "password": PASSWORD})
    foreign = desk.get("sessions/current").json["csrf"]
    headers = {"Idempotency-Key": "foreign", "X-CSRF-Token": foreign}
    refused(client.post(f"{BASE}residents", json={"name": "王秀英"}, headers=headers), 403, "csrf")


@pytest.mark.parametrize(
    "token", ["", "nothing", f"{STREET}.", f"{STREET}.{'A' * 43}", f"150602008.{'A' * 43}", "a b.c", "é.é", "x" * 9999]
)
def test_without_a_session_nothing_is_shown(api: Api, token: str) -> None:
    answer = api.app.test_client().get(f"{BASE}orders", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_token_is_good_in_its_own_street_only(api: Api, desk: Desk) -> None:
    moved = replace(desk, token=desk.token.replace(STREET, "150602008"))
    refused(moved.get("sessions/current"), 401, "session.over")


def test_a_session_that_is_ended_is_ended_at_once(api: Api) -> None:
    desk = api.sign_in("operator")
    assert desk.get("sessions/current").status_code == 200
    answer = desk.send("DELETE", "sessions/current")
    assert (answer.status_code, answer.data) == (204, b"")
    assert "jiedao_session=;" in answer.headers["Set-Cookie"]
    refused(desk.get("sessions/current"), 401, "session.over")


def test_moving_to_another_till_counts_at_once(api: Api) -> None:
    desk = api.sign_in("operator", till="T1")
    assert desk.send("PATCH", "sessions/current", {"till": "T2"}).json["till"] == "T2"
    assert desk.get("sessions/current").json["till"] == "T2"
    refused(desk.send("PATCH", "sessions/current", {"till": "T9"}), 404, "till.missing", "till")


@pytest.mark.parametrize("who", [{"login": "nobody"}, {"password": "wrong password"}, {"street": "000000000"}])
def test_the_answer_does_not_tell_what_was_wrong(api: Api, who: dict[str, str]) -> None:
    body = {"street": STREET, "login": "administrator", "password": PASSWORD, **who}
    answer = api.app.test_client().post(f"{BASE}sessions", json=body)
    refused(answer, 401, "sign_in.refused")
    assert "Set-Cookie" not in answer.headers


def test_too_many_wrong_passwords_lock_the_account_for_a_while(api: Api) -> None:
    with api.house.store.write(STREET) as tx:
        add_staff(tx, "clumsy", "李四", Role.OPERATOR, PASSWORD)
    for _ in range(5):
        refused(sign_in(api, "clumsy", "not this one"), 401, "sign_in.refused")
    locked = sign_in(api, "clumsy")
    problem = refused(locked, 429, "sign_in.locked")
    assert 0 < int(locked.headers["Retry-After"]) <= 60
    assert problem["retry_after"] == int(locked.headers["Retry-After"])


@pytest.mark.parametrize("path", ["ledger/verify", "ledger/balances", "claims", _PAID])
def test_the_books_are_for_accountants(desk: Desk, accountant: Desk, path: str) -> None:
    refused(desk.get(path), 403, "role.missing")
    assert accountant.get(path).status_code == 200


@pytest.mark.parametrize("path", ["connections", "connections/bills", "plugins"])
def test_connections_are_for_administrators(accountant: Desk, administrator: Desk, path: str) -> None:
    refused(accountant.get(path), 403, "role.missing")
    assert administrator.get(path).status_code == 200


def test_health_is_open_to_all(api: Api) -> None:
    assert api.app.test_client().get(f"{BASE}health").json == {"status": "ok"}
