"""Figures for whoever runs the street (accountants): sums of a span, and its shifts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from jiedao.checkout.slips import CATEGORY_NAMES
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import street
from jiedao.figures.collected import Sum
from jiedao.figures.days import worked
from jiedao.figures.street import Glance, glance, span_of
from jiedao.language import Text
from jiedao_schemas.api.figures import FiguresShown, ShiftSearch, SpanSearch, WorkedSpanShown
from jiedao_web.context import house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("figures", "What was collected, and how everything stands")


@routes.get("/figures", FiguresShown(), query=SpanSearch())
def figures(query: dict[str, Any]) -> dict[str, Any]:
    """Sums of a span, by biller, category, hall and way of paying, day by day or month by month; and how all stands."""
    with house().store.read(_accountant().street) as tx:
        return _shown(glance(tx, query["span"], query["first"], query["last"]))


@routes.get("/figures/shifts", WorkedSpanShown(), query=ShiftSearch())
def shifts_of_span(query: dict[str, Any]) -> dict[str, Any]:
    """Shifts that were opened in a span, newest first."""
    with house().store.read(_accountant().street) as tx:
        span = span_of(tx, query["span"], query["first"], query["last"])
        most = query["limit"]
        found = worked(tx, span, street(tx).timezone, before=query["before"], most=most)
    return {"span": span, "shifts": found, "next": found[-1].id if len(found) == most else ""}


def _shown(known: Glance) -> dict[str, Any]:
    money = known.money
    total = money.total
    return {
        "span": known.span,
        "as_of": money.as_of,
        "complete": money.complete,
        "total": {**_amounts(total), "orders": money.orders},
        "by_biller": _named(money.by_biller, money.billers),
        "by_category": _named(money.by_category, CATEGORY_NAMES),
        "by_hall": _named(money.by_hall, known.halls),
        "steps": [
            {"first": s.span.first, "last": s.span.last, "paid": s.paid, "refunded": s.refunded} for s in money.steps
        ],
        "ways": [
            {"key": w.key, "name": known.way(w.key).as_json(), "taken": w.taken, "returned": w.returned}
            for w in money.ways
        ],
        "points": money.points,
        "over": money.over,
        "short": money.short,
        "certifications": [
            {"title": c.title.as_json(), **{name: getattr(c, name) for name in _CERTIFIED}} for c in known.certified
        ],
        "parcels": {word.value: number for word, number in known.parcels.items()},
        "open": known.open,
    }


def _named(sums: Iterable[Sum], names: Mapping[str, Text]) -> list[dict[str, Any]]:
    return [{**_amounts(one), "key": one.key, "name": names.get(one.key, Text.same(one.key)).as_json()} for one in sums]


def _amounts(one: Sum) -> dict[str, int]:
    return {"paid": one.paid, "refunded": one.refunded, "net": one.net, "lines": one.lines}


def _accountant() -> Caller:
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    return caller()


_CERTIFIED: Final = ("scheme", "done", "due", "overdue", "suspended", "known")
