"""Residents, cards, billers, shifts and receipts through the API."""

from __future__ import annotations

from typing import Any

import pyotp
import pytest
from api_desk import Api, Desk, refused
from second_step import enrol

from houses import PASSWORD
from jiedao_connectors.postcard import card_number

NUMBER = "11010519491231002X"


@pytest.fixture
def resident(desk: Desk) -> dict[str, Any]:
    """A resident whom no other test knows."""
    made: dict[str, Any] = desk.post("residents", {"name": "张桂兰"}).json
    return made


def test_a_resident_is_registered_once_and_found(desk: Desk) -> None:
    body = {"name": "欧阳淑珍", "number": NUMBER, "phone": "138 0000 1234"}
    made = desk.post("residents", body, key="resident")
    assert (made.status_code, made.json["number"]) == (201, "1101**********002X")
    assert NUMBER not in made.text
    again = desk.post("residents", body, key="resident")
    assert (again.status_code, again.json, again.headers["Idempotent-Replayed"]) == (201, made.json, "true")
    refused(desk.post("residents", body), 409, "resident.exists", "number")
    for words in (NUMBER, "13800001234", "欧阳"):
        assert made.json["id"] in [one["id"] for one in desk.post("residents/search", {"q": words}).json["residents"]]


@pytest.mark.parametrize(
    ("wrong", "code", "field"),
    [
        ({"name": "?"}, "name.damaged", "name"),
        ({"name": "王", "number": "110105194912310021"}, "number.check_digit", "number"),
        ({"name": "王", "phone": "call me"}, "phone.malformed", "phone"),
    ],
)
def test_a_resident_that_cannot_be_right_is_refused(desk: Desk, wrong: dict[str, str], code: str, field: str) -> None:
    refused(desk.post("residents", wrong), 422, code, field)


def test_the_whole_number_is_shown_for_a_reason_that_is_kept(api: Api, desk: Desk) -> None:
    made = desk.post("residents", {"name": "刘德明", "number": "AB123456"}).json
    path = f"residents/{made['id']}/reveal"
    refused(desk.post(path, {"reason": "x"}), 422, "reveal.reason", "reason")
    for _ in range(2):
        assert desk.post(path, {"reason": "核对证件"}, key=f"reveal-{made['id']}").json == {"number": "AB123456"}
    looked = [row for row in api.own.rows("audit") if row.action == "reveal" and made["id"] in row.subject]
    assert [row.reason for row in looked] == ["核对证件"] * 2


def test_what_was_registered_wrongly_is_corrected(desk: Desk, administrator: Desk) -> None:
    made = desk.post("residents", {"name": "刘德名", "number": "CD123456", "phone": "13500001111"}).json
    path = f"residents/{made['id']}"
    fixed = desk.send("PATCH", path, {"name": "刘德明", "phone": "13500002222", "reason": "登记时写错"})
    assert (fixed.status_code, fixed.json["name"], fixed.json["number"]) == (200, "刘德明", made["number"])
    assert [one["id"] for one in desk.post("residents/search", {"q": "13500002222"}).json["residents"]] == [made["id"]]
    refused(desk.send("PATCH", path, {"name": "刘"}), 422, "body.invalid", "reason")
    refused(desk.send("PATCH", path, {"name": "刘", "reason": ""}), 422, "resident.reason", "reason")
    refused(desk.send("PATCH", path, {"phone": "call me", "reason": "登记时写错"}), 422, "phone.malformed", "phone")
    refused(desk.send("PATCH", path, {"number": "CD123457", "reason": "登记时写错"}), 403, "role.missing")
    whole = administrator.send("PATCH", path, {"number": "CD123457", "reason": "看过证件原件"}).json
    assert whole["number"] != made["number"] or whole["number"].endswith("*")
    assert desk.post("residents/search", {"q": "CD123456"}).json["residents"] == []


def test_a_card_is_tied_after_its_issuer_was_asked(desk: Desk, resident: dict[str, Any]) -> None:
    card = card_number(102)
    unknown = desk.get(f"cards/{card}").json
    assert (unknown["resident"], unknown["issuer"]) == (None, {"name": "张桂兰", "active": True})
    tied = desk.post(f"residents/{resident['id']}/cards", {"card": card})
    assert (tied.status_code, tied.json["cards"]) == (201, [card])
    assert desk.get(f"cards/{card}").json["resident"]["id"] == resident["id"]
    refused(desk.post(f"residents/{resident['id']}/cards", {"card": card}), 409, "card.tied", "card")


