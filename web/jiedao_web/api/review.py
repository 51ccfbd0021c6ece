"""What needs a person, and every act on the outside world."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from jiedao.directory.caller import Caller
from jiedao.operations import history, queue, review
from jiedao.operations.model import State
from jiedao_schemas.api.office import Closing, OperationShown, OperationsShown, ReviewSearch
from jiedao_web.context import context, house
from jiedao_web.idempotency import once
from jiedao_web.prefer import await_done, carry_out
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("review", "The review queue, and acts on the outside world")
_SHOWN: Final = OperationShown()


@routes.get("/reviews", OperationsShown(), query=ReviewSearch())
def reviews(query: dict[str, Any]) -> dict[str, Any]:
    """Acts that only a person with evidence can end, or (`which=open`) all that have no outcome yet."""
    with house().store.read(caller().street) as tx:
        found = queue.page(tx, query["which"], query["after"], query["limit"])
    return {"operations": found, "after": found[-1].id if len(found) == query["limit"] else ""}


@routes.get("/operations/<id:operation>", _SHOWN)
def show_operation(operation: str) -> dict[str, Any]:
    """One act on the outside world, with all that happened to it and what may be done about it now."""
    return _shown(operation)


@routes.post("/operations/<id:operation>/ask", _SHOWN)
def ask_operation(operation: str) -> dict[str, Any]:
    """Ask the provider now what became of it (`Prefer: wait=N` waits for the answer). Changes nothing by itself."""
    _shown(operation)
    await_done(context().runner.ask(caller().street, operation))
    return _shown(operation)


@routes.post("/operations/<id:operation>/closing", _SHOWN, body=Closing())
def close_operation(body: dict[str, Any], operation: str) -> dict[str, Any]:
    """Say what became of it, with evidence (accountants). What follows is carried out.

    409 `proposal.needed` above the street's limit: propose it, and another person agrees.
    """

    def act(by: Caller) -> str:
        verdict = State(body["verdict"])
        store, operations = house().store, house().operations
        carry_out(review.close(store, operations, by, operation, verdict, body["reference"], body["evidence"]))
        return operation

    return _shown(once(act, str))


@routes.post("/operations/<id:operation>/proposals", _SHOWN, body=Closing(), status=[201])
def propose_closing(body: dict[str, Any], operation: str) -> dict[str, Any]:
    """Say what became of it, for another person to agree to (accountants). Asking goes on: an answer wins."""

    def act(by: Caller) -> str:
        verdict = State(body["verdict"])
        return review.propose(house().store, by, operation, verdict, body["reference"], body["evidence"])

    once(act, str)
    return _shown(operation)


def _shown(operation: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        row, item = review.look(tx, operation), queue.look(tx, operation)
        options = review.options(tx, house().proposals, caller(), row)
        told = {name: getattr(item, name) for name in item.__slots__}
        return {
            **told,
            "may": sorted(options.may),
            "takes_two": options.takes_two,
            "limit": options.limit,
            "proposal": options.proposal,
            "timeline": [asdict(moment) for moment in history.timeline(tx, row)],
        }
