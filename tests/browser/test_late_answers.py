"""Answers that come late, or not in the order of the questions: no screen shows them for somebody else."""

from __future__ import annotations

from typing import Any

import pytest
from counter_hall import CARD, somebody, write_letter
from street_window import Window, hold

pytestmark = pytest.mark.browser


@pytest.fixture
def window(hall: Window) -> Window:
    return hall


def let(page: Any, route: Any, answer: Any = None) -> None:
    """Let a request have its answer, and give the page the time for what it would do with it."""
    with page.expect_event("requestfinished", lambda done: done == route.request):
        route.fulfill(response=answer or route.fetch())
    page.wait_for_timeout(700)


def test_what_was_known_before_does_not_cover_what_the_bureau_said(window: Window) -> None:
    number, _ = somebody(window.street)
    page = window.page
    window.begin()
    window.find(number)
    known = hold(page, "**/benefits")
    page.keyboard.press("Alt+3")
    before = known()
    nothing = before.fetch()
    page.click("#cert-ask")
    page.wait_for_selector("#cert-list input")
    let(page, before, nothing)
    assert page.locator("#cert-list input").count() > 0


def test_bills_of_another_biller_are_not_shown(window: Window) -> None:
    page = window.page
    window.begin()
    fetched = hold(page, "**/api/v1/bills/fetch")
    window.look_up("供电", "0000018234")
    late = fetched()
    page.locator(".biller", has_text="自来水").click()
    let(page, late)
    assert page.locator(".bill").count() == 0
    assert page.locator("#bill-results").inner_text().strip() == window.t("bills.start")


def test_the_answer_to_a_look_up_leaves_the_focus_to_whoever_went_on(window: Window) -> None:
    page = window.page
    window.begin()
    window.add("自来水", "000019234")
    fetched = hold(page, "**/api/v1/bills/fetch")
    window.look_up("供电", "0000020234")
    late = fetched()
    page.keyboard.press("F8")
    page.wait_for_selector("#received:focus")
    let(page, late)
    assert page.locator(".bill").count() == 1
    assert page.evaluate("document.activeElement.id") == "received"


def test_whoever_was_looked_for_last_is_served(window: Window) -> None:
    page = window.page
    first, _ = somebody(window.street)
    second, _ = somebody(window.street)
    window.begin()
    found = hold(page, "**/api/v1/residents/search")
    for number in (first, second):
        page.fill("#resident-q", number)
        page.evaluate("document.querySelector('#resident-find').requestSubmit()")
    earlier, later = found(), found()
    let(page, later)
    page.locator("#resident-card .ids", has_text=second[-4:]).wait_for()
    let(page, earlier)
    assert second[-4:] in page.inner_text("#resident-card .ids")


def test_a_letter_belongs_to_whoever_it_was_written_for(window: Window) -> None:
    page = window.page
    number, name = somebody(window.street)
    window.begin()
    window.find(CARD)
    write_letter(window)
    quoted = hold(page, "**/api/v1/post/quotes")
    page.keyboard.press("Enter")
    late = quoted()
    window.press("resident.change")
    page.keyboard.type(number)
    page.keyboard.press("Enter")
    page.locator("#resident-card .name").get_by_text(name, exact=True).wait_for()
    let(page, late)
    assert page.is_hidden("#post-quotes")
    assert page.is_visible("#post-form")
    assert page.input_value("#sender-name") == name
    assert page.input_value("#recipient-name") == ""


def test_what_is_shown_of_a_resident_goes_with_them(window: Window) -> None:
    page = window.page
    number, _ = somebody(window.street)
    window.begin()
    window.find(number)
    page.keyboard.press("Alt+3")
    page.wait_for_selector("#cert-form:not([hidden])")
    page.click("#cert-ask")
    page.wait_for_selector("#cert-list input")
    window.press("resident.change")
    page.wait_for_selector("#cert-nobody:not([hidden])")
    assert page.is_hidden("#cert-form")
