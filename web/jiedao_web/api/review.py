"""What needs a person, and every act on the outside world."""

from __future__ import annotations

from typing import Any, Final

from jiedao.checkout import views
from jiedao.checkout.desk import SUBJECT as ATTEMPT
from jiedao.directory.caller import Caller
from jiedao.operations import review
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
        rows = review.waiting(tx) if query["which"] == "review" else review.unresolved(tx)
        orders = views.orders_of_open_work(tx)
    return {"operations": [_operation(row, orders.get(row.subject, "")) for row in rows]}


@routes.get("/operations/<id:operation>", _SHOWN)
def show_operation(operation: str) -> dict[str, Any]:
    """One act on the outside world."""
    return _shown(operation)


@routes.post("/operations/<id:operation>/ask", _SHOWN)
def ask_operation(operation: str) -> dict[str, Any]:
    """Ask the provider now what became of it (`Prefer: wait=N` waits for the answer). Changes nothing by itself."""
    _shown(operation)
    await_done(context().runner.ask(caller().street, operation))
    return _shown(operation)


@routes.post("/operations/<id:operation>/closing", _SHOWN, body=Closing())
def close_operation(body: dict[str, Any], operation: str) -> dict[str, Any]:
    """Say what became of it, with evidence (accountants). What follows is carried out."""

    def act(by: Caller) -> str:
        verdict = State(body["verdict"])
        store, operations = house().store, house().operations
        carry_out(review.close(store, operations, by, operation, verdict, body["reference"], body["evidence"]))
        return operation

    return _shown(once(act, str))


def _shown(operation: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        row = review.look(tx, operation)
        return _operation(row, views.order_of(tx, row.subject) if row.subject_kind == ATTEMPT else "")


def _operation(row: Any, order: str) -> dict[str, Any]:
    return {**row._asdict(), "order": order}
