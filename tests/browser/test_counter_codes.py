"""A code on the screen: scanned and paid, or given up and paid in another way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from street_window import Window, opened

import jiedao_stripe
from houses import Setting, furnish
from jiedao.operations.policy import Policy
from jiedao_sandbox.launch import Running, Sandbox
from postgres_server import Database
from stand_ins import REAL, StandIns

pytestmark = pytest.mark.browser


@pytest.fixture
def stripe(sandbox: Sandbox) -> Running:
    return sandbox.start("stripe")


@pytest.fixture
def window(browser: Any, sqlite: Database, outside: StandIns, stripe: Running, tmp_path: Path) -> Iterator[Window]:
    """A till that takes WeChat Pay too."""
    given = {"secret_key": "sk_test_sandbox", "webhook_secret": "whsec_sandbox", "method": "wechat_pay"}
    wallet = Setting("jiedao_stripe", {**given, "url": stripe.url, "settling": 0})
    street = furnish(
        sqlite.url,
        tmp_path,
        plugins=[*REAL, ("jiedao_stripe", jiedao_stripe.plugin)],
        connections={**outside.connections, "wallet": wallet},
        policy=Policy(first=0.4),
    )
    with opened(browser, street, outside) as made:
        yield made


def show_code(window: Window, account: str) -> str:
    """Put a water bill on the screen as a code, and see that it is there, large; its amount."""
    window.add("自来水", account)
    window.page.select_option("#reader", "wallet")
    amount: str = window.page.input_value("#card")
    window.pay()
    window.page.wait_for_selector("#order-code img.code")
    window.page.wait_for_function("() => document.querySelector('#order-code img')?.naturalWidth > 0")
    assert window.page.locator("#order-code img").bounding_box()["width"] > 200
    assert amount in window.page.inner_text("#order-code")
    return amount


def test_a_code_is_paid_and_the_next_one_is_given_up_and_paid_in_cash(window: Window, stripe: Running) -> None:
    window.begin()
    paid = show_code(window, "000011234")
    window.picture("counter-code")
    stripe.call("POST", "customer", {"action": "pay"})
    window.wait_for("paid")
    assert window.page.locator("#order-code img").count() == 0

    window.page.keyboard.press("F9")
    window.page.wait_for_selector("#view-desk:not([hidden])")
    given_up = show_code(window, "000012234")
    window.press("order.give_up")
    window.wait_for("reversed")
    window.picture("counter-given-up")
    assert window.states()[0] == "reversed"
    assert [one["status"] for one in stripe.books()["payment_intent"]] == ["succeeded", "canceled"]

    window.press("order.other_way")
    window.page.keyboard.press("F8")
    window.page.keyboard.type(given_up)
    window.pay()
    window.wait_for("paid")
    assert window.street.balance("1110:wallet") == int(paid.replace(".", ""))
    assert window.street.faults() == []
