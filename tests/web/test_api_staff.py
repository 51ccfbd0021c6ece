"""Staff over REST: who may, what is refused, and how people finish signing in."""

from __future__ import annotations

from itertools import count
from typing import Any

import pyotp
import pytest
from api_desk import Api, Desk, refused
from second_step import desk_of, enrol, enter

from houses import PASSWORD, STREET
from jiedao.directory import sign_in_rules
from jiedao.directory.caller import Caller, Role

OTHER_STREET = "150602008"
REASON = "本人到场，手机丢失"
_NUMBER = count(1)


def hire(administrator: Desk, role: str = "accountant", **more: Any) -> dict[str, Any]:
    """A colleague of a test's own."""
    body = {"login": f"clerk{next(_NUMBER)}", "name": "李静", "role": role, "password": PASSWORD, **more}
    answer = administrator.post("staff", body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json
    return made


@pytest.fixture
def required(api: Api) -> Any:
    """While the street asks for a second factor."""
    chief = Caller(STREET, "test", Role.ADMINISTRATOR)
    with api.house.store.write(STREET) as tx:
        sign_in_rules.require(tx, chief, True)
    yield
    with api.house.store.write(STREET) as tx:
        sign_in_rules.require(tx, chief, False)


def test_a_colleague_is_added_changed_and_listed(administrator: Desk) -> None:
    made = hire(administrator)
    assert (made["role"], made["active"], made["second_factor"], made["identity"]) == ("accountant", True, False, None)
    changed = administrator.send("PATCH", f"staff/{made['id']}", {"name": "李小静", "role": "operator"}).json
    assert (changed["name"], changed["role"]) == ("李小静", "operator")
    assert administrator.get(f"staff/{made['id']}").json == changed
    first = administrator.get("staff?limit=1").json
    rest = administrator.get(f"staff?limit=100&after={first['after']}").json
    assert rest["after"] == ""
    logins = [one["login"] for one in [*first["staff"], *rest["staff"]]]
    assert logins == sorted(logins)
    assert made["login"] in logins


def test_the_same_request_adds_one(administrator: Desk) -> None:
    body = {"login": f"clerk{next(_NUMBER)}", "name": "李静", "role": "operator", "password": PASSWORD}
    first = administrator.post("staff", body, key="hire-once")
    again = administrator.post("staff", body, key="hire-once")
    assert (again.status_code, again.json, again.headers["Idempotent-Replayed"]) == (201, first.json, "true")
    refused(administrator.post("staff", body), 409, "staff.exists", "login")


@pytest.mark.parametrize(
    ("more", "code", "field"),
    [
        ({"password": "short"}, "password.short", "password"),
        ({"password": "1234567890"}, "password.common", "password"),
        ({"password": "clerk-x-is-my-name", "login": "clerk-x"}, "password.own", "password"),
        ({"login": "with space"}, "staff.login", "login"),
        ({"role": "resident"}, "body.invalid", "role"),
        ({"skills": ["none"]}, "skill.missing", "skills"),
    ],
)
def test_what_cannot_be_right_is_refused(administrator: Desk, more: dict[str, Any], code: str, field: str) -> None:
    body = {"login": "clerk-y", "name": "李静", "role": "operator", "password": PASSWORD, **more}
    refused(administrator.post("staff", body), 422, code, field)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "staff", None),
        ("POST", "staff", {"login": "x", "name": "x", "role": "operator", "password": PASSWORD}),
        ("GET", "staff/{id}", None),
        ("PATCH", "staff/{id}", {"active": False}),
        ("POST", "staff/{id}/password", {"password": PASSWORD, "reason": REASON}),
        ("POST", "staff/{id}/second-factor/reset", {"reason": REASON}),
        ("PUT", "staff/{id}/identity", {"kind": "subject", "value": "x"}),
        ("DELETE", "staff/{id}/identity", None),
        ("GET", "settings/sign-in", None),
        ("PUT", "settings/sign-in", {"second_factor": True}),
        ("POST", "halls", {"id": "x", "name_zh": "x", "name_en": "x"}),
        ("POST", "counters", {"id": "x", "hall": "h1", "name": "x"}),
        ("POST", "skills", {"code": "x", "name_zh": "x", "name_en": "x"}),
    ],
)
def test_staff_and_places_are_for_administrators(
    desk: Desk, accountant: Desk, administrator: Desk, method: str, path: str, body: Any
) -> None:
    path = path.format(id=administrator.get("account").json["staff"])
    for who in (desk, accountant):
        answer = who.post(path, body) if method == "POST" else who.send(method, path, body)
        refused(answer, 403, "role.missing")


