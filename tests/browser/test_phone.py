"""A resident's phone: signing in with the code that came by SMS, paying with a wallet, the receipt and the points."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from examined import examine_resident
from street_window import PICTURES, Window, opened

import jiedao_notify_http
import jiedao_stripe
from houses import Setting, furnish
from jiedao.directory.places import Kind, add_till
from jiedao.operations.policy import Policy
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.sms import KEY_ID, SECRET, SENDER
from jiedao_web.look import in_language
from jiedao_web.look.wording import WORDS as SHARED
from jiedao_web.phone.wording import WORDS
from postgres_server import Database
from stand_ins import REAL, StandIns

pytestmark = pytest.mark.browser
MINE, HOUSEHOLD = "13800000010", "13800000020"
CARD = "6210012345999"


@dataclass
class Phone:
    """A phone in somebody's hand."""

    window: Window
    sms: Running
    stripe: Running
    language: str = "zh"
    size: str = "normal"
    before: int = 0
    """SMS that were there before the last code was asked for."""

    @property
    def page(self) -> Any:
        """What it shows."""
        return self.window.page

    def t(self, key: str, **values: object) -> str:
        """Words of the screens."""
        return in_language({**SHARED, **WORDS}, self.language)[key].format(**values)

    def shown(self, name: str) -> None:
        """Examine what is on the screen, and keep a picture where pictures are wanted."""
        examine_resident(self.page, self.size)
        if PICTURES:
            Path(PICTURES).mkdir(parents=True, exist_ok=True)
            path = Path(PICTURES) / f"phone-{name}-{self.language}-{self.size}.png"
            self.page.screenshot(path=path, full_page=True, animations="disabled")

    def go(self, path: str = "") -> None:
        """Open a page."""
        self.page.goto(f"{self.window.address}/my/{path}")

    def press(self, key: str, **values: object) -> None:
        """Press the button with these words, or follow the link."""
        words = self.t(key, **values)
        self.page.get_by_role("button", name=words).or_(self.page.get_by_role("link", name=words)).first.click()

    def texts(self, number: str) -> list[str]:
        """Every SMS to a number."""
        return [one["text"] for one in self.sms.books()["messages"] if one["to"] == number]

    def code(self, number: str, seconds: float = 10.0) -> str:
        """The code in the SMS that was asked for last, once it has come."""
        end = time.monotonic() + seconds
        while True:
            texts = self.texts(number)[self.before :]
            if texts:
                found = re.search(r"\d{6}", texts[-1])
                assert found is not None
                return found[0]
            assert time.monotonic() < end, "no SMS came"
            self.page.wait_for_timeout(50)

    def ask(self, number: str) -> None:
        """Ask for a code at the door."""
        self.before = len(self.texts(number))
        self.go("sign-in")
        self.page.fill("#phone", number)
        self.press("door.ask")
        self.page.wait_for_selector("#enter:not([hidden])")

    def sign_in(self, number: str = MINE) -> None:
        """Come in."""
        self.ask(number)
        self.page.fill("#code", self.code(number))
        self.press("door.enter")
        self.page.wait_for_selector("#due-title")

    def speak(self, language: str) -> None:
        """Change the language as a resident does."""
        if language != self.language:
            self.page.get_by_role("link", name=self.t("app.language"), exact=True).click()
            self.language = language
            wanted = {"zh": "zh-Hans-CN", "en": "en"}[language]
            self.page.wait_for_selector(f"html[lang={wanted}]")

    def enlarge(self, size: str) -> None:
        """Change the size of type as a resident does."""
        self.page.get_by_role("link", name=self.t(f"type.{size}"), exact=True).click()
        self.page.wait_for_selector(f"html[data-type={size}]")
        self.size = size


@pytest.fixture(scope="module")
def sms(sandbox: Sandbox) -> Running:
    return sandbox.start("sms", label="phone-sms")


@pytest.fixture(scope="module")
def stripe(sandbox: Sandbox) -> Running:
    return sandbox.start("stripe", label="phone-stripe")


@pytest.fixture
def phone(
    browser: Any, sqlite: Database, outside: StandIns, sms: Running, stripe: Running, tmp_path: Path
) -> Iterator[Phone]:
    """A street with SMS and WeChat Pay; 李秀英 has a points card, and two others share a number."""
    gateway = {"url": sms.url, "key_id": KEY_ID, "secret": SECRET, "sender": SENDER}
    wallet = {
        "secret_key": "sk_test_sandbox",
        "webhook_secret": "whsec_sandbox",
        "method": "wechat_pay",
        "url": stripe.url,
        "settling": 0,
    }
    plugins = [("jiedao_stripe", jiedao_stripe.plugin), ("jiedao_notify_http", jiedao_notify_http.plugin)]
    connections = {
        **outside.connections,
        "sms": Setting("jiedao_notify_http", gateway),
        "wallet": Setting("jiedao_stripe", wallet),
    }
    street = furnish(sqlite.url, tmp_path, plugins=[*REAL, *plugins], connections=connections, policy=Policy(first=0.3))
    with street.house.store.write(street.street) as tx:
        add_till(tx, "P1", "h1", "手机", kind=Kind.PHONE)
        mine = street.house.residents.add(tx, "李秀英", phone=MINE).id
        street.house.residents.tie_card(tx, "post", CARD, mine, "M00000002")
        for name in ("王强", "王小明"):
            street.house.residents.add(tx, name, phone=HOUSEHOLD)
    with opened(browser, street, outside) as window:
        window.page.set_viewport_size({"width": 360, "height": 800})
        yield Phone(window, sms, stripe)


