"""What the API does with requests that are wrong: each is a problem that names what is wrong, and nothing leaks."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from api_desk import BASE, Api, Desk, refused
from openapi_spec_validator import OpenAPIV31SpecValidator

NOWHERE = "0" * 20
LINE = {"offer": "00", "amount": 100}


@pytest.mark.parametrize(
    ("language", "title", "detail"),
    [("zh-CN,zh;q=0.9", "没有找到", "没有这笔交易"), ("en-GB", "Not found", "There is no such order")],
)
def test_problems_speak_the_language_of_the_client(desk: Desk, language: str, title: str, detail: str) -> None:
    answer = desk.get(f"orders/{NOWHERE}", Accept_Language=language)
    problem = refused(answer, 404, "order.missing")
    assert (problem["title"], problem["detail"]) == (title, detail)
    assert answer.headers["Content-Language"] == language[:2]


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "nothing", 404), ("PUT", "orders", 405)])
def test_errors_of_http_are_problems_too(desk: Desk, method: str, path: str, status: int) -> None:
    answer = desk.send(method, path)
    refused(answer, status, f"http.{status}")
    if status == 405:
        assert set(answer.headers["Allow"].split(", ")) >= {"GET", "POST"}


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}', b'{"a": 1, "a": 2}', b'{"a": "\\ud800"}', b"9" * 5000],
    ids=["empty", "cut", "not UTF-8", "deep", "NaN", "twice", "half a character", "5000 digits"],
)
def test_what_is_not_json_is_refused(desk: Desk, body: bytes) -> None:
    refused(_raw(desk, body), 400, "body.malformed", "body")


def test_nul_is_refused_everywhere(desk: Desk) -> None:
    refused(_raw(desk, b'{"lines": [], "resident": "\\u0000"}'), 400, "body.malformed")
    refused(desk.get("orders?resident=%00"), 400, "address.malformed")
    refused(desk.get("cards/%00"), 400, "address.malformed")


def test_another_media_type_is_refused(desk: Desk) -> None:
    refused(_raw(desk, b"lines=1", "application/x-www-form-urlencoded"), 415, "http.415")


def test_a_body_that_is_too_large_is_refused(desk: Desk) -> None:
    refused(_raw(desk, b" " * 1_000_001), 413, "http.413")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], ""),
        ({}, "lines"),
        ({"lines": []}, "lines"),
        ({"lines": "many"}, "lines"),
        ({"lines": [1]}, "lines.0"),
        ({"lines": [LINE] * 51}, "lines"),
        ({"lines": [{"offer": "00"}]}, "lines.0.amount"),
        ({"lines": [LINE | {"amount": "100"}]}, "lines.0.amount"),
        ({"lines": [LINE | {"amount": 1.0}]}, "lines.0.amount"),
        ({"lines": [LINE | {"amount": True}]}, "lines.0.amount"),
        ({"lines": [LINE | {"amount": None}]}, "lines.0.amount"),
        ({"lines": [LINE | {"amount": -1}]}, "lines.0.amount"),
        ({"lines": [LINE | {"amount": 0}]}, "lines.0.amount"),
        ({"lines": [LINE | {"amount": 10**18}]}, "lines.0.amount"),
        ({"lines": [LINE | {"offer": 5}]}, "lines.0.offer"),
        ({"lines": [LINE | {"offer": "0" * 8001}]}, "lines.0.offer"),
        ({"lines": [LINE | {"price": 1}]}, "lines.0.price"),
        ({"lines": [LINE], "surplus": "yes"}, "surplus"),
        ({"lines": [LINE], "surplus": 1}, "surplus"),
        ({"lines": [LINE], "discount": 5}, "discount"),
        ({"lines": [LINE], "resident": "a\u0007b"}, "resident"),
        ({"lines": [LINE], "tenders": [{"kind": "gold", "amount": 1}]}, "tenders.0.kind"),
        ({"lines": [LINE], "tenders": [{"kind": "cash", "amount": 100, "received": -1}]}, "tenders.0.received"),
    ],
)
def test_a_wrong_body_names_the_field(desk: Desk, body: Any, field: str) -> None:
    problem = refused(desk.post("orders", body, Accept_Language="en"), 422, "body.invalid", field)
    assert field in [error["field"] for error in problem["errors"]]
    assert ":" not in problem["errors"][0]["detail"]


def test_every_wrong_field_is_named_in_chinese_too(desk: Desk) -> None:
    wrong = {"lines": [{"amount": "x", "price": 1}]}
    problem = refused(desk.post("orders", wrong, Accept_Language="zh"), 422, "body.invalid", "lines.0.offer")
    said = {error["field"]: error["detail"] for error in problem["errors"]}
    assert said == {"lines.0.offer": "必须填写", "lines.0.amount": "应为整数", "lines.0.price": "没有这一项"}


@pytest.mark.parametrize(
    ("name", "why"), [("", '"name" is required'), ("x" * 200, '"name" must have a length from 1 to 100')]
)
def test_what_is_empty_is_said_to_be_missing(desk: Desk, name: str, why: str) -> None:
    answer = desk.post("residents", {"name": name}, Accept_Language="en")
    assert refused(answer, 422, "body.invalid", "name")["detail"] == why


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=many", "size=3", "before="])
def test_a_wrong_query_names_the_field(desk: Desk, query: str) -> None:
    answer = desk.get(f"orders?{query}")
    if query == "before=":
        assert answer.status_code == 200
    else:
        refused(answer, 422, "body.invalid", query.partition("=")[0])


def test_a_forged_offer_is_refused(desk: Desk) -> None:
    offer = desk.fetch()["offer"]
    forged = offer[:-1] + ("0" if offer[-1] != "0" else "1")
    for bad in (forged, "zz", "00", offer + "00"):
        refused(desk.post("orders", {"lines": [{"offer": bad, "amount": 1}]}), 422, "offer.forged", "offer")


def test_an_offer_of_another_street_is_forged_here(desk: Desk, elsewhere: Desk) -> None:
    refused(desk.post("orders", desk.order_body(elsewhere.fetch())), 422, "offer.forged", "offer")


def test_an_expired_offer_is_refused(api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    offer = desk.fetch()
    monkeypatch.setattr("jiedao.checkout.bills._OFFER_LIVES", -1.0)
    stale = desk.fetch()
    refused(desk.post("orders", desk.order_body(stale)), 409, "offer.expired", "offer")
    assert desk.post("orders", desk.order_body(offer)).status_code == 201


def test_an_amount_that_the_biller_does_not_take_is_refused(desk: Desk) -> None:
    offer = desk.fetch(biller="ELEC")
    line = {"offer": offer["offer"], "amount": offer["bill"]["amount"] - 1}
    refused(desk.post("orders", {"lines": [line]}), 422, "line.amount", "amount")


@pytest.mark.parametrize(
    "path",
    [
        f"orders/{NOWHERE}",
        f"orders/{NOWHERE}/slip.txt",
        f"residents/{NOWHERE}",
        f"shifts/{NOWHERE}",
        f"operations/{NOWHERE}",
        "receipts/T1-000000",
        "receipts/T1-999999999",
        "receipts/nothing-000001.pdf",
        "orders/1",
        "orders/" + "9" * 5000,
        "receipts/T1-" + "9" * 30,
        "receipts/T1-000001.exe",
    ],
)
def test_what_is_not_there_is_not_found(desk: Desk, path: str) -> None:
    assert desk.get(path).status_code == 404
    assert desk.get(path).json["status"] == 404


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("orders/{}/cancel", {}),
        ("orders/{}/void", {"reason": "没有这笔"}),
        ("orders/{}/refunds", {"lines": [{"line": 1, "amount": 1}], "reason": "没有这笔"}),
        ("orders/{}/attempts", {"tenders": [{"kind": "cash", "amount": 1, "connection": "cash"}]}),
        ("residents/{}/reveal", {"reason": "核对证件"}),
        ("residents/{}/cards", {"card": "6210012345675"}),
        ("shifts/{}/movements", {"kind": "in", "amount": 1, "reason": "零钱"}),
        ("shifts/{}/close", {"counted": 1}),
        ("operations/{}/ask", {}),
    ],
)
def test_nothing_can_be_done_with_what_is_not_there(desk: Desk, path: str, body: dict[str, Any]) -> None:
    assert desk.post(path.format(NOWHERE), body).status_code == 404


def test_objects_of_another_street_are_not_found(api: Api, desk: Desk, elsewhere: Desk) -> None:
    order = elsewhere.paid_order(resident=api.other.resident)
    for path in (f"orders/{order['id']}", f"residents/{api.other.resident}", f"operations/{_operation(order)}"):
        assert elsewhere.get(path).status_code == 200
        assert desk.get(path).status_code == 404
    assert desk.post(f"orders/{order['id']}/void", {"reason": "不是本街道的"}).status_code == 404
    assert desk.get(f"orders?resident={api.other.resident}").json["orders"] == []
    offer = desk.fetch()
    body = desk.order_body(offer, resident=api.other.resident)
    refused(desk.post("orders", body), 404, "resident.missing", "resident")


def test_a_post_without_a_key_is_refused_by_name(desk: Desk) -> None:
    for key in ({}, {"Idempotency_Key": " "}, {"Idempotency_Key": "x" * 201}):
        refused(desk.send("POST", "orders", {}, **key), 400, "request_key.missing", "Idempotency-Key")


def test_a_look_up_stores_nothing(api: Api, desk: Desk) -> None:
    before = len(api.own.rows("request_key"))
    desk.fetch()
    assert len(api.own.rows("request_key")) == before


def test_a_bug_tells_the_client_nothing_but_where_to_look(
    api: Api, desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise RuntimeError("secret 11010519491231002X")

    monkeypatch.setattr(api.house.residents, "find", broken)
    with caplog.at_level(logging.ERROR, "jiedao_web.problems"):
        answer = desk.post("residents/search", {"q": "11010519491231002X"}, Accept_Language="en")
    problem = refused(answer, 500, "http.500")
    assert problem["trace"] in caplog.text
    assert problem["trace"] in problem["detail"]
    assert "11010519491231002X" not in answer.text
    assert "Error" not in answer.text.replace("Internal error", "")


def test_errors_of_the_database_do_not_show_values(api: Api) -> None:
    assert api.house.store.engine.hide_parameters


def test_the_openapi_document_is_valid_and_complete(api: Api) -> None:
    answer = api.app.test_client().get(f"{BASE}openapi.json")
    document = json.loads(answer.data)
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()
    posts = [path["post"] for path in document["paths"].values() if "post" in path]
    unkeyed = [one for one in posts if not any(p["name"] == "Idempotency-Key" for p in one.get("parameters", []))]
    assert {tag for one in unkeyed for tag in one["tags"]} == {"sessions", "my_sessions", "kiosk_device"}
    assert all(one["summary"] for one in posts)


def _operation(order: dict[str, Any]) -> str:
    return str(order["lines"][0]["operation"])


def _raw(desk: Desk, body: bytes, media_type: str = "application/json") -> Any:
    headers = {"Authorization": f"Bearer {desk.token}", "Idempotency-Key": "raw", "Content-Type": media_type}
    return desk.client.post(f"{BASE}orders", data=body, headers=headers)
