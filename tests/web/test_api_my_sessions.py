"""Residents sign in, and out: with a code, at a phone and a kiosk, and nowhere else than where they may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from api_desk import BASE, Desk, refused
from phone_street import KIOSK, OTHERS, OWN, PHONE, PhoneStreet, phone_street

from houses import STREET
from jiedao.directory.resident_sessions import end_all
from jiedao.personal.codes import TRIES
from jiedao_web.resident_sessions import COOKIE
from postgres_server import Database
from watches import Ahead


@pytest.fixture
def watch() -> Ahead:
    return Ahead()


@pytest.fixture
def street(sqlite: Database, tmp_path: Path, watch: Ahead) -> Iterator[PhoneStreet]:
    made = phone_street(sqlite.url, tmp_path, clock=watch)
    yield made
    made.close()


def test_from_the_code_to_the_profile_and_out(street: PhoneStreet) -> None:
    me = street.sign_in()
    session = me.get("my/sessions/current").json
    assert (session["name"], session["channel"], session["till"]) == ("李秀英", "phone", PHONE)
    assert (session["idle_seconds"], session["choices"], session["resident"]) == (1800, [], street.own)
    profile = me.get("my/profile").json
    assert (profile["number"], profile["phone"]) == ("1506**********0019", "1380***0001")
    assert me.send("DELETE", "my/sessions/current").status_code == 204
    refused(me.get("my/profile"), 401, "session.over")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_cookie_is_out_of_reach_and_of_its_own(street: PhoneStreet, scheme: str) -> None:
    client = street.client()
    asked = street.ask(OWN).json["asked"]
    body = {"street": STREET, "asked": asked, "code": street.code(OWN)}
    answer = client.post(f"{BASE}my/sessions", json=body, base_url=f"{scheme}://localhost")
    cookie = answer.headers["Set-Cookie"].split("; ")
    assert cookie[0].startswith(f"{COOKIE}={STREET}.")
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie)
    assert ("Secure" in cookie) is (scheme == "https")


def test_with_the_cookie_everything_but_reading_needs_the_csrf_token(street: PhoneStreet) -> None:
    client = street.client()
    csrf = street.enter(OWN, client).json["csrf"]
    assert client.get(f"{BASE}my/profile").status_code == 200
    choice = {"wanted": False}
    for wrong in ({}, {"X-CSRF-Token": "no"}):
        refused(client.put(f"{BASE}my/contacts/sms", json=choice, headers=wrong), 403, "csrf")
    assert client.put(f"{BASE}my/contacts/sms", json=choice, headers={"X-CSRF-Token": csrf}).status_code == 200


def test_the_answer_is_the_same_for_a_number_that_nobody_has(street: PhoneStreet) -> None:
    known, unknown = street.ask(OWN), street.ask("13877776666")
    assert (known.status_code, unknown.status_code) == (202, 202)
    assert {**known.json, "asked": ""} == {**unknown.json, "asked": ""} == {"asked": "", "seconds": 300, "again": 60}
    assert {name for name, _ in known.headers} == {name for name, _ in unknown.headers}
    street.code(OWN)
    for _ in range(TRIES):
        for asked in (known, unknown):
            body = {"street": STREET, "asked": asked.json["asked"], "code": "abc123"}
            refused(street.client().post(f"{BASE}my/sessions", json=body), 401, "code.wrong", "code")
    for asked in (known, unknown):
        body = {"street": STREET, "asked": asked.json["asked"], "code": "abc123"}
        refused(street.client().post(f"{BASE}my/sessions", json=body), 401, "code.over", "code")
    assert all(request.to == OWN for request in street.gateway.delivered.values())


def test_a_code_works_once(street: PhoneStreet) -> None:
    asked = street.ask(OWN).json["asked"]
    body = {"street": STREET, "asked": asked, "code": street.code(OWN)}
    assert street.client().post(f"{BASE}my/sessions", json=body).status_code == 201
    refused(street.client().post(f"{BASE}my/sessions", json=body), 401, "code.over")


def test_asking_too_often_says_when_again(street: PhoneStreet) -> None:
    street.ask(OWN)
    again = street.ask(OWN)
    refused(again, 429, "throttled")
    assert 0 < int(again.headers["Retry-After"]) <= 60


def test_a_whole_network_is_one_sender(street: PhoneStreet) -> None:
    for number in range(60):
        assert street.ask(f"137{number:08d}", sender=f"2001:db8::{number:x}").status_code == 202
    refused(street.ask("13700000099", sender="2001:db8::ffff"), 429, "throttled")
    assert street.ask("13700000099", sender="2001:db8:0:1::1").status_code == 202


def test_of_several_behind_one_number_one_is_chosen(street: PhoneStreet) -> None:
    with street.house.store.write(STREET) as tx:
        for name, number in (("李小明", "150602197501010013"), ("李秀兰", "")):
            street.house.residents.add(tx, name, number=number, phone=OWN)
    client = street.app.test_client(use_cookies=False)
    answer = street.enter(OWN, client)
    choices = answer.json["choices"]
    assert [one["name"] for one in choices] == ["李**", "李**", "李**"]
    assert [one["hint"] for one in choices] == ["0013", "", "0019"]
    assert "秀英" not in answer.text
    first = Desk(client, answer.json["token"])
    for path in ("my/profile", "my/billers", "my/orders"):
        refused(first.get(path), 401, "session.missing")
    refused(first.post("my/sessions/current/choice", {"number": 4}), 422, "sign_in.choice")
    chosen = first.post("my/sessions/current/choice", {"number": 1})
    assert (chosen.status_code, chosen.json["name"]) == (201, "李小明")
    assert chosen.json["token"] != first.token
    refused(first.get("my/sessions/current"), 401, "session.over")
    me = Desk(client, chosen.json["token"])
    assert me.get("my/profile").json["name"] == "李小明"
    refused(me.post("my/sessions/current/choice", {"number": 1}), 422, "sign_in.choice")


def test_a_visit_to_a_kiosk_goes_on_as_the_residents_under_another_token(street: PhoneStreet) -> None:
    client = street.client()
    begun = client.post(f"{BASE}my/visits", headers={"X-Kiosk": street.kiosk()}).json
    assert (begun["resident"], begun["channel"], begun["till"], begun["idle_seconds"]) == (None, "kiosk", KIOSK, 90)
    assert client.get(f"{BASE}my/billers").status_code == 200
    refused(client.get(f"{BASE}my/profile"), 401, "session.missing")
    known = street.enter(OWN, client, channel="phone").json
    assert (known["visit"], known["channel"], known["till"]) == (begun["visit"], "kiosk", KIOSK)
    assert known["name"] == "李秀英"
    before = Desk(street.app.test_client(use_cookies=False), begun["token"])
    refused(before.get("my/billers"), 401, "session.over")
    assert client.get(f"{BASE}my/profile").status_code == 200


@pytest.mark.parametrize("till", ["T1", PHONE, "K9"])
def test_a_kiosk_is_a_till_that_is_one_with_a_device(street: PhoneStreet, till: str) -> None:
    missing = "till.missing" if till == "K9" else "kiosk.missing"
    refused(street.staff("administrator").post(f"kiosks/{till}/codes"), 404, missing, "till")
    for device in ({}, {"X-Kiosk": f"{STREET}.{'a' * 43}"}):
        refused(street.client().post(f"{BASE}my/visits", headers=device), 401, "kiosk.unknown")
    asked = street.ask(OWN).json["asked"]
    body = {"street": STREET, "asked": asked, "code": street.code(OWN), "channel": "kiosk"}
    refused(street.client().post(f"{BASE}my/sessions", json=body), 401, "kiosk.unknown")


@pytest.mark.parametrize(("channel", "seconds"), [("kiosk", 90), ("phone", 1800)])
def test_a_session_that_nobody_uses_is_over(street: PhoneStreet, watch: Ahead, channel: str, seconds: int) -> None:
    me = street.sign_in(channel=channel)
    for _ in range(3):
        watch.ahead += timedelta(seconds=seconds * 0.6)
        street.app.extensions["jiedao"].visits._known.drop(me.token)
        assert me.get("my/profile").status_code == 200
    watch.ahead += timedelta(seconds=seconds + 1)
    street.app.extensions["jiedao"].visits._known.drop(me.token)
    refused(me.get("my/profile"), 401, "session.over")


def test_a_page_that_only_watches_does_not_keep_it_alive(street: PhoneStreet, watch: Ahead) -> None:
    me = street.sign_in(channel="kiosk")
    visits = street.app.extensions["jiedao"].visits
    for _ in range(4):
        watch.ahead += timedelta(seconds=22)
        visits._known.drop(me.token)
        assert me.get("my/orders", X_Watching="1").status_code == 200
    watch.ahead += timedelta(seconds=22)
    visits._known.drop(me.token)
    refused(me.get("my/orders", X_Watching="1"), 401, "session.over")


def test_signed_out_everywhere(street: PhoneStreet) -> None:
    me, other = street.sign_in(), street.sign_in(OTHERS)
    with street.house.store.write(STREET) as tx:
        end_all(tx, street.own)
    street.app.extensions["jiedao"].visits._known.drop(me.token)
    refused(me.get("my/profile"), 401, "session.over")
    assert other.get("my/profile").status_code == 200


def test_a_token_is_good_in_its_own_street_only(street: PhoneStreet) -> None:
    me = street.sign_in()
    moved = Desk(me.client, me.token.replace(STREET, "150602008"))
    refused(moved.get("my/profile"), 401, "session.over")
