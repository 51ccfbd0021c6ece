"""The phone's screens: pages for residents, that read; every change goes through the REST API under `/my`."""

from __future__ import annotations

from typing import Final

from flask import Flask

from jiedao_web.phone.frame import phone
from jiedao_web.phone.pages import certification, door, hall, home, me, messages, orders, parcels, pay, points
from jiedao_web.phone.parts import Pages

PARTS: Final[tuple[Pages, ...]] = (
    door.pages,
    home.pages,
    pay.pages,
    orders.pages,
    points.pages,
    parcels.pages,
    certification.pages,
    hall.pages,
    messages.pages,
    me.pages,
)


def add_phone(app: Flask) -> None:
    """Serve the phone's screens."""
    app.register_blueprint(phone)


for part in PARTS:
    part.add_to(phone)
