"""The door in a browser: an administrator sets up the second step, signs in with it, and keeps staff and halls."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyotp
import pytest
from examined import examine
from street_window import Window, opened

from houses import PASSWORD, STREET, furnish
from jiedao_sandbox.launch import Sandbox
from jiedao_sandbox.oidc import CLIENT, SECRET
from jiedao_web.console.wording import WORDS as CONSOLE
from jiedao_web.door.wording import WORDS as DOOR
from postgres_server import Database
from stand_ins import REAL, StandIns
from watches import Watch

pytestmark = pytest.mark.browser


@pytest.fixture
def clock() -> Watch:
    return Watch(datetime(2026, 11, 30, 1, 0, tzinfo=UTC))  # a code is then what the test says it is


@pytest.fixture
def window(browser: Any, sqlite: Database, outside: StandIns, tmp_path: Path, clock: Watch) -> Iterator[Window]:
    """A browser before the door of a street whose clock stands still."""
    street = furnish(sqlite.url, tmp_path, plugins=REAL, connections=outside.connections, clock=clock)
    with opened(browser, street, outside) as made:
        yield made


def said(window: Window, key: str) -> str:
    return {**CONSOLE, **DOOR}[key].in_(window.language)


def arrive(window: Window, path: str) -> None:
    """Wait until the browser is at an address of ours; an asterisk stands for the rest of it."""
    window.page.wait_for_url(f"{window.address}{path}")


def enter(window: Window, who: str, path: str = "/sign-in", till: str = "") -> None:
    window.page.goto(f"{window.address}{path}")
    for name, words in (("street", STREET), ("login", who), ("password", PASSWORD), ("till", till)):
        window.page.fill(f"#{name}", words)
    window.page.keyboard.press("Enter")


def test_the_second_step_from_the_street_s_rule_to_signing_in_with_it(window: Window, clock: Watch) -> None:
    page = window.page
    enter(window, "administrator")
    arrive(window, "/console/")
    page.goto(f"{window.address}/console/sign-in")
    examine(page)
    window.picture("console-sign-in-settings")
    page.get_by_role("button", name=said(window, "signing.on"), exact=True).click()
    page.get_by_role("button", name=said(window, "signing.off"), exact=True).wait_for()
    page.click("#sign-out")
    arrive(window, "/sign-in")

    enter(window, "administrator", "/sign-in?then=/console/staff")
    arrive(window, "/account/second-factor?then=*")
    examine(page)
    page.get_by_role("button", name=said(window, "enrol.begin")).click()
    page.wait_for_function("() => document.querySelector('#picture').naturalWidth > 0")
    secret = page.inner_text("#secret").replace(" ", "")
    examine(page)
    window.picture("door-second-factor")
    page.fill("#code", "000000")
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error:not(:empty)")
    page.fill("#code", pyotp.TOTP(secret).at(clock.now))
    page.keyboard.press("Enter")
    page.wait_for_selector("#codes:not([hidden])")
    codes = page.locator("#codes-list li").all_inner_texts()
    assert len(set(codes)) == 10
    examine(page)
    window.picture("door-recovery-codes")
    page.click("#codes-kept")
    arrive(window, "/console/staff")

    page.click("#sign-out")
    arrive(window, "/sign-in")
    enter(window, "administrator")
    page.wait_for_selector("#second-step:not([hidden])")
    examine(page)
    window.picture("door-second-step")
    page.keyboard.type(pyotp.TOTP(secret).at(clock.now))
    page.keyboard.press("Enter")
    page.wait_for_selector("#code-error:not(:empty)")
    assert "已经用过" in page.inner_text("#code-error")
    clock.now = clock.now.replace(minute=5)
    page.reload()
    page.wait_for_selector("#second-step:not([hidden])")
    page.keyboard.type(pyotp.TOTP(secret).at(clock.now))
    page.keyboard.press("Enter")
    arrive(window, "/console/")


def test_one_s_own_account(window: Window) -> None:
    page = window.page
    enter(window, "operator", till="T1")
    arrive(window, "/counter/")
    page.goto(f"{window.address}/account")
    examine(page)
    window.picture("account")
    page.fill("#old", "not the old one")
    page.fill("#fresh", "staple battery horse")
    page.keyboard.press("Enter")
    page.wait_for_selector("#old-error:not(:empty)")
    page.fill("#old", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("#password-done:not([hidden])")
    page.set_viewport_size({"width": 390, "height": 844})
    examine(page)
    page.click("#sign-out")
    arrive(window, "/sign-in")
    enter(window, "operator", "/counter/sign-in", till="T1")
    page.wait_for_selector("#sign-in-says:not([hidden])")
    page.fill("#password", "staple battery horse")
    page.keyboard.press("Enter")
    arrive(window, "/counter/")


def test_an_administrator_keeps_staff_halls_and_skills(window: Window) -> None:
    page = window.page
    enter(window, "administrator", "/sign-in?then=/console/skills")
    arrive(window, "/console/skills")
    examine(page)
    page.get_by_role("button", name=said(window, "skill.add")).first.click()
    for id_, words in (("skill-code", "bills"), ("skill-new-zh", "缴费"), ("skill-new-en", "Bills")):
        page.fill(f"#{id_}", words)
    page.keyboard.press("Enter")
    page.wait_for_selector("td:has-text('bills')")
    window.picture("console-skills")

    page.goto(f"{window.address}/console/staff")
    page.get_by_role("button", name=said(window, "staff.add")).first.click()
    for id_, words in (("add-name", "李静"), ("add-login", "lijing"), ("add-password", "short")):
        page.fill(f"#{id_}", words)
    page.check("#add input[value=bills]")
    window.picture("console-staff-add")
    page.keyboard.press("Enter")
    page.wait_for_selector("#add-password-error:not(:empty)")
    page.fill("#add-password", PASSWORD)
    page.keyboard.press("Enter")
    arrive(window, "/console/staff/*")
    examine(page)
    window.picture("console-staff-member")
    page.select_option("#role", "accountant")
    page.get_by_role("button", name=said(window, "staff.save")).click()
    page.wait_for_selector("[data-done]:not([hidden])")
    page.goto(f"{window.address}/console/staff")
    examine(page)
    window.picture("console-staff")
    assert said(window, "role.accountant") in page.locator("tr", has_text="lijing").inner_text()
    assert "王芳" in page.inner_text(".who")

    page.goto(f"{window.address}/console/halls")
    page.locator("tr", has_text="T2").get_by_role("button").click()
    page.fill("#name-1-2", "二号窗口")
    page.check("#edit-1-2 input[value=bills]")
    page.keyboard.press("Enter")
    page.wait_for_selector("td:has-text('二号窗口')")
    examine(page)
    window.picture("console-halls")


def test_signing_in_from_the_identity_provider(window: Window, tmp_path: Path) -> None:
    page, house = window.page, window.street.house
    with Sandbox(tmp_path / "identity") as sandbox:
        provider = sandbox.start("oidc")
        enter(window, "administrator", "/sign-in?then=/console/sign-in")
        arrive(window, "/console/sign-in")
        given = {
            "name-zh": "统一身份",
            "name-en": "City account",
            "issuer": provider.url,
            "client": CLIENT,
            "secret": SECRET,
        }
        for id_, words in given.items():
            page.fill(f"#{id_}", words)
        page.get_by_role("button", name=said(window, "signing.save")).click()
        page.get_by_role("button", name=said(window, "signing.check")).click()
        page.wait_for_selector("#checked.note-good")
        window.picture("console-identity-provider")
        with house.store.read(STREET) as tx:
            operator = window.street.operator.staff
            assert house.providers.tie_of(tx, operator) is None
        page.goto(f"{window.address}/console/staff/{operator}")
        page.fill("#tie-value", "wangfang@example.cn")
        page.get_by_role("button", name=said(window, "staff.tie"), exact=True).click()
        page.get_by_role("button", name=said(window, "staff.untie")).wait_for()
        page.click("#sign-out")
        arrive(window, "/sign-in")

        page.goto(f"{window.address}/counter/sign-in")
        page.fill("#street", STREET)
        page.locator("#street").blur()
        page.wait_for_selector("#other-way:not([hidden])")
        page.fill("#till", "T1")
        window.picture("door-provider")
        page.click("#provider")
        page.wait_for_selector("input[name=subject]")
        page.fill("input[name=subject]", "subject-1")
        page.fill("input[name=email]", "wangfang@example.cn")
        page.keyboard.press("Enter")
        arrive(window, "/counter/")
        assert "T1" in page.inner_text(".where")
