"""Rows set in columns of equal width, for terminals and thermal printers: wrapping, alignment, no loss."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, TypeAlias

from jiedao_web.receipts.layout import Notice, Pair, Row, Rule, Style, Words

Width: TypeAlias = Callable[[str], int]
"""How many columns one character takes."""
Measure: TypeAlias = Callable[[str], float]
"""How wide words are, in columns or points."""

_INDENT: Final = 2
# What may not be torn apart: a run of spaces, or a Latin word or one other character with the marks that sit on it and
# the punctuation that must not begin a line (GB/T 15834).
_PIECES: Final = re.compile(
    r" +|(?:[!-~]+|[^ !-~][\u0300-\u036f\ufe00-\ufe0f\U000e0100-\U000e01ef]*)[，。、；：！？）〕》】」』”’]*"
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of characters, already padded; `style` is left to the device. `TITLE` is set at half the columns."""

    words: str
    style: Style = Style.NORMAL


def terminal_width(char: str) -> int:
    """Columns on a terminal: 2 for wide and full-width characters, 0 for marks, 1 for the rest (UAX 11)."""
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def set_rows(rows: Iterable[Row], columns: int, width: Width, *, double_titles: bool) -> Iterator[Line]:
    """Every row as lines of at most `columns`; titles count double where the device prints them double."""
    for row in rows:
        style = getattr(row, "style", Style.NORMAL)
        room = columns // 2 if double_titles and style is Style.TITLE else columns
        yield from (Line(words, style) for words in _row(row, room, width))


def measure(words: str, width: Width) -> int:
    """Columns that the words take."""
    return sum(map(width, words))


def wrap(words: str, room: float, width: Measure) -> list[str]:
    """Words broken into lines no wider than `room`, between words where possible; nothing but spaces is left out."""
    lines, line = [], ""
    for piece in _fitting(words, room, width):
        if width(line + piece) > room:
            lines.append(line.rstrip(" "))
            line = piece.lstrip(" ")
        else:
            line += piece
    return [*lines, line.rstrip(" ")]


def _fitting(words: str, room: float, width: Measure) -> Iterator[str]:
    """Pieces that may not be broken, except those that would never fit."""
    for piece in _PIECES.findall(words):
        if width(piece) <= room:
            yield piece
        else:
            yield from piece


def _row(row: Row, room: int, width: Width) -> list[str]:
    if isinstance(row, Rule):
        return [("=" if row.heavy else "-") * room]
    if isinstance(row, Notice):
        return _box(row.words, room, width)
    if isinstance(row, Words):
        lines = _wrap(row.words, room, width)
        return [_centre(line, room, width) for line in lines] if row.centred else lines
    return _pair(row, room, width)


def _pair(pair: Pair, room: int, width: Width) -> list[str]:
    indent = " " * (_INDENT if pair.indented else 0)
    gap = room - measure(indent + pair.left + pair.right, width)
    if gap >= 1:
        return [indent + pair.left + " " * gap + pair.right]
    # Too long for one line: the label first, the value below it at the right edge.
    left = [indent + line for line in _wrap(pair.left, room - len(indent), width)] if pair.left else []
    return left + [_right(line, room, width) for line in _wrap(pair.right, room - _INDENT, width)]


def _box(words: str, room: int, width: Width) -> list[str]:
    edge = "*" * room
    inside = [f"* {_padded(line, room - 4, width)} *" for line in _wrap(words, room - 4, width)]
    return [edge, *inside, edge]


def _wrap(words: str, room: int, width: Width) -> list[str]:
    return wrap(words, room, partial(measure, width=width))


def _padded(line: str, room: int, width: Width) -> str:
    centred = _centre(line, room, width)
    return centred + " " * (room - measure(centred, width))


def _centre(line: str, room: int, width: Width) -> str:
    return " " * ((room - measure(line, width)) // 2) + line


def _right(line: str, room: int, width: Width) -> str:
    return " " * (room - measure(line, width)) + line