def pay_water(phone: Phone, account: str) -> None:
    """Look a water bill up, and go as far as the code."""
    phone.press("tile.pay")
    phone.page.locator("a.big", has_text="自来水公司" if phone.language == "zh" else "Water Works").click()
    phone.page.fill("#input-1", account)
    phone.press("bill.look")
    phone.page.wait_for_selector("#pay:not([hidden])")
    phone.shown("bill")
    phone.press("bill.pay")
    phone.page.wait_for_selector("#standing[data-verdict=scan] img.qr")
    phone.page.wait_for_function("() => document.querySelector('img.qr').naturalWidth > 0")
    phone.shown("scan")


@pytest.mark.parametrize(
    ("language", "size", "account"), [("zh", "normal", "000031234"), ("en", "largest", "000032234")]
)
def test_a_bill_is_paid_and_its_receipt_and_points_are_there(
    phone: Phone, language: str, size: str, account: str
) -> None:
    phone.go("sign-in")
    phone.speak(language)
    if size != "normal":
        phone.enlarge(size)
    phone.ask(MINE)
    phone.shown("code")
    phone.page.fill("#code", phone.code(MINE))
    phone.press("door.enter")
    phone.page.wait_for_selector("#due-title")
    assert phone.page.inner_text("h1") == phone.t("home.title", name="李秀英")
    phone.shown("home")

    pay_water(phone, account)
    assert phone.page.locator("img.qr").bounding_box()["width"] > 200
    phone.stripe.call("POST", "customer", {"action": "pay"})
    phone.page.wait_for_selector("#standing[data-verdict=paid]")
    phone.shown("paid")
    assert phone.page.locator(".earned").count() == 1

    phone.press("payment.receipt")
    phone.page.wait_for_selector(".paper")
    phone.shown("receipt")
    number = phone.page.locator(".facts dd").first.inner_text()
    paper = phone.page.get_by_role("link", name=phone.t("receipt.save"))
    assert paper.get_attribute("href").startswith(f"/api/v1/my/receipts/{number}.pdf")
    phone.go("points")
    assert phone.page.locator(".list li").count() == 1
    phone.shown("points")
    phone.go("orders")
    assert phone.page.locator(".rows li").count() == 1
    phone.shown("history")
    assert phone.window.street.faults() == []


def test_a_code_that_nobody_pays_is_given_up_and_another_is_shown(phone: Phone) -> None:
    phone.sign_in()
    pay_water(phone, "000041234")
    phone.press("payment.give_up")
    phone.page.wait_for_selector("#standing[data-verdict=open]")
    phone.shown("open")
    phone.press("bill.pay")
    phone.page.wait_for_selector("#standing[data-verdict=scan]")
    phone.press("payment.give_up")
    phone.page.wait_for_selector("#standing[data-verdict=open]")
    phone.press("payment.drop")
    phone.page.wait_for_selector("#standing[data-verdict=cancelled]")
    assert phone.window.street.faults() == []


def test_an_account_is_kept_and_says_what_is_owed(phone: Phone) -> None:
    phone.sign_in()
    phone.press("tile.pay")
    phone.page.locator("a.big", has_text="自来水公司").click()
    phone.page.fill("#input-1", "12")
    phone.press("bill.look")
    phone.page.wait_for_selector("#input-1[aria-invalid=true]")
    assert phone.page.inner_text("#input-1-error")
    phone.page.fill("#input-1", "000051234")
    phone.page.check("#keep")
    phone.page.fill("#label", "妈妈家的水费")
    phone.press("bill.look")
    phone.page.wait_for_selector("#pay:not([hidden])")
    phone.go()
    phone.page.wait_for_selector(".owed.some")
    assert "妈妈家的水费" in phone.page.inner_text("#accounts")
    phone.shown("accounts")
    phone.go("me")
    phone.page.locator("summary", has_text="妈妈家的水费").click()
    phone.shown("me")
    phone.press("me.drop")
    phone.page.wait_for_selector(f"text={phone.t('me.no_accounts')}")
    phone.press("me.out")
    phone.page.wait_for_selector("#ask")
    phone.go()
    phone.page.wait_for_selector("#ask")


def test_of_several_behind_one_number_one_is_chosen(phone: Phone) -> None:
    phone.ask(HOUSEHOLD)
    phone.page.fill("#code", "000000x")
    phone.press("door.enter")
    phone.page.wait_for_selector("#code[aria-invalid=true]")
    phone.page.fill("#code", phone.code(HOUSEHOLD))
    phone.press("door.enter")
    phone.page.wait_for_selector("#people button")
    assert phone.page.locator("#people b").all_inner_texts() == ["王**", "王*"]
    phone.shown("who")
    phone.page.locator("#people button", has_text="王**").click()
    phone.page.wait_for_selector("#due-title")
    assert phone.page.inner_text("h1") == phone.t("home.title", name="王小明")
    for path in ("pay", "orders", "points", "parcels", "certification", "certification/certify", "messages", "me"):
        phone.go(path)
        phone.shown(path.replace("/", "-"))
    phone.go("messages")
    phone.page.uncheck("[name=wanted]")
    phone.page.get_by_role("button", name=phone.t("messages.save")).first.click()
    phone.page.wait_for_selector("[data-done]:not([hidden])")


def test_a_number_that_nobody_has_is_told_no_more_than_any_other(phone: Phone) -> None:
    phone.ask("13877776666")
    assert phone.page.inner_text("#enter .note-wait") == phone.t("door.sent")
    phone.page.fill("#code", "123456")
    phone.press("door.enter")
    phone.page.wait_for_selector("#code[aria-invalid=true]")
