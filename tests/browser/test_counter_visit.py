"""One resident, one basket with four kinds of things, carried out together and each with its own end."""

from __future__ import annotations

import pytest
from counter_hall import CARD, somebody, write_letter
from street_window import SIZE, Window

from jiedao_sandbox.bureau.people import Fate
from jiedao_sandbox.launch import Running

pytestmark = pytest.mark.browser


@pytest.fixture
def window(hall: Window) -> Window:
    return hall


def speak(window: Window, language: str) -> None:
    """Choose the language at the door."""
    window.page.goto(f"{window.address}/counter/sign-in")
    if language == "en":
        window.page.click("a[hreflang=en]")
    window.language = language


def wait_for_items(window: Window, number: int) -> None:
    window.page.wait_for_function("n => document.querySelectorAll('.item').length === n", arg=number)


def scan(window: Window, words: str) -> None:
    """Type as a scanner does, wherever the focus is."""
    window.page.evaluate(
        """words => [...words, 'Enter'].forEach(key => document.activeElement.dispatchEvent(
             new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })))""",
        words,
    )


def ask_the_price(window: Window) -> None:
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#post-list button")


def look_benefits_up(window: Window) -> None:
    page = window.page
    page.keyboard.press("Alt+3")
    page.wait_for_selector("#cert-form:not([hidden])")
    page.click("#cert-ask")
    page.wait_for_selector("#cert-form:not([aria-busy]) #cert-list input")


def certify(window: Window) -> None:
    """Put what is due into the visit, with consent."""
    look_benefits_up(window)
    window.page.check("#cert-consent")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".item-free")


def choose_service(window: Window, words: str = "permit") -> None:
    page = window.page
    page.keyboard.press("Alt+4")
    page.wait_for_selector("#service-list .service")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_selector("#service-form:not([hidden])")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_four_kinds_of_things_in_one_visit(window: Window, language: str) -> None:
    number, name = somebody(window.street)
    speak(window, language)
    window.begin()
    window.find(number)
    window.add(*{"zh": ("供电", "0000016234"), "en": ("Power", "0000017234")}[language])
    write_letter(window)
    window.picture(f"visit-post-{language}")
    ask_the_price(window)
    window.picture(f"visit-quotes-{language}")
    window.page.keyboard.press("Enter")
    wait_for_items(window, 2)
    look_benefits_up(window)
    window.picture(f"visit-certification-{language}")
    certify(window)
    choose_service(window)
    window.picture(f"visit-guide-{language}")
    window.page.keyboard.press("Enter")
    wait_for_items(window, 4)
    window.picture(f"visit-basket-{language}")
    window.page.set_viewport_size(LARGE)
    window.picture(f"visit-basket-{language}-large")
    window.pay()
    window.wait_for("all_done", 60)
    window.picture(f"visit-done-{language}-large")
    window.page.set_viewport_size(SIZE)
    window.picture(f"visit-done-{language}")
    assert window.states() == ["taken", "paid", "paid", "done", "done", "done"]
    steps = window.page.inner_text("#steps")
    (case,) = window.street.rows("service_case")
    (posted,) = window.street.rows("consignment")
    assert name in steps
    assert case.number in steps
    assert posted.number in steps
    if language == "en":
        assert not any("\u4e00" <= char <= "\u9fff" for char in steps.replace(name, "").replace("李** 天山区", ""))
    assert window.page.get_by_role("link", name=window.t("post.label")).count() == 1
    assert window.street.faults() == []


def test_a_visit_without_money_needs_no_tender_and_a_lost_answer_of_the_bureau_ends_right(window: Window) -> None:
    number, _ = somebody(window.street)
    window.begin()
    window.find(number)
    certify(window)
    assert window.page.is_hidden("#tenders")
    assert window.page.inner_text("#pay-words") == window.t("visit.carry_out", n=1)
    window.outside.bureau.faults("lose_answer", "certify")
    for question in ("query", "history"):
        window.outside.bureau.faults("lose_request", question, times=200)
    window.pay()
    window.wait_for("act_confirming", 60)
    assert window.page.inner_text("#order-title") == window.t("order.act_confirming")
    assert window.states() == ["doubt"]
    window.picture("visit-confirming")
    window.page.reload()
    window.wait_for("act_confirming", 60)
    window.outside.bureau.clear()
    window.wait_for("all_done", 60)
    assert window.states() == ["done"]
    (item,) = window.street.rows("cert_item")
    assert item.outcome == "certified"
    assert len(window.outside.bureau.books()["certifications"]) >= 1
    window.page.keyboard.press("F9")
    window.page.wait_for_selector("#view-desk:not([hidden])")
    assert window.page.locator(".item").count() == 0


def test_what_the_post_refuses_changes_nothing_of_the_rest(window: Window) -> None:
    number, _ = somebody(window.street, Fate.COUNTER)
    window.begin()
    window.find(number)
    window.add("自来水", "000013234")
    write_letter(window, name="拒收")
    ask_the_price(window)
    window.page.keyboard.press("Enter")
    wait_for_items(window, 2)
    certify(window)
    choose_service(window, "advice")
    window.page.keyboard.press("Enter")
    wait_for_items(window, 4)
    window.pay()
    window.wait_for("mixed", 60)
    assert window.states() == ["taken", "paid", "refused", "done", "done", "not_done", "done"]
    assert window.t("need.photo") in window.page.inner_text("#steps")
    window.picture("visit-mixed")
    window.press("order.refund")
    window.picture("visit-refund")
    assert window.t("refund.keeps") in window.page.inner_text("#refund-dialog")
    window.page.fill("#refund-lines input", "50")
    window.page.fill("#refund-reason", "多缴了")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(
        "#paper .slip-refund, #refund-form .error:not(:empty), #refund-form [data-says]:not([hidden])"
    )
    assert window.street.faults() == []


