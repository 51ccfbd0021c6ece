"""Orders that residents make and pay themselves, and see how they stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Response, url_for

from jiedao.checkout import own
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.checkout.views import OrderView
from jiedao.directory.caller import Caller
from jiedao.kiosk.devices import must_print
from jiedao_schemas.api import my as schemas
from jiedao_web.api.my.bills import till_of
from jiedao_web.api.shared.codes import tender_picture
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import applied, carry_out
from jiedao_web.resident_sessions import resident, visitor
from jiedao_web.routes import Answer, Routes, Who

routes = Routes("my_orders", "A resident's own orders", who=Who.RESIDENT)
_SHOWN: Final = schemas.MyOrderShown()
_BEGUN: Final = (201, 202)
_PICTURE: Final = {"responses": {"200": {"description": "The QR code", "content": {"image/svg+xml": {}}}}}


@routes.post("/my/orders", _SHOWN, body=schemas.MyNewOrder(), status=_BEGUN)
def place_order(body: dict[str, Any]) -> Answer:
    """Make an order of bills; with tenders, pay it at once.

    201 when nothing is under way any more; 202 while something outside has to answer. `Prefer: wait=N` waits for it.
    """
    _ready(visitor())
    wanted = [Wanted(**line) for line in body["lines"]]
    paying = _paying(body)

    def act(by: Caller) -> Begun:
        if paying:
            return house().checkout.visit(by, by.resident, wanted, paying, surplus=False)
        return house().checkout.place(by, by.resident, wanted)

    return _begin(act)


@routes.get("/my/orders", schemas.MyOrdersShown(), query=schemas.MyPaging())
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """The resident's orders, wherever they were made, newest first."""
    by, most = resident(), query["limit"]
    with house().store.read(by.street) as tx:
        found = own.latest(tx, by.resident, query["before"], most)
    return {"orders": found, "before": found[-1].id if len(found) == most else ""}


@routes.get("/my/orders/<id:order>", _SHOWN)
def show_order(order: str) -> dict[str, Any]:
    """An order as it stands, and what may be done next."""
    return _shown(order)


@routes.get("/my/orders/<id:order>/tenders/<int(max=1000):number>/qr.svg", None, doc=_PICTURE)
def tender_code(order: str, number: int) -> Response:
    """What a wallet has to scan for a tender of the payment that is under way, as a QR code."""
    return tender_picture(_own(order), number)


@routes.post("/my/orders/<id:order>/attempts", _SHOWN, body=schemas.MyPay(), status=_BEGUN)
def pay_order(body: dict[str, Any], order: str) -> Answer:
    """Begin to pay an open order. Status and `Prefer` as for a new order."""
    _own(order)
    _ready(visitor())
    return _begin(lambda by: house().checkout.pay(by, order, _paying(body), surplus=False))


@routes.post("/my/orders/<id:order>/cancel", _SHOWN)
def cancel_order(order: str) -> dict[str, Any]:
    """Drop an order that has not been paid; its bills are free again."""
    _own(order)

    def act(by: Caller) -> str:
        house().checkout.cancel(by, order)
        return order

    return _shown(once(act, str))


@routes.post("/my/orders/<id:order>/giving-up", _SHOWN, status=_BEGUN)
def give_up_payment(order: str) -> Answer:
    """Stop waiting for a payment that nobody makes: it is reversed, and the order is open again.

    Its tender is `giving_up` until then; money that came meanwhile is given back. 409 when nothing waits, and when
    the provider cannot reverse. Status and `Prefer` as for a new order.
    """
    _own(order)
    return _begin(lambda by: house().checkout.give_up(by, order))


def _ready(by: Caller) -> None:
    """There is a till, and at a kiosk the paper for a receipt; before anything is ordered, and not after."""
    till = till_of(by)
    with house().store.read(by.street) as tx:
        must_print(tx, till)


def _begin(act: Callable[[Caller], Begun]) -> Answer:
    """Commit an intent and have it carried out; the order as it stands then, or on a repeat as it stands now."""

    def first(by: Caller) -> str:
        begun = act(by)
        carry_out(begun.planned)
        return begun.order

    shown = _shown(once(first, str))
    return shown, 202 if shown["confirming"] else 201, applied()


def _paying(body: dict[str, Any]) -> Sequence[Paying]:
    return [Paying(**tender) for tender in body["tenders"]]


def _own(order: str) -> OrderView:
    by = visitor()
    with house().store.read(by.street) as tx:
        return own.order(tx, by, order)


def _shown(order: str) -> dict[str, Any]:
    view = _own(order)
    payments = [attempt for attempt in view.attempts if attempt.kind == "payment"]
    plain = {name: getattr(view, name) for name in _PLAIN}
    return {**plain, "tenders": payments[-1].tenders if payments else [], "next": _next(view)}


def _next(view: OrderView) -> list[dict[str, str]]:
    """What may be done with an order as it stands."""
    steps = []
    if view.state == "open":
        steps += [_step("pay", "pay_order", view), _step("cancel", "cancel_order", view)]
    if view.confirming:
        steps += [_step("wait", "show_order", view)]
        if view.waiting and house().checkout.can_give_up(visitor().street, view.waiting):
            steps += [_step("give_up", "give_up_payment", view)]
    return steps


def _step(action: str, endpoint: str, view: OrderView) -> dict[str, str]:
    href = url_for(f"{routes.blueprint.name}.{endpoint}", order=view.id)
    return {"action": action, "method": "GET" if action == "wait" else "POST", "href": href}


_PLAIN: Final = tuple(name for name in _SHOWN.fields if name not in ("tenders", "next"))
