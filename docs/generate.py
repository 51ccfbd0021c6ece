"""Write the parts of the documentation that come from the code; with --check, say which of them are out of date.

A page keeps its hand-written text; what stands between ``<!-- generated: NAME -->`` and ``<!-- end -->`` is replaced.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

from builder import BLOCKS, PICTURES

ROOT: Final = Path(__file__).resolve().parent.parent
_BLOCK: Final = re.compile(r"(<!-- generated: (\S+)(?: (\S+))? -->\n).*?(<!-- end -->)", re.DOTALL)


def wanted() -> dict[Path, str]:
    """Every generated file, and every page with generated parts, as it should be."""
    pages = {page: fill(page.read_text("utf-8")) for page in pages_with_blocks()}
    return pages | {ROOT / "docs" / "pictures" / name: draw() for name, draw in PICTURES.items()}


def pages_with_blocks() -> list[Path]:
    """Pages of the documentation that have at least one generated part."""
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    return sorted(page for page in pages if _BLOCK.search(page.read_text("utf-8")))


def fill(text: str) -> str:
    """A page with its generated parts renewed."""
    return _BLOCK.sub(lambda match: f"{match[1]}\n{_make(match[2], match[3])}\n\n{match[4]}", text)


def _make(name: str, argument: str | None) -> str:
    make = BLOCKS[name]
    return (make(argument) if argument else make()).strip()


def main(arguments: list[str]) -> int:
    """Write, or check; 1 when something was out of date and only checking was asked for."""
    stale = {path: text for path, text in wanted().items() if not path.exists() or path.read_text("utf-8") != text}
    for path, text in stale.items():
        sys.stdout.write(f"{path.relative_to(ROOT)} {'is out of date' if '--check' in arguments else 'written'}\n")
        if "--check" not in arguments:
            path.write_text(text, "utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
