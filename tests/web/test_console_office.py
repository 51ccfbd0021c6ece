"""The office's pages: who may open them, in both languages, and that another street's matters are not there."""

from __future__ import annotations

from typing import Any

import pytest
from api_desk import Api, Desk

PAGES = (
    "review",
    "review?which=open",
    "proposals",
    "settlements",
    "settlements?state=closed",
    "claims",
    "bill-files",
    "ledger",
    "ledger?verify=1",
    "residents",
    "messages",
    "messages?state=not_sent",
    "messages?state=maybe",
    "messages?state=lost",
    "certification",
    "certification?list=home",
    "dispatches",
    "audit",
    "audit?action=reveal&words=核对&from=2026-01-01",
)
NOBODY = "0" * 20


def look(desk: Desk, path: str, language: str = "zh") -> Any:
    """A page, as the browser of somebody who is signed in asks for it."""
    headers = {"Authorization": f"Bearer {desk.token}", "Accept-Language": language}
    return desk.client.get(f"/console/{path}", headers=headers)


@pytest.mark.parametrize("path", PAGES)
def test_the_office_opens_its_pages_in_both_languages_and_nobody_else(desk: Desk, accountant: Desk, path: str) -> None:
    for language, title in (("zh", "街道管理台"), ("en", "Street console")):
        answer = look(accountant, path, language)
        assert (answer.status_code, title in answer.text) == (200, True)
    assert look(desk, path).status_code == 403


@pytest.mark.parametrize("path", ["review/{}", "settlements/{}", "residents/{}", "orders/{}", "messages?after={}"])
def test_what_is_not_there_is_not_found(accountant: Desk, path: str) -> None:
    assert look(accountant, path.format(NOBODY)).status_code == 404


def test_an_order_of_another_street_is_not_found(api: Api, desk: Desk, accountant: Desk) -> None:
    order = desk.paid_order(resident=api.own.resident)
    assert order["id"] in look(accountant, f"orders/{order['id']}").text
    assert order["id"] in look(accountant, f"residents/{api.own.resident}").text
    theirs = api.sign_in("accountant", street=api.other.street)
    for path in (f"orders/{order['id']}", f"residents/{api.own.resident}"):
        assert look(theirs, path).status_code == 404


def test_the_overview_says_how_many_problems_need_a_person(api: Api, desk: Desk, accountant: Desk) -> None:
    desk.post("orders", desk.in_cash(desk.fetch("77"), resident=api.own.resident), Prefer="wait=10")
    api.own.leave_to_a_person()
    matters = accountant.get("attention").json["matters"]
    assert "urgent" in [one["severity"] for one in matters]
    link = f'<a href="/console/problems"><b>{len(matters)}</b><span>Problems that need a person</span></a>'
    assert f'<li class="urgent">{link}' in look(accountant, "", "en").text


def test_an_order_that_went_back_says_so(desk: Desk, accountant: Desk) -> None:
    order = desk.paid_order()
    desk.post(f"orders/{order['id']}/void", {"reason": "多收了"}, Prefer="wait=10")
    page = look(accountant, f"orders/{order['id']}", "en").text
    assert "Refunded" in page
    assert "Given back: Cash" in page


def test_an_act_in_review_shows_whose_it_is_masked_and_what_may_be_done(api: Api, desk: Desk, accountant: Desk) -> None:
    desk.post("orders", desk.in_cash(desk.fetch("77"), resident=api.own.resident), Prefer="wait=10")
    api.own.leave_to_a_person()
    found = accountant.get("reviews").json["operations"][-1]
    assert (found["resident"], found["resident_name"]) == (api.own.resident, "古**")
    queue = look(accountant, "review").text
    assert found["id"] in queue
    assert "古丽巴哈尔" not in queue
    page = look(accountant, f"review/{found['id']}", "en").text
    for words in ("Close with this evidence", "What was exchanged", "The provider works on it"):
        assert words in page
    seen = {"verdict": "succeeded", "reference": "R-1", "evidence": "看过银行后台流水，有这一笔"}
    accountant.post(f"operations/{found['id']}/closing", seen, Prefer="wait=10")
    assert "It has ended" in look(accountant, f"review/{found['id']}", "en").text
