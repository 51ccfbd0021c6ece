"""A drawing of boxes and labelled arrows as SVG. Small on purpose: no layout engine, positions are given."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias
from xml.sax.saxutils import escape

FILLS: Final = {
    "": ("#f4f6fb", "#4a5a80"),
    "start": ("#e3ecff", "#2f55a4"),
    "final": ("#e4f3e6", "#2e7d40"),
    "doubt": ("#fff4d6", "#a77400"),
    "person": ("#ffe3dc", "#b23c17"),
    "quiet": ("#ffffff", "#8a94a8"),
}
_FONT: Final = "font-family='system-ui, -apple-system, &quot;Segoe UI&quot;, &quot;Noto Sans&quot;, sans-serif'"
_LINE: Final = 13
_APART: Final = 18
Point: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> Point:
        """Its centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def leave(self, start: Point, towards: Point) -> Point:
        """Where a line from a point inside to a point outside crosses the border."""
        (x, y), (dx, dy) = start, (towards[0] - start[0], towards[1] - start[1])
        across = ((self.x + self.width if dx > 0 else self.x) - x) / dx if dx else math.inf
        down = ((self.y + self.height if dy > 0 else self.y) - y) / dy if dy else math.inf
        reach = min(across, down)
        return x + dx * reach, y + dy * reach


class Picture:
    """Boxes by name, and arrows between them."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._boxes: dict[str, Box] = {}
        self._drawn: list[str] = []
        self._arrows: list[tuple[str, str, list[str]]] = []

    def box(self, name: str, box: Box, label: str, kind: str = "", small: list[str] | None = None) -> None:
        """A box with a label, and smaller lines under it."""
        self._boxes[name] = box
        lines = small or []
        top = box.middle[1] - _LINE * len(lines) / 2 + 5
        self._drawn.append(rectangle(box, kind))
        self._drawn.append(words(box.middle[0], top, label, size=14, weight=600))
        self._drawn += [words(box.middle[0], top + _LINE * n, f"↺ {line}", size=10) for n, line in enumerate(lines, 1)]

    def arrow(self, start: str, end: str, labels: list[str]) -> None:
        """An arrow with a label of several lines."""
        self._arrows.append((start, end, labels))

    def svg(self) -> str:
        """The drawing."""
        lines, labels = zip(*(self._arrow(*arrow) for arrow in self._arrows), strict=True)
        width = max(box.x + box.width for box in self._boxes.values()) + 20
        height = max(box.y + box.height for box in self._boxes.values()) + 20
        heading = words(20, 32, self._title, size=17, weight=700, anchor="start")
        return document(width, height, self._title, [heading, *lines, *self._drawn, *labels])

    def _arrow(self, start: str, end: str, labels: list[str]) -> tuple[str, str]:
        first, last = self._boxes[start], self._boxes[end]
        paired = any((end, start) == arrow[:2] for arrow in self._arrows)
        shift = self._shift(first, last) if paired else (0.0, 0.0)
        here, there = _moved(first.middle, shift), _moved(last.middle, shift)
        a, b = first.leave(here, there), last.leave(there, here)
        line = f"<path d='M{a[0]:.1f},{a[1]:.1f} L{b[0]:.1f},{b[1]:.1f}' class='arrow' marker-end='url(#tip)'/>"
        along = 0.33 if paired else 0.5
        x, y = a[0] + (b[0] - a[0]) * along, a[1] + (b[1] - a[1]) * along - _LINE * (len(labels) - 1) / 2 + 4
        return line, "".join(words(x, y + _LINE * n, said, size=11, halo=True) for n, said in enumerate(labels))

    def _shift(self, first: Box, last: Box) -> Point:
        """Two arrows between the same boxes stand side by side."""
        dx, dy = last.middle[0] - first.middle[0], last.middle[1] - first.middle[1]
        length = math.hypot(dx, dy)
        return -dy / length * _APART, dx / length * _APART


def _moved(point: Point, shift: Point) -> Point:
    return point[0] + shift[0], point[1] + shift[1]


def rectangle(box: Box, kind: str = "") -> str:
    """A rounded rectangle."""
    fill, line = FILLS[kind]
    place = f"x='{box.x:.1f}' y='{box.y:.1f}' width='{box.width:.1f}' height='{box.height:.1f}'"
    return f"<rect {place} rx='8' fill='{fill}' stroke='{line}' stroke-width='1.5'/>"


def words(
    x: float, y: float, text: str, *, size: int = 12, weight: int = 400, anchor: str = "middle", halo: bool = False
) -> str:
    """One line of text; a halo keeps it readable on lines."""
    style = f"font-size='{size}' font-weight='{weight}' text-anchor='{anchor}'" + (" class='halo'" if halo else "")
    return f"<text x='{x:.1f}' y='{y:.1f}' {style}>{escape(text)}</text>"


def document(width: float, height: float, title: str, parts: list[str]) -> str:
    """A whole SVG file on a white ground, so that it can be read on a dark page too."""
    body = "\n".join(parts)
    return f"""<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width:.0f} {height:.0f}' width='{width:.0f}' \
height='{height:.0f}' role='img' {_FONT} fill='#1d2433'>
<title>{escape(title)}</title>
<style>.arrow{{fill:none;stroke:#5b6680;stroke-width:1.4}}.halo{{paint-order:stroke;stroke:#fff;stroke-width:4px;\
stroke-linejoin:round}}</style>
<defs><marker id='tip' viewBox='0 0 10 10' refX='9' refY='5' markerWidth='8' markerHeight='8' orient='auto'>\
<path d='M0,0 L10,5 L0,10 z' fill='#5b6680'/></marker></defs>
<rect width='100%' height='100%' fill='#fff'/>
{body}
</svg>
"""
