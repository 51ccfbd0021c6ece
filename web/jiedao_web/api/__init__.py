"""The REST API, one module for each subject."""

from typing import Final

from jiedao_web.api import (
    bills,
    certification,
    claims,
    connections,
    dispatches,
    files,
    ledger,
    messages,
    orders,
    post,
    receipts,
    residents,
    review,
    services,
    sessions,
    settlements,
    shifts,
)
from jiedao_web.routes import Routes

ROUTES: Final[tuple[Routes, ...]] = (
    sessions.routes,
    residents.routes,
    bills.routes,
    orders.routes,
    receipts.routes,
    shifts.routes,
    review.routes,
    claims.routes,
    files.routes,
    connections.routes,
    ledger.routes,
    certification.routes,
    settlements.routes,
    messages.routes,
    services.routes,
    post.routes,
    dispatches.routes,
)
