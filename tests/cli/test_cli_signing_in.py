"""Signing in at the command line: the street's rule, a code beside the password, and rescue for who is locked out."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from cli_runner import Ran, Run

from jiedao.clock import system_clock
from jiedao.directory import sessions, sign_in_rules
from jiedao.directory.sessions import Stage
from jiedao.directory.sign_in import sign_in
from jiedao.house import House, Settings

FIRST, SECOND = "correct horse battery", "staple battery horse"
IN = "This street has no points programme"
REASON = "手机丢失，本人到场"


@pytest.fixture
def street(run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """A street with its one administrator."""
    code = "150602991"
    monkeypatch.setenv("FIRST", FIRST)
    monkeypatch.setenv("SECOND", SECOND)
    for words in (
        ("init",),
        ("street", "add", code, "--zh", "诃额伦街道", "--en", "Hoelun Street"),
        ("street", "staff", "zhao", "--name", "赵磊", "--role", "administrator", "--password-env", "FIRST"),
    ):
        assert run(*words).code == 0
    return code


def claim(run: Run, variable: str = "FIRST") -> Ran:
    """Something that somebody answers for; whoever is let in hears that there is nothing to claim."""
    return run("points", "claim", "--login", "zhao", "--password-env", variable)


def open_house(home: Path) -> House:
    return House.open(Settings.of(home, {}), plugins=())


def enrol(home: Path, street: str) -> str:
    """Set the second factor up, as at the screen; the secret. The next code is good at once."""
    house = open_house(home)
    signed = sign_in(house.store, street, "zhao", FIRST, "")
    with house.store.write(street) as tx:
        secret = house.second_factors.begin(tx, signed.caller).secret
    held = sessions.find(house.store, street, signed.token)
    before = pyotp.TOTP(secret).at(system_clock(), counter_offset=-1)
    house.second_factors.confirm(held, signed.token, before)
    house.close()
    return secret


def test_the_rule_and_the_code(run: Run, home: Path, street: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert IN in claim(run).err
    assert run("street", "second-factor", "on").code == 0
    refused = claim(run)
    assert (refused.code, "set it up first" in refused.err) == (1, True)
    secret = enrol(home, street)
    asked = claim(run)
    assert (asked.code, "Code of zhao" in asked.err) == (1, True)
    monkeypatch.setenv("JIEDAO_CODE", "000000")
    assert "The code is wrong" in claim(run).err
    monkeypatch.setenv("JIEDAO_CODE", pyotp.TOTP(secret).at(system_clock()))
    assert IN in claim(run).err
    assert "used already" in claim(run).err
    assert run("street", "second-factor", "off").code == 0


def test_the_last_administrator_is_rescued_at_the_machine(run: Run, home: Path, street: str) -> None:
    run("street", "second-factor", "on")
    enrol(home, street)
    words = ("street", "rescue", "zhao", "--reason", REASON, "--password-env", "SECOND")
    assert run(*words).code == 0
    assert run("street", "rescue", "nobody", *words[3:]).code == 1
    house = open_house(home)
    signed = sign_in(house.store, street, "zhao", SECOND, "")
    assert signed.stage is Stage.ENROLMENT
    with house.store.read(street) as tx:
        assert sign_in_rules.is_required(tx)
    with house.store.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT staff, action, reason FROM audit WHERE reason <> ''").all()
    assert sorted(tuple(row) for row in rows) == [
        ("machine", "second_factor.reset", REASON),
        ("machine", "staff.password", REASON),
    ]
    house.close()
