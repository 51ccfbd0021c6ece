"""The command line run in this process, in an installation of its own."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from cli_runner import Ran, Run

from jiedao_cli.main import main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def run(
    home: Path,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> Run:
    # Short commands quieten this one for the rest of the process; here it is given its level back.
    caplog.set_level(logging.NOTSET, "jiedao.registry")
    for name in ("JIEDAO_LANG", "JIEDAO_HOME", "JIEDAO_DATABASE", "JIEDAO_BLOCK", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)

    def running(*words: str, lang: str = "en") -> Ran:
        code = main(["--home", str(home), "--lang", lang, *words])
        out, err = capfd.readouterr()
        return Ran(code, out, err)

    return running


@pytest.fixture
def street(run: Run) -> str:
    """An installation with one street, one hall and one till.

    Plugins know connections by street, id and version: a code of its own keeps these apart from other tests'.
    """
    for words in (
        ("init",),
        ("street", "add", "150602990", "--zh", "诃额伦街道", "--en", "Hoelun Street"),
        ("street", "hall", "150602990001", "--zh", "伊煤社区", "--en", "Yimei community"),
        ("street", "till", "T1", "--hall", "150602990001", "--name", "1号窗口"),
    ):
        ran = run(*words)
        assert ran.code == 0, ran
    return "150602990"
