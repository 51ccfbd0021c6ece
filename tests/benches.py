"""Stand-ins of the sandbox as the kit wants them: as a block that ends them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jiedao_sandbox.launch import Running, Sandbox


@contextmanager
def running(folder: Path, name: str, **options: object) -> Iterator[Running]:
    """One stand-in in a process of its own."""
    with Sandbox(folder) as sandbox:
        yield sandbox.start(name, **options)
