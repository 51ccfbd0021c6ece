"""Tables on a terminal, where a Chinese character is two columns wide."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

from jiedao.language import Text
from jiedao_cli.speech import said, say

Cell = Text | str | int


def show(headings: Sequence[Text], rows: Iterable[Sequence[Cell]]) -> None:
    """A table with its headings; whole numbers stand on the right. Headings alone when there are no rows."""
    kept = list(rows)
    table = [[said(heading) for heading in headings], *([_words(cell) for cell in row] for row in kept)]
    widths = [max(map(width, column)) for column in zip(*table, strict=True)]
    for cells, row in zip(table, [headings, *kept], strict=True):
        padded = [
            _pad(cell, wide, to_right=isinstance(value, int))
            for cell, wide, value in zip(cells, widths, row, strict=True)
        ]
        say("  ".join(padded).rstrip())


def width(words: str) -> int:
    """Columns that words take."""
    return sum(_WIDE.get(unicodedata.east_asian_width(c), 1) for c in words if not unicodedata.combining(c))


def _words(cell: Cell) -> str:
    return str(cell) if isinstance(cell, int) else said(cell)


def _pad(words: str, wide: int, *, to_right: bool) -> str:
    space = " " * (wide - width(words))
    return space + words if to_right else words + space


_WIDE = {"W": 2, "F": 2}
