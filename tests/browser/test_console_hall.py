"""The console's pages about service items, cases, appointments and opening hours, as staff use them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from examined import examine
from street_window import Window, opened

from jiedao.hall.graph import At
from jiedao.hall.items import item
from postgres_server import Database
from service_hall import ServiceHall
from stand_ins import StandIns

pytestmark = pytest.mark.browser


@pytest.fixture
def hall(sqlite: Database, tmp_path: Path) -> Iterator[ServiceHall]:
    """The hall of `service_hall`, on its Monday."""
    made = ServiceHall(sqlite.url, tmp_path)
    with closing(made.house):
        yield made


@pytest.fixture
def console(browser: Any, hall: ServiceHall, outside: StandIns) -> Iterator[Window]:
    """The console of that hall."""
    with opened(browser, hall.made, outside) as made:
        yield made


def test_an_item_with_its_guide_and_a_form_is_made_and_changed(console: Window, hall: ServiceHall) -> None:
    page = console.page
    console.enter("/console/service-items", "administrator")
    examine(page)
    console.picture("console-items")
    page.get_by_role("link", name="新增事项").click()
    for name, words in (("title-zh", "居住证"), ("title-en", "Residence permit"), ("code", "permit2")):
        page.fill(f"#{name}", words)
    page.fill("#category", "registry")
    page.fill("#workdays", "3 days")
    page.fill("#bring-zh", "身份证\n照片")
    page.click("[data-add]")
    page.fill("#form-code-added-1", "apply")
    page.fill("#form-zh-added-1", "申请表")
    page.fill("#form-text-zh-added-1", "姓名：")
    examine(page)
    page.get_by_role("button", name="保存").click()
    page.wait_for_selector("#workdays[aria-invalid=true]")
    assert page.input_value("#bring-zh") == "身份证\n照片", "what was typed stays"
    page.fill("#workdays", "3")
    page.get_by_role("button", name="保存").click()
    page.wait_for_selector("#form-en-added-1[aria-invalid=true]")
    page.fill("#form-en-added-1", "Application")
    console.picture("console-item")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/console/service-items")
    page.get_by_role("link", name="居住证").click()
    assert page.input_value("#bring-zh") == "身份证\n照片"
    assert page.input_value("#form-text-zh-1") == "姓名："
    page.click("[data-drop]")
    page.get_by_role("button", name="保存").click()
    page.wait_for_url("**/console/service-items")
    with hall.house.store.read(hall.street) as tx:
        assert item(tx, "permit2").forms == ()


def test_a_case_is_found_and_brought_to_its_end(console: Window, hall: ServiceHall) -> None:
    page = console.page
    made = [hall.open(note="要快"), hall.open(item="advice", resident="")]
    hall.watch.forward(days=10)
    console.enter("/console/cases?state=late", "operator")
    examine(page)
    console.picture("console-cases")
    assert page.locator("tbody tr").count() == 2
    page.fill("#q", "2026-00001")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("link", name="2026-00001").click()
    page.get_by_label("不予办理").check()
    page.get_by_role("button", name="记下这一步").click()
    page.wait_for_selector("#step-note[aria-invalid=true]")
    examine(page)
    page.get_by_label("办结", exact=True).check()
    page.get_by_role("button", name="记下这一步").click()
    page.wait_for_selector(".tag.good")
    examine(page)
    console.picture("console-case")
    assert hall.case(made[0]).state == At.FINISHED
    assert page.locator(".timeline li").count() == 2


def test_who_came_is_noted_and_hours_are_set(console: Window, hall: ServiceHall) -> None:
    page, booked = console.page, hall.book()
    console.enter("/console/bookings", "operator")
    examine(page)
    console.picture("console-bookings")
    page.get_by_role("button", name="已到").click()
    page.wait_for_selector(".tag.good")
    assert hall.booking(booked).state == "came"
    console.enter("/console/opening", "administrator")
    page.click("[data-add]")
    page.fill("#begins-added-1", "10:00")
    page.get_by_role("button", name="保存").click()
    page.wait_for_selector("#begins-added-1[aria-invalid=true]")
    page.fill("#begins-added-1", "14:00")
    page.fill("#ends-added-1", "16:00")
    examine(page)
    console.picture("console-opening")
    page.get_by_role("button", name="保存").click()
    page.wait_for_selector("#begins-2")
    assert page.input_value("#begins-2") == "14:00"
    assert page.locator("[name='row.weekdays']:checked").count() == 10


def test_the_pages_in_english(console: Window, hall: ServiceHall) -> None:
    hall.open()
    console.page.request.get(f"{console.address}/look/language/en")
    for where in ("service-items/permit", "cases", "bookings", "opening"):
        console.enter(f"/console/{where}", "administrator")
        examine(console.page)
        console.picture(f"console-en-{where.split('/')[0]}")
