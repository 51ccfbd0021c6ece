"""The console's first page and its days, with a year of history, in both languages and on two sizes of screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from examined import examine
from openpyxl import load_workbook
from street_window import PICTURES

from doubles import Acquirer
from full_year import PASSWORD, STREET, Year
from jiedao.figures.street import glance
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.worker import Runner
from jiedao_web.app import create_app
from served import served as serving
from year_house import STORY, leave_open, open_year

LARGE, SMALL = (1440, 900), (820, 1180)
ORDERS = 2_000 if PICTURES else 240
"""The year of the story where pictures are wanted; a smaller one collects as much with larger bills."""


@dataclass
class Console:
    """A browser before the console, and what it complained about."""

    page: Any
    address: str
    complaints: list[str]

    def open(self, path: str, login: str = "accountant") -> None:
        """Sign in and go there."""
        who = {"street": STREET, "login": login, "password": PASSWORD, "till": ""}
        assert self.page.request.post(f"{self.address}/api/v1/sessions", data=who).ok
        self.page.goto(self.address + path)

    def picture(self, name: str) -> None:
        """Examine what is there, and keep a picture where pictures are wanted."""
        examine(self.page)
        if PICTURES:
            self.page.screenshot(path=Path(PICTURES) / f"{name}.png", animations="disabled", full_page=True)


Opens = Callable[[str, tuple[int, int]], Console]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Year]]:
    """A street on a loopback port."""
    folder = tmp_path_factory.mktemp("year")
    url = f"sqlite:///{folder / 'jiedao.db'}"
    engine = open_engine(url)
    create_schema(engine)
    engine.dispose()
    acquirer = Acquirer()
    year = open_year(url, folder, replace(STORY, orders=ORDERS), acquirer=acquirer)
    leave_open(year, acquirer)
    runner = Runner(year.house, threads=2)
    with serving(create_app(year.house, runner=runner)) as address:
        yield address, year
    runner.close()
    year.house.close()


@pytest.fixture
def console(browser: Any, served: tuple[str, Year]) -> Iterator[Opens]:
    """Opens the console in a language and a size; at the end nothing may have complained."""
    opened = []

    def open_(language: str, size: tuple[int, int]) -> Console:
        viewport = {"width": size[0], "height": size[1]}
        context = browser.new_context(viewport=viewport, locale={"zh": "zh-CN", "en": "en-GB"}[language])
        made = Console(context.new_page(), served[0], [])
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("console", lambda said: _hear(made, said))
        opened.append((context, made))
        return made

    yield open_
    for context, made in opened:
        context.close()
        assert made.complaints == []


def _hear(made: Console, said: Any) -> None:
    """The browser itself reports every answer of 400 and above; a refusal is ours and is looked at on the screen."""
    if said.type == "error" and not said.text.startswith("Failed to load resource"):
        made.complaints.append(said.text)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "size", "name"),
    [("zh", LARGE, "overview"), ("en", SMALL, "overview-en")],
    ids=["zh-large", "en-small"],
)
def test_the_year_at_a_glance(console: Opens, language: str, size: tuple[int, int], name: str) -> None:
    made = console(language, size)
    made.open("/console/")
    page = made.page
    assert page.inner_text(".figure-large") == "¥171,100.00"
    words = {
        "zh": ("概览", "按收费单位", "市供电公司", "人工核查"),
        "en": ("Overview", "By biller", "City Power", "For a person to check"),
    }
    assert page.inner_text("h1") == words[language][0]
    for said in words[language][1:]:
        page.get_by_text(said, exact=True).first.wait_for()
    chart = page.locator(".figure-chart svg[role=img]")
    assert "171,100.00" in (chart.locator("desc").text_content() or "")
    page.locator(".chart-numbers > summary").click()
    numbers = page.locator(".chart-numbers tbody td").all_inner_texts()
    assert len(numbers) == 11
    assert sum(round(float(one.replace(",", "")) * 100) for one in numbers) == 17_110_000
    page.locator(".chart-numbers > summary").click()
    made.picture(name)


@pytest.mark.browser
def test_spans_are_switched_and_exported(console: Opens, served: tuple[str, Year], tmp_path: Path) -> None:
    made = console("zh", LARGE)
    made.open("/console/")
    page = made.page
    page.get_by_role("link", name="本月").click()
    page.wait_for_url("**/console/?span=month")
    assert page.locator("a[aria-current=true]").inner_text() == "本月"
    with served[1].house.store.read(STREET) as tx:
        month = glance(tx, "month").money.total.net
    assert page.inner_text(".figure-large") == f"¥{month / 100:,.2f}"
    page.locator("summary", has_text="自选日期").click()
    page.fill("#span-from", "2026-03-01")
    page.fill("#span-to", "2026-03-31")
    page.get_by_role("button", name="查看").click()
    page.wait_for_url("**from=2026-03-01&to=2026-03-31")
    page.locator("summary", has_text="导出").click()
    made.picture("overview-export")
    with page.expect_download() as given:
        page.get_by_role("link", name="XLSX 收费明细").click()
    file = tmp_path / given.value.suggested_filename
    given.value.save_as(file)
    assert file.name == f"payments-{STREET}-2026-03-01-2026-03-31.xlsx"
    assert load_workbook(file).active["K1"].value == "户号"


@pytest.mark.browser
def test_a_shift_is_closed_from_the_days(console: Opens) -> None:
    made = console("en", LARGE)
    made.open("/console/days")
    page = made.page
    row = page.locator("tr", has=page.locator("th", has_text="T8"))
    row = row.filter(has=page.get_by_role("button", name="Close"))
    row.get_by_role("textbox").fill("two hundred")
    row.get_by_role("button", name="Close").click()
    row.locator(".error", has_text="Enter an amount").wait_for()
    made.picture("days-en")
    row.get_by_role("textbox").fill("190.00")
    row.get_by_role("button", name="Close").click()
    page.wait_for_function("() => document.querySelectorAll('form[data-api]').length === 7")
    today = page.locator("section", has=page.get_by_role("heading", name="26 Nov"))
    assert "190.00" in today.inner_text()


@pytest.mark.browser
def test_the_days_of_a_week_on_a_small_screen(console: Opens) -> None:
    made = console("zh", SMALL)
    made.open("/console/days?span=week")
    assert made.page.get_by_role("heading", level=1).inner_text() == "班次与日结"
    assert made.page.get_by_text("已日结").count() > 0
    made.picture("days")


@pytest.mark.browser
def test_operators_are_told_why_they_see_nothing(console: Opens) -> None:
    made = console("en", LARGE)
    made.open("/console/", "operator")
    assert made.page.get_by_role("heading", level=1).inner_text() == "This page cannot be shown"