def test_staff_of_another_street_are_not_found(api: Api, administrator: Desk) -> None:
    other = api.sign_in("administrator", street=OTHER_STREET).get("account").json["staff"]
    refused(administrator.get(f"staff/{other}"), 404, "staff.missing")
    refused(administrator.send("PATCH", f"staff/{other}", {"active": False}), 404, "staff.missing")
    for path in (f"staff/{other}/password", f"staff/{other}/second-factor/reset"):
        body = {"reason": REASON} | ({"password": PASSWORD} if "password" in path else {})
        refused(administrator.post(path, body), 404, "staff.missing")
    identity = {"kind": "subject", "value": "x"}
    refused(administrator.send("PUT", f"staff/{other}/identity", identity), 404, "staff.missing")


def test_an_administrator_neither_demotes_themselves_nor_the_last_one(administrator: Desk) -> None:
    me = administrator.get("account").json["staff"]
    refused(administrator.send("PATCH", f"staff/{me}", {"role": "operator"}), 409, "staff.self", "role")
    refused(administrator.send("PATCH", f"staff/{me}", {"active": False}), 409, "staff.self", "active")
    refused(administrator.post(f"staff/{me}/second-factor/reset", {"reason": REASON}), 409, "second_factor.self")
    body = {"password": PASSWORD, "reason": REASON}
    refused(administrator.post(f"staff/{me}/password", body), 409, "password.self")
    assert administrator.send("PATCH", f"staff/{me}", {"name": "王芳"}).status_code == 200


