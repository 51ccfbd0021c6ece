"""A slip as a one-page PDF, 80 mm wide and as long as it needs, the same bytes for the same slip and fonts.

Each character is drawn by the first that has it: Helvetica (Latin, and the middle dot of names), a Chinese TrueType
font of this machine, embedded as a subset, else STSong-Light, which the reader's program supplies.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfdoc import PDFDocument, PDFStream
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

from jiedao.checkout.receipt import Receipt
from jiedao_connectors.stsong import stsong_writes
from jiedao_web.receipts.fonts import Face, system_faces
from jiedao_web.receipts.glyphs import Proof, Rendered
from jiedao_web.receipts.layout import Notice, Pair, Row, Rule, Slip, Style, Words, read_rows, slip_of
from jiedao_web.receipts.typeset import wrap

MM: Final = 72 / 25.4
_PAGE, _MARGIN, _TOP = 80 * MM, 4 * MM, 6 * MM
_ROOM: Final = _PAGE - 2 * _MARGIN
_INDENT: Final = 3 * MM
SIZES: Final = {Style.TITLE: 15.0, Style.STRONG: 10.5, Style.NORMAL: 9.0, Style.SMALL: 8.0}
LEADING: Final = 1.42
_BOX: Final = 1.8 * MM
_RULE: Final = 3.6 * MM
_STSONG: Final = "STSong-Light"
_PLANE_2: Final = re.compile("<([0-9A-F]{5,6})>")
_FILL: Final = 0
_FILL_AND_STROKE: Final = 2


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters of one font."""

    words: str
    font: str


@dataclass(frozen=True, slots=True)
class Spot:
    """One line of words on the paper: `x` from the left edge, `down` from the top to the base line, in points."""

    words: str
    x: float
    down: float
    style: Style


class Fonts:
    """Which font draws a character, and how wide that is."""

    def __init__(self, faces: tuple[Face, ...]) -> None:
        self._faces = [(face, name) for face in faces if face.truetype and (name := _registered(face))]
        if _STSONG not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(UnicodeCIDFont(_STSONG))

    def writes(self, char: str) -> bool:
        """Whether any font has the character."""
        return self._font(char) is not None

    def pieces(self, words: str, style: Style) -> list[Piece]:
        """The words cut where the font changes; Latin is bold in loud styles."""
        latin = "Helvetica-Bold" if style in (Style.TITLE, Style.STRONG) else "Helvetica"
        runs = groupby(words, lambda char: self._font(char) or _STSONG)
        return [Piece("".join(run), latin if font == "Helvetica" else font) for font, run in runs]

    def width(self, words: str, style: Style) -> float:
        """Points from the left to the right edge of the words."""
        size = SIZES[style]
        return sum(pdfmetrics.stringWidth(piece.words, piece.font, size) for piece in self.pieces(words, style))

    def _font(self, char: str) -> str | None:
        if _in_latin(char):
            return "Helvetica"
        own = next((name for face, name in self._faces if face.writes(char)), None)
        return own or (_STSONG if stsong_writes(char) else None)


def render_pdf(receipt: Receipt | Slip, faces: tuple[Face, ...] | None = None) -> Rendered:
    """The slip as PDF; `faces` are the fonts to use instead of this machine's."""
    fonts = Fonts(system_faces() if faces is None else faces)
    proof = Proof(fonts.writes)
    sheet, slip = _Sheet(fonts), slip_of(receipt)
    for row in read_rows(slip.rows, proof.read):
        sheet.add(row)
    return Rendered(_drawn(sheet, fonts, slip), "application/pdf", proof.missing)


