"""Small services of a hall: the card reader and the calendar."""

from __future__ import annotations

from typing import Any

from jiedao.hookspecs.service import Identity, Reader
from jiedao_schemas.api.services import CardRead, DaysShown, IdentityShown, Span
from jiedao_web.context import house
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("services", "Card reader and calendar")


@routes.post("/identity/read", IdentityShown(), body=CardRead())
def read_card(body: dict[str, Any]) -> Identity:
    """Read the identity card at the till, or take what a wedge reader typed. Nothing of it is kept.

    409 `identity.declined` says why a card is not taken (none there, expired, a wrong number).
    """
    return house().identities.read(caller(), Reader(body["reader"]), body["typed"], with_photo=body["with_photo"])


@routes.get("/calendar/days", DaysShown(), query=Span())
def days(query: dict[str, Any]) -> dict[str, Any]:
    """Which days are workdays; `provisional` where only weekends are known."""
    with house().store.read(caller().street) as tx:
        return {"days": house().calendar.days(tx, query["first"], query["last"])}