def test_a_new_role_and_leaving_end_sessions_at_once(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    first = desk_of(api, enter(api, made["login"]))
    assert first.get("account").json["role"] == "accountant"
    administrator.send("PATCH", f"staff/{made['id']}", {"role": "operator"})
    refused(first.get("account"), 401, "session.over")
    second = desk_of(api, enter(api, made["login"]))
    assert second.get("account").json["role"] == "operator"
    administrator.send("PATCH", f"staff/{made['id']}", {"active": False})
    refused(second.get("account"), 401, "session.over")
    refused(enter(api, made["login"]), 401, "sign_in.refused")


def test_one_changes_ones_password_and_goes_on_with_a_new_token(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    mine, other = desk_of(api, enter(api, made["login"])), desk_of(api, enter(api, made["login"]))
    wrong = {"old": "not the old one", "password": "staple battery horse"}
    refused(mine.post("account/password", wrong), 422, "password.wrong", "old")
    answer = mine.post("account/password", {"old": PASSWORD, "password": "staple battery horse"})
    assert answer.status_code == 200
    assert "jiedao_session=" in answer.headers["Set-Cookie"]
    renewed = desk_of(api, answer)
    assert renewed.get("account").json["login"] == made["login"]
    for ended in (mine, other):
        refused(ended.get("account"), 401, "session.over")
    refused(enter(api, made["login"]), 401, "sign_in.refused")


def test_one_sees_where_one_is_signed_in_and_ends_it(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    mine, second, third = (desk_of(api, enter(api, made["login"])) for _ in range(3))
    listed = mine.get("account/sessions").json["sessions"]
    assert [one["current"] for one in listed] == [False, False, True]
    assert mine.send("DELETE", f"account/sessions/{listed[0]['id']}").status_code == 204
    refused(mine.send("DELETE", f"account/sessions/{listed[0]['id']}"), 404, "session.missing")
    refused(administrator.send("DELETE", f"account/sessions/{listed[1]['id']}"), 404, "session.missing")
    refused(third.get("account"), 401, "session.over")
    assert mine.send("DELETE", "account/sessions").json == {"ended": 1}
    refused(second.get("account"), 401, "session.over")
    assert mine.get("account").status_code == 200


@pytest.mark.usefixtures("required")
def test_who_must_have_a_second_factor_gets_to_nothing_else(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    answer = enter(api, made["login"])
    assert (answer.status_code, answer.json["stage"]) == (201, "enrolment")
    waiting = desk_of(api, answer)
    assert waiting.get("sessions/current").json["stage"] == "enrolment"
    for path in ("account", "orders", "ledger/balances", "account/sessions"):
        refused(waiting.get(path), 401, "second_factor.enrolment")
    refused(waiting.post("account/password", {"old": PASSWORD, "password": PASSWORD}), 401, "second_factor.enrolment")
    refused(waiting.post("account/second-factor/confirmation", {"code": "123456"}), 409, "second_factor.not_begun")
    begun = waiting.post("account/second-factor")
    picture = waiting.get("account/second-factor/code.svg")
    assert (picture.status_code, picture.content_type) == (200, "image/svg+xml")
    assert begun.json["secret"].encode() not in picture.data
    refused(waiting.post("account/second-factor/confirmation", {"code": "000000"}), 422, "second_factor.wrong", "code")
    _, codes, opened = enrol(api, waiting)
    assert len(codes) == 10
    refused(waiting.get("sessions/current"), 401, "session.over")
    assert opened.get("account").json["second_factor"]["recovery_left"] == 10
    code = {"code": codes[0]}
    refused(opened.post("account/second-factor/removal", code), 409, "second_factor.required")


def test_from_the_password_to_the_code(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    refused(desk_of(api, enter(api, made["login"])).post("account/second-factor"), 422, "password.wrong", "password")
    secret, codes, _ = enrol(api, desk_of(api, enter(api, made["login"])))
    answer = enter(api, made["login"])
    assert (answer.status_code, answer.json["stage"]) == (201, "second_factor")
    waiting = desk_of(api, answer)
    for path in ("account", "orders"):
        refused(waiting.get(path), 401, "second_factor.awaited")
    for path in ("account/second-factor", "account/second-factor/confirmation"):
        body = {"code": "123456"} if "confirmation" in path else {}
        refused(waiting.post(path, body), 401, "second_factor.awaited")
    wrong = waiting.post("sessions/current/second-factor", {"code": "000000"})
    refused(wrong, 422, "second_factor.wrong", "code")
    code = pyotp.TOTP(secret).at(api.house.store.clock())
    answer = waiting.post("sessions/current/second-factor", {"code": code})
    assert (answer.status_code, answer.json["stage"]) == (200, "open")
    refused(waiting.get("sessions/current"), 401, "session.over")
    opened = desk_of(api, answer)
    refused(opened.post("sessions/current/second-factor", {"code": code}), 401, "session.finished")
    assert administrator.get(f"staff/{made['id']}").json["second_factor"] is True

    again = desk_of(api, enter(api, made["login"]))
    refused(again.post("sessions/current/second-factor", {"code": code}), 422, "second_factor.used", "code")
    at_once = enter(api, made["login"], code=codes[0])
    assert (at_once.status_code, at_once.json["stage"]) == (201, "open")
    refused(enter(api, made["login"], code=codes[0]), 422, "second_factor.wrong", "code")


def test_wrong_codes_lock_the_login(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    enrol(api, desk_of(api, enter(api, made["login"])))
    waiting = desk_of(api, enter(api, made["login"]))
    for _ in range(5):
        wrong = waiting.post("sessions/current/second-factor", {"code": "000000"})
        refused(wrong, 422, "second_factor.wrong")
    refused(waiting.post("sessions/current/second-factor", {"code": "000000"}), 429, "sign_in.locked")
    refused(enter(api, made["login"]), 429, "sign_in.locked")


def test_another_administrator_helps_who_lost_their_authenticator(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    _, _, opened = enrol(api, desk_of(api, enter(api, made["login"])))
    refused(administrator.post(f"staff/{made['id']}/second-factor/reset", {}), 422, "body.invalid", "reason")
    answer = administrator.post(f"staff/{made['id']}/second-factor/reset", {"reason": REASON})
    assert (answer.status_code, answer.json["second_factor"]) == (200, False)
    refused(opened.get("account"), 401, "session.over")
    assert enter(api, made["login"]).json["stage"] == "open"


def test_a_password_that_an_administrator_gave_works(api: Api, administrator: Desk) -> None:
    made = hire(administrator)
    body = {"password": "staple battery horse", "reason": REASON}
    assert administrator.post(f"staff/{made['id']}/password", body).status_code == 200
    refused(enter(api, made["login"]), 401, "sign_in.refused")
    assert enter(api, made["login"], password="staple battery horse").status_code == 201


def test_recovery_codes_are_made_anew_and_the_factor_removed(api: Api, administrator: Desk) -> None:
    made = hire(administrator, "operator")
    _, codes, opened = enrol(api, desk_of(api, enter(api, made["login"])))
    fresh = opened.post("account/second-factor/recovery-codes", {"code": codes[0]}).json["recovery_codes"]
    assert set(fresh).isdisjoint(codes)
    refused(opened.post("account/second-factor/removal", {"code": codes[1]}), 422, "second_factor.wrong", "code")
    shown = opened.post("account/second-factor/removal", {"code": fresh[0]}).json
    assert shown["second_factor"] == {"since": None, "recovery_left": 0, "required": False}
    assert enter(api, made["login"]).json["stage"] == "open"


def test_the_rule_of_the_street_is_set(administrator: Desk) -> None:
    assert administrator.get("settings/sign-in").json == {"second_factor": False}
    assert administrator.send("PUT", "settings/sign-in", {"second_factor": True}).json == {"second_factor": True}
    assert administrator.send("PUT", "settings/sign-in", {"second_factor": False}).json == {"second_factor": False}
    refused(administrator.send("PUT", "settings/sign-in", {"second_factor": "yes"}), 422, "body.invalid")