def test_acting_for_another_on_a_proof(window: Window) -> None:
    number, _ = somebody(window.street)
    agent, agent_name = somebody(window.street)
    window.begin()
    window.find(number)
    window.page.keyboard.press("F6")
    window.page.wait_for_selector("#acting-dialog[open]")
    window.page.fill("#acting-q", agent)
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector(".acting-chosen")
    window.page.fill("#acting-relation", "女儿")
    window.picture("acting")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#acting-proof-error:not(:empty)")
    window.page.fill("#acting-proof", "委托书 2026-17")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#acting")
    assert "委托书 2026-17" in window.page.inner_text("#acting")
    certify(window)
    choose_service(window)
    window.page.keyboard.press("Enter")
    wait_for_items(window, 2)
    assert window.page.inner_text("#basket").count(window.t("acting.now", name=agent_name)) == 2
    window.picture("acting-basket")
    window.pay()
    window.wait_for("all_done", 60)
    (mandate,) = window.street.rows("delegation")
    (attempt,) = window.street.rows("cert_attempt")
    (case,) = window.street.rows("service_case")
    assert (attempt.agent, attempt.delegation) == (mandate.agent, mandate.id)
    assert case.delegation == mandate.id
    assert window.states() == ["done", "done"]


def test_a_card_on_the_reader_finds_or_registers_its_holder(window: Window, bridge: Running) -> None:
    bridge.call("POST", "card", {"lie": "good"})
    window.begin()
    window.page.click("#read-card")
    window.page.wait_for_selector("#resident-dialog[open]")
    assert window.page.input_value("#new-number").startswith("110101")
    window.picture("card-read")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector("#resident-card .name")
    window.page.keyboard.press("Alt+2")
    window.page.wait_for_function("() => document.querySelector('#sender-line').value !== ''")
    bridge.call("POST", "card", {"lie": "none"})
    window.press("resident.change")
    window.page.click("#read-card")
    window.page.wait_for_selector("#resident-q-error:not(:empty)")
    bridge.call("POST", "card", {"lie": "good"})
    window.page.click("#read-card")
    window.page.wait_for_selector("#resident-card .name")


def test_what_a_scanner_reads_is_recognised_wherever_the_focus_is(window: Window) -> None:
    window.begin()
    page = window.page
    page.click("#resident-title")
    scan(window, CARD)
    page.wait_for_selector("#resident-card .name")
    write_letter(window)
    ask_the_price(window)
    page.keyboard.press("Enter")
    wait_for_items(window, 1)
    window.pay()
    window.wait_for("paid", 60)
    (posted,) = window.street.rows("consignment")
    page.keyboard.press("F9")
    page.wait_for_selector("#view-desk:not([hidden])")
    page.click("#resident-title")
    scan(window, "T1-000001")
    window.wait_for("paid", 60)
    page.keyboard.press("F9")
    page.click("#visit-title")
    scan(window, posted.number)
    page.wait_for_selector(".parcel")
    page.get_by_role("button", name=window.t("post.track")).click()
    page.wait_for_selector(".story li")
    window.picture("parcels")
    page.click("#visit-title")
    scan(window, "0000018234")
    page.wait_for_selector("#kind-bills:not([hidden]) .bill")


def test_a_receipt_on_the_tills_printer_and_its_marked_copy(window: Window, printer: Running) -> None:
    window.begin()
    window.add("供电", "0000014234")
    window.pay()
    window.wait_for("paid", 60)
    printer.call("POST", "state", {"cover": "open"})
    window.page.click("#print")
    window.page.wait_for_selector("#paper-says.note-bad:not([hidden])", timeout=60_000)
    window.picture("printer-open")
    printer.call("POST", "state", {})
    window.page.click("#print")
    window.page.wait_for_selector("#paper-says.note-good:not([hidden])", timeout=60_000)
    assert "补打" not in window.page.inner_text("#paper")
    window.page.click("#print")
    window.page.wait_for_selector("#paper .slip-notice")
    assert window.page.inner_text("#paper-says") == window.t("receipt.copied", copy=1)


def test_a_reload_in_the_middle_goes_on_with_money_and_the_rest(window: Window) -> None:
    number, _ = somebody(window.street)
    window.begin()
    window.find(number)
    window.add("供电", "0000015234")
    certify(window)
    window.outside.bureau.faults("delay", "certify", seconds=1.5)
    window.pay()
    window.wait_for("running", 60)
    window.page.reload()
    window.wait_for("all_done", 60)
    assert window.states() == ["taken", "paid", "done", "done"]
    assert len(window.street.rows("orders")) == 1
    assert len(window.street.rows("cert_attempt")) == 1


def test_an_accountant_goes_to_the_console_from_the_staff_menu(window: Window) -> None:
    window.begin("accountant")
    window.page.click("#open-staff")
    window.picture("staff-menu")
    window.page.get_by_role("link", name=window.t("menu.console")).click()
    window.page.wait_for_url("**/console/**")


LARGE = {"width": 1920, "height": 1080}
