"""Fixtures that every folder of tests may use.

`tests/` itself is on the import path (`pythonpath` in setup.cfg), so that `from houses import furnish` works
everywhere: `houses` puts whole installations together, `doubles` has plugins whose answers a test scripts.

`database` runs a test once on SQLite and once on PostgreSQL, each time with an empty database that has the schema;
`postgresql` and `sqlite` are single ones. Tests on PostgreSQL are skipped where its binaries are missing.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from houses import Furnished, furnish
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao_sandbox.launch import Sandbox
from postgres_server import Database, PostgresServer, binaries, in_memory

_LONGEST = ("test_crash_every_point.py", "test_tutorial.py", "test_cli_demo.py")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--every-point` kills visits at every point of theirs; without it, at every third.

    `--latency` lets every answer come late in the journeys: what one of them forgets to wait for then shows every time,
    and not only on a busy machine.
    """
    parser.addoption("--every-point", action="store_true", help="kill at every commit and call, not at every third")
    parser.addoption("--latency", type=int, default=0, metavar="MS", help="how late every answer reaches a browser")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for the session (one for each worker under pytest-xdist); as it commits, so it is on disk."""
    found = binaries()
    if found is None:
        pytest.skip("PostgreSQL (initdb, postgres) is not installed: pg_config --bindir names no folder with both")
    server = PostgresServer(found, in_memory())
    yield server
    server.stop()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema, to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    engine = open_engine(f"sqlite:///{path}")
    create_schema(engine)
    engine.dispose()
    return path


@pytest.fixture
def postgresql(postgres_server: PostgresServer) -> Iterator[Database]:
    """A new PostgreSQL database."""
    made = postgres_server.create()
    yield made
    postgres_server.drop(made)


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path) -> Database:
    """A new SQLite database."""
    path = tmp_path / "jiedao.db"
    shutil.copy(sqlite_template, path)
    return Database(f"sqlite:///{path}", f"sqlite:///{path}")


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """A new database of each engine in turn; `database.url` is the address for the application's role."""
    made: Database = request.getfixturevalue(request.param)
    return made


@pytest.fixture
def furnished(database: Database, tmp_path: Path) -> Iterator[Furnished]:
    """A street with two tills and a resident, over test doubles (see `houses`), on each engine in turn."""
    made = furnish(database.url, tmp_path)
    yield made
    made.house.close()


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Stand-ins as real processes, shared by a session: use account numbers of your own and clear faults you armed."""
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as made:
        yield made


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files begin first, so that no worker is left alone with one at the end."""
    items.sort(key=lambda item: item.path.name not in _LONGEST)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the crash tests did, also when they passed: a proof that nobody sees convinces nobody."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    proofs = [value for report in reports for name, value in report.user_properties if name == "proof"]
    if proofs:
        terminalreporter.section("proof by faults")
        for proof in sorted(proofs):
            terminalreporter.write_line(str(proof))