def test_a_card_of_another_name_needs_a_person_to_confirm(desk: Desk, resident: dict[str, Any]) -> None:
    card, path = card_number(201), f"residents/{resident['id']}/cards"
    problem = refused(desk.post(path, {"card": card}), 409, "card.name", "confirmed")
    assert problem["name"] == "李建国"
    assert desk.post(path, {"card": card, "confirmed": True}).json["cards"] == [card]


@pytest.mark.parametrize("serial", [391, 392, 393, 399])
def test_a_card_that_its_issuer_refuses_is_not_tied(desk: Desk, resident: dict[str, Any], serial: int) -> None:
    assert desk.post(f"residents/{resident['id']}/cards", {"card": card_number(serial)}).status_code == 409
    assert desk.get(f"residents/{resident['id']}").json["cards"] == []


def test_a_resident_is_shown_with_points_lots_and_credit(api: Api, desk: Desk, resident: dict[str, Any]) -> None:
    api.own.give_points(350, resident["id"])
    shown = desk.get(f"residents/{resident['id']}").json
    assert shown["points"] == {"active": 350, "pending": 0, "held": 0, "debt": 0}
    assert [(lot["remaining"], lot["state"]) for lot in shown["lots"]] == [(350, "active")]
    assert shown["credit"] == 0


def test_billers_come_with_the_rules_of_their_inputs(desk: Desk) -> None:
    billers = {(one["connection"], one["code"]): one for one in desk.get("billers").json["billers"]}
    water = billers["bills", "WATER"]
    assert (water["fetch"], water["category"]) == ("mandatory", "water")
    assert water["inputs"][0]["name"] == "meter"
    assert "HOMES" in {code for _, code in billers}


def test_a_wrong_input_names_itself(desk: Desk) -> None:
    body = {"connection": "bills", "biller": "WATER", "inputs": {"meter": "12"}}
    refused(desk.post("bills/fetch", body), 422, "biller.input", "meter")
    refused(desk.post("bills/fetch", body | {"biller": "FIRE"}), 404, "biller.missing", "biller")
    refused(desk.post("bills/fetch", body | {"connection": "none"}), 404, "connection.missing", "connection")
    assert desk.post("bills/fetch", body | {"inputs": {"meter": "000001200"}}).json == {"offers": []}


def test_a_bill_that_is_not_looked_up_is_offered_directly(desk: Desk) -> None:
    body = {"connection": "bills", "biller": "PHONE", "inputs": {"phone": "13800001234"}, "amount": 5000}
    offer = desk.post("bills/direct", body).json
    assert offer["bill"]["amount"] == 5000
    assert desk.post("orders", desk.order_body(offer)).status_code == 201
    refused(desk.post("bills/direct", body | {"amount": 1}), 422, "line.amount", "amount")


def test_ways_to_pay_now(desk: Desk) -> None:
    answer = desk.get("tenders").json
    assert {(one["kind"], one["connection"]) for one in answer["tenders"]} == {("cash", "cash"), ("card", "card")}
    assert answer["points"] == {"connection": "post", "categories": ["medical", "pension", "property", "water"]}


