"""The console in a real browser: two people close an act in review, each in their own language; a number is seen."""

from __future__ import annotations

import threading
from itertools import count
from typing import Any

import pytest
from street_window import Window, beside, intercept, said

from jiedao.directory.rules import Rules, set_rules
from jiedao.hookspecs.biller import Acknowledgement
from jiedao.operations import review
from jiedao.operations.history import How
from jiedao.operations.model import News, State

pytestmark = pytest.mark.browser

NUMBER = "150602195003070014"
METERS = (f"{number:08d}77" for number in count(440))


def in_review(window: Window) -> None:
    """A bill that its biller has taken and will not speak of, paid by the resident in cash."""
    street = window.street
    street.open_shift()
    offer = street.bill("ELEC", "", meter=next(METERS))
    street.house.operations.drive(street.visit([offer], cash=offer.bill.amount).planned)
    street.leave_to_a_person()


def test_two_people_close_an_act_each_in_their_language(window: Window, browser: Any) -> None:
    set_rules(window.street.house.store, window.street.administrator, Rules(0))
    in_review(window)
    page = window.page
    window.enter("/console/review", "accountant")
    window.picture("review-queue")
    page.get_by_role("link", name=said(window, "review_hook.biller_pay")).click()
    page.wait_for_selector("#verdict-form")
    page.get_by_role("button", name=said(window, "review.propose")).click()
    page.wait_for_selector("#verdict-form [data-says]:not([hidden]), #evidence-error:not(:empty)")
    page.fill("#reference", "BH-77")
    page.fill("#evidence", "收费单位柜台电话确认，流水 BH-77 已入账")
    window.picture("review-item")
    page.get_by_role("button", name=said(window, "review.propose")).click()
    page.wait_for_selector("#proposal")
    assert page.locator("#agree-form").count() == 0

    with beside(browser, window, "en-GB", "en") as chief:
        chief.enter("/console/proposals", "administrator")
        chief.page.wait_for_selector(".proposal-row")
        chief.picture("proposals-en")
        chief.page.get_by_role("link", name=said(chief, "review.succeeded")).click()
        chief.page.wait_for_selector("#agree-form")
        chief.picture("review-agree-en")
        chief.page.fill("#agree-evidence", "Their statement of today has it")
        chief.page.get_by_role("button", name=said(chief, "review.agree"), exact=True).click()
        chief.page.wait_for_selector("li[data-what=agreed]")
        assert said(chief, "review_state.succeeded") in chief.page.inner_text(".heading")
        assert "BH-77" in chief.page.inner_text(".trail")
        chief.picture("review-closed-en")

    page.reload()
    assert said(window, "review.nothing_to_do") in page.inner_text("#actions")
    page.goto(f"{window.address}/console/review")
    assert said(window, "review.none") in page.inner_text("main")
    assert window.street.faults() == []


def test_the_answer_of_the_provider_wins(window: Window, browser: Any) -> None:
    """While the second person reads, somebody else ends it: the page says so instead of doing it."""
    set_rules(window.street.house.store, window.street.administrator, Rules(0))
    in_review(window)
    page = window.page
    window.enter("/console/review", "accountant")
    page.get_by_role("link", name=said(window, "review_hook.biller_pay")).click()
    page.fill("#reference", "BH-78")
    page.fill("#evidence", "收费单位柜台电话确认，流水 BH-78 已入账")
    page.get_by_role("button", name=said(window, "review.propose")).click()
    page.wait_for_selector("#proposal")
    with beside(browser, window, "en-GB", "en") as chief:
        chief.enter(page.url.removeprefix(window.address), "administrator")
        chief.page.wait_for_selector("#agree-form")
        _ends_by_itself(window)
        chief.page.fill("#agree-evidence", "Their statement of today has it")
        chief.page.get_by_role("button", name=said(chief, "review.agree"), exact=True).click()
        chief.page.wait_for_selector("#agree-form [data-says]:not([hidden])")
        chief.page.reload()
        assert said(chief, "review.lapsed") in chief.page.inner_text("main")
        chief.picture("review-lapsed-en")


def test_a_number_is_seen_once_for_a_reason(window: Window) -> None:
    with window.street.house.store.write(window.street.street) as tx:
        window.street.house.residents.add(tx, "巴特尔", number=NUMBER, phone="13904770001")
    page = window.page
    window.enter("/console/residents", "accountant")
    page.fill("#q", "13904770001")
    page.keyboard.press("Enter")
    page.wait_for_selector("#results a")
    window.picture("residents-found")
    assert NUMBER not in page.content()
    page.keyboard.press("Enter")
    page.wait_for_selector("#visits")
    assert NUMBER not in page.content()
    page.get_by_role("button", name=said(window, "residents.reveal")).click()
    page.get_by_role("button", name=said(window, "residents.reveal_go")).click()
    page.wait_for_selector("#reason-error:not(:empty)")
    page.fill("#reason", "居民来电核对证件")
    page.get_by_role("button", name=said(window, "residents.reveal_go")).click()
    page.wait_for_selector("#shown-number:not([hidden])")
    assert page.inner_text("#whole-number") == NUMBER
    window.picture("resident-revealed")
    page.get_by_role("button", name=said(window, "residents.hide")).click()
    assert NUMBER not in page.content()
    page.goto(f"{window.address}/console/audit?action=reveal")
    assert "居民来电核对证件" in page.inner_text("main")
    assert NUMBER not in page.content()
    window.picture("audit")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_office_is_in_order(window: Window, browser: Any, language: str) -> None:
    in_review(window)
    with beside(browser, window, {"zh": "zh-CN", "en": "en-GB"}[language], language) as person:
        person.enter("/console/", "administrator")
        for where in ("settlements", "claims", "bill-files", "ledger?verify=1", "certification", "dispatches"):
            person.page.goto(f"{window.address}/console/{where}")
            person.picture(f"console-{where.partition('?')[0]}-{language}")
        person.page.goto(f"{window.address}/console/residents/{window.street.resident}")
        person.picture(f"console-resident-{language}")
        person.page.locator("main a.code-text").first.click()
        person.page.wait_for_selector("#steps")
        person.picture(f"console-order-{language}")


def _ends_by_itself(window: Window) -> None:
    """The settlement of the provider, or its answer, closes the act."""
    house, street = window.street.house, window.street.street
    with house.store.write(street) as tx:
        (row,) = review.waiting(tx)
        news = News(State.SUCCEEDED, Acknowledgement("BH-1", ""), code="settlement")
        assert house.operations.close_by_person(tx, row.id, news, How.SETTLEMENT)


def test_a_button_pressed_before_the_scripts_are_there_is_not_lost(window: Window) -> None:
    with window.street.house.store.write(window.street.street) as tx:
        resident = window.street.house.residents.add(tx, "巴特尔", number=NUMBER).id
    page, held = window.page, []
    window.enter("/console/", "accountant")
    arrived = threading.Event()
    intercept(page, "**/*.js", lambda route: route.continue_() if arrived.is_set() else held.append(route))
    intercept(page, "**/early.js", lambda route: route.continue_())
    page.goto(f"{window.address}/console/residents/{resident}", wait_until="commit")
    page.get_by_role("button", name=said(window, "residents.reveal")).click()
    assert page.is_hidden("#reveal-dialog")
    arrived.set()
    for route in held:
        route.continue_()
    page.wait_for_selector("#reveal-dialog[open]")
