"""The street of `post_desk`, on SQLite, or on each engine in turn where the engine could matter."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from post_desk import PostDesk, post_desk
from postgres_server import Database


@pytest.fixture
def desk(sqlite: Database, tmp_path: Path) -> Iterator[PostDesk]:
    """A street that posts."""
    made = post_desk(sqlite.url, tmp_path)
    with closing(made.made.house):
        yield made


@pytest.fixture
def on_both(database: Database, tmp_path: Path) -> Iterator[PostDesk]:
    """The same on SQLite and on PostgreSQL."""
    made = post_desk(database.url, tmp_path)
    with closing(made.made.house):
        yield made
