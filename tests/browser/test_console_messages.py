"""Messages in a real browser: a refused one is found and its address mended, a test is sent, quiet hours are set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time as clock
from pathlib import Path
from typing import Any

import pytest
from street_window import Window, beside, opened, said

import jiedao_notify_http
import jiedao_notify_smtp
from houses import Setting, furnish
from jiedao.directory import groups
from jiedao.hookspecs.service import Channel
from jiedao.language import Text
from jiedao.notifications import listing
from jiedao.notifications.quiet import QuietHours
from jiedao.operations.policy import Policy
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.sms import KEY_ID, SECRET, SENDER
from postgres_server import Database
from stand_ins import REAL, StandIns
from waiting import until

pytestmark = pytest.mark.browser
WRONG, RIGHT = "unknown@example.cn", "mariya@example.cn"


@dataclass
class Office:
    """A street that sends SMS and e-mail, and a resident whose address is wrong."""

    window: Window
    sms: Running
    mail: Running
    resident: str

    def send(self, subject: str) -> None:
        """As another room sends."""
        street = self.window.street
        with street.house.store.write(street.street) as tx:
            told = {"number": "RR123456789CN", "place": "东胜支局", "until": "2027-03-09"}
            assert street.house.notifications.send(tx, "post_held", self.resident, subject, **told).id

    def declined(self) -> bool:
        """Whether a message was refused by now."""
        with self.window.street.house.store.read(self.window.street.street) as tx:
            return bool(listing.messages(tx, "declined"))


@pytest.fixture(scope="module")
def sms(sandbox: Sandbox) -> Running:
    return sandbox.start("sms", label="console-sms")


@pytest.fixture(scope="module")
def mail(sandbox: Sandbox) -> Running:
    return sandbox.start("mail", label="console-mail")


@pytest.fixture
def office(
    browser: Any, sqlite: Database, outside: StandIns, sms: Running, mail: Running, tmp_path: Path
) -> Iterator[Office]:
    """Nobody is ever asleep there, so that nothing depends on the hour."""
    gateway = {"url": sms.url, "key_id": KEY_ID, "secret": SECRET, "sender": SENDER}
    server = {"host": mail.host, "port": mail.port, "security": "none", "sender": "street@example.cn"}
    plugins = [("jiedao_notify_http", jiedao_notify_http.plugin), ("jiedao_notify_smtp", jiedao_notify_smtp.plugin)]
    connections = {
        **outside.connections,
        "sms": Setting("jiedao_notify_http", gateway),
        "mail": Setting("jiedao_notify_smtp", server),
    }
    street = furnish(sqlite.url, tmp_path, plugins=[*REAL, *plugins], connections=connections, policy=Policy(first=0.3))
    street.house.notifications.keep_quiet(street.administrator, QuietHours(clock(0), clock(0)))
    with street.house.store.write(street.street) as tx:
        resident = street.house.residents.add(tx, "玛丽亚").id
        given = {"wanted": True, "language": "zh", "address": WRONG}
        street.house.notifications.opt(tx, street.operator, resident, Channel.EMAIL, **given)
        groups.add(tx, street.administrator, "over-80", Text("八十岁以上老人", "Over eighty"))
        groups.add(tx, street.administrator, "veterans", Text("优抚对象", "Veterans"))
    with opened(browser, street, outside) as window:
        yield Office(window, sms, mail, resident)


def press(window: Window, key: str, **values: object) -> None:
    """Press the button with these words, or follow the link."""
    words = said(window, key, **values)
    window.page.get_by_role("button", name=words).or_(window.page.get_by_role("link", name=words)).first.click()


def test_a_refused_message_is_found_and_its_address_mended(office: Office, browser: Any) -> None:
    window, page = office.window, office.window.page
    office.send("consignment 1")
    until(office.declined, "the refusal")
    window.enter("/console/problems", "administrator")
    page.locator("li", has_text="通知没有发出").get_by_role("link").click()
    page.wait_for_url("**/console/messages?state=not_sent")
    row = page.locator("tbody tr")
    assert row.count() == 1
    assert "玛丽亚" in row.inner_text()
    assert "u***@example.cn" in row.inner_text()
    assert "邮件服务器拒收" in row.inner_text()
    window.picture("messages-not-sent")
    press(window, "messages.mend")
    page.wait_for_url("**#messages")
    window.picture("resident-messages")
    page.locator("[data-open=contact-email]").click()
    page.fill("#address-email", "nobody")
    page.locator("#contact-email").get_by_role("button", name=said(window, "messages.save")).click()
    page.wait_for_selector("#address-email-error:not(:empty)")
    page.fill("#address-email", RIGHT)
    window.picture("resident-contact")
    with page.expect_navigation():
        page.locator("#contact-email").get_by_role("button", name=said(window, "messages.save")).click()
    page.wait_for_selector(".ways >> text=m***@example.cn")
    office.send("consignment 2")
    until(lambda: [one["recipient"] for one in office.mail.books()["messages"]] == [RIGHT], "the letter")
    with beside(browser, window, "en-GB", "en") as english:
        english.enter("/console/messages", "accountant")
        assert english.page.locator("tbody tr").count() == 2
        assert english.page.is_disabled("#starts")
        assert english.page.locator("#test").count() == 0
        english.picture("messages-en")
        english.page.goto(f"{window.address}/console/residents/{office.resident}")
        english.picture("resident-messages-en")


def test_whoever_does_not_want_messages_says_so_and_is_put_into_groups(office: Office) -> None:
    window, page = office.window, office.window.page
    window.enter(f"/console/residents/{office.resident}", "administrator")
    page.check("input[value=over-80]")
    press(window, "residents.save_groups")
    page.wait_for_selector("[data-done]:not([hidden])")
    page.locator("[data-open=contact-email]").click()
    page.uncheck("#wanted-email")
    page.select_option("#language-email", "en")
    with page.expect_navigation():
        page.locator("#contact-email").get_by_role("button", name=said(window, "messages.save")).click()
    page.wait_for_selector(f".ways >> text={said(window, 'residents.not_wanted')}")
    assert said(window, "residents.in_en") in page.inner_text(".ways")
    assert page.is_checked("input[value=over-80]")
    assert not page.is_checked("input[value=veterans]")
    page.uncheck("input[value=over-80]")
    press(window, "residents.save_groups")
    page.wait_for_selector("[data-done]:not([hidden])")
    with window.street.house.store.read(window.street.street) as tx:
        assert groups.of(tx, office.resident) == []


def test_a_wrong_phone_is_corrected_for_a_reason(office: Office, browser: Any) -> None:
    window, page = office.window, office.window.page
    window.enter(f"/console/residents/{office.resident}", "administrator")
    press(window, "residents.correct")
    page.fill("#correct-phone", "12")
    page.fill("#correct-reason", "居民来窗口更正")
    press(window, "residents.correct_go")
    page.wait_for_selector("#correct-phone-error:not(:empty)")
    page.fill("#correct-phone", "13900000010")
    page.fill("#correct-name", "玛丽娅")
    window.picture("resident-correct")
    with page.expect_navigation():
        press(window, "residents.correct_go")
    assert page.inner_text("h1") == "玛丽娅"
    assert "居民来窗口更正" in page.inner_text("section[aria-labelledby=noted]")
    page.wait_for_selector(".ways >> text=1390***0010")
    with beside(browser, window, "en-GB", "en") as english:
        english.enter(f"/console/residents/{office.resident}", "accountant")
        press(english, "residents.correct")
        assert english.page.locator("#correct-number").count() == 0
        english.page.check("#correct-gone")
        english.page.fill("#correct-reason", "The number has a new owner")
        english.picture("resident-correct-en")
        with english.page.expect_navigation():
            press(english, "residents.correct_go")
        english.page.wait_for_selector(".ways >> text=No phone is registered")


def test_a_test_message_says_what_became_of_it_and_quiet_hours_are_set(office: Office, browser: Any) -> None:
    window, page = office.window, office.window.page
    window.enter("/console/messages", "administrator")
    window.picture("messages-none")
    press(window, "messages.test")
    page.fill("#to", "call me")
    page.click("#test-form button")
    page.wait_for_selector("#to-error:not(:empty)")
    page.fill("#to", "13800000010")
    page.click("#test-form button")
    page.wait_for_selector("#test-result.note-good")
    assert "1380***0010" in page.inner_text("#test-result")
    window.picture("messages-test")
    assert [one["to"] for one in office.sms.books()["messages"]][-1:] == ["13800000010"]
    page.fill("#to", "13800000019")
    page.click("#test-form button")
    page.wait_for_selector("#test-result.note-bad")
    assert "这个号码不能收短信" in page.inner_text("#test-result")
    press(window, "messages.look")
    page.wait_for_selector("tbody tr")
    assert page.locator("tbody tr").count() == 2
    page.fill("#starts", "22:00")
    page.fill("#ends", "07:30")
    with page.expect_navigation():
        page.locator("#quiet").get_by_role("button").click()
    assert "22:00–07:30" in page.inner_text(".heading")
    with beside(browser, window, "en-GB", "en") as english:
        english.enter("/console/messages", "administrator")
        english.page.fill("#to", "mariya@example.cn")
        english.picture("messages-test-en")
