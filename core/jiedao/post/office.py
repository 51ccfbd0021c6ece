"""The room as others use it."""

from __future__ import annotations

from dataclasses import dataclass

from jiedao.checkout.desk import Desk
from jiedao.post.calls import Calls
from jiedao.post.consignments import Consignments
from jiedao.post.dispatches import Dispatches
from jiedao.post.postage import Postage
from jiedao.post.ranges import Ranges
from jiedao.post.tracking import Tracking
from jiedao.store.unit import Store


@dataclass(frozen=True, slots=True)
class PostRoom:
    """Everything about letters and parcels, in one hand."""

    calls: Calls
    consignments: Consignments
    postage: Postage
    tracking: Tracking
    dispatches: Dispatches
    ranges: Ranges


def post_room(store: Store, desk: Desk) -> PostRoom:
    """The room of an installation; orders can have lines of postage from here on."""
    calls = Calls(store, desk.registry, desk.connections)
    consignments = Consignments(store, desk, calls)
    postage = Postage(store, desk.connections, consignments)
    desk.run(postage)
    ranges = Ranges(store, desk.connections)
    return PostRoom(calls, consignments, postage, Tracking(store, calls), Dispatches(store, desk, calls), ranges)
