"""A sheet of paper as data, and how it is drawn: title, facts, a table that goes over pages, closing lines."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from jiedao_web.receipts.fonts import Face, system_faces
from jiedao_web.receipts.glyphs import Proof, Rendered
from jiedao_web.receipts.layout import Style
from jiedao_web.receipts.pdf import LEADING, MM, SIZES, Fonts, Spot, write_spot
from jiedao_web.receipts.typeset import wrap

_WIDTH, _HEIGHT = A4
_MARGIN: Final = 18 * MM
_ROOM: Final = _WIDTH - 2 * _MARGIN
_BOTTOM: Final = _HEIGHT - 20 * MM
_GAP: Final = 2 * MM


@dataclass(frozen=True, slots=True)
class Table:
    """Columns with their share of the width, and rows."""

    head: tuple[str, ...]
    shares: tuple[float, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """What stands on a sheet from top to bottom; `verdict` is in a box, `signatures` are lines to write on."""

    title: str
    author: str
    language: str
    facts: tuple[tuple[str, str], ...]
    verdict: str
    table: Table
    closing: tuple[str, ...]
    signatures: tuple[str, ...] = ()


def paper(given: Paper, faces: tuple[Face, ...] | None = None) -> Rendered:
    """The sheet as PDF, the same bytes for the same words and fonts; `faces` instead of this machine's."""
    fonts = Fonts(system_faces() if faces is None else faces)
    proof = Proof(fonts.writes)
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, invariant=1, lang={"zh": "zh-CN", "en": "en"}[given.language])
    canvas.setTitle(given.title)
    canvas.setAuthor(given.author)
    _Pages(canvas, fonts, proof).draw(given)
    canvas.save()
    return Rendered(file.getvalue(), "application/pdf", proof.missing)


class _Pages:
    """Places words down the page, and begins another when it is full."""

    def __init__(self, canvas: Canvas, fonts: Fonts, proof: Proof) -> None:
        self._canvas, self._fonts, self._proof = canvas, fonts, proof
        self._down, self._number = _MARGIN, 1

    def draw(self, given: Paper) -> None:
        self._words(given.title, Style.TITLE, centred=True)
        self._words(given.author, Style.NORMAL, centred=True)
        self._down += _GAP
        for label, value in given.facts:
            self._fact(label, value)
        if given.verdict:
            self._verdict(given.verdict)
        self._down += _GAP
        self._table(given.table)
        self._down += _GAP
        for line in given.closing:
            self._words(line, Style.NORMAL)
        for label in given.signatures:
            self._signature(label)
        self._foot()

    def _words(self, words: str, style: Style, *, centred: bool = False) -> None:
        for line in self._lines(words, style, _ROOM):
            self._need(SIZES[style] * LEADING)
            over = (_ROOM - self._fonts.width(line, style)) / 2 if centred else 0
            self._spot(line, _MARGIN + over, style)
            self._down += SIZES[style] * LEADING

    def _fact(self, label: str, value: str) -> None:
        if value:
            self._cells((label, value), (0.2, 0.8), Style.NORMAL)

    def _verdict(self, words: str) -> None:
        lines = self._lines(words, Style.STRONG, _ROOM - 2 * _GAP)
        high = len(lines) * SIZES[Style.STRONG] * LEADING + 2 * _GAP
        self._down += _GAP
        self._need(high)
        self._canvas.rect(_MARGIN, _HEIGHT - self._down - high, _ROOM, high)
        self._down += _GAP
        for line in lines:
            self._spot(line, _MARGIN + _GAP, Style.STRONG)
            self._down += SIZES[Style.STRONG] * LEADING
        self._down += _GAP

    def _table(self, table: Table) -> None:
        self._head(table)
        for row in table.rows:
            if self._down + self._height(row, table.shares, Style.SMALL) > _BOTTOM:
                self._turn()
                self._head(table)
            self._cells(row, table.shares, Style.SMALL)
            self._rule()

    def _head(self, table: Table) -> None:
        self._rule()
        self._cells(table.head, table.shares, Style.STRONG)
        self._rule()

    def _cells(self, row: Sequence[str], shares: Sequence[float], style: Style) -> None:
        self._need(self._height(row, shares, style))
        top, x = self._down, _MARGIN
        for words, share in zip(row, shares, strict=True):
            self._down = top
            for line in self._lines(words, style, share * _ROOM - _GAP):
                self._spot(line, x, style)
                self._down += SIZES[style] * LEADING
            x += share * _ROOM
        self._down = top + self._height(row, shares, style)

    def _height(self, row: Sequence[str], shares: Sequence[float], style: Style) -> float:
        most = max(
            len(self._lines(words, style, share * _ROOM - _GAP)) for words, share in zip(row, shares, strict=True)
        )
        return most * SIZES[style] * LEADING + _GAP / 2

    def _signature(self, label: str) -> None:
        """Room to sign, kept together with its label."""
        self._need(16 * MM)
        self._down += 10 * MM
        read = self._proof.read(label)
        self._spot(read, _MARGIN, Style.NORMAL)
        begin = _MARGIN + self._fonts.width(read, Style.NORMAL) + _GAP
        y = _HEIGHT - self._down - SIZES[Style.NORMAL]
        self._canvas.line(begin, y, begin + 60 * MM, y)
        self._down += SIZES[Style.NORMAL] * LEADING

    def _lines(self, words: str, style: Style, room: float) -> list[str]:
        return wrap(self._proof.read(words), room, lambda part: self._fonts.width(part, style))

    def _spot(self, words: str, x: float, style: Style) -> None:
        write_spot(self._canvas, self._fonts, Spot(words, x, self._down + SIZES[style], style), _HEIGHT)

    def _rule(self) -> None:
        y = _HEIGHT - self._down
        self._canvas.setLineWidth(0.4)
        self._canvas.line(_MARGIN, y, _WIDTH - _MARGIN, y)
        self._down += _GAP / 2

    def _need(self, high: float) -> None:
        if self._down + high > _BOTTOM:
            self._turn()

    def _turn(self) -> None:
        self._foot()
        self._canvas.showPage()
        self._down, self._number = _MARGIN, self._number + 1

    def _foot(self) -> None:
        number = f"– {self._number} –"
        x = (_WIDTH - self._fonts.width(number, Style.SMALL)) / 2
        write_spot(self._canvas, self._fonts, Spot(number, x, _HEIGHT - 10 * MM, Style.SMALL), _HEIGHT)
