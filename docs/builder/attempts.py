"""The attempt graph, from `jiedao.checkout.graph`: tables, Mermaid text, and pictures of the two flows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from builder.source import table
from builder.svg import Box, Picture
from jiedao.checkout.graph import EDGES, FINAL, REVIEW, At, Event, as_mermaid

_WIDTH: Final = 158
_PAYMENT: Final = {
    At.TENDER_REVIEW: (100, 110),
    At.RETURNING: (640, 110),
    At.REFUSED: (1130, 110),
    At.TENDER_DOUBT: (100, 290),
    At.RETURNING_PART: (870, 260),
    At.PART_PAID: (1130, 260),
    At.COLLECTING: (370, 430),
    At.TELLING: (670, 430),
    At.PAID: (1130, 430),
    At.LINE_DOUBT: (510, 610),
    At.LINE_REVIEW: (870, 610),
    At.CAPTURING: (1130, 610),
}
_REFUND: Final = {
    At.ASKING_DOUBT: (100, 100),
    At.REFUND_REFUSED: (420, 100),
    At.ASKING: (100, 290),
    At.REFUNDING: (420, 290),
    At.REFUNDED: (740, 290),
}
_KIND: Final = {At.COLLECTING: "start", At.ASKING: "start"}


def payment() -> str:
    """Picture of a payment."""
    return _draw(_PAYMENT, "A payment: states and events")


def refund() -> str:
    """Picture of a refund."""
    return _draw(_REFUND, "A refund: states and events")


def places() -> str:
    """States of an attempt."""
    return table(("state", "in the code", "kind"), [(f"`{at}`", f"`{at.name}`", _kind(at)) for at in At])


def edges() -> str:
    """Every edge of the graph."""
    rows = [(f"`{at}`", f"`{event}`", f"`{to}`" if at is not to else "stays") for (at, event), to in EDGES.items()]
    return table(("in", "event", "leads to"), rows)


def mermaid() -> str:
    """The graph as text that tools can draw."""
    return f"```mermaid\n{as_mermaid()}```"


def _draw(grid: Mapping[At, tuple[int, int]], title: str) -> str:
    picture = Picture(title)
    for at, (x, y) in grid.items():
        loops = _loops(at)
        height = 42 + 13 * len(loops)
        picture.box(at, Box(x - _WIDTH / 2, y - height / 2, _WIDTH, height), at.value, _kind(at), loops)
    for (at, to), events in _arrows(grid).items():
        picture.arrow(at, to, [event.value for event in events])
    return picture.svg()


def _arrows(grid: Mapping[At, tuple[int, int]]) -> dict[tuple[At, At], list[Event]]:
    arrows: dict[tuple[At, At], list[Event]] = {}
    for (at, event), to in EDGES.items():
        if at in grid and at is not to:
            arrows.setdefault((at, to), []).append(event)
    return arrows


def _loops(at: At) -> list[str]:
    return [event.value for (start, event), to in EDGES.items() if start is at and to is at]


def _kind(at: At) -> str:
    if at in FINAL:
        return "final"
    return "person" if at in REVIEW else "doubt" if at.value.startswith("confirming") else _KIND.get(at, "")
