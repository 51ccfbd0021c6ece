"""A street's window in a real browser: the real stand-ins, the application on a loopback port, its worker, Chromium.

Skipped, with the reason, where Playwright or a Chromium is missing. With JIEDAO_PICTURES=<folder> the journeys also
write their pictures there.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from street_window import Window
from werkzeug.serving import make_server

from houses import Furnished, furnish
from jiedao.operations.policy import Policy
from jiedao.worker import Runner, Worker
from jiedao_sandbox.launch import Sandbox
from jiedao_web.app import create_app
from postgres_server import Database
from stand_ins import REAL, StandIns, start

PLAIN = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run")
SILENT = ("--disable-background-networking", "--disable-component-update", "--disable-sync")
SIZE = {"width": 1280, "height": 720}


def chromium() -> str:
    """Where a Chromium is; empty where there is none."""
    found = Path("/usr/bin/chromium")
    return str(found) if found.exists() else shutil.which("chromium") or shutil.which("chromium-browser") or ""


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One Chromium for the session."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is missing: pip install playwright")
    path = chromium()
    if not path:
        pytest.skip("no Chromium: apt-get install chromium, or put one into PATH")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, headless=True, args=[*PLAIN, *SILENT])
        yield opened
        opened.close()


@pytest.fixture
def window(browser: Any, sqlite: Database, outside: StandIns, tmp_path: Path) -> Iterator[Window]:
    """A till whose shift is not open yet; at the end nothing in the browser may have complained."""
    street = furnish(sqlite.url, tmp_path, plugins=REAL, connections=outside.connections, policy=Policy(first=0.4))
    with counter(browser, street, outside) as made:
        yield made


@contextmanager
def counter(browser: Any, street: Furnished, outside: StandIns) -> Iterator[Window]:
    """The application of a street, and a browser before it."""
    runner, worker = Runner(street.house), Worker(street.house, pause=0.1)
    server = make_server("127.0.0.1", 0, create_app(street.house, runner=runner), threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="web")
    thread.start()
    worker.start()
    context = browser.new_context(viewport=SIZE, locale="zh-CN", service_workers="block")
    made = Window(context.new_page(), f"http://127.0.0.1:{server.server_port}", street, outside)
    _listen(made)
    yield made
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()
    worker.stop()
    runner.close()
    street.house.close()
    outside.terminal.clear()
    assert made.complaints == []


@pytest.fixture(scope="session")
def outside(sandbox: Sandbox) -> StandIns:
    """The stand-ins; what a biller leaves pending is decided when a test says so."""
    return start(sandbox, pending_seconds=3600.0)


def _listen(window: Window) -> None:
    """Errors of the script, complaints on the console, and anything that the content security policy refused."""
    page = window.page
    page.on("pageerror", lambda error: window.complaints.append(f"script: {error}"))
    page.on("console", lambda said: _heard(window, said))
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error('CSP', e.violatedDirective))")


def _heard(window: Window, said: Any) -> None:
    # The browser itself reports every answer of 400 and above; refusals are ours and are looked at on the screen.
    if said.type in ("error", "warning") and not said.text.startswith("Failed to load resource"):
        window.complaints.append(f"{said.type}: {said.text}")
