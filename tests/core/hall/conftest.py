"""The hall of `service_hall`, on SQLite, or on each engine in turn where the engine could matter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from postgres_server import Database
from service_hall import ServiceHall


@pytest.fixture
def hall(sqlite: Database, tmp_path: Path) -> Iterator[ServiceHall]:
    """A hall on a Monday morning."""
    made = ServiceHall(sqlite.url, tmp_path)
    with closing(made.house):
        yield made


@pytest.fixture
def on_both(database: Database, tmp_path: Path) -> Iterator[ServiceHall]:
    """The same on SQLite and on PostgreSQL."""
    made = ServiceHall(database.url, tmp_path)
    with closing(made.house):
        yield made
