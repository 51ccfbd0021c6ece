"""The demo end to end, with real processes, as somebody would run it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

PROGRAM = [sys.executable, "-c", "import sys; from jiedao_cli.main import main; sys.exit(main())"]


def environment(language: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("JIEDAO_", "LC_"))}
    return {**kept, "JIEDAO_LANG": language, "PYTHONUTF8": "1"}


def jiedao(folder: Path, *words: str, language: str = "en", code: int = 0) -> str:
    done = subprocess.run(
        [*PROGRAM, *words], cwd=folder, env=environment(language), capture_output=True, text=True, timeout=120
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout if code == 0 else done.stderr


def test_two_visits_and_a_look_at_them(tmp_path: Path) -> None:
    first = jiedao(tmp_path, "demo", "--no-serve", language="zh")
    assert "诃额伦街道，7 个大厅" in first
    assert "积分 30.00：已收" in first
    assert "全部办成，记账并出收据" in first
    assert "古丽巴哈尔·买买提" in first
    assert "T1-000001" in first
    second = jiedao(tmp_path, "demo", "--no-serve", "--lose-answer", "biller")
    assert "杨䶮" in second
    assert "finding out" in second
    assert "T1-000002" in second
    at_home = ("--home", "var/demo")
    assert jiedao(tmp_path, *at_home, "ledger", "verify").startswith("The books are good")
    assert jiedao(tmp_path, *at_home, "order", "list").count("paid") == 2
    assert "demo-street-office" not in jiedao(tmp_path, *at_home, "doctor", "--offline", "-v")
    assert not list(tmp_path.glob("*.db"))


def test_a_lost_card_answer_is_reversed_and_paid_again(tmp_path: Path) -> None:
    told = jiedao(tmp_path, "demo", "--no-serve", "--lose-answer", "card")
    assert "reversed, as if it had not been" in told
    assert "the order stands" in told
    assert "T1-000001" in told


def test_fresh_empties_only_what_is_its_own(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "letter.txt").write_text("dear", "utf-8")
    says = jiedao(tmp_path, "demo", "--no-serve", "--fresh", "--folder", "precious", code=1)
    assert "not the folder of a demo" in says
    assert (precious / "letter.txt").exists()
    jiedao(tmp_path, "demo", "--no-serve")
    assert "T1-000001" in jiedao(tmp_path, "demo", "--no-serve", "--fresh")


def stand_ins_of(pid: int) -> set[int]:
    found = subprocess.run(["ps", "-o", "pid=,args=", "--ppid", str(pid)], capture_output=True, text=True)
    return {int(line.split()[0]) for line in found.stdout.splitlines() if "jiedao_sandbox" in line}


@contextmanager
def serving(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A demo that serves, and where; killed if the test fails."""
    demo = subprocess.Popen(
        [*PROGRAM, "demo", "--port", "0"], cwd=folder, env=environment("en"), stdout=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    with demo:
        try:
            yield demo, next(url[1] for line in demo.stdout if (url := re.search(r"Open (http://127\S+/)", line)))
        finally:
            demo.kill()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_counter_is_served_until_the_end(tmp_path: Path, ending: signal.Signals) -> None:
    with serving(tmp_path) as (demo, url):
        assert requests.get(url, timeout=30).status_code == 200
        stand_ins = stand_ins_of(demo.pid)
        assert len(stand_ins) == 9
        assert "running" in jiedao(tmp_path, "demo", "--no-serve", code=1)
        demo.send_signal(ending)
        assert demo.wait(30) == 0
    assert not any(map(alive, stand_ins))
