"""The counter of `core_counter`, on SQLite, or on each engine in turn where the engine could matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from core_counter import Counter

from postgres_server import Database


@pytest.fixture
def counter(sqlite: Database, tmp_path: Path) -> Iterator[Counter]:
    """A street that works, with an open shift at T1."""
    made = Counter(sqlite.url, tmp_path)
    made.open()
    with closing(made.house):
        yield made


@pytest.fixture
def on_both(database: Database, tmp_path: Path) -> Iterator[Counter]:
    """The same on SQLite and on PostgreSQL."""
    made = Counter(database.url, tmp_path)
    made.open()
    with closing(made.house):
        yield made


@pytest.fixture
def funded(sqlite: Database, tmp_path: Path) -> Iterator[Callable[[str], Counter]]:
    """A street whose programme is funded in the way that the test says."""
    with ExitStack() as stack:

        def make(funding: str) -> Counter:
            made = Counter(sqlite.url, tmp_path, funding=funding)
            stack.enter_context(closing(made.house))
            made.open()
            return made

        yield make
