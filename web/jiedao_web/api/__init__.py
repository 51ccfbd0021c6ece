"""The REST API, one module for each subject."""

from typing import Final

from jiedao_web.api import bills, orders, residents, sessions, shifts
from jiedao_web.routes import Routes

ROUTES: Final[tuple[Routes, ...]] = (
    sessions.routes,
    residents.routes,
    bills.routes,
    orders.routes,
    shifts.routes,
)
