"""What providers settled, and the breaks that it left (accountants)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from jiedao.directory.caller import Caller, Role
from jiedao.reconcile import breaks
from jiedao_schemas.api.settlements import (
    BreakClosing,
    BreakSearch,
    BreakShown,
    BreaksShown,
    SettlementDay,
    SettlementShown,
)
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import carry_out
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("settlements", "Settlements of providers, and breaks")
_BREAK: Final = BreakShown()


@routes.post("/settlements", SettlementShown(), body=SettlementDay(), status=[201])
def take_settlement(body: dict[str, Any]) -> dict[str, Any]:
    """Take a provider's rows of a day. Rows that were taken before are not booked again. 409 while it is not over."""

    def act(by: Caller) -> str:
        taken = house().reconciliation.take(by, body["connection"], body["on"])
        carry_out(taken.planned)
        return str(body["connection"])

    _accountant()
    once(act, str)
    return _day(body["connection"], body["on"])


@routes.get("/settlements", SettlementShown(), query=SettlementDay())
def settlement(query: dict[str, Any]) -> dict[str, Any]:
    """What was taken of a day."""
    _accountant()
    return _day(query["connection"], query["on"])


@routes.get("/settlements/breaks", BreaksShown(), query=BreakSearch())
def settlement_breaks(query: dict[str, Any]) -> dict[str, Any]:
    """Differences between our books and a provider's."""
    with house().store.read(_accountant().street) as tx:
        return {"breaks": breaks.all_of(tx, query["state"])}


@routes.post("/settlements/breaks/<id:break_>/closing", _BREAK, body=BreakClosing())
def close_break(body: dict[str, Any], break_: str) -> Any:
    """Say what was found out. It books nothing."""

    def act(by: Caller) -> str:
        breaks.close(house().store, by, break_, body["evidence"])
        return break_

    _accountant()
    once(act, str)
    with house().store.read(caller().street) as tx:
        return breaks.look(tx, break_)


def _day(connection: str, on: date) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return {"connection": connection, "on": on, "rows": house().reconciliation.day(tx, connection, on)}


def _accountant() -> Caller:
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    return caller()
