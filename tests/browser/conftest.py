"""A street's window in a real browser: the real stand-ins, the application on a loopback port, its worker, Chromium.

Skipped, with the reason, where no Chromium is. With JIEDAO_PICTURES=<folder> the journeys also
write their pictures there.
"""

from __future__ import annotations

import shutil
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from counter_hall import hall_window
from playwright.sync_api import sync_playwright
from street_window import Window, opened

from houses import furnish
from jiedao.operations.policy import Policy
from jiedao_sandbox.launch import Running, Sandbox
from postgres_server import Database
from stand_ins import REAL, StandIns, start

PLAIN = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
SILENT = ("--disable-background-networking", "--disable-component-update", "--disable-sync")


def chromium() -> str:
    """Where a Chromium is; empty where there is none."""
    found = Path("/usr/bin/chromium")
    return str(found) if found.exists() else shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure says what stood on the screens, and where the focus was."""
    report = yield
    browser = getattr(item, "funcargs", {}).get("browser")
    if report.failed and call.when == "call" and browser is not None:
        for page in (page for context in browser.contexts for page in context.pages):
            report.sections.append((f"on the screen: {page.url}", _seen(page)))
    return report


def _seen(page: Any) -> str:
    try:
        seen: str = page.evaluate(
            "() => `${document.body.innerText}\n\nfocus: ${document.activeElement?.outerHTML.slice(0, 300)}`"
        )
    except Exception as failure:  # the screen may be what failed: the report must not
        return f"cannot be read: {failure}"
    return seen


@pytest.fixture(scope="session")
def browser(pytestconfig: pytest.Config) -> Iterator[Any]:
    """One Chromium for the session."""
    path = chromium()
    if not path:
        pytest.skip("no Chromium: apt-get install chromium, or put one into PATH")
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, headless=True, args=[*PLAIN, *SILENT])
        if late := pytestconfig.getoption("--latency"):
            _far_away(opened, late)
        yield opened
        opened.close()


def _far_away(browser: Any, late: int) -> None:
    """Every page that is opened from now on hears from its server `late` milliseconds after it would have."""
    new_context = browser.new_context

    def context(**wanted: Any) -> Any:
        made = new_context(**wanted)
        new_page = made.new_page

        def page() -> Any:
            opened = new_page()
            network = {"offline": False, "latency": late, "downloadThroughput": -1, "uploadThroughput": -1}
            made.new_cdp_session(opened).send("Network.emulateNetworkConditions", network)
            return opened

        made.new_page = page
        return made

    browser.new_context = context


@pytest.fixture
def window(browser: Any, sqlite: Database, outside: StandIns, tmp_path: Path) -> Iterator[Window]:
    """A till whose shift is not open yet; at the end nothing in the browser may have complained."""
    street = furnish(sqlite.url, tmp_path, plugins=REAL, connections=outside.connections, policy=Policy(first=0.4))
    with opened(browser, street, outside) as made:
        yield made


@pytest.fixture(scope="module")
def printer(sandbox: Sandbox, request: pytest.FixtureRequest) -> Running:
    """The thermal printer of the till, in the windows that have one."""
    return sandbox.start("printer", label=f"printer_of_{request.module.__name__}")


@pytest.fixture(scope="module")
def bridge(sandbox: Sandbox, request: pytest.FixtureRequest) -> Running:
    """The card reader of the till."""
    return sandbox.start("idbridge", label=f"reader_of_{request.module.__name__}")


@pytest.fixture
def hall(
    browser: Any, sqlite: Database, outside: StandIns, printer: Running, bridge: Running, tmp_path: Path
) -> Iterator[Window]:
    """A till where everything can be done that a hall does, with its devices."""
    with hall_window(browser, sqlite, tmp_path, outside, printer, bridge) as made:
        yield made


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIns]:
    """The stand-ins of one file: whose bills are paid here owes nothing to the tests of another file.

    What a biller leaves pending is decided when a test says so.
    """
    with Sandbox(tmp_path_factory.mktemp("outside")) as sandbox:
        yield start(sandbox, pending_seconds=3600.0)
