"""Which font draws a character on a label: Helvetica, a TrueType file that a street named, else STSong-Light."""

from __future__ import annotations

from itertools import groupby
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfbase.ttfonts import TTFError, TTFont
from reportlab.pdfgen.canvas import Canvas

from jiedao_connectors.stsong import stsong_writes

_LATIN: Final = "Helvetica"
_STSONG: Final = "STSong-Light"


class BadFont(Exception):
    """The file is not there, or no TrueType font."""


class Unwritable(Exception):
    """No font has these characters."""

    def __init__(self, characters: str) -> None:
        super().__init__(f"no font writes {characters}")
        self.characters = characters


class Lettering:
    """Writes words on a canvas, each character in the first font that has it."""

    def __init__(self, file: str) -> None:
        """`file` is the street's own TrueType font, or empty."""
        self._own = _read(file) if file else None
        for font in (self._own, UnicodeCIDFont(_STSONG)):
            if font is not None:
                pdfmetrics.registerFont(font)

    def check(self, *words: str) -> None:
        """`Unwritable` names every character that would be missing."""
        missing = dict.fromkeys(char for line in words for char in line if self._font(char) is None)
        if missing:
            raise Unwritable("".join(missing))

    def lines(self, words: str, size: float, room: float) -> list[str]:
        """The words cut into lines no wider than `room` points; Latin words are not broken where that can be helped."""
        done, line = [], ""
        for part in _parts(words):
            if line and self._width(line + part, size) > room:
                done.append(line)
                line = part.lstrip()
            else:
                line += part
        return [*done, line] if line else done

    def write(self, canvas: Canvas, x: float, y: float, words: str, size: float) -> None:
        """Write one line with its base at `y`."""
        for font, run in self._runs(words):
            canvas.setFont(font, size)
            canvas.drawString(x, y, run)
            x += stringWidth(run, font, size)

    def _width(self, words: str, size: float) -> float:
        return sum(stringWidth(run, font, size) for font, run in self._runs(words))

    def _runs(self, words: str) -> list[tuple[str, str]]:
        return [(font, "".join(run)) for font, run in groupby(words, lambda char: self._font(char) or _STSONG)]

    def _font(self, char: str) -> str | None:
        if " " <= char <= "~" or "\xa1" <= char <= "\xff":
            return _LATIN
        if self._own is not None and ord(char) in self._own.face.charToGlyph:
            return str(self._own.fontName)
        return _STSONG if stsong_writes(char) else None


def _parts(words: str) -> list[str]:
    """Pieces between which a line may break: runs of Latin with the space before them, and single ideographs."""
    parts: list[str] = []
    for char in words:
        joins = parts and char.isascii() and not char.isspace() and parts[-1][-1].isascii()
        if joins:
            parts[-1] += char
        else:
            parts.append(char)
    return parts


def _read(file: str) -> TTFont:
    try:
        return TTFont(file, file)
    except (TTFError, OSError) as failed:
        raise BadFont(str(failed)) from failed
