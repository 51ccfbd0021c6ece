"""A label as a one-page PDF: the number in Code 128 and in figures, how to handle the item, sender and recipient.

The bars stand clear of everything by the quiet zone that Code 128 asks for (ten modules on both sides).
"""

from __future__ import annotations

import io
from typing import Final

from reportlab.graphics.barcode.code128 import Code128
from reportlab.pdfgen.canvas import Canvas

from jiedao.hookspecs.postal import LabelRequest, Party
from jiedao_counterbook.lettering import Lettering
from jiedao_counterbook.tariff import MARKS

_MM: Final = 72 / 25.4
SIZES: Final = {"100x150": (100 * _MM, 150 * _MM), "76x130": (76 * _MM, 130 * _MM)}
"""Paper of labels by name, width and height in points; the first is the usual one."""
_MARGIN: Final = 5 * _MM
_BAR_HEIGHT: Final = 16 * _MM
_NARROW, _WIDE = 0.25 * _MM, 0.5 * _MM
_QUIET_MODULES: Final = 10
_LEADING: Final = 1.35


class Label:
    """Draws labels of one size."""

    def __init__(self, lettering: Lettering, size: str) -> None:
        self._lettering = lettering
        self._width, self._height = SIZES[size]

    def draw(self, request: LabelRequest) -> bytes:
        """The same bytes for the same item; `Unwritable` before anything is drawn."""
        marks, sender, recipient = _marks(request), _lines(request.sender), _lines(request.recipient)
        self._lettering.check(request.number, marks, *sender, *recipient)
        paper = io.BytesIO()
        canvas = Canvas(paper, pagesize=(self._width, self._height), invariant=1)
        canvas.setTitle(request.number)
        down = self._bars(canvas, request.number)
        down = self._block(canvas, down, "", [marks], 13)
        down = self._block(canvas, down, "寄 From", sender, 9)
        self._block(canvas, down, "收 To", recipient, 14)
        canvas.save()
        return paper.getvalue()

    def _bars(self, canvas: Canvas, number: str) -> float:
        """Centred; returns how far down the page the next thing may stand."""
        bars = Code128(number, barHeight=_BAR_HEIGHT, barWidth=self._module(number), quiet=False)
        top = self._height - _MARGIN
        bars.drawOn(canvas, (self._width - bars.width) / 2, top - _BAR_HEIGHT)
        canvas.setFont("Helvetica", 12)
        canvas.drawCentredString(self._width / 2, top - _BAR_HEIGHT - 5 * _MM, number)
        return top - _BAR_HEIGHT - 9 * _MM

    def _module(self, number: str) -> float:
        """The width of the narrowest bar: as wide as the paper allows, within what hand scanners read."""
        modules = Code128(number, barWidth=1, quiet=False).width + 2 * _QUIET_MODULES
        return min(_WIDE, max(_NARROW, self._width / float(modules)))

    def _block(self, canvas: Canvas, down: float, title: str, words: list[str], size: float) -> float:
        canvas.setLineWidth(0.6)
        canvas.line(_MARGIN, down, self._width - _MARGIN, down)
        for line, tall in [(title, 8.0), *((line, size) for line in words)]:
            for part in self._lettering.lines(line, tall, self._width - 2 * _MARGIN):
                down -= tall * _LEADING
                self._lettering.write(canvas, _MARGIN, down, part, tall)
        return down - 2 * _MM


def _marks(request: LabelRequest) -> str:
    """How the item is to be handled, in both languages; amounts in yuan."""
    asked = [(name, words) for name, words in MARKS.items() if getattr(request.handling, name)]
    return "  ".join(f"{words.zh} {words.en}{_amount(getattr(request.handling, name))}" for name, words in asked)


def _amount(value: bool | int) -> str:
    return "" if isinstance(value, bool) else f" {value // 100}.{value % 100:02d}"


def _lines(party: Party) -> list[str]:
    """Name and phone, address, postcode and country."""
    place = [part for part in (party.province, party.city, party.district, party.line) if part]
    return [f"{party.name}  {party.phone}".strip(), " ".join(place), f"{party.postcode}  {party.country}".strip()]
