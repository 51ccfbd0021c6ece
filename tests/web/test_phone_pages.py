"""The phone's pages as they are served: for whom, in both languages, and true about what is not known."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from api_desk import Desk
from flask.testing import FlaskClient
from phone_street import OTHERS, OWN, Belongings, PhoneStreet, belongings, phone_street

from doubles import Step
from houses import PASSWORD
from jiedao.hookspecs.outcomes import OutcomeUnknown, Unavailable
from jiedao_web.look import LANGUAGE_COOKIE
from jiedao_web.phone.wording import WORDS
from postgres_server import Database


@pytest.fixture
def street(sqlite: Database, tmp_path: Path) -> Iterator[PhoneStreet]:
    made = phone_street(sqlite.url, tmp_path)
    yield made
    made.close()


@pytest.fixture
def browser_of_mine(street: PhoneStreet) -> FlaskClient:
    client = street.client()
    assert street.enter(OWN, client).status_code == 201
    return client


def pages(street: PhoneStreet, things: Belongings) -> list[str]:
    """Every page of the phone, with things of a resident in its address."""
    parts: dict[str, Any] = {**asdict(things), "connection": "bills", "biller": "WATER", "item": "advice"}
    rules = [rule for rule in street.app.url_map.iter_rules() if rule.endpoint.startswith("phone.")]
    found = []
    for rule in rules:
        if rule.endpoint not in ("phone.static", "phone.door", "phone.to_home", "phone.certify_for"):
            built = rule.build({name: parts[name] for name in rule.arguments}, append_unknown=False)
            assert built is not None
            found.append(built[1])
    return found


def test_every_page_is_there_in_both_languages(street: PhoneStreet, browser_of_mine: FlaskClient) -> None:
    mine = belongings(street, street.own, OWN, street.other)
    for language, lang in (("zh", "zh-Hans-CN"), ("en", "en")):
        browser_of_mine.set_cookie(LANGUAGE_COOKIE, language)
        for page in pages(street, mine):
            answer = browser_of_mine.get(page)
            assert answer.status_code == 200, page
            assert f'<html lang="{lang}"' in answer.text, page
            assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Cache-Control"] == "no-store"


def test_whoever_is_not_signed_in_comes_to_the_door_and_back(street: PhoneStreet) -> None:
    client = street.client()
    for page in ("/my/", "/my/points", "/my/orders?before=1"):
        answer = client.get(page)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/my/sign-in?then=/my/")
    street.enter(OWN, client)
    assert client.get("/my/sign-in?then=/my/points").headers["Location"] == "/my/points"


@pytest.mark.parametrize(
    "then", ["https://evil.example", "//evil.example", "/my//evil.example", "/my/\\evil", "/console/"]
)
def test_the_door_leads_nowhere_else(browser_of_mine: FlaskClient, then: str) -> None:
    answer = browser_of_mine.get("/my/sign-in", query_string={"then": then})
    assert answer.headers["Location"] == "/my/"


def test_a_session_of_staff_is_no_residents(street: PhoneStreet) -> None:
    client = street.client()
    body = {"street": street.made.street, "login": "operator", "password": PASSWORD, "till": "T1"}
    assert client.post("/api/v1/sessions", json=body).status_code == 201
    assert client.get("/my/").headers["Location"].startswith("/my/sign-in")


def test_what_is_anothers_is_a_page_that_says_so(street: PhoneStreet, browser_of_mine: FlaskClient) -> None:
    theirs = belongings(street, street.other, OTHERS, street.made.resident)
    browser_of_mine.set_cookie(LANGUAGE_COOKIE, "en")
    for page in (
        f"orders/{theirs.order}",
        f"receipts/{theirs.number}",
        f"parcels/{theirs.parcel}",
        f"certifications/{theirs.certification}",
        f"certification/for/{theirs.delegation}",
        f"pay/accounts/{theirs.account}",
        f"cases/{theirs.case}",
    ):
        answer = browser_of_mine.get(f"/my/{page}")
        assert answer.status_code == 404, page
        assert WORDS["refused.title"].en in answer.text
        assert "王强" not in answer.text


def test_what_is_not_known_is_being_confirmed_and_never_failed(
    street: PhoneStreet, browser_of_mine: FlaskClient
) -> None:
    me = street.sign_in(OWN)
    street.made.biller.will("biller_pay", Step(answer=OutcomeUnknown("the line was cut")))
    street.made.biller.will("biller_query", *[Step(answer=Unavailable("out"))] * 50)
    order = ordered(me)
    assert 'data-verdict="scan"' in browser_of_mine.get(f"/my/orders/{order}").text
    street.wallet.scan()
    shown, end = "", time.monotonic() + 10
    while 'data-verdict="confirming"' not in shown and time.monotonic() < end:
        street.house.operations.resolve_due(street.made.street)
        shown = browser_of_mine.get(f"/my/orders/{order}").text
    assert 'data-verdict="confirming"' in shown
    assert WORDS["payment.confirming_says"].zh in shown
    assert "失败" not in shown


def ordered(me: Desk) -> str:
    """A water bill that is to be paid with the wallet."""
    inputs = {"connection": "bills", "biller": "WATER", "inputs": {"account": "00001234"}}
    offer = me.post("my/bills/fetch", inputs).json["offers"][0]
    line = {"offer": offer["offer"], "amount": offer["bill"]["amount"]}
    tender = {"kind": "qr", "amount": offer["bill"]["amount"], "connection": "wallet"}
    answer = me.post("my/orders", {"lines": [line], "tenders": [tender]}, Prefer="wait=5")
    assert answer.status_code == 202, answer.text
    return str(answer.json["id"])
