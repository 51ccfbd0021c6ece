"""Connections from the command line: secrets go in from safe places only, and never come out."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_runner import Ran, Run

SECRET = "s3cret-that-nobody-may-see"
SETTINGS = ("--set", "url=http://127.0.0.1:1", "--set", "agent=STREET01", "--set", "key_id=street-1")


@pytest.fixture
def secret(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("HUB_SECRET", SECRET)
    return SECRET


@pytest.fixture
def hub(run: Run, street: str, secret: str) -> Ran:
    return run("connection", "add", "hub", "jiedao_billhub", *SETTINGS, "--secret-env", "secret=HUB_SECRET")


def test_secrets_never_come_out(run: Run, hub: Ran, home: Path) -> None:
    assert hub.code == 0
    ran = [hub, *(run("connection", *words) for words in (("list",), ("show", "hub"), ("check", "hub")))]
    ran += [run("connection", "show", "hub", lang="zh"), run("doctor", "-v")]
    assert all(SECRET not in one.out + one.err for one in ran)
    assert "secret: set (not shown)" in ran[2].out
    for file in home.iterdir():
        assert SECRET.encode() not in file.read_bytes()


def test_a_secret_on_the_command_line_is_refused_unseen(run: Run, street: str) -> None:
    for words in (("--set", f"secret={SECRET}"), ("--set", SECRET), ("--secret-env", SECRET)):
        ran = run("connection", "add", "hub", "jiedao_billhub", *SETTINGS, *words)
        assert (ran.code, ran.out) == (1, "")
        assert SECRET not in ran.err
    assert "hub" not in run("connection", "list").out


def test_secret_from_a_file(run: Run, street: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\nsecond line\n", "utf-8")
    words = ("connection", "add", "hub", "jiedao_billhub", *SETTINGS, "--secret-file", f"secret={file}")
    assert run(*words).code == 0
    absent = run(*words[:-1], f"secret={tmp_path / 'absent'}")
    assert absent.code == 1
    assert "cannot be read" in absent.err


def test_life_of_a_connection(run: Run, hub: Ran) -> None:
    assert "off" in run("connection", "list").out
    early = run("connection", "switch", "hub", "live")
    assert early.code == 1
    assert "not passed" in early.err
    tried = run("connection", "check", "hub")
    assert tried.code == 3
    assert "failed" in tried.out
    assert run("connection", "switch", "hub", "test").code == 0
    changed = run("connection", "set", "hub", "--set", "agent=OTHER")
    assert changed.code == 0
    shown = run("connection", "show", "hub").out
    assert '"OTHER"' in shown
    assert "secret: set" in shown


def test_cash_goes_live(run: Run, street: str) -> None:
    assert run("connection", "add", "cash", "jiedao_cash", "--zh", "现金", "--en", "Cash").code == 0
    assert run("connection", "check", "cash").code == 0
    assert run("connection", "switch", "cash", "live").code == 0
    assert "启用" in run("connection", "list", lang="zh").out


def test_tables_are_json(run: Run, street: str) -> None:
    billers = '[{"code": "P", "name_zh": "物业", "name_en": "Property"}]'
    assert run("connection", "add", "property", "jiedao_billfile", "--set", f"billers={billers}").code == 0
    assert "物业" in run("connection", "show", "property").out
    ran = run("connection", "add", "p2", "jiedao_billfile", "--set", "billers=物业")
    assert ran.code == 1
    assert "has to be JSON" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "x", "jiedao_nothing"), "no usable plugin"),
        (("add", "x", "jiedao_cash", "--set", "colour=red"), 'no setting "colour"'),
        (("add", "x", "jiedao_cash", "--set", "=red"), "NAME=VALUE"),
        (("add", "x", "jiedao_billhub", "--secret-env", "agent=HUB_SECRET"), "is no secret"),
        (("add", "hub", "jiedao_billhub", *SETTINGS, "--secret-env", "secret=HUB_SECRET"), "exists already"),
        (("add", "x", "jiedao_billhub", "--set", "url=nowhere", "--secret-env", "secret=HUB_SECRET"), "url"),
        (("show", "nothing"), 'no connection "nothing"'),
        (("check", "nothing"), 'no connection "nothing"'),
        (("switch", "nothing", "off"), 'no connection "nothing"'),
        (("set", "nothing"), 'no connection "nothing"'),
    ],
)
def test_refusals(run: Run, hub: Ran, words: tuple[str, ...], says: str) -> None:
    ran = run("connection", *words)
    assert (ran.code, ran.out) == (1, "")
    assert says in ran.err
