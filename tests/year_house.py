"""A street with a year of history behind scripted plugins, for tests and pictures that need more than an empty one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import null, update

import jiedao_cash
from doubles import Acquirer, BillOffice, Bureau, Issuer, PostOffice, Step
from full_year import NOW, STREET, Plan, Year, make_year
from houses import open_house
from jiedao.checkout.checkout import Paying, Wanted
from jiedao.hookspecs.outcomes import OutcomeUnknown
from jiedao.reconcile import breaks
from jiedao.store import tables
from jiedao.store.unit import STREET as SCOPE
from jiedao.store.unit import param

STORY = Plan(orders=2_000, total=17_110_000)
"""The street of the story: 171,100.00 yuan collected in the halls of its communities by a Thursday in November."""


def year_plugins(acquirer: Acquirer | None = None) -> list[tuple[str, Any]]:
    """The plugins that `full_year.PLUGINS` names."""
    doubles = (acquirer or Acquirer(), BillOffice(), Issuer(), PostOffice(), Bureau())
    return [("jiedao_cash", jiedao_cash.plugin), *((double.name, double) for double in doubles)]


def open_year(
    url: str, folder: Path, plan: Plan = STORY, now: datetime = NOW, *, acquirer: Acquirer | None = None
) -> Year:
    """Open a database that has the schema, and fill it. The clock stands still."""
    return make_year(open_house(url, folder, clock=lambda: now, plugins=year_plugins(acquirer)), plan)


def leave_open(year: Year, acquirer: Acquirer) -> None:
    """What a street has open on an ordinary day: a card that is being confirmed, one for a person, a break."""
    _card_in_doubt(year, acquirer, "0012")
    with year.house.store.write(STREET) as tx:
        assert tx.change(_TO_A_PERSON, now=tx.now) == 1
        lost = {"currency": "CNY", "row": "txn_9", "theirs": 8_800}
        breaks.find(tx, breaks.Kind.THEIRS_ONLY, "card", NOW.date(), **lost)
    _card_in_doubt(year, acquirer, "0033")


def _card_in_doubt(year: Year, acquirer: Acquirer, account: str) -> None:
    acquirer.will("payment_start", Step(effect=False, answer=OutcomeUnknown("the line was cut")))
    (offer,) = year.house.bills.fetch(STREET, "bills", "WATER", {"account": account})
    wanted = [Wanted(year.house.bills.seal(STREET, offer), offer.bill.amount)]
    paying = [Paying("card", offer.bill.amount, "card")]
    begun = year.house.checkout.visit(year.at("T1"), year.residents[0], wanted, paying, surplus=False)
    year.house.operations.drive(begun.planned)


_O = tables.operation.c
_TO_A_PERSON = (
    update(tables.operation)
    .where(_O.street == SCOPE, _O.state == "unknown", _O.planned_at <= param("now"))
    .values(state="review", due_at=null())
)
