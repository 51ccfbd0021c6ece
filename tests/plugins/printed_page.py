"""What stands on the page of a PDF: its words, and its bars painted as a scanner would see them."""

from __future__ import annotations

import re
import zlib
from base64 import a85decode

from PIL import Image, ImageDraw

_STREAM = re.compile(rb"<<([^>]*?/Filter[^>]*?)>>\s*stream\r?\n(.*?)endstream", re.DOTALL)
_WIDTH = re.compile(rb"/MediaBox \[ 0 0 ([\d.]+)")
_BARS = re.compile(rb"q\n1 0 0 1 ([\d.]+) [\d.]+ cm\n(n .*?)Q", re.DOTALL)
_BAR = re.compile(rb"n ([\d.]+) 0 ([\d.]+) [\d.]+ re f")
_DOTS_FOR_EACH_POINT = 8


def content(pdf: bytes) -> bytes:
    """The drawing instructions of the page, unpacked."""
    head, raw = max(_STREAM.findall(pdf), key=lambda found: len(found[1]))
    raw = raw.strip().removesuffix(b"~>")
    return zlib.decompress(a85decode(raw) if b"85" in head else raw)


def page_width(pdf: bytes) -> float:
    """In points."""
    found = _WIDTH.search(pdf)
    assert found
    return float(found[1])


def bars(pdf: bytes) -> list[tuple[float, float]]:
    """Left and right edge of each bar, in points from the left edge of the paper."""
    found = _BARS.search(content(pdf))
    assert found
    left = float(found[1])
    return [(left + float(x), left + float(x) + float(wide)) for x, wide in _BAR.findall(found[2])]


def scanned(pdf: bytes) -> Image.Image:
    """The bars in black on white paper, as wide as the page."""
    seen = Image.new("L", (round(page_width(pdf) * _DOTS_FOR_EACH_POINT), 400), 255)
    pen = ImageDraw.Draw(seen)
    for left, right in bars(pdf):
        pen.rectangle((round(left * _DOTS_FOR_EACH_POINT), 50, round(right * _DOTS_FOR_EACH_POINT) - 1, 350), fill=0)
    return seen
