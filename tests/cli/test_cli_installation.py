"""init, streets, and how refusals are told."""

from __future__ import annotations

import sqlite3
import stat
from pathlib import Path

import pytest
from cli_runner import Run


def test_init_twice_changes_nothing(run: Run, home: Path) -> None:
    assert run("init").code == 0
    keys = (home / "jiedao.keys").read_bytes()
    assert stat.S_IMODE((home / "jiedao.keys").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    again = run("init")
    assert again.code == 0
    assert (home / "jiedao.keys").read_bytes() == keys


def test_lost_keys_are_not_replaced(run: Run, home: Path) -> None:
    run("init")
    (home / "jiedao.keys").unlink()
    for words in (("init",), ("street", "list")):
        ran = run(*words)
        assert (ran.code, ran.out) == (1, "")
        assert "Restore them from a backup" in ran.err
    assert not (home / "jiedao.keys").exists()


def test_no_installation(run: Run, home: Path) -> None:
    for lang, says in (("en", "run jiedao init first"), ("zh", "请先运行 jiedao init")):
        ran = run("street", "list", lang=lang)
        assert (ran.code, ran.out) == (1, "")
        assert says in ran.err
    assert not home.exists()


def test_the_database_address_is_never_repeated(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("init")
    for address in ("postgresql+psycopg://me:hunter22@127.0.0.1:1/none", "nonsense-hunter22", "foo://hunter22"):
        monkeypatch.setenv("JIEDAO_DATABASE", address)
        for words in (("street", "list"), ("init", "--role", "app")):
            ran = run(*words)
            assert ran.code == 1
            assert "database" in ran.err.lower()
            assert "hunter22" not in ran.out + ran.err


def test_database_of_another_version(run: Run, home: Path) -> None:
    run("init")
    with sqlite3.connect(home / "jiedao.db") as database:
        database.execute("UPDATE schema_version SET version = 99")
    database.close()
    for words in (("init",), ("street", "list")):
        ran = run(*words)
        assert ran.code == 1
        assert "version 99" in ran.err


def test_a_street_from_the_command_line(run: Run, street: str) -> None:
    ran = run("street", "list", lang="zh")
    assert street in ran.out
    assert "诃额伦街道" in ran.out
    assert "伊煤社区" in ran.out
    assert "1号窗口" in ran.out


def test_refusals_change_nothing_and_say_why(run: Run, street: str) -> None:
    for words, says in (
        (("street", "add", street, "--zh", "x", "--en", "x"), "exists already"),
        (("street", "add", "../etc", "--zh", "x", "--en", "x"), "letters and digits"),
        (("street", "add", "1", "--zh", "x", "--en", "x", "--timezone", "Mars/Base"), "no time zone Mars/Base"),
        (("street", "till", "T2", "--hall", "nowhere", "--name", "x"), "no hall nowhere"),
        (("street", "hall", "h", "--zh", "x", "--en", "x", "--street", "9"), "no street 9"),
    ):
        ran = run(*words)
        assert (ran.code, ran.out) == (1, ""), words
        assert says in ran.err


def test_several_streets_have_to_be_told_apart(run: Run, street: str) -> None:
    run("street", "add", "150602008", "--zh", "另一街道", "--en", "Another")
    ran = run("ledger", "verify")
    assert ran.code == 1
    assert street in ran.err
    assert "150602008" in ran.err
    assert run("ledger", "verify", "--street", "150602008").code == 0


def test_staff_with_a_password_from_a_file(run: Run, street: str, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("correct horse battery\n", "utf-8")
    ran = run("street", "staff", "wang", "--name", "王芳", "--role", "accountant", "--password-file", str(secret))
    assert ran.code == 0
    assert "correct horse" not in ran.out + ran.err
    refused = run("points", "claim", "--login", "wang", "--password-file", str(secret))
    assert refused.code == 1
    assert "no points programme" in refused.err


def test_wrong_and_short_passwords(run: Run, street: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "short")
    ran = run("street", "staff", "w", "--name", "王", "--role", "operator", "--password-env", "SECRET")
    assert ran.code == 1
    assert "10 characters" in ran.err
    ran = run("points", "claim", "--login", "nobody", "--password-env", "SECRET")
    assert ran.code == 1
    assert "wrong" in ran.err
    ran = run("points", "claim", "--login", "nobody", "--password-env", "ABSENT")
    assert ran.code == 1
    assert "ABSENT" in ran.err


def test_nobody_there_to_type_a_password(run: Run, street: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    ran = run("street", "staff", "w", "--name", "王", "--role", "operator")
    assert ran.code == 1
    assert "has to type" in ran.err


def test_worker_once(run: Run, street: str) -> None:
    assert run("worker", "--once").code == 0
