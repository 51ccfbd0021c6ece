"""Source files of docs/examples, shown whole (what a page shows is what a test ran), and pictures that were taken."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).resolve().parent.parent / "examples"


def source(name: str) -> str:
    """One file."""
    kind = "toml" if name.endswith(".toml") else "python"
    return f"```{kind}\n{(FOLDER / name).read_text('utf-8').strip()}\n```"


def picture(name: str) -> str:
    """A picture of docs/pictures for a page beside docs/, where it has been taken already."""
    return f"![The counter 窗口](docs/pictures/{name})" if (FOLDER.parent / "pictures" / name).exists() else ""
