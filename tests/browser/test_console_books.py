"""The money pages in a real browser: a break written off by two, a file of bills with its errors, a large refund."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from street_window import Window, beside, opened, said

import jiedao_billfile
from houses import Setting, furnish
from jiedao.directory.rules import Rules, set_rules
from jiedao.hookspecs.payment import Movement, SettlementRow
from jiedao.operations.policy import Policy
from postgres_server import Database
from settling import Settling
from stand_ins import REAL, StandIns

pytestmark = pytest.mark.browser

FILES = Setting(
    "jiedao_billfile",
    {"billers": [{"code": "HOMES", "name_zh": "物业公司", "name_en": "Homes", "account_pattern": r"\d{4}"}]},
)
YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).date()
HEAD = "账单号,户号,户名,金额,账期,到期日"


@pytest.fixture
def office(browser: Any, sqlite: Database, outside: StandIns, tmp_path: Path) -> Iterator[tuple[Window, Settling]]:
    """A street with a provider that gives settlements and a biller that sends files."""
    bank = Settling()
    plugins = [*REAL, ("jiedao_billfile", jiedao_billfile.plugin), (bank.name, bank)]
    connections = {**outside.connections, "files": FILES, "bank": Setting(bank.name)}
    street = furnish(sqlite.url, tmp_path, plugins=plugins, connections=connections, policy=Policy(first=0.4))
    with opened(browser, street, outside) as made:
        yield made, bank


def test_a_break_is_written_off_by_two(office: tuple[Window, Settling], browser: Any) -> None:
    window, bank = office
    bank.rows.append(
        SettlementRow("txn_1", Movement.SALE, "", "ref 1", 70_000, 350, 69_650, "CNY", YESTERDAY),
    )
    page = window.page
    window.enter("/console/settlements", "accountant")
    page.fill("#on", YESTERDAY.isoformat())
    page.get_by_role("button", name=said(window, "settle.go")).click()
    page.get_by_role("link", name=said(window, "settle_kind.theirs_only")).wait_for()
    window.picture("settlements")
    page.get_by_role("link", name=said(window, "settle_kind.theirs_only")).click()
    page.fill("#off-evidence", "银行后台多记一笔，银行确认不追回")
    page.get_by_role("button", name=said(window, "settle.propose")).click()
    page.wait_for_selector(".proposal")
    with beside(browser, window, "en-GB", "en") as chief:
        chief.enter(page.url.removeprefix(window.address), "administrator")
        chief.page.fill("#agree-evidence", "The bank's letter of today")
        chief.picture("break-en")
        chief.page.get_by_role("button", name=said(chief, "review.agree"), exact=True).click()
        chief.page.get_by_text(said(chief, "settle.closed_at")).wait_for()
    assert window.street.balance("5103") == -70_000
    assert window.street.balance("1190:bank") == 0
    assert window.street.faults() == []


def test_redeemed_points_are_claimed_and_paid_in_two_parts(office: tuple[Window, Settling]) -> None:
    window, _ = office
    window.street.give_points(5_000)
    window.begin()
    window.find("6210012345675")
    window.add("自来水", "000001234")
    window.page.keyboard.press("F4")
    window.page.keyboard.type("20")
    window.pay()
    window.wait_for("paid")
    page = window.page
    window.enter("/console/claims", "accountant")
    page.get_by_role("button", name=said(window, "claims.make")).click()
    amount, record = page.locator("[name=amount]"), page.get_by_role("button", name=said(window, "claims.record"))
    amount.wait_for()
    assert amount.input_value() == "20.00"
    window.picture("claims")
    amount.fill("20.01")
    record.click()
    page.locator(".error:not(:empty), [data-says]:not([hidden])").first.wait_for()
    amount.fill("12.50")
    record.click()
    page.locator("[name=amount][value='7.50']").wait_for()
    record.click()
    page.get_by_text(said(window, "claims.settled")).wait_for()
    assert window.street.balance("1120") == 0
    assert window.street.faults() == []


def test_a_file_of_bills_is_taken_in_or_says_what_is_wrong(office: tuple[Window, Settling], tmp_path: Path) -> None:
    window, _ = office
    page = window.page
    window.enter("/console/bill-files", "accountant")
    bad, good = tmp_path / "bad.csv", tmp_path / "good.csv"
    bad.write_text(f"{HEAD}\nB1,0101,王小明,很多,2026-11,2026-12-31\n", "utf-8")
    good.write_text(f"{HEAD}\nB1,0101,王小明,80.50,2026-11,2026-12-31\n", "utf-8")
    page.set_input_files("#file", bad)
    page.get_by_role("button", name=said(window, "files.go")).click()
    page.wait_for_selector("#error-rows tr")
    assert page.inner_text("#error-rows td:first-child") == "2"
    window.picture("bill-file-errors")
    page.set_input_files("#file", good)
    page.get_by_role("button", name=said(window, "files.go")).click()
    page.wait_for_selector("#upload-says.note-good")
    assert "80.50" in page.inner_text("#upload-says")
    assert page.is_hidden("#upload-errors")


def test_a_large_refund_is_proposed_at_the_window_and_agreed_to_in_the_office(
    office: tuple[Window, Settling], browser: Any
) -> None:
    window, _ = office
    set_rules(window.street.house.store, window.street.administrator, Rules(0))
    window.begin()
    window.add("供电", "0000008234")
    page = window.page
    page.keyboard.press("F9")
    window.wait_for("paid")
    page.get_by_role("button", name=window.t("order.void")).click()
    page.fill("#refund-reason", "居民重复缴费，已核对上月收据")
    page.click("#refund-go")
    page.wait_for_selector("#order-problem:not([hidden])")
    assert page.inner_text("#order-problem") == window.t("refund.proposed")
    with beside(browser, window, "zh-CN", "zh") as clerk:
        clerk.enter("/console/proposals", "accountant")
        clerk.picture("proposals-refund")
        clerk.page.get_by_label(said(clerk, "review.checked")).fill("已核对两张收据")
        clerk.page.get_by_role("button", name=said(clerk, "review.agree"), exact=True).click()
        clerk.page.get_by_text(said(clerk, "proposals.none")).wait_for()
        assert len([row for row in window.street.rows("attempt") if row.kind == "refund"]) == 1
