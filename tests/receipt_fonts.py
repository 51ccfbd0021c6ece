"""Fonts made for tests of paper, so that they do not depend on what the machine has."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.pens.ttGlyphPen import TTGlyphPen  # type: ignore[import-untyped]
from fontTools.ttLib import TTCollection, TTFont  # type: ignore[import-untyped]


def make_font(path: Path, characters: str) -> Path:
    """A TrueType font in which every one of the characters is a black box."""
    codes = sorted(set(map(ord, characters)))
    names = {code: f"u{code:X}" for code in codes}
    order = [".notdef", *names.values()]
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder(order)
    font.setupCharacterMap(names)
    font.setupGlyf(dict.fromkeys(order, _box()))
    font.setupHorizontalMetrics(dict.fromkeys(order, (1000, 100)))
    font.setupHorizontalHeader(ascent=880, descent=-120)
    font.setupNameTable({"familyName": path.stem, "styleName": "Regular", "psName": path.stem})
    font.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120, fsType=0)
    font.setupPost()
    font.setupHead(unitsPerEm=1000, created=0, modified=0)
    font.save(path)
    return path


def make_collection(path: Path, parts: list[Path]) -> Path:
    """The fonts bundled into one .ttc."""
    collection = TTCollection()
    collection.fonts = [TTFont(part) for part in parts]
    collection.save(path)
    for font in collection.fonts:
        font.close()
    return path


def _box() -> object:
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 800), (900, 800), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()
