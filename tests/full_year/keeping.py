"""What residents keep for themselves: accounts at billers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from jiedao.house import House
from jiedao.personal.accounts import MOST
from jiedao.store import tables

from .billers import BILLERS, Biller
from .bulk import Bulk
from .residents import Person

_PURPOSE = "saved_account"


def keep_accounts(bulk: Bulk, house: House, people: Sequence[Person], plan: Any) -> None:
    """Whoever comes often keeps several; of the others one in ten keeps one."""
    at = plan.now - timedelta(days=200)
    for person in [*people[:1] * min(MOST, plan.often), *people[1::10]]:
        _keep(bulk, house, person, BILLERS[1], at)


def _keep(bulk: Bulk, house: House, person: Person, biller: Biller, at: datetime) -> None:
    id_, account = bulk.id(at), f"{bulk.dice.randrange(10**8):08d}"
    plain = json.dumps({"account": account}, ensure_ascii=False, sort_keys=True)
    bulk.put(
        tables.saved_account,
        id=id_,
        resident=person.id,
        connection="bills",
        biller=biller.code,
        biller_name=biller.name.as_json(),
        category=biller.category,
        label="",
        account=account,
        inputs=house.keyring.seal(plain, _PURPOSE, f"{bulk.street}/{id_}"),
        digest=house.keyring.blind(f"bills {biller.code} {plain}", _PURPOSE, bulk.street),
        made_at=at,
    )
