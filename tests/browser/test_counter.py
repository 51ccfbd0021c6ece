"""Visits at the counter in a real browser, by keyboard, over the real stand-ins."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from street_window import Window, intercept

from houses import PASSWORD

pytestmark = pytest.mark.browser

CARD = "6210012345675"


def test_a_visit_with_points_and_card_ends_with_a_numbered_receipt(window: Window) -> None:
    window.street.give_points(3_000)
    window.begin()
    window.find(CARD)
    window.add("供电", "0000001234")
    window.add("自来水", "000001234")
    window.page.keyboard.press("F4")
    window.page.keyboard.type("20")
    assert window.page.input_value("#card") == "104.68"
    window.picture("counter")
    window.pay()
    window.wait_for("running")
    window.picture("counter-paying")
    window.wait_for("paid")
    assert window.states() == ["taken", "taken", "paid", "paid", "done"]
    window.page.wait_for_selector("#paper .slip-receipt")
    assert "T1-000001" in window.page.inner_text("#paper")
    window.picture("counter-receipt")
    assert window.street.faults() == []


def test_the_next_visit_begins_empty(window: Window) -> None:
    window.begin()
    window.find(CARD)
    window.add("供电", "0000002234")
    window.pay()
    window.wait_for("paid")
    window.page.keyboard.press("F9")
    window.page.wait_for_selector("#view-desk:not([hidden])")
    assert window.page.locator(".item").count() == 0
    assert window.page.locator("#resident-card .name").count() == 0 or window.page.is_hidden("#resident-card")
    assert window.page.evaluate("document.activeElement.id") == "resident-q"


def test_a_lost_answer_of_the_acquirer_is_confirmed_and_ends_reversed(window: Window) -> None:
    window.begin()
    window.add("自来水", "000003234")
    window.outside.terminal.faults("lose_answer", "sale")
    window.outside.terminal.faults("lose_answer", "reverse", times=2)
    window.pay()
    window.wait_for("confirming")
    window.page.wait_for_selector("#paper .slip-confirming")
    assert window.t("order.confirming_says") in window.page.inner_text("#verdict")
    window.wait_for("reversed")
    assert window.states()[0] == "reversed"
    assert window.street.balance("1110:card") == 0
    assert window.street.faults() == []


def test_a_reversed_visit_is_paid_in_another_way(window: Window) -> None:
    window.begin()
    window.add("自来水", "000004234")
    window.outside.terminal.faults("lose_answer", "sale")
    window.pay()
    window.wait_for("reversed")
    window.press("order.other_way")
    window.page.keyboard.press("F8")
    window.page.keyboard.type("100")
    assert window.page.inner_text("#change") == "7.66"
    window.pay()
    window.wait_for("paid")
    assert window.street.faults() == []


def test_a_biller_that_decides_later_gets_a_slip_first_and_a_receipt_then(window: Window) -> None:
    window.begin()
    window.find(CARD)
    window.add("供电", "0000001277")
    window.pay()
    window.wait_for("confirming")
    window.page.wait_for_selector("#paper .slip-confirming")
    assert "T1-0" not in window.page.inner_text("#paper")
    assert window.page.locator("#print").count() == 0
    window.picture("counter-confirming")
    window.outside.hub.call("POST", "settle", {})
    window.wait_for("paid", 60)
    window.page.wait_for_selector("#paper .slip-receipt")
    assert "T1-000001" in window.page.inner_text("#paper")


def test_a_shift_is_opened_counted_blind_and_closed_with_a_difference(window: Window) -> None:
    window.begin(counted="200")
    page = window.page
    page.click("#open-till")
    page.wait_for_selector("#till-dialog[open]")
    assert "200.00" in page.inner_text("#till-since")
    page.fill("#move-amount", "50")
    page.fill("#move-reason", "零钱")
    page.keyboard.press("Enter")
    page.wait_for_selector("#till-moves b")
    assert page.is_hidden("#till-sums")
    page.fill("#close-counted", "248.50")
    page.keyboard.press("Enter")
    page.wait_for_selector("#till-sums")
    window.picture("counter-close")
    sums = page.inner_text("#till-sums")
    assert "250.00" in sums
    assert "−1.50" in sums
    assert window.t("till.short") in sums
    assert window.street.balance("5102") == 150
    page.keyboard.press("Escape")
    page.wait_for_selector("#view-shift:not([hidden])")


@pytest.mark.parametrize(
    ("account", "says"),
    [("12", "电表户号"), ("0000001299", "")],
    ids=["against the biller's rule", "unknown to the biller"],
)
def test_a_wrong_account_is_said_beside_the_field_and_stays_typed(window: Window, account: str, says: str) -> None:
    window.begin()
    window.look_up("供电", account)
    error = window.page.wait_for_selector("#in-meter-error:not(:empty)")
    assert says in error.inner_text()
    assert window.page.input_value("#in-meter") == account
    assert window.page.evaluate("document.activeElement.id") == "in-meter"
    assert window.page.get_attribute("#in-meter", "aria-invalid") == "true"


def test_a_part_above_the_bill_is_refused_beside_its_amount(window: Window) -> None:
    window.begin()
    window.look_up("自来水", "000005234")
    window.page.wait_for_selector("#part-0")
    window.page.fill("#part-0", "999")
    window.page.keyboard.press("Enter")
    assert "102.34" in window.page.inner_text("#part-0-error")
    window.page.fill("#part-0", "30")
    window.page.keyboard.press("Enter")
    assert window.page.inner_text(".item .sum") == "30.00"


def test_the_screen_in_english(window: Window) -> None:
    page = window.page
    page.goto(f"{window.address}/counter/sign-in")
    window.picture("sign-in")
    page.click("a[hreflang=en]")
    assert page.get_attribute("html", "lang") == "en"
    window.picture("sign-in-en")
    window.language = "en"
    window.begin()
    window.find(CARD)
    window.add("Power", "0000006234")
    window.add("Gas", "00006277")
    page.keyboard.press("F4")
    page.keyboard.press("F8")
    page.keyboard.type("300")
    window.picture("counter-en")
    window.pay()
    window.wait_for("confirming")
    assert "Being confirmed" in page.inner_text("#verdict")
    page.wait_for_selector("#paper .slip-confirming")
    window.picture("counter-confirming-en")
    assert not any("\u4e00" <= char <= "\u9fff" for char in page.inner_text("#steps"))


def test_a_wrong_password_is_refused_in_words_and_the_rest_stays(window: Window) -> None:
    page = window.page
    page.goto(f"{window.address}/counter/sign-in")
    for name, words in (("street", "150602007"), ("login", "operator"), ("password", "wrong"), ("till", "T1")):
        page.fill(f"#{name}", words)
    page.keyboard.press("Enter")
    page.wait_for_selector("#sign-in-says:not([hidden])")
    assert page.input_value("#login") == "operator"
    assert page.evaluate("document.activeElement.id") == "password"


def test_a_lost_server_is_shown_and_the_same_key_is_sent_again(window: Window) -> None:
    window.begin()
    window.find(CARD)
    window.add("供电", "0000007234")
    keys: list[str] = []
    back = threading.Event()

    def lose(route: Any) -> None:
        """What is sent arrives; the answer gets lost on its way."""
        keys.append(route.request.headers["idempotency-key"])
        if back.is_set():
            route.continue_()
        else:
            route.fetch()
            route.abort()

    intercept(window.page, "**/api/v1/orders", lose)
    window.pay()
    window.page.wait_for_selector("#line-lost:not([hidden])")
    window.picture("counter-lost")
    back.set()
    window.wait_for("paid")
    assert window.page.is_hidden("#line-lost")
    assert len(keys) >= 2
    assert len(set(keys)) == 1
    assert len(window.street.rows("orders")) == 1


def test_a_reload_goes_on_with_the_visit(window: Window) -> None:
    window.begin()
    window.find(CARD)
    window.add("供电", "0000008234")
    window.page.reload()
    window.page.wait_for_selector(".item")
    assert window.page.inner_text("#resident-card .name") == "古丽巴哈尔·买买提"
    window.page.wait_for_function("() => document.querySelector('#card').value === '132.34'")


def test_what_a_colleague_sent_is_not_sent_again_in_anothers_name(window: Window) -> None:
    window.begin()
    window.add("供电", "0000008934")
    intercept(window.page, "**/api/v1/orders", lambda route: route.abort())
    window.pay()
    window.page.wait_for_selector("#line-lost:not([hidden])")
    window.sign_in("accountant")
    window.page.wait_for_selector("#says:not([hidden])")
    assert window.page.locator(".item").count() == 0
    assert window.street.rows("orders") == []


def test_an_earlier_visit_is_found_again(window: Window) -> None:
    window.begin()
    window.add("供电", "0000009934")
    window.pay()
    window.wait_for("paid")
    window.page.keyboard.press("F9")
    window.page.click("#open-receipts")
    window.page.wait_for_selector("#latest button")
    window.page.fill("#receipt-number", "t1-000009")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#receipt-number-error:not(:empty)")
    window.page.keyboard.press("Escape")
    window.add("自来水", "000009935")
    window.page.click("#open-receipts")
    window.page.fill("#receipt-number", "t1-000001")
    window.page.keyboard.press("Enter")
    window.wait_for("paid")
    window.page.keyboard.press("F9")
    assert window.page.inner_text(".item .sum") == "149.35"


def test_a_refund_gives_everything_back_with_a_slip_of_its_own(window: Window) -> None:
    window.begin()
    window.find(CARD)
    window.add("自来水", "000009234")
    window.page.keyboard.press("F8")
    window.pay()
    window.wait_for("paid")
    window.press("order.refund")
    window.page.fill("#refund-reason", "重复缴费")
    window.page.keyboard.press("Enter")
    window.wait_for("refunded")
    assert window.t("say.cash", amount="142.34") in window.page.inner_text("#steps")
    window.page.wait_for_selector("#paper .slip-refund")
    assert window.street.faults() == []


def test_the_second_print_is_marked_as_a_reprint(window: Window) -> None:
    window.begin()
    window.add("供电", "0000001834")
    window.pay()
    window.wait_for("paid")
    window.page.evaluate("void (window.print = () => { window.printed = (window.printed ?? 0) + 1 })")
    for count in (1, 2):
        window.page.click("#print")
        window.page.wait_for_function("n => window.printed === n", arg=count)
        assert ("补打" in window.page.inner_text("#paper")) is (count == 2)
    assert window.page.inner_text("#print") == window.t("receipt.reprint")
    window.page.emulate_media(media="print")
    assert window.page.is_hidden(".top")
    assert window.page.is_visible("#paper .slip")


def test_a_colleague_takes_the_till_over(window: Window) -> None:
    window.begin()
    page = window.page
    page.click("#open-till")
    page.click("#till-dialog summary")
    for name, words in (("counted", "200"), ("login", "accountant"), ("password", "not it")):
        page.fill(f"#hand-{name}", words)
    page.keyboard.press("Enter")
    page.wait_for_selector("#hand-form [data-says]:not([hidden]), #hand-password-error:not(:empty)")
    page.fill("#hand-password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#till-sums")
    assert window.t("till.even") in page.inner_text("#till-sums")
    page.click("#till-again")
    page.wait_for_url("**/counter/sign-in")
    page.fill("#login", "accountant")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#view-desk:not([hidden])")


def test_an_accountant_closes_what_is_open_with_evidence(window: Window) -> None:
    window.begin("accountant")
    window.add("供电", "0000001977")
    window.pay()
    window.wait_for("confirming")
    window.street.leave_to_a_person()
    window.page.click("#open-items")
    window.page.wait_for_selector(".open-item details")
    window.page.click(".open-item summary")
    window.page.check(".open-item input[value=succeeded]")
    window.page.get_by_label(window.t("items.evidence")).fill("看到了")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".open-item .note:not([hidden]), .open-item .error:not(:empty)")
    window.picture("counter-open-items")
    window.page.get_by_label(window.t("items.evidence")).fill("收费单位柜台电话确认，流水 77 已入账")
    window.page.get_by_label(window.t("items.reference")).fill("BH-77")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#items .empty")
    window.page.keyboard.press("Escape")
    window.wait_for("paid")


def test_change_is_kept_as_credit_for_the_next_visit(window: Window) -> None:
    window.begin()
    window.find(CARD)
    window.look_up("手机", "13800001234")
    window.page.fill("#in-amount", "50")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".item")
    window.page.keyboard.press("F8")
    window.page.keyboard.type("80")
    window.page.check("#surplus")
    window.pay()
    window.wait_for("paid")
    assert window.states() == ["taken", "done", "paid", "done"]
    window.page.keyboard.press("F9")
    window.find(CARD)
    assert "30.00" in window.page.inner_text("#resident-card")


def test_headers_let_nothing_in(window: Window) -> None:
    answer = window.page.goto(f"{window.address}/counter/sign-in")
    headers = answer.headers
    assert headers["content-security-policy"].startswith("default-src 'self'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


def test_what_was_registered_wrongly_is_corrected_at_the_window(window: Window) -> None:
    window.begin()
    window.find(CARD)
    page = window.page
    window.press("resident.correct")
    page.fill("#correct-name", "古丽巴哈尔")
    page.fill("#correct-phone", "12")
    page.keyboard.press("Enter")
    page.wait_for_selector("#correct-reason-error:not(:empty)")
    page.fill("#correct-reason", "居民出示新身份证")
    page.keyboard.press("Enter")
    page.wait_for_selector("#correct-phone-error:not(:empty)")
    page.fill("#correct-phone", "13904770009")
    window.picture("counter-correct")
    page.keyboard.press("Enter")
    page.wait_for_selector("#correct-dialog:not([open])", state="attached")
    page.locator("#resident-card .name").get_by_text("古丽巴哈尔", exact=True).wait_for()
    with window.street.house.store.read(window.street.street) as tx:
        assert window.street.house.residents.phone(tx, window.street.resident) == "13904770009"
