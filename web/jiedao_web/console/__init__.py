"""The street's console: pages for administrators and accountants. They read; every change goes through the REST API."""

from __future__ import annotations

from typing import Final

from flask import Flask

from jiedao_web.console.frame import ENTRIES, console
from jiedao_web.console.pages import (
    audit,
    books,
    catalogue,
    connections,
    days,
    groups,
    hall,
    integrations,
    kiosks,
    messages,
    overview,
    places,
    problems,
    residents,
    review,
    staff,
)
from jiedao_web.console.parts import Pages

PARTS: Final[tuple[Pages, ...]] = (
    overview.pages,
    places.pages,
    problems.pages,
    catalogue.pages,
    connections.pages,
    hall.pages,
    kiosks.pages,
    days.pages,
    review.pages,
    books.pages,
    residents.pages,
    messages.pages,
    groups.pages,
    staff.pages,
    audit.pages,
    integrations.pages,
)
"""In the order of the navigation."""


def add_console(app: Flask) -> None:
    """Serve the console."""
    app.register_blueprint(console)


for part in PARTS:
    part.add_to(console)
    ENTRIES.extend(part.entries)
