"""What residents do themselves, on a phone or at a kiosk. Whose everything is, the session says; another's is 404."""

from typing import Final

from jiedao_web.api.my import (
    accounts,
    bills,
    certification,
    due,
    hall,
    messages,
    orders,
    parcels,
    points,
    receipts,
    sessions,
)
from jiedao_web.routes import Routes

ROUTES: Final[tuple[Routes, ...]] = (
    sessions.routes,
    due.routes,
    bills.routes,
    accounts.routes,
    orders.routes,
    receipts.routes,
    points.routes,
    parcels.routes,
    certification.routes,
    hall.routes,
    messages.routes,
)
