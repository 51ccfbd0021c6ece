"""Charts as SVG, made here: no script draws them, no style stands in them, and print and screen readers have them too.

A chart is an image with a title and a description; the numbers themselves stand in a table or a list beside it.
Colours are classes of the stylesheet, and nothing is told by colour alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Point:
    """One value with what it is called and how it is said."""

    label: str
    value: int
    said: str
    full: str = ""
    """The label in full, where the axis has room for a short one only."""


def line(name: str, title: str, description: str, points: Sequence[Point]) -> Markup:
    """A line over time with an area under it; `name` is unique on the page. Values are fen, the axis says yuan."""
    top = _nice(max((point.value for point in points), default=0))
    places = [(_x(no, len(points)), _y(point.value, top), point) for no, point in enumerate(points)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
    first, last = places[0][0], places[-1][0]
    parts = [
        *_grid(top),
        Markup('<polygon class="chart-area" points="{},{} {} {},{}"/>').format(
            f"{first:.1f}", _FLOOR, path, f"{last:.1f}", _FLOOR
        ),
        Markup('<polyline class="chart-line" points="{}"/>').format(path),
        *_labels(places),
        *(_dot(x, y, point) for x, y, point in places),
    ]
    box = f"0 0 {_WIDTH} {_HEIGHT}"
    return _image(name, title, description, box, "chart chart-over-time", parts)


def share(name: str, title: str, description: str, points: Sequence[Point]) -> Markup:
    """One bar, divided as the values are; its parts are numbered by class, as the marks of the list beside it."""
    total = sum(point.value for point in points)
    parts, begins = [], 0.0
    for no, point in enumerate(points):
        width = _BAR * point.value / total if total else 0.0
        if width:
            inside = max(width - _GAP, 0.5)
            rect = Markup(
                '<rect class="part part-{}" x="{}" y="0" width="{}" height="14" rx="2"><title>{}</title></rect>'
            )
            parts.append(rect.format(no % PARTS, f"{begins:.2f}", f"{inside:.2f}", f"{point.label} {point.said}"))
        begins += width
    return _image(name, title, description, f"0 0 {_BAR} 14", "chart chart-share", parts, stretched=True)


def bar(value: int, most: int) -> Markup:
    """A bar in a row of a table that says the number itself."""
    width = max(0.0, _BAR * value / most) if most > 0 else 0.0
    if value > 0:
        width = max(width, 2.0)
    return Markup(
        '<svg class="chart-bar" viewBox="0 0 {} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect class="bar-back" width="{}" height="10" rx="2"/><rect class="bar" width="{}" height="10" rx="2"/></svg>'
    ).format(_BAR, _BAR, f"{width:.1f}")


def swatch(no: int) -> Markup:
    """The mark of a part of a share bar."""
    return Markup(
        '<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false">'
        '<rect class="part part-{}" width="12" height="12" rx="2"/></svg>'
    ).format(no % PARTS)


def _image(
    name: str, title: str, description: str, box: str, kind: str, parts: Sequence[Markup], *, stretched: bool = False
) -> Markup:
    aspect = Markup(' preserveAspectRatio="none"') if stretched else ""
    return Markup(
        '<svg class="{}" viewBox="{}"{} role="img" aria-labelledby="{}-title {}-says">'
        '<title id="{}-title">{}</title><desc id="{}-says">{}</desc>{}</svg>'
    ).format(kind, box, aspect, name, name, name, title, name, description, Markup("").join(parts))


def _grid(top: int) -> list[Markup]:
    """Lines at each quarter of the axis, with its amounts in yuan at the left."""
    lines = []
    for quarter in range(_STEPS + 1):
        value = top * quarter // _STEPS
        y = _y(value, top)
        kind = "chart-floor" if quarter == 0 else "chart-grid"
        lines.append(Markup('<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>').format(kind, _LEFT, _RIGHT, y, y))
        words = f"{value // 100:,}" if value % 100 == 0 else f"{value / 100:,.2f}"
        lines.append(
            Markup('<text class="chart-axis" x="{}" y="{}" text-anchor="end">{}</text>').format(_LEFT - 8, y + 4, words)
        )
    return lines


def _labels(places: Sequence[tuple[float, float, Point]]) -> list[Markup]:
    """As many labels as there is room for."""
    every = -(-len(places) // _MOST_LABELS)
    shown = [place for no, place in enumerate(places) if no % every == 0]
    text = Markup('<text class="chart-axis" x="{}" y="{}" text-anchor="middle">{}</text>')
    return [text.format(f"{x:.1f}", _FLOOR + 20, point.label) for x, _, point in shown]


def _dot(x: float, y: float, point: Point) -> Markup:
    said = f"{point.full or point.label}: {point.said}"
    dot = Markup('<circle class="chart-dot" cx="{}" cy="{}" r="3.5"><title>{}</title></circle>')
    return dot.format(f"{x:.1f}", f"{y:.1f}", said)


def _x(no: int, many: int) -> float:
    inner = _RIGHT - _LEFT - 2 * _EDGE
    return _LEFT + _EDGE + (inner * no / (many - 1) if many > 1 else inner / 2)


def _y(value: int, top: int) -> float:
    return _FLOOR - (_FLOOR - _CEILING) * max(value, 0) / top


def _nice(value: int) -> int:
    """A round number of fen that is not below, and that can be divided by four."""
    unit = 100
    while True:
        for step in (4, 8, 12, 16, 20, 24, 28, 32, 40):
            if step * unit >= value:
                return step * unit
        unit *= 10


PARTS: Final = 6
"""How many colours the parts of a share bar have."""
_WIDTH: Final = 760
_HEIGHT: Final = 236
_LEFT: Final = 74
_RIGHT: Final = 752
_EDGE: Final = 14
_CEILING: Final = 14.0
_FLOOR: Final = 202.0
_STEPS: Final = 4
_MOST_LABELS: Final = 16
_BAR: Final = 300
_GAP: Final = 1.5
