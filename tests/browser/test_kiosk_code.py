"""The kiosk without any card: a code to the phone says who it is, and the phone pays by scanning the screen."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from examined import examine_resident
from street_window import hold, opened
from test_kiosk import STANDING, Kiosk

import jiedao_notify_http
import jiedao_stripe
from houses import STREET, Setting, furnish
from jiedao.directory.places import Kind, add_till
from jiedao.operations.policy import Policy
from jiedao_sandbox.launch import Running, Sandbox
from jiedao_sandbox.sms import KEY_ID, SECRET, SENDER
from postgres_server import Database
from stand_ins import REAL, StandIns

pytestmark = pytest.mark.browser
HOUSEHOLD = "13800000077"


@pytest.fixture(scope="module")
def machines(sandbox: Sandbox) -> tuple[Running, Running]:
    """A gateway for SMS, and a wallet."""
    return sandbox.start("sms", label="kiosk-sms"), sandbox.start("stripe", label="kiosk-stripe")


@pytest.fixture
def kiosk(
    browser: Any, sqlite: Database, outside: StandIns, machines: tuple[Running, Running], tmp_path: Path
) -> Iterator[Kiosk]:
    """A street with SMS and WeChat Pay, where 王强 and 王小明 share a number."""
    sms, stripe = machines
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
    with street.house.store.write(STREET) as tx:
        add_till(tx, "K1", "h1", "自助机 1", kind=Kind.KIOSK)
        for name in ("王强", "王小明"):
            street.house.residents.add(tx, name, phone=HOUSEHOLD)
    with opened(browser, street, outside) as window:
        window.page.set_viewport_size(STANDING)
        made = Kiosk(window.page, window.address, street, outside, complaints=window.complaints)
        made.enrol()
        yield made


def code(kiosk: Kiosk, sms: Running, seconds: float = 15.0) -> str:
    """The code that came, once it has come."""
    end = time.monotonic() + seconds
    while True:
        texts = [one["text"] for one in sms.books()["messages"] if one["to"] == HOUSEHOLD]
        if texts:
            found = re.search(r"\d{6}", texts[-1])
            assert found is not None
            return found[0]
        assert time.monotonic() < end, "no SMS came"
        kiosk.page.wait_for_timeout(50)


def test_whoever_begins_before_the_scripts_came_stays_where_they_are(kiosk: Kiosk) -> None:
    page = kiosk.page
    held = hold(page, "**/kiosk/static/sign_in.js")
    kiosk.choose(kiosk.t("start.points"))
    page.focus("#phone")
    page.keyboard.type(HOUSEHOLD[:4])
    held().continue_()
    page.wait_for_load_state()
    page.keyboard.type(HOUSEHOLD[4:])
    assert (page.input_value("#phone"), page.input_value("#card")) == (HOUSEHOLD, "")
    page.fill("#phone", "")
    kiosk.press("sign.phone_do")
    page.locator("#phone-error:not(:empty)").wait_for()
    assert page.inner_text("#phone-error").startswith(f"“{kiosk.t('sign.phone_number')}”")


def test_a_code_to_the_phone_and_a_bill_paid_by_scanning(kiosk: Kiosk, machines: tuple[Running, Running]) -> None:
    page, (sms, stripe) = kiosk.page, machines
    kiosk.choose(kiosk.t("start.points"))
    page.fill("#phone", HOUSEHOLD)
    kiosk.press("sign.phone_do")
    page.wait_for_selector("#code-form:not([hidden])")
    examine_resident(page)
    page.fill("#code", code(kiosk, sms))
    page.locator("#code-form button[type=submit]").click()
    page.wait_for_selector("#choices:not([hidden])")
    examine_resident(page)
    kiosk.picture("kiosk-choose")
    page.locator("#choice-list .big", has_text="王**").click()
    page.wait_for_url("**/kiosk/points")
    page.goto(f"{kiosk.address}/kiosk/bills")
    kiosk.pay_water()
    kiosk.press("script.next")
    kiosk.choose(kiosk.t("script.qr"))
    page.wait_for_selector("img.code")
    examine_resident(page)
    kiosk.picture("kiosk-scan")
    stripe.call("POST", "customer", {"action": "pay"})
    kiosk.result("good", 30)
    order = kiosk.street.rows("orders")[0]
    assert (order.state, order.till, order.resident_name) == ("paid", "K1", "王小明")
    examine_resident(page)