class _Sheet:
    """Places rows one under another; what is drawn is collected until the length of the paper is known."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self.down = _TOP
        self.spots: list[Spot] = []
        self.rules: list[tuple[float, bool]] = []
        self.boxes: list[tuple[float, float]] = []

    def add(self, row: Row) -> None:
        """Place one row below the last."""
        if isinstance(row, Rule):
            self.rules.append((self.down + _RULE / 2, row.heavy))
            self.down += _RULE
        elif isinstance(row, Notice):
            self._notice(row)
        elif isinstance(row, Pair):
            self._pair(row)
        else:
            self._words(row)

    def _words(self, row: Words) -> None:
        for line in self._wrap(row.words, row.style, _ROOM):
            over = _ROOM - self._fonts.width(line, row.style)
            self._line(line, _MARGIN + (over / 2 if row.centred else 0), row.style)

    def _notice(self, row: Notice) -> None:
        self.down += _BOX / 2
        top = self.down
        self.down += _BOX / 2
        for line in self._wrap(row.words, Style.STRONG, _ROOM - 2 * _BOX):
            over = _ROOM - self._fonts.width(line, Style.STRONG)
            self._line(line, _MARGIN + over / 2, Style.STRONG)
        self.down += _BOX / 2
        self.boxes.append((top, self.down))
        self.down += _BOX / 2

    def _pair(self, row: Pair) -> None:
        left = _MARGIN + (_INDENT if row.indented else 0)
        room = _PAGE - _MARGIN - left
        taken = self._fonts.width(row.left, row.style) + _INDENT
        right = self._wrap(row.right, row.style, room)
        if row.left and taken + self._fonts.width(row.right, row.style) <= room:
            self.spots.append(self._spot(row.left, left, row.style))
        elif row.left:
            for line in self._wrap(row.left, row.style, room):
                self._line(line, left, row.style)
        for line in right:
            self._line(line, _PAGE - _MARGIN - self._fonts.width(line, row.style), row.style)

    def _line(self, words: str, x: float, style: Style) -> None:
        self.spots.append(self._spot(words, x, style))
        self.down += SIZES[style] * LEADING

    def _spot(self, words: str, x: float, style: Style) -> Spot:
        return Spot(words, x, self.down + SIZES[style], style)

    def _wrap(self, words: str, style: Style, room: float) -> list[str]:
        return wrap(words, room, lambda part: self._fonts.width(part, style))


def _drawn(sheet: _Sheet, fonts: Fonts, slip: Slip) -> bytes:
    file, height = io.BytesIO(), sheet.down + _TOP
    canvas = Canvas(file, pagesize=(_PAGE, height), invariant=1, lang={"zh": "zh-CN", "en": "en"}[slip.language])
    canvas.setTitle(slip.title)
    canvas.setAuthor(slip.street)
    for down, heavy in sheet.rules:
        _rule(canvas, height - down, heavy=heavy)
    for top, bottom in sheet.boxes:
        canvas.setLineWidth(1.2)
        canvas.rect(_MARGIN, height - bottom, _ROOM, bottom - top)
    for spot in sheet.spots:
        write_spot(canvas, fonts, spot, height)
    canvas.save()
    return file.getvalue()


def _rule(canvas: Canvas, y: float, *, heavy: bool) -> None:
    canvas.setDash([] if heavy else [2, 2])
    canvas.setLineWidth(1.2 if heavy else 0.6)
    canvas.line(_MARGIN, y, _PAGE - _MARGIN, y)
    canvas.setDash([])


def write_spot(canvas: Canvas, fonts: Fonts, spot: Spot, height: float) -> None:
    """Draw one line of words on a page of this height, in points."""
    # The way of filling outlasts a text object, and reportlab does not know: it is put back with the state.
    canvas.saveState()
    canvas.setLineWidth(SIZES[spot.style] / 45)
    text = canvas.beginText(spot.x, height - spot.down)
    for piece in fonts.pieces(spot.words, spot.style):
        _weigh(text, piece, spot.style)
        text.setFont(piece.font, SIZES[spot.style])
        text.textOut(piece.words)
    canvas.drawText(text)
    canvas.restoreState()


def _weigh(text: PDFTextObject, piece: Piece, style: Style) -> None:
    """Chinese fonts seldom come with a bold cut: loud words get an outline instead."""
    loud = style in (Style.TITLE, Style.STRONG) and not piece.font.startswith("Helvetica")
    text.setTextRenderMode(_FILL_AND_STROKE if loud else _FILL)


class _Embedded(TTFont):
    """A TrueType font of which the used glyphs travel with the PDF.

    reportlab 5.1 writes "<20BB7>" where a PDF needs UTF-16: whoever copied 𠮷 out of the PDF would get another name.
    """

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 (name of reportlab)
        """Add the font, its map back to characters mended."""
        super().addObjects(doc)
        for name, part in doc.idToObject.items():
            if isinstance(part, PDFStream) and name.startswith("toUnicodeCMap:"):
                part.content = _PLANE_2.sub(lambda code: _utf16(int(code[1], 16)), part.content)


def _utf16(code: int) -> str:
    return f"<{chr(code).encode('utf-16-be').hex().upper()}>"


def _registered(face: Face) -> str | None:
    """The face's name within reportlab; None when its maker forbids embedding or its tables are odd."""
    name = f"{face.path}#{face.index}"
    if name not in pdfmetrics.getRegisteredFontNames():
        try:
            pdfmetrics.registerFont(_Embedded(name, str(face.path), subfontIndex=face.index))
        except TTFError:
            return None
    return name


def _in_latin(char: str) -> bool:
    """Whether Helvetica's WinAnsi encoding has it; Chinese quotation marks stay with the Chinese font."""
    return " " <= char <= "~" or "\u00a1" <= char <= "\u00ff" or char == "\u2013"
