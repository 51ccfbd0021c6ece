"""What providers settled, and the breaks that it left (accountants)."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from jiedao.directory.caller import Caller, Role
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, Proposal
from jiedao.reconcile import breaks
from jiedao.store.direct import Row
from jiedao_schemas.api.settlements import (
    BreakClosing,
    BreakSearch,
    BreakShown,
    BreaksShown,
    SettlementDay,
    SettlementShown,
    WriteOff,
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
        rows = breaks.all_of(tx, query["state"], query["after"], query["limit"])
        waiting = {one.subject: one for one in proposals.all_open(tx, Kind.BREAK)}
    after = rows[-1].id if len(rows) == query["limit"] else ""
    return {"breaks": [_break(row, waiting.get(row.id)) for row in rows], "after": after}


@routes.post("/settlements/breaks/<id:break_>/closing", _BREAK, body=BreakClosing())
def close_break(body: dict[str, Any], break_: str) -> dict[str, Any]:
    """Say what was found out; with `write_off`, what it has left in the books goes to 5103, else it books nothing.

    409 `proposal.needed` when that is above the street's limit: propose it, and another person agrees.
    """

    def act(by: Caller) -> str:
        breaks.close(house().store, by, break_, body["evidence"], write_off=body["write_off"])
        return break_

    _accountant()
    once(act, str)
    return _shown(break_)


@routes.post("/settlements/breaks/<id:break_>/proposals", _BREAK, body=WriteOff(), status=[201])
def propose_write_off(body: dict[str, Any], break_: str) -> dict[str, Any]:
    """Propose to write it off, for another person to agree to."""
    _accountant()
    once(lambda by: breaks.propose(house().store, by, break_, body["evidence"]), str)
    return _shown(break_)


def _shown(break_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return _break(breaks.look(tx, break_), proposals.open_of(tx, Kind.BREAK, break_))


def _break(row: Row, proposal: Proposal | None) -> dict[str, Any]:
    return {**row._asdict(), "left": breaks.left_in_the_books(row), "proposal": proposal}


def _day(connection: str, on: date) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return {"connection": connection, "on": on, "rows": house().reconciliation.day(tx, connection, on)}


def _accountant() -> Caller:
    caller().must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    return caller()
