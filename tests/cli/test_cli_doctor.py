"""doctor and ledger verify find what is wrong, and say so with 3."""

from __future__ import annotations

import importlib.metadata
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from cli_runner import Run

from jiedao.directory.caller import Caller, Role
from jiedao.house import House, Settings

INSERT = """
INSERT INTO operation (street, id, state, planned_at, due_at, connection, hook, subject_kind, subject, part, fence,
    tries, request, outcome, reason, original)
VALUES ('150602990', '{id}', '{state}', '2020-01-01 00:00:00.000000', '2020-01-01 00:00:00.000000', 'x', 'biller_pay',
    'attempt', 'a', '', 1, 1, '{{}}', '{{}}', '', '')
"""


@pytest.fixture
def books(street: str, home: Path) -> str:
    """A street in whose books something stands."""
    house = House.open(Settings.of(home, {}))
    house.shifts.open(Caller(street, "somebody", Role.OPERATOR, "T1", "王芳"), 20_000)
    house.close()
    return street


def tamper(home: Path, *statements: str) -> None:
    database = sqlite3.connect(home / "jiedao.db")
    with database:
        for statement in statements:
            database.execute(statement)
    database.close()


def test_all_is_well(run: Run, books: str) -> None:
    ran = run("doctor")
    assert ran.code == 0, ran.out
    assert "Nothing is wrong" in ran.out
    assert run("ledger", "verify").code == 0


def test_a_tampered_ledger(run: Run, books: str, home: Path) -> None:
    tamper(home, "DROP TRIGGER posting_no_update", "UPDATE posting SET amount = amount * 2 WHERE book = 'T1'")
    for words in (("doctor",), ("doctor", "--offline", "-v"), ("ledger", "verify")):
        ran = run(*words)
        assert ran.code == 3
        assert "was changed after it was written" in ran.out + ran.err
    assert "总账有" in run("doctor", lang="zh").out


def test_a_broken_plugin(run: Run, books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    good = importlib.metadata.entry_points

    def with_a_broken_one(**selected: Any) -> Any:
        broken = importlib.metadata.EntryPoint("acme_broken", "acme_module_that_is_absent:plugin", selected["group"])
        return [*good(**selected), broken]

    monkeypatch.setattr(importlib.metadata, "entry_points", with_a_broken_one)
    short, long = run("doctor"), run("doctor", "-v")
    assert (short.code, long.code) == (3, 3)
    assert "acme_broken is in quarantine" in short.out
    assert "Traceback" not in short.out
    assert "Traceback" in long.out
    assert "ModuleNotFoundError" in long.out
    assert "IN QUARANTINE" in run("plugin", "list").out
    shown = run("plugin", "show", "acme_broken")
    assert shown.code == 3
    assert "acme_module_that_is_absent" in shown.out


def test_keys_that_others_can_read(run: Run, books: str, home: Path) -> None:
    (home / "jiedao.keys").chmod(0o644)
    ran = run("doctor")
    assert ran.code == 3
    assert "chmod 600" in ran.out


def test_keys_that_are_gone_broken_or_of_another(run: Run, books: str, home: Path) -> None:
    run("connection", "add", "post", "jiedao_postcard", "--set", "url=http://127.0.0.1:1", "--set", "key_id=k")
    keys = home / "jiedao.keys"
    good = keys.read_bytes()
    for bad in (b"nonsense", None):
        if bad is None:
            keys.unlink()
        else:
            keys.write_bytes(bad)
        ran = run("doctor")
        assert ran.code == 3
        assert str(keys) in ran.out
    keys.write_bytes(good)
    keys.chmod(0o600)
    assert run("doctor").code == 0


def test_secrets_sealed_with_other_keys(
    run: Run, books: str, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "whatever")
    given = ("--set", "url=http://127.0.0.1:1", "--set", "key_id=k", "--secret-env", "secret=SECRET")
    assert run("connection", "add", "post", "jiedao_postcard", *given).code == 0
    (home / "jiedao.keys").unlink()
    from jiedao.store.keyring import Keyring

    Keyring.create(home / "jiedao.keys")
    ran = run("doctor")
    assert ran.code == 3
    assert "belong to another database" in ran.out


def test_a_connection_that_fails(run: Run, books: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET", "whatever")
    given = ("--set", "url=http://127.0.0.1:1", "--set", "key_id=k", "--secret-env", "secret=SECRET")
    run("connection", "add", "post", "jiedao_postcard", *given)
    assert run("doctor").code == 0, "what is off is not tried"
    run("connection", "switch", "post", "test")
    assert run("doctor").code == 3
    assert run("doctor", "--offline").code == 0


def test_operations_that_nobody_finishes(run: Run, books: str, home: Path) -> None:
    tamper(home, INSERT.format(id="A", state="review"))
    waiting = run("doctor")
    assert waiting.code == 0
    assert "1 wait for a person" in waiting.out
    assert "biller_pay" in run("review", "list").out
    assert "biller_pay" in run("review", "show", "A").out
    tamper(home, INSERT.format(id="B", state="unknown"))
    overdue = run("doctor")
    assert overdue.code == 3
    assert "overdue" in overdue.out


def test_no_installation_at_all(run: Run, home: Path) -> None:
    ran = run("doctor")
    assert ran.code == 3
    assert "run jiedao init" in ran.out
    assert not home.exists()
