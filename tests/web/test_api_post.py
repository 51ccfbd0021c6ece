"""Letters and parcels through the API, on both engines where the engine could matter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from api_desk import BASE, Desk, refused

from doubles import Step
from houses import PASSWORD, furnish
from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Succeeded, Unavailable
from jiedao.hookspecs.postal import EventKind, PostEvent, RecipientClass
from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao_web.app import create_app
from jiedao_web.context import NAME
from post_desk import PostDesk, post_desk
from postgres_server import Database

ELSEWHERE = "150602008"
HER = {
    "name": "古丽巴哈尔·买买提",
    "phone": "13800000000",
    "province": "新疆",
    "city": "乌鲁木齐市",
    "district": "天山区",
    "line": "解放北路 22 号",
}
HALL = {"name": "诃额伦街道办事处", "line": "人民路 1 号"}
LETTER = {"connection": "ems", "product": "letter", "sender": HALL, "recipient": HER, "item": {"weight": 30}}


@dataclass
class Web:
    """The API over a street that posts, and its people."""

    post: PostDesk
    operator: Desk
    accountant: Desk
    administrator: Desk
    elsewhere: Desk

    def create(self, **more: Any) -> dict[str, Any]:
        """A consignment of the street."""
        answer = self.operator.post("post/consignments", {**LETTER, **more}, Prefer="wait=10")
        assert answer.status_code == 201, answer.text
        made: dict[str, Any] = answer.json
        return made

    def range(self, **more: Any) -> Any:
        """A range of numbers, entered by the administrator."""
        given = {"connection": "book", "kind": "s10", "prefix": "RA", "country": "CN", "first": 1, "last": 5}
        return self.administrator.post("post/ranges", {**given, **more})


@pytest.fixture
def web(sqlite: Database, tmp_path: Path) -> Iterator[Web]:
    """On SQLite."""
    yield from _web(sqlite.url, tmp_path)


@pytest.fixture
def web_on_both(database: Database, tmp_path: Path) -> Iterator[Web]:
    """On each engine in turn."""
    yield from _web(database.url, tmp_path)


def _web(url: str, folder: Path) -> Iterator[Web]:
    furnish(url, folder, street=ELSEWHERE).house.close()
    made = post_desk(url, folder)
    app = create_app(made.made.house)

    def sign_in(login: str, street: str = made.made.street) -> Desk:
        body = {"street": street, "login": login, "password": PASSWORD, "till": "T1"}
        client = app.test_client(use_cookies=False)
        return Desk(client, client.post(f"{BASE}sessions", json=body).json["token"])

    with closing(made.made.house):
        people = [sign_in(login) for login in ("operator", "accountant", "administrator")]
        yield Web(made, *people, sign_in("operator", ELSEWHERE))
        app.extensions[NAME].runner.close()


def test_a_letter_from_quote_to_proof(web_on_both: Web) -> None:
    web = web_on_both
    quotes = web.operator.post("post/quotes", {k: v for k, v in LETTER.items() if k != "product"}).json["quotes"]
    assert (quotes[0]["product"], quotes[0]["amount"]) == ("letter", 1200)
    made = web.create(purpose="certificate")
    assert (made["state"], made["confirming"], made["payer"]) == ("created", False, "street")
    assert (made["recipient"], made["fold"]["standing"]) == ("古** 天山区", "announced")
    assert "解放北路" not in web.operator.get(f"post/consignments/{made['id']}").text
    when = web.post.made.house.store.clock()
    web.post.ems.events[made["number"]] = [
        PostEvent("e1", EventKind.DELIVERED, when, "44", "代收", recipient=RecipientClass.MANAGEMENT)
    ]
    shown = web.operator.post(f"post/consignments/{made['id']}/track").json
    assert (shown["standing"], shown["follow_up"], shown["fold"]["served"]) == ("delivered_to_third_party", True, False)
    assert [event["recipient"] for event in shown["events"]] == ["management"]
    found = web.operator.get("post/consignments?follow_up=true").json["consignments"]
    assert [one["id"] for one in found] == [made["id"]]
    assert web.operator.get("post/consignments?follow_up=false").json["consignments"] == []
    assert web.operator.get(f"post/consignments/{made['id']}/proof").json["event"]["kind"] == "delivered"
    paper = web.operator.get(f"post/consignments/{made['id']}/proof.pdf?language=zh")
    assert (paper.status_code, paper.content_type, paper.data[:5]) == (200, "application/pdf", b"%PDF-")
    label = web.operator.get(f"post/consignments/{made['id']}/label.pdf")
    assert "古丽巴哈尔".encode() in label.data


def test_postage_is_a_line_of_an_order(web_on_both: Web) -> None:
    web = web_on_both
    offer = web.operator.post("post/offers", {**LETTER, "resident": web.post.made.resident}).json
    assert (offer["category"], offer["rule"], offer["bill"]["amount"]) == ("postage", "exact", 1200)
    order = web.operator.post(
        "orders", web.operator.by_card(offer, resident=web.post.made.resident), Prefer="wait=10"
    ).json
    assert (order["state"], order["lines"][0]["act"]) == ("paid", "postal_create")
    shown = web.operator.get(f"post/consignments/{offer['consignment']}").json
    assert (shown["state"], shown["order"], shown["payer"]) == ("created", order["id"], "order")
    receipt = web.operator.get(f"receipts/{order['receipts'][0]}.txt?language=zh").text
    assert shown["number"] in receipt
    cancel = f"post/consignments/{shown['id']}/cancel"
    problem = refused(web.operator.post(cancel, {"reason": "不寄了"}), 409, "consignment.of_order")
    assert problem["order"] == order["id"]
    void = web.operator.post(f"orders/{order['id']}/void", {"reason": "不寄了"}, Prefer="wait=10").json
    assert void["lines"][0]["refunded"] == 1200
    assert web.operator.get(f"post/consignments/{shown['id']}").json["state"] == "cancelled"


@pytest.mark.parametrize(
    "path",
    ["", "/label.pdf", "/proof", "/proof.pdf"],
)
def test_another_streets_consignment_is_not_there(web_on_both: Web, path: str) -> None:
    made = web_on_both.create()
    refused(web_on_both.elsewhere.get(f"post/consignments/{made['id']}{path}"), 404, "consignment.missing")


def test_another_street_cannot_act_on_it(web_on_both: Web) -> None:
    web = web_on_both
    made = web.create()
    listed = web.operator.post("post/dispatches", {"connection": "ems"}, Prefer="wait=10").json
    one, elsewhere = f"post/consignments/{made['id']}", web.elsewhere
    missing = (404, "consignment.missing")
    refused(elsewhere.post(f"{one}/cancel", {"reason": "不寄了"}), *missing)
    refused(elsewhere.post(f"{one}/track"), *missing)
    refused(elsewhere.post(f"{one}/events", {"kind": "accepted"}), *missing)
    refused(elsewhere.post(f"{one}/complaints", {"kind": "late", "says": "没到"}), *missing)
    refused(elsewhere.get(f"post/dispatches/{listed['id']}"), 404, "dispatch.missing")
    refused(elsewhere.get(f"post/dispatches/{listed['id']}/list.pdf"), 404, "dispatch.missing")
    refused(elsewhere.post(f"post/dispatches/{listed['id']}/signature", {"courier": "李"}), 404, "dispatch.missing")
    assert elsewhere.get("post/consignments").json["consignments"] == []
    assert elsewhere.get("post/dispatches").json["dispatches"] == []
    assert elsewhere.get("post/ranges").json["ranges"] == []
    refused(elsewhere.post("post/consignments", LETTER), 404, "connection.missing")


def test_without_an_answer_it_is_being_confirmed(web: Web) -> None:
    web.post.ems.will("postal_create", Step(answer=OutcomeUnknown("cut")))
    answer = web.operator.post("post/consignments", LETTER, Prefer="wait=10")
    assert (answer.status_code, answer.json["state"], answer.json["confirming"]) == (202, "creating", True)
    web.post.made.resolve()
    assert web.operator.get(f"post/consignments/{answer.json['id']}").json["state"] == "created"
    assert len(web.post.ems.booked) == 1


@pytest.mark.parametrize("path", ["post/consignments", "post/offers"])
def test_the_same_key_makes_one_consignment(web: Web, path: str) -> None:
    first = web.operator.post(path, LETTER, key="letter-1", Prefer="wait=10")
    again = web.operator.post(path, LETTER, key="letter-1", Prefer="wait=10")
    made = [answer.json.get("consignment", answer.json.get("id")) for answer in (first, again)]
    assert made[0] == made[1]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(web.post.made.rows("consignment")) == 1
    refused(web.operator.post(path, {**LETTER, "office": "x"}, key="letter-1"), 409, "request_key.reused")


def test_a_refused_item_says_why(web: Web) -> None:
    web.post.ems.will("postal_create", Step(effect=False, answer=Declined(Text("不通邮", "no service"), "AREA")))
    made = web.create()
    assert (made["state"], made["reason"]["zh"]) == ("refused", "不通邮")
    refused(web.operator.get(f"post/consignments/{made['id']}/label.pdf"), 409, "consignment.state")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"recipient": {"name": "王", "line": "x", "country": "C1"}}, "recipient.country"),
        ({"recipient": {"name": "王"}}, "recipient.line"),
        ({"recipient": "王"}, "recipient"),
        ({"item": {"weight": 0}}, "item.weight"),
        ({"item": {"weight": "30"}}, "item.weight"),
        ({"handling": {"cash_on_delivery": -1}}, "handling.cash_on_delivery"),
        ({"handling": {"fragile": True}}, "handling.fragile"),
        ({"allowed": ["cat"]}, "allowed.0"),
        ({"purpose": "holiday"}, "purpose"),
        ({"product": "rocket"}, "product"),
        ({"postage": -1}, "postage"),
    ],
)
def test_a_wrong_body_names_its_field(web: Web, wrong: dict[str, Any], field: str) -> None:
    answer = web.operator.post("post/consignments", {**LETTER, **wrong})
    assert (answer.status_code, answer.json["field"]) == (422, field), answer.text
    assert web.post.made.rows("consignment") == []


def test_a_silent_post_is_said_to_be_silent(web: Web) -> None:
    made = web.create()
    silence = Step(effect=False, answer=Unavailable("no line"))
    web.post.ems.will("postal_track", silence)
    refused(web.operator.post(f"post/consignments/{made['id']}/track"), 503, "post.unreachable")
    web.post.ems.will("postal_label", Step(answer=silence.answer))
    refused(web.operator.get(f"post/consignments/{made['id']}/label.pdf"), 503, "post.unreachable")
    refused(web.operator.get(f"post/consignments/{made['id']}/proof"), 409, "post.declined")


def test_what_is_no_pdf_is_not_passed_on(web: Web) -> None:
    made = web.create()
    page = Document("label.pdf", "text/html", b"<script>alert(1)</script>")
    web.post.ems.will("postal_label", Step(answer=Succeeded(page)))
    refused(web.operator.get(f"post/consignments/{made['id']}/label.pdf"), 503, "document.not_pdf")


def test_staff_type_in_events_where_the_post_is_silent(web: Web) -> None:
    assert web.range().status_code == 201
    made = web.create(connection="book", purpose="personal")
    events = f"post/consignments/{made['id']}/events"
    wrong = web.operator.post(events, {"kind": "delivered", "recipient": "neighbour", "at": None}).json
    assert wrong["standing"] == "delivered_to_third_party"
    back = {"kind": "voids", "voids": wrong["events"][0]["id"], "reason": "点错了"}
    first = web.operator.post(events, back, key="void-1")
    again = web.operator.post(events, back, key="void-1")
    assert (first.status_code, again.json) == (201, first.json)
    assert [event["voided"] for event in first.json["events"]] == [True, False]
    assert first.json["fold"]["standing"] == "announced"
    for at in ("2026-11-01", "2026-11-01T10:00:00", "soon"):
        refused(web.operator.post(events, {"kind": "accepted", "at": at}), 422, "body.invalid", "at")
    refused(web.operator.post(events, {"kind": "held", "held_until": "soon"}), 422, "event.held_until", "held_until")


def test_ranges_are_the_administrators(web: Web) -> None:
    given = {"connection": "book", "kind": "s10", "prefix": "RA", "country": "CN", "first": 8, "last": 9}
    refused(web.operator.post("post/ranges", given), 403, "role.missing")
    made = web.range(first=8, last=9).json
    assert (made["left"], made["low"], made["next"]) == (2, True, 8)
    refused(web.range(first=9, last=20), 409, "range.overlap", "first")
    assert web.create(connection="book")["number"] == "RA000000080CN"
    assert web.operator.get("post/ranges").json["ranges"][0]["left"] == 1
    web.create(connection="book")
    refused(
        web.operator.post("post/consignments", {**LETTER, "connection": "book"}), 409, "range.exhausted", "connection"
    )


def test_the_daily_list(web_on_both: Web) -> None:
    web = web_on_both
    refused(web.operator.post("post/dispatches", {"connection": "ems"}), 409, "dispatch.empty")
    made = [web.create()["id"], web.create()["id"]]
    waiting = web.operator.get("post/dispatches/open?connection=ems").json["consignments"]
    assert [one["id"] for one in waiting] == made
    answer = web.operator.post("post/dispatches", {"connection": "ems"}, key="close-1", Prefer="wait=10")
    listed = answer.json
    assert (answer.status_code, listed["state"], listed["no"], listed["items"]) == (201, "closed", 1, 2)
    again = web.operator.post("post/dispatches", {"connection": "ems"}, key="close-1", Prefer="wait=10")
    assert again.json["id"] == listed["id"]
    paper = web.operator.get(f"post/dispatches/{listed['id']}/list.pdf?language=en")
    assert (paper.content_type, paper.data[:5]) == ("application/pdf", b"%PDF-")
    assert web.operator.get(f"post/dispatches/{listed['id']}/outbox.pdf").data.startswith(b"%PDF-")
    signed = web.operator.post(f"post/dispatches/{listed['id']}/signature", {"courier": "李强"})
    assert (signed.status_code, signed.json["signed_by"], signed.json["state"]) == (201, "李强", "signed")
    refused(web.operator.post(f"post/dispatches/{listed['id']}/signature", {"courier": "王"}), 409, "dispatch.state")
    assert [one["id"] for one in web.operator.get("post/dispatches").json["dispatches"]] == [listed["id"]]


def test_cash_on_delivery_becomes_credit(web: Web) -> None:
    made = web.create(handling={"cash_on_delivery": 8800}, resident=web.post.made.resident)
    path = f"post/consignments/{made['id']}/remittances"
    refused(web.operator.post(path, {"amount": 8800}), 403, "role.missing")
    assert web.accountant.post(path, {"amount": 8800}).json["remitted"] == 8800
    refused(web.accountant.post(path, {"amount": 1}), 409, "remittance.amount", "amount")


def test_complaints_questions_and_lists(web: Web) -> None:
    made = web.create(resident=web.post.made.resident)
    said = {"kind": "late", "says": "十天没到", "claimed": 500}
    answer = web.operator.post(f"post/consignments/{made['id']}/complaints", said, Prefer="wait=10")
    assert (answer.status_code, *(seen["state"] for seen in answer.json["complaints"].values())) == (201, "succeeded")
    assert web.operator.post("post/serviceable", {"connection": "ems", "party": HER}).json["able"] == ["delivery"]
    assert web.operator.get("post/offices?connection=ems").json["offices"][0]["hours"]
    refused(web.operator.get("post/offices?connection=book"), 409, "post.cannot")
    posts = {one["id"]: one["tracks"] for one in web.operator.get("post/connections").json["posts"]}
    assert posts == {"ems": True, "book": False}
    later = web.create()
    page = web.operator.get("post/consignments?limit=1").json
    assert [one["id"] for one in page["consignments"]] == [later["id"]]
    rest = web.operator.get(f"post/consignments?limit=1&before={page['before']}").json
    assert [one["id"] for one in rest["consignments"]] == [made["id"]]
    mine = web.operator.get(f"post/consignments?resident={web.post.made.resident}&state=created").json
    assert [one["id"] for one in mine["consignments"]] == [made["id"]]
    cancelled = web.operator.post(
        f"post/consignments/{later['id']}/cancel", {"reason": "写错地址"}, Prefer="wait=10"
    ).json
    assert cancelled["state"] == "cancelled"
