"""Who may act for whom: daughters for their mothers, and neighbours for each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from jiedao.house import House
from jiedao.store import tables

from .bulk import Bulk
from .places import Places
from .residents import Person


def act_for_another(bulk: Bulk, house: House, places: Places, people: Sequence[Person], plan: Any) -> None:
    """Whoever comes often acts for some, and is acted for; of the others one in forty lets somebody act."""
    others = people[1:]
    pairs = [(one, people[0]) for one in others[: plan.often]]
    pairs += [(people[0], one) for one in others[-plan.often :]]
    pairs += list(zip(others[::40], others[1::40], strict=False))
    for serial, (resident, agent) in enumerate(pairs):
        _delegate(bulk, house, places, resident, agent, plan.now - timedelta(days=280 - serial % 250))


def _delegate(bulk: Bulk, house: House, places: Places, resident: Person, agent: Person, at: datetime) -> None:
    id_ = bulk.id(at)
    bulk.put(
        tables.delegation,
        id=id_,
        resident=resident.id,
        agent=agent.id,
        relation="女儿",
        proof=house.keyring.seal("委托书 7 号", "delegation", f"{bulk.street}/{id_}"),
        valid_from=at.date(),
        valid_to=None,
        made_by=places.tills[0].staff,
        made_at=at,
        revoked_at=None,
        revoked_by="",
    )
