"""The page "First day at the counter", followed word for word by somebody who has nothing else, on their own demo."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from walked import Walker

pytestmark = pytest.mark.browser
HANDBOOK = Path(__file__).parents[2] / "docs" / "start"
_ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+(?=/ )")
_FILE = re.compile(r"`(?P<name>\w+\.csv)`.*?```csv\n(?P<lines>.*?)```", re.DOTALL)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """Where the demo's screens are."""
    command = [sys.executable, "-m", "jiedao_cli.main", "--lang", "en", "--home", str(tmp_path), "demo", "--port", "0"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as demo:
        try:
            yield _told(demo)
        finally:
            demo.send_signal(signal.SIGINT)
            demo.communicate(timeout=60)


def _told(demo: subprocess.Popen[str]) -> str:
    for line in demo.stdout or ():
        if line.startswith(("Open ", "请")) and (found := _ADDRESS.search(line)):
            return found[0]
    raise AssertionError(f"the demo ended with {demo.wait()}")


@pytest.mark.parametrize(("page", "locale"), [("first-day.md", "en-GB"), ("first-day.zh.md", "zh-CN")])
def test_somebody_who_has_only_the_page_gets_through_the_day(
    browser: Any, address: str, tmp_path: Path, page: str, locale: str
) -> None:
    handbook = HANDBOOK / page
    file = _FILE.search(handbook.read_text("utf-8"))
    assert file is not None
    kept = tmp_path / file["name"]
    kept.write_text(file["lines"], "utf-8")
    context = browser.new_context(viewport={"width": 1280, "height": 720}, locale=locale)
    context.set_default_timeout(30_000)
    followed = Walker(context.new_page(), address, {kept.name: kept}).follow(handbook)
    context.close()
    assert followed > 40
