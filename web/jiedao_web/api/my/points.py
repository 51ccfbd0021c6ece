"""A resident's points and credit, with where they came from and went."""

from __future__ import annotations

from typing import Any

from jiedao.checkout.credit import credit_of
from jiedao.clock import local_date
from jiedao.directory.places import street
from jiedao.personal.due import SOON
from jiedao.points import lots
from jiedao.points.programme import programme
from jiedao.store.unit import Tx
from jiedao_schemas.api import my as schemas
from jiedao_web.context import house
from jiedao_web.resident_sessions import resident
from jiedao_web.routes import Routes, Who

routes = Routes("my_points", "A resident's own points and credit", who=Who.RESIDENT)


@routes.get("/my/points", schemas.MyPointsShown())
def points() -> dict[str, Any]:
    """What the resident has, what it may be spent on, and what lapses within sixty days."""
    by = resident()
    with house().store.read(by.street) as tx:
        return points_of(tx, by.resident)


@routes.get("/my/points/lots", schemas.MyLotsShown(), query=schemas.MyPaging())
def earned(query: dict[str, Any]) -> dict[str, Any]:
    """What was earned, newest first, each with what is left of it and when it lapses."""
    by, most = resident(), query["limit"]
    with house().store.read(by.street) as tx:
        rows = lots.page(tx, by.resident, query["before"], most)
    return {"lots": rows, "before": rows[-1].id if len(rows) == most else ""}


@routes.get("/my/points/spent", schemas.MySpendingShown(), query=schemas.MyPaging())
def spent(query: dict[str, Any]) -> dict[str, Any]:
    """What was spent, newest first."""
    by, most = resident(), query["limit"]
    with house().store.read(by.street) as tx:
        rows = lots.redeemed(tx, by.resident, query["before"], most)
    return {"spent": rows, "before": rows[-1].attempt if len(rows) == most else ""}


@routes.get("/my/credit", schemas.MyCreditShown())
def credit() -> dict[str, Any]:
    """What the street owes the resident: it pays bills, or is handed out in a hall."""
    by = resident()
    with house().store.read(by.street) as tx:
        return {"credit": credit_of(tx, by.resident)}


def points_of(tx: Tx, whose: str) -> dict[str, Any]:
    """Balance, programme, cards, and what lapses soon."""
    known = programme(tx)
    until = local_date(tx.now, street(tx).timezone) + SOON
    lapsing = lots.lapsing(tx, whose, until)
    return {
        "balance": lots.balance(tx, whose),
        "categories": sorted(known.categories) if known else [],
        "cards": house().residents.cards(tx, whose),
        "lapsing": {"amount": lapsing[0], "first": lapsing[1]} if lapsing else None,
    }
