"""init and doctor on PostgreSQL: the owner makes the tables, the application's role may not step around anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from cli_runner import Run
from sqlalchemy import create_engine, text

from postgres_server import APPLICATION, OWNER, PostgresServer

NAME = "jiedao_from_the_command_line"


@pytest.fixture
def empty(postgres_server: PostgresServer, monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[PostgresServer]:
    """An empty database that the environment names; its owner's address is there too."""
    administer(postgres_server, f"CREATE DATABASE {NAME} OWNER {OWNER}")
    monkeypatch.setenv("JIEDAO_DATABASE", postgres_server.loopback_url(NAME, APPLICATION))
    monkeypatch.setenv("JIEDAO_OWNER_DATABASE", postgres_server.loopback_url(NAME, OWNER))
    yield postgres_server
    administer(postgres_server, f"DROP DATABASE {NAME} WITH (FORCE)")


def administer(server: PostgresServer, statement: str, database: str = "postgres") -> None:
    engine = create_engine(server.url(database, "postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_from_nothing_to_a_good_report(run: Run, empty: PostgresServer) -> None:
    for _ in range(2):
        assert run("init", "--role", APPLICATION).code == 0
    assert run("street", "add", "150602990", "--zh", "诃额伦街道", "--en", "Hoelun Street").code == 0
    ran = run("doctor", "-v")
    assert ran.code == 0, ran.out
    assert "fsync = on" in ran.out
    assert f"{APPLICATION} is bound by row-level security" in ran.out
    password = empty.loopback_url(NAME, APPLICATION).partition("@")[0].rpartition(":")[2]
    assert password not in ran.out + ran.err


def test_the_role_has_to_be_named(run: Run, empty: PostgresServer) -> None:
    ran = run("init")
    assert ran.code == 1
    assert "--role" in ran.err


def test_doctor_finds_an_owner_and_a_careless_server(
    run: Run, empty: PostgresServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("init", "--role", APPLICATION).code == 0
    monkeypatch.setenv("JIEDAO_DATABASE", empty.loopback_url(NAME, OWNER))
    owner = run("doctor")
    assert owner.code == 3
    assert "can step around row-level security" in owner.out
    monkeypatch.setenv("JIEDAO_DATABASE", empty.loopback_url(NAME, APPLICATION))
    administer(empty, f"ALTER DATABASE {NAME} SET synchronous_commit = off")
    careless = run("doctor")
    assert careless.code == 3
    assert "synchronous_commit = off" in careless.out
