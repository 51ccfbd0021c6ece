"""Source files of docs/examples, shown whole: what a page shows is what a test ran."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "examples"


def source(name: str) -> str:
    """One file."""
    return f"```python\n{(FOLDER / name).read_text('utf-8').strip()}\n```"
