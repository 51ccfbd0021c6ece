"""The hall of `cert_hall` on each engine, or on SQLite where the engine cannot matter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from cert_hall import Hall
from postgres_server import Database


@pytest.fixture
def hall(database: Database, tmp_path: Path) -> Iterator[Hall]:
    """On SQLite and on PostgreSQL."""
    made = Hall(database.url, tmp_path)
    with closing(made.house):
        yield made


@pytest.fixture
def desk(sqlite: Database, tmp_path: Path) -> Iterator[Hall]:
    """On SQLite only."""
    made = Hall(sqlite.url, tmp_path)
    with closing(made.house):
        yield made
