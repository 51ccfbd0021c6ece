"""The till at the end of a shift: the blind count, the difference explained, the batches, and the sheet."""

from __future__ import annotations

import pytest
from street_window import Window

from jiedao_sandbox.launch import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def window(hall: Window) -> Window:
    return hall


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_shift_closed_short_says_how_the_expected_amount_comes_about(
    window: Window, printer: Running, language: str
) -> None:
    page = window.page
    page.goto(f"{window.address}/counter/sign-in")
    if language == "en":
        page.click("a[hreflang=en]")
    window.language = language
    biller, meter = {"zh": ("自来水", "00002"), "en": ("Water", "00003")}[language]
    window.begin(counted="200")
    window.add(biller, f"{meter}1234")
    page.keyboard.press("F8")
    window.pay()
    window.wait_for("paid", 60)
    (cash,) = [row.amount for row in window.street.rows("tender")]
    page.keyboard.press("F9")
    window.add(biller, f"{meter}2234")
    window.pay()
    window.wait_for("paid", 60)
    page.click("#open-till")
    page.fill("#move-amount", "50")
    page.fill("#move-reason", "零钱")
    page.keyboard.press("Enter")
    page.wait_for_selector("#till-moves b")
    assert page.is_hidden("#till-parts")
    counted = 20_000 + cash + 5_000 - 250
    page.fill("#close-counted", f"{counted // 100}.{counted % 100:02d}")
    page.keyboard.press("Enter")
    page.wait_for_selector("#till-sums")
    parts = page.inner_text("#till-parts")
    for amount in ("200.00", f"{cash // 100}.{cash % 100:02d}", "50.00"):
        assert amount in parts
    assert window.t("till.says_short", amount="2.50") == page.inner_text("#till-closed-says")
    page.wait_for_selector("#till-batches .tag.good")
    window.picture(f"shift-closed-{language}")
    before = len(printer.books()["printed"])
    page.click("#till-print")
    page.wait_for_selector("#till-printed.note-good:not([hidden])", timeout=60_000)
    assert len(printer.books()["printed"]) == before + 1
    assert window.street.balance("5102") == 250
