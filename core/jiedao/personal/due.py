"""What concerns a resident now, for the first page that they see. Reads only, and never more than a handful."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jiedao.certification import entitlements
from jiedao.certification.entitlements import Entitlement
from jiedao.certification.graph import At
from jiedao.checkout import own
from jiedao.checkout.own import Brief
from jiedao.clock import local_date
from jiedao.directory.places import street
from jiedao.hall import bookings, cases
from jiedao.hall.bookings import State
from jiedao.hall.graph import At as Matter
from jiedao.points import lots
from jiedao.post.folding import Standing
from jiedao.post.records import Consignment, listed
from jiedao.store.direct import Row
from jiedao.store.unit import Tx


@dataclass(frozen=True, slots=True)
class Due:
    """What waits for the resident: benefits to certify, items to fetch, orders without an end, and so on."""

    benefits: Sequence[Entitlement]
    parcels: Sequence[Consignment]
    orders: Sequence[Brief]
    bookings: Sequence[Row]
    """Appointments that are still to come."""
    cases: Sequence[Row]
    """Matters that wait for the resident."""
    lapsing: tuple[int, date] | None
    """Hundredths of a point that lapse within sixty days, and the first day on which some do."""


def due(tx: Tx, resident: str) -> Due:
    """What concerns a resident now."""
    today = local_date(tx.now, street(tx).timezone)
    return Due(
        [one for one in entitlements.of_resident(tx, resident) if one.at in _TO_CERTIFY],
        [item for standing in _TO_FETCH for item in listed(tx, most=_MOST, resident=resident, standing=standing)],
        [one for one in own.latest(tx, resident, most=_LOOKED_AT) if one.state in _WITHOUT_AN_END],
        [row for row in bookings.of_resident(tx, resident) if row.state == State.BOOKED and row.on >= today],
        [row for row in cases.of_resident(tx, resident, most=_LOOKED_AT) if row.state == Matter.WAITING],
        lots.lapsing(tx, resident, today + SOON),
    )


SOON: Final = timedelta(days=60)
"""Points that lapse later concern nobody yet."""
_MOST: Final = 10
_LOOKED_AT: Final = 20
_TO_CERTIFY: Final = frozenset({At.DUE, At.OVERDUE, At.SUSPENDED})
_TO_FETCH: Final = (Standing.HELD.value, Standing.ATTEMPTED.value, Standing.OUT_FOR_DELIVERY.value)
_WITHOUT_AN_END: Final = ("open", "paying")