def test_a_shift_from_float_to_blind_count_and_hand_over(api: Api) -> None:
    desk = api.sign_in("operator", till="T2")
    assert desk.get("shifts/current").json == {"shift": None}
    opened = desk.post("shifts", {"counted": 10_000}, key="shift-T2")
    assert desk.post("shifts", {"counted": 10_000}, key="shift-T2").json == opened.json
    shift = opened.json["id"]
    assert desk.get("shifts/current").json["shift"] == opened.json
    refused(desk.post("shifts", {"counted": 1}), 409, "shift.open", "till")
    moved = {"kind": "in", "amount": 500, "reason": "换零钱"}
    for _ in range(2):
        after = desk.post(f"shifts/{shift}/movements", moved, key="movement-T2")
    assert [(one["kind"], one["amount"]) for one in after.json["movements"]] == [("in", 500)]
    assert after.json["expected"] is None
    colleague = {"counted": 10_400, "login": "accountant", "password": PASSWORD}
    refused(desk.post(f"shifts/{shift}/hand-over", colleague | {"password": "wrong"}), 401, "sign_in.refused")
    closed = desk.post(f"shifts/{shift}/hand-over", colleague, key="over-T2").json
    assert (closed["state"], closed["expected"], closed["difference"]) == ("closed", 10_500, -100)
    again = desk.post(f"shifts/{shift}/hand-over", colleague, key="over-T2")
    assert (again.json, again.headers["Idempotent-Replayed"]) == (closed, "true")
    refused(desk.post(f"shifts/{closed['following']}/close", {"counted": 10_400}), 403, "shift.whose")
    last = api.sign_in("accountant", till="T2").post(f"shifts/{closed['following']}/close", {"counted": 10_400})
    assert (last.json["state"], last.json["difference"]) == ("closed", 0)


def test_a_colleague_with_a_second_factor_takes_over_with_a_code_of_it(api: Api, administrator: Desk) -> None:
    desk = api.sign_in("operator", till="T2")
    # Somebody of their own: whoever sets one up is signed out everywhere else.
    reserve = {"login": "reserve", "name": "赵磊", "role": "accountant", "password": PASSWORD}
    assert administrator.post("staff", reserve).status_code == 201
    secret, _, colleague = enrol(api, api.sign_in("reserve", till="T2"))
    shift = desk.post("shifts", {"counted": 100}).json["id"]
    over = {"counted": 100, "login": "reserve", "password": PASSWORD}
    refused(desk.post(f"shifts/{shift}/hand-over", over), 422, "second_factor.wanted", "code")
    wrong = desk.post(f"shifts/{shift}/hand-over", {**over, "code": "000000"})
    refused(wrong, 422, "second_factor.wrong", "code")
    assert desk.get("shifts/current").json["shift"]["id"] == shift
    code = pyotp.TOTP(secret).at(api.house.store.clock())
    closed = desk.post(f"shifts/{shift}/hand-over", {**over, "code": code}).json
    assert closed["state"] == "closed"
    assert colleague.post(f"shifts/{closed['following']}/close", {"counted": 100}).status_code == 200


def test_a_receipt_is_marked_from_its_second_print_on(desk: Desk) -> None:
    number = desk.paid_order()["receipts"][0]
    text = f"receipts/{number}.txt?language=zh"
    for copy in (0, 0, 1):
        key = f"print-{number}-{copy}"  # the second request repeats the first
        printed = desk.post(f"receipts/{number}/prints", key=key)
        assert (printed.status_code, printed.json["copy"]) == (201, copy)
        assert ("补打" in desk.get(text).text) is (copy > 0)


@pytest.mark.parametrize(
    ("medium", "kind", "start"),
    [
        ("html", "text/html; charset=utf-8", b"<!doctype html>"),
        ("pdf", "application/pdf", b"%PDF"),
        ("txt", "text/plain; charset=utf-8", b""),
        ("escpos", "application/vnd.escpos", b""),
    ],
)
def test_a_receipt_on_every_medium(desk: Desk, medium: str, kind: str, start: bytes) -> None:
    number = desk.paid_order()["receipts"][0]
    answer = desk.get(f"receipts/{number}.{medium}?language=en")
    assert (answer.status_code, answer.content_type) == (200, kind)
    assert answer.data.startswith(start)
    assert "Missing-Glyphs" not in answer.headers
    refused(desk.get(f"receipts/{number}.{medium}?language=fr"), 422, "body.invalid", "language")
    refused(desk.get(f"receipts/{number}.txt?columns=40"), 422, "body.invalid", "columns")


def test_characters_that_a_medium_cannot_draw_are_named(desk: Desk) -> None:
    person = desk.post("residents", {"name": "王\U00010900"}).json  # Phoenician is in no Chinese font
    number = desk.paid_order(resident=person["id"])["receipts"][0]
    assert desk.get(f"receipts/{number}").json["missing"] == {"escpos": ["\U00010900"], "pdf": ["\U00010900"]}
    assert desk.get(f"receipts/{number}.pdf").headers["Missing-Glyphs"] == "U+10900"
