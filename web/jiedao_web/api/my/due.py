"""What concerns a resident now."""

from __future__ import annotations

from typing import Any

from jiedao.certification.schemes import schemes
from jiedao.personal import due
from jiedao_schemas.api import my as schemas
from jiedao_web.api.shared.certifications import entitlement_shown
from jiedao_web.context import house
from jiedao_web.resident_sessions import resident
from jiedao_web.routes import Routes, Who

routes = Routes("my_due", "What concerns a resident now", who=Who.RESIDENT)


@routes.get("/my/due", schemas.MyDueShown())
def what_is_due() -> dict[str, Any]:
    """Benefits to certify, items to fetch, orders that have no end yet, appointments, matters, points that lapse."""
    by = resident()
    with house().store.read(by.street) as tx:
        found = due.due(tx, by.resident)
        titles = {one.id: one.title for one in schemes(tx)}
    lapsing = {"amount": found.lapsing[0], "first": found.lapsing[1]} if found.lapsing else None
    benefits = [entitlement_shown(one, titles[one.scheme]) for one in found.benefits]
    return {
        "benefits": benefits,
        "parcels": found.parcels,
        "orders": found.orders,
        "bookings": found.bookings,
        "cases": found.cases,
        "lapsing": lapsing,
    }
