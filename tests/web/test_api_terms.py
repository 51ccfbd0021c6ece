"""Terms, trials, copies, open work and groups over REST."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pyotp
import pytest
from api_desk import Api, Desk, refused
from second_step import enrol, remove_factor

from houses import PASSWORD

OTHER_STREET = "150602008"
_SERIAL = count(1)
NONE = {
    "least": None,
    "most": None,
    "daily": None,
    "hours": [],
    "on_holidays": True,
    "groups": [],
    "since": None,
    "credential_until": None,
}
THERE = {"street": OTHER_STREET, "login": "administrator", "password": PASSWORD}


@pytest.fixture
def no_terms_after(administrator: Desk) -> Iterator[None]:
    """The street is shared: whatever a test agrees on is taken back."""
    yield
    for connection in ("bills", "cash"):
        assert administrator.send("PUT", f"connections/{connection}/terms", {}).status_code == 200


def new_id() -> str:
    return f"made-{next(_SERIAL)}"


def setting_up(api: Api, id_: str, **more: Any) -> dict[str, Any]:
    settings = dict(api.stand_ins.connections["bills"].given)
    return {
        "id": id_,
        "plugin": "jiedao_billhub",
        "title_zh": "缴费",
        "title_en": "Bills",
        "settings": settings,
        **more,
    }


# terms


@pytest.mark.usefixtures("no_terms_after")
def test_terms_are_set_shown_and_hold_at_once(administrator: Desk, desk: Desk) -> None:
    hours = [{"days": [1, 2, 3, 4, 5, 6, 7], "opens": "00:00", "closes": "00:00"}]
    given = {"most": 5000, "hours": hours, "credential_until": "2099-12-31"}
    answer = administrator.send("PUT", "connections/cash/terms", given)
    assert (answer.status_code, answer.json["terms"]) == (200, {**NONE, **given})
    offer = desk.fetch()
    problem = refused(desk.post("orders", desk.in_cash(offer)), 422, "terms.most", "tenders.0.amount")
    assert "50.00" in problem["detail"]
    noted = administrator.send("PUT", "connections/cash/terms", {})
    assert noted.json["terms"] == NONE
    assert desk.post("orders", desk.in_cash(offer), Prefer="wait=10").json["state"] == "paid"


@pytest.mark.usefixtures("no_terms_after")
def test_a_connection_that_is_closed_says_when_it_opens(administrator: Desk, desk: Desk) -> None:
    administrator.send("PUT", "connections/bills/terms", {"since": "2099-01-01"})
    body = {"connection": "bills", "biller": "WATER", "inputs": {"meter": "000000001"}}
    problem = refused(desk.post("bills/fetch", body), 503, "terms.closed")
    assert "2099" in problem["detail"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"most": 0}, "most"),
        ({"most": "5"}, "most"),
        ({"hours": [{"days": [8], "opens": "09:00", "closes": "10:00"}]}, "hours.0.days.0"),
        ({"hours": [{"days": [1], "opens": "10:00", "closes": "09:00"}]}, "hours.0.closes"),
        ({"groups": ["nobody"]}, "groups"),
        ({"since": "tomorrow"}, "since"),
        ({"secret": 1}, "secret"),
    ],
)
def test_terms_that_cannot_be_are_refused(administrator: Desk, body: dict[str, Any], field: str) -> None:
    answer = administrator.send("PUT", "connections/bills/terms", body)
    assert (answer.status_code, answer.json["field"]) == (422, field)


# trials, open work, copies


def test_settings_are_tried_and_not_kept(api: Api, administrator: Desk) -> None:
    given = setting_up(api, "x")
    good = administrator.post("connections/trials", {"plugin": given["plugin"], "settings": given["settings"]})
    assert (good.status_code, good.json["passed"]) == (200, True)
    wrong = {**given["settings"], "secret": "wrong"}
    bad = administrator.post("connections/trials", {"plugin": given["plugin"], "settings": wrong})
    assert (bad.status_code, bad.json["passed"]) == (200, False)
    missing = administrator.post("connections/trials", {"plugin": given["plugin"], "settings": {"agent": "x"}})
    refused(missing, 422, "setting.invalid", "url")
    changed = administrator.post("connections/bills/trials", {"settings": {"agent": "STREET01"}})
    assert changed.json["passed"] is True
    assert administrator.get("connections/x").status_code == 404


def test_what_is_open_of_a_connection_is_listed_by_kind(administrator: Desk) -> None:
    assert administrator.get("connections/files/open").json == {"open": []}
    assert administrator.get("connections/nowhere/open").status_code == 404


def test_a_connection_shows_its_quality_state_and_check(administrator: Desk) -> None:
    shown = administrator.get("connections/bills").json
    assert shown["quality"]["level"] in ("gold", "silver", "bronze", "none", "unproven")
    assert (shown["state"], shown["terms"], "secret" in shown["secrets"]) == ("test", NONE, True)
    assert "sandbox-hub-secret" not in str(shown)


def test_a_connection_is_copied_from_another_street_with_secrets_of_its_own(api: Api, administrator: Desk) -> None:
    secret = api.stand_ins.connections["bills"].given["secret"]
    offered = administrator.post("connections/offers", {**THERE, "plugin": "jiedao_billhub"})
    assert [one["id"] for one in offered.json["connections"]] == ["bills"]
    id_ = new_id()
    wanted = {
        "proof": offered.json["proof"],
        "connection": "bills",
        "id": id_,
        "title_zh": "抄来",
        "title_en": "Copied",
    }
    refused(administrator.post("connections/copies", wanted), 422, "setting.invalid", "secret")
    copied = administrator.post("connections/copies", {**wanted, "settings": {"secret": secret}}, key=f"copy-{id_}")
    assert (copied.status_code, copied.json["state"], copied.json["left_out"]) == (201, "off", [])
    assert copied.json["settings"]["url"] == api.stand_ins.hub.url
    again = administrator.post("connections/copies", {**wanted, "settings": {"secret": secret}}, key=f"copy-{id_}")
    assert again.headers["Idempotent-Replayed"] == "true"


def test_copying_needs_an_administrator_of_both_streets(administrator: Desk, desk: Desk) -> None:
    look = {**THERE, "plugin": "jiedao_billhub"}
    refused(desk.post("connections/offers", look), 403, "role.missing")
    refused(administrator.post("connections/offers", {**look, "login": "operator"}), 403, "copy.role", "login")
    wrong = administrator.post("connections/offers", {**look, "password": "wrong password"})
    refused(wrong, 403, "copy.refused", "password")
    proof = administrator.post("connections/offers", look).json["proof"]
    wanted = {"proof": proof, "connection": "bills", "id": new_id(), "title_zh": "抄", "title_en": "Copied"}
    refused(desk.post("connections/copies", wanted), 403, "role.missing")
    refused(administrator.post("connections/copies", {**wanted, "proof": "00"}), 422, "copy.forged", "proof")
    refused(administrator.post("connections/copies", {**wanted, "connection": "nowhere"}), 404, "connection.missing")


def test_whoever_has_a_second_factor_there_gives_a_code_of_it_too(api: Api, administrator: Desk) -> None:
    there = api.sign_in("administrator", till="", street=OTHER_STREET)
    secret, _, there = enrol(api, there)
    look = {**THERE, "plugin": "jiedao_billhub"}
    try:
        refused(administrator.post("connections/offers", look), 422, "second_factor.wanted", "code")
        wrong = administrator.post("connections/offers", {**look, "code": "000000"})
        refused(wrong, 422, "second_factor.wrong", "code")
        code = pyotp.TOTP(secret).at(api.house.store.clock())
        assert administrator.post("connections/offers", {**look, "code": code}).status_code == 200
    finally:
        remove_factor(api, there, secret)


def test_only_administrators_see_and_change_connections(desk: Desk, accountant: Desk) -> None:
    for one in (desk, accountant):
        assert one.send("PUT", "connections/bills/terms", {}).status_code == 403
        assert one.get("connections/bills/open").status_code == 403
        assert one.post("connections/trials", {"plugin": "jiedao_cash", "settings": {}}).status_code == 403
        assert one.get("plugins").status_code == 403


def test_the_catalogue_says_what_a_plugin_needs_down_to_its_columns(administrator: Desk) -> None:
    plugins = {one["name"]: one for one in administrator.get("plugins").json["plugins"]}
    fields = {field["name"]: field for field in plugins["jiedao_billfile"]["settings"]}
    columns = {column["name"]: column for column in fields["billers"]["table"]["columns"]}
    assert fields["billers"]["table"]["form"] == "rows"
    assert (columns["code"]["required"], columns["category"]["kind"]) == (True, "choice")
    assert plugins["jiedao_billhub"]["elsewhere"] == 1
    assert plugins["jiedao_billhub"]["examined"]["level"] == plugins["jiedao_billhub"]["quality"]


# groups


def test_groups_are_defined_by_administrators_and_filled_by_staff(api: Api, administrator: Desk, desk: Desk) -> None:
    made = administrator.post("groups", {"code": "over-80", "name_zh": "高龄", "name_en": "Over eighty"})
    assert made.status_code == 201
    refused(desk.post("groups", {"code": "x", "name_zh": "x", "name_en": "x"}), 403, "role.missing")
    named = administrator.send("PUT", "groups/over-80", {"name_zh": "八十岁以上", "name_en": "Eighty and over"})
    assert named.json["groups"][0]["name"]["en"] == "Eighty and over"
    resident = api.own.resident
    put = desk.send("PUT", f"residents/{resident}/groups", {"groups": ["over-80"]})
    assert [group["code"] for group in put.json["groups"]] == ["over-80"]
    assert desk.get("groups").json["groups"][0]["residents"] == 1
    refused(desk.send("PUT", f"residents/{resident}/groups", {"groups": ["nobody"]}), 422, "group.missing", "groups")
    assert desk.send("PUT", f"residents/{resident}/groups", {}).json["groups"] == []


def test_another_streets_connection_is_not_there(api: Api, administrator: Desk) -> None:
    given = setting_up(api, new_id())
    assert administrator.post("connections", given).status_code == 201
    there = api.sign_in("administrator", street=OTHER_STREET)
    for method, path in (("GET", ""), ("PUT", "/terms"), ("GET", "/open")):
        answer = there.send(method, f"connections/{given['id']}{path}", {} if method == "PUT" else None)
        refused(answer, 404, "connection.missing")


def test_another_streets_resident_and_group_are_not_there(api: Api, elsewhere: Desk) -> None:
    assert elsewhere.get(f"residents/{api.own.resident}/groups").status_code == 404
    assert elsewhere.send("PUT", f"residents/{api.own.resident}/groups", {}).status_code == 404
    assert elsewhere.get("groups").json == {"groups": []}
