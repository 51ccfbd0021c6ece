"""Keys and webhooks in a real browser: a secret is shown once, a message arrives, a dead letter is sent again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from standardwebhooks.webhooks import Webhook
from street_window import Window, beside, said

from jiedao.webhooks import endpoints
from jiedao.webhooks.reach import Reach
from jiedao_connectors.webhook import post
from waiting import until
from webhook_sink import Receiver

pytestmark = pytest.mark.browser


@contextmanager
def delivering(window: Window) -> Iterator[Receiver]:
    """A receiver on loopback, which this installation may reach, and a courier that delivers to it."""
    room = window.street.house.webhooks
    room.reach = Reach.of("127.0.0.0/8")
    room.endpoints._reach = room.reach
    courier = room.courier(post)
    with Receiver() as receiver:
        courier.start(0.05)
        yield receiver
        courier.stop()


def shown_once(page: Any) -> str:
    """The secret in the dialog that shows it, which is closed afterwards."""
    page.wait_for_selector("#once[open]")
    secret: str = page.inner_text("#once-secret")
    return secret


def test_a_key_is_issued_shown_once_and_revoked(window: Window, browser: Any) -> None:
    page = window.page
    window.enter("/console/keys", "administrator")
    window.picture("keys-empty")
    page.get_by_role("button", name=said(window, "keys.issue")).first.click()
    page.fill("#key-title", "财务报表程序")
    page.select_option("#key-role", "accountant")
    page.get_by_role("button", name=said(window, "keys.issue")).last.click()
    page.wait_for_selector("#issue [data-says]:not([hidden]), #key-scopes-error:not(:empty)")
    page.check('input[value="ledger:read"]')
    page.check('input[value="orders:read"]')
    window.picture("keys-new")
    page.get_by_role("button", name=said(window, "keys.issue")).last.click()
    token = shown_once(page)
    window.picture("keys-once")
    told = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{window.address}/api/v1/ledger/balances", headers=told, timeout=10).status_code == 200
    page.click("#once-kept")
    page.wait_for_selector("#once:not([open])", state="attached")
    page.get_by_role("link", name="财务报表程序").click()
    assert token.rpartition(".")[2] not in page.content()
    page.fill("#reason", "换成新的程序")
    window.picture("key")
    page.get_by_role("button", name=said(window, "keys.end")).click()
    page.wait_for_selector(f".lead >> text={said(window, 'keys.revoked')}")
    assert requests.get(f"{window.address}/api/v1/ledger/balances", headers=told, timeout=10).status_code == 401
    with beside(browser, window, "en-GB", "en") as english:
        english.enter("/console/keys", "administrator")
        english.picture("keys-en")


def test_a_webhook_is_tested_gone_and_its_dead_letter_sent_again(window: Window, browser: Any) -> None:
    page = window.page
    with delivering(window) as receiver:
        window.enter("/console/webhooks", "administrator")
        window.picture("webhooks-empty")
        page.get_by_role("button", name=said(window, "webhooks.add")).first.click()
        page.fill("#hook-title", "社区财务系统")
        page.fill("#hook-url", "http://example.cn/")
        page.check('input[value="order.paid"]')
        page.get_by_role("button", name=said(window, "webhooks.add")).last.click()
        page.wait_for_selector("#hook-url-error:not(:empty)")
        page.fill("#hook-url", receiver.url)
        window.picture("webhooks-new")
        page.get_by_role("button", name=said(window, "webhooks.add")).last.click()
        secret = shown_once(page)
        page.click("#once-kept")
        page.get_by_role("link", name="社区财务系统").click()
        page.get_by_role("button", name=said(window, "webhooks.test")).click()
        page.wait_for_url("**/deliveries/*")
        until(lambda: receiver.came, "the test message")
        assert Webhook(secret).verify(receiver.came[0].body, receiver.came[0].headers)["type"] == "webhook.test"
        receiver.answers = [410]
        page.get_by_role("link", name="社区财务系统").click()
        page.get_by_role("button", name=said(window, "webhooks.test")).click()
        page.wait_for_url("**/deliveries/*")
        until(lambda: len(receiver.came) == 2, "the second test message")
        until(lambda: _off(window), "switching off")
        page.goto(f"{window.address}/console/webhooks")
        window.picture("webhooks-dead")
        page.get_by_role("link", name="社区财务系统").click()
        window.picture("webhook-off")
        page.get_by_role("button", name=said(window, "webhooks.switch_on")).click()
        page.get_by_role("button", name=said(window, "webhooks.switch_off")).wait_for()
        page.goto(f"{window.address}/console/webhooks")
        page.get_by_role("link", name="webhook.test").click()
        window.picture("delivery")
        page.get_by_role("button", name=said(window, "webhooks.resend")).click()
        until(lambda: len(receiver.came) == 3, "the message again")
        assert receiver.came[1].id == receiver.came[2].id
        with beside(browser, window, "en-GB", "en") as english:
            english.enter("/console/webhooks", "administrator")
            english.page.get_by_role("link", name="社区财务系统").click()
            english.picture("webhook-en")


def _off(window: Window) -> bool:
    with window.street.house.store.read(window.street.street) as tx:
        return [one.state for one in endpoints.all_of(tx)] == ["off"]
