"""The catalogue and a connection's page, as an administrator who is no engineer uses them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from street_window import Window, hold, opened, said

from houses import PASSWORD, STREET, furnish
from jiedao.operations.policy import Policy
from jiedao.registry.connections import State
from postgres_server import Database
from stand_ins import REAL, StandIns

pytestmark = pytest.mark.browser
SMALL = {"width": 820, "height": 1100}
NEIGHBOUR = "150602008"
REFUSED = {"code": "any", "detail": "not now", "status": 409, "title": "", "field": ""}


@pytest.fixture
def without_bills(browser: Any, sqlite: Database, outside: StandIns, tmp_path: Path) -> Iterator[Window]:
    """A street that has no biller yet."""
    connections = {name: one for name, one in outside.connections.items() if name != "bills"}
    street = furnish(sqlite.url, tmp_path, plugins=REAL, connections=connections, policy=Policy(first=0.4))
    with opened(browser, street, outside) as made:
        yield made


@pytest.fixture
def beside_a_neighbour(browser: Any, sqlite: Database, outside: StandIns, tmp_path: Path) -> Iterator[Window]:
    """A street that has no biller yet, and another one of the same installation that has."""
    furnish(sqlite.url, tmp_path, street=NEIGHBOUR, plugins=REAL, connections=outside.connections).house.close()
    connections = {name: one for name, one in outside.connections.items() if name != "bills"}
    street = furnish(sqlite.url, tmp_path, plugins=REAL, connections=connections)
    with opened(browser, street, outside) as made:
        yield made


def press(window: Window, words: str) -> None:
    window.page.get_by_role("button", name=words, exact=True).click()


def test_a_biller_is_switched_on_from_nothing_to_its_first_payment(without_bills: Window) -> None:
    window, page = without_bills, without_bills.page
    given = dict(window.outside.connections["bills"].given)
    window.enter("/console/catalogue", "administrator")
    window.picture("console-catalogue")
    page.get_by_label("查找服务").fill("缴费平台")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="开通 缴费平台").click()
    page.get_by_label("中文名称").first.fill("水电缴费")
    page.get_by_label("代码", exact=True).first.fill("bills")
    press(window, "检查这些设置")
    page.get_by_text("必须填写").or_(page.locator(".error:not(:empty)")).first.wait_for()
    for name in ("url", "agent", "key_id", "settling"):
        page.fill(f"#setting-{name}", str(given[name]))
    page.fill("#setting-secret", "not the secret")
    press(window, "检查这些设置")
    page.locator(".trial.note-bad").wait_for()
    page.fill("#setting-secret", given["secret"])
    press(window, "检查这些设置")
    page.locator(".trial.good-note").wait_for()
    window.picture("console-switch-on")
    press(window, "保存（先不启用）")
    page.wait_for_url("**/console/connections/bills")
    assert page.locator(".steps [aria-current]").inner_text().startswith("1")
    assert given["secret"] not in page.content()
    press(window, "转入试用")
    page.locator(".steps [aria-current]", has_text="试用").wait_for()
    press(window, "立即检查")
    page.get_by_text("检查已通过，可以正式启用。").wait_for()
    window.picture("console-connection")
    window.begin()
    window.add("自来水", "000001234")
    page.keyboard.press("F8")
    page.keyboard.type("100")
    window.pay()
    window.wait_for("paid")
    assert window.street.faults() == []


def test_a_page_that_is_about_to_be_left_takes_nothing_more(window: Window) -> None:
    page = window.page
    window.enter("/console/connections/bills", "administrator")
    held = hold(page, "**/api/v1/connections/bills/state")
    press(window, said(window, "connection.pause"))
    page.locator("#main[inert]").wait_for(state="attached")
    held().fulfill(status=409, content_type="application/problem+json", body=json.dumps(REFUSED))
    page.get_by_text("not now").wait_for()
    assert page.locator("#main[inert]").count() == 0
    press(window, said(window, "connection.pause"))
    page.locator("#main[inert]").wait_for(state="attached")
    held().continue_()
    page.locator(".paused-note").wait_for()
    assert page.locator("#main[inert]").count() == 0


@pytest.mark.parametrize(("language", "size"), [("zh", SMALL), ("en", None)])
def test_a_connection_is_copied_from_a_street_of_which_one_is_an_administrator_too(
    beside_a_neighbour: Window, language: str, size: dict[str, int] | None
) -> None:
    window, page = beside_a_neighbour, beside_a_neighbour.page
    window.language = language
    if size:
        page.set_viewport_size(size)
    window.enter(f"/look/language/{language}", "administrator")
    page.goto(f"{window.address}/console/catalogue/jiedao_billhub")
    press(window, said(window, "copy.open"))
    for name, words in (("street", NEIGHBOUR), ("login", "administrator"), ("password", "not the password")):
        page.fill(f"#copy-{name}", words)
    press(window, said(window, "copy.look"))
    page.locator("#copy-password-error:not(:empty)").wait_for()
    assert page.locator("#copy-rest").is_hidden()
    page.fill("#copy-password", PASSWORD)
    press(window, said(window, "copy.look"))
    page.locator("#copy-rest").wait_for()
    assert page.locator("#copy-connection").input_value() == "bills"
    assert page.input_value("#copy-password") == ""
    window.picture(f"console-copy-{language}")
    page.fill("#copy-id", "theirs")
    press(window, said(window, "copy.do"))
    page.locator("#copy-rest .error:not(:empty)").first.wait_for()
    page.fill("#copy-rest input[type=password]", window.outside.connections["bills"].given["secret"])
    press(window, said(window, "copy.do"))
    page.wait_for_url("**/console/connections/theirs")
    assert page.locator(".steps [aria-current]").inner_text().startswith("1")
    with window.street.house.store.read(STREET) as tx:
        copied = window.street.house.connections.one(tx, "theirs")
    assert (copied.state, copied.settings["url"]) == (State.OFF, window.outside.hub.url)


def test_switching_off_shows_what_is_open_and_offers_to_pause(window: Window) -> None:
    page = window.page
    window.begin()
    window.add("自来水", "000000877")
    page.keyboard.press("F8")
    page.keyboard.type("100")
    window.pay()
    window.wait_for("confirming")
    window.enter("/console/connections/bills", "administrator")
    page.get_by_role("link", name="关闭…").click()
    page.get_by_text("1 笔未了结的收付款").first.wait_for()
    assert page.get_by_role("button", name="关闭", exact=True).count() == 0
    window.picture("console-off")
    press(window, "先暂停")
    page.wait_for_url("**/console/connections/bills")
    page.locator(".paused-note").wait_for()
    window.picture("console-paused")
    with window.street.house.store.read(STREET) as tx:
        assert window.street.house.connections.one(tx, "bills").state is State.PAUSED
    page.get_by_role("link", name="关闭…").click()
    page.get_by_text("已经暂停。上面这些办完后就能关闭。").wait_for()
    window.enter("/console/connections/ems/off", "administrator")
    press(window, "关闭")
    page.wait_for_url("**/console/connections/ems")
    assert page.locator(".steps [aria-current]").inner_text().startswith("1")


def test_terms_are_agreed_on_and_shown_again(window: Window) -> None:
    page = window.page
    window.enter("/console/groups", "administrator")
    press(window, "新增人群")
    for label, words in (("中文名称", "高龄老人"), ("英文名称", "Very old"), ("代码", "over-80")):
        page.locator("#add").get_by_label(label).fill(words)
    with page.expect_navigation():
        page.locator("#add").get_by_role("button", name="保存").click()
    page.get_by_role("rowheader", name="高龄老人").wait_for()
    page.get_by_label("证件号、手机号、卡号或姓名").fill("6210012345675")
    page.keyboard.press("Enter")
    page.locator(".member").get_by_label("高龄老人").check()
    page.locator(".member").get_by_role("button", name="保存").click()
    page.locator(".member .tag").get_by_text("已保存").wait_for()
    window.picture("console-groups")
    page.reload()
    assert page.get_by_role("row", name="over-80").locator(".number").first.inner_text() == "1"
    page.goto(f"{window.address}/console/connections/bills")
    page.get_by_label("每笔最多").fill("0")
    press(window, "保存约定")
    page.locator("#terms-most-error:not(:empty)").wait_for()
    page.get_by_label("每笔最多").fill("5,000")
    press(window, "添加时段")
    page.get_by_label("星期五").uncheck()
    page.get_by_label("开始", exact=True).fill("08:30")
    page.get_by_label("节假日照常办理").uncheck()
    page.get_by_label("高龄老人").check()
    page.get_by_label("证书或合同有效期至").fill("2099-12-31")
    press(window, "保存约定")
    page.locator(".history li", has_text="修改约定").wait_for()
    assert page.get_by_label("每笔最多").input_value() == "5000.00"
    assert not page.get_by_label("星期五").is_checked()
    assert page.get_by_label("开始", exact=True).input_value() == "08:30"
    window.picture("console-terms")


@pytest.mark.parametrize(("language", "size"), [("zh", SMALL), ("en", None)])
def test_what_needs_a_person_is_listed_with_the_way_to_mend_it(
    window: Window, language: str, size: dict[str, int] | None
) -> None:
    page = window.page
    house = window.street.house
    house.connections.pause(STREET, "ems", "401")
    if size:
        page.set_viewport_size(size)
    window.enter(f"/look/language/{language}", "administrator")
    page.goto(f"{window.address}/console/problems")
    window.picture(f"console-problems-{language}")
    page.locator(".matters-urgent .button").first.click()
    page.wait_for_url("**/console/connections/ems")
    assert "401" in page.locator(".paused-note").inner_text()
    window.picture(f"console-connection-{language}")


@pytest.mark.parametrize(("language", "size"), [("zh", SMALL), ("en", None)])
def test_a_table_of_settings_is_filled_in_row_by_row(
    window: Window, language: str, size: dict[str, int] | None
) -> None:
    page = window.page
    if size:
        page.set_viewport_size(size)
    window.enter(f"/look/language/{language}", "administrator")
    page.goto(f"{window.address}/console/catalogue/jiedao_ems")
    contents = page.locator("[data-field='settings.contents']")
    contents.get_by_role("button", name="添加一行" if language == "zh" else "Add a row").click()
    contents.get_by_role("combobox").last.select_option("goods")
    contents.get_by_role("textbox").last.fill("9")
    held = page.locator("#setting-contents").input_value()
    assert json.loads(held) == {"document": "1", "goods": "9"}
    contents.get_by_role("button").nth(0).click()
    assert json.loads(page.locator("#setting-contents").input_value()) == {"goods": "9"}
    window.picture(f"console-table-{language}")
