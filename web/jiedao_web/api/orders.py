"""Orders: place, pay, cancel, refund, and see how it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from flask import Response, url_for

from jiedao.checkout import views
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.checkout.views import OrderView
from jiedao.directory.caller import Caller
from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao.proposals import proposals
from jiedao.proposals.model import Proposal
from jiedao_schemas.api.orders import (
    HandOver,
    HandOverProposed,
    NewOrder,
    NewRefund,
    OrderSearch,
    OrderShown,
    OrdersShown,
    Pay,
)
from jiedao_schemas.api.people import Reason
from jiedao_schemas.api.proposals import ProposalShown
from jiedao_web.api.shared.codes import tender_picture
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.prefer import applied, carry_out
from jiedao_web.routes import Answer, Routes
from jiedao_web.sessions import caller

routes = Routes("orders", "Orders, payments and refunds")
_SHOWN: Final = OrderShown()
_BEGUN: Final = (201, 202)
_PICTURE: Final = {"responses": {"200": {"description": "The QR code", "content": {"image/svg+xml": {}}}}}


@routes.post("/orders", _SHOWN, body=NewOrder(), status=_BEGUN)
def place_order(body: dict[str, Any]) -> Answer:
    """Make an order of bills; with tenders, pay it at once.

    201 when nothing is under way any more; 202 while something outside has to answer. `Prefer: wait=N` waits for it.
    """
    wanted = [Wanted(**line) for line in body["lines"]]
    paying = _paying(body)

    def act(by: Caller) -> Begun:
        if paying:
            return house().checkout.visit(by, body["resident"], wanted, paying, surplus=body["surplus"])
        return house().checkout.place(by, body["resident"], wanted)

    return _begin(act)


@routes.get("/orders", OrdersShown(), query=OrderSearch())
def list_orders(query: dict[str, Any]) -> dict[str, Any]:
    """Orders of a resident or a till, newest first."""
    most = query["limit"]
    till = query["till"] or caller().till
    with house().store.read(caller().street) as tx:
        rows = views.latest(tx, resident=query["resident"], till=till, before=query["before"], most=most)
    return {"orders": rows, "before": rows[-1].id if len(rows) == most else ""}


@routes.get("/orders/<id:order>", _SHOWN)
def show_order(order: str) -> dict[str, Any]:
    """An order with everything that has happened to it, and what may be done next."""
    return _shown(order)


@routes.get("/orders/<id:order>/tenders/<int(max=1000):number>/qr.svg", None, doc=_PICTURE)
def tender_code(order: str, number: int) -> Response:
    """What the resident's phone has to scan for a tender of the payment that is under way, as a QR code."""
    with house().store.read(caller().street) as tx:
        return tender_picture(views.order(tx, order), number)


@routes.post("/orders/<id:order>/attempts", _SHOWN, body=Pay(), status=_BEGUN)
def pay_order(body: dict[str, Any], order: str) -> Answer:
    """Begin to pay an open order. Status and `Prefer` as for a new order."""
    return _begin(lambda by: house().checkout.pay(by, order, _paying(body), surplus=body["surplus"]))


@routes.post("/orders/<id:order>/cancel", _SHOWN)
def cancel_order(order: str) -> dict[str, Any]:
    """Drop an order that has not been paid; its bills are free again."""

    def act(by: Caller) -> str:
        house().checkout.cancel(by, order)
        return order

    return _shown(once(act, str))


@routes.post("/orders/<id:order>/giving-up", _SHOWN, status=_BEGUN)
def give_up_payment(order: str) -> Answer:
    """Stop waiting for a payment (a code nobody scans, a reader nobody uses): it is reversed, the order open again.

    Its tender is `giving_up` until then. 409 when nothing waits, or the provider cannot reverse. Status and `Prefer`
    as for a new order.
    """
    return _begin(lambda by: house().checkout.give_up(by, order))


@routes.post("/orders/<id:order>/refunds", _SHOWN, body=NewRefund(), status=_BEGUN)
def refund_order(body: dict[str, Any], order: str) -> Answer:
    """Give lines back, in part or in whole. Status and `Prefer` as for a new order.

    409 `proposal.needed` when more of the order would have gone back than the street leaves to one person.
    """
    owes, amounts = body["biller_owes"], _amounts(body)
    return _begin(lambda by: house().checkout.refund(by, order, amounts, body["reason"], biller_owes=owes), order)


@routes.post("/orders/<id:order>/refunds/proposals", ProposalShown(), body=NewRefund(), status=[201])
def propose_refund(body: dict[str, Any], order: str) -> Proposal:
    """The same above the street's limit: proposed here, made at this till as soon as another person agrees."""
    owes, amounts = body["biller_owes"], _amounts(body)
    return _proposal(lambda by: house().checkout.propose_refund(by, order, amounts, body["reason"], biller_owes=owes))


@routes.post("/orders/<id:order>/void", _SHOWN, body=Reason(), status=_BEGUN)
def void_order(body: dict[str, Any], order: str) -> Answer:
    """Give back all that is left of an order."""

    def act(by: Caller) -> Begun:
        with house().store.read(by.street) as tx:
            left = views.order(tx, order).refundable
        if not left:
            raise Conflict("order.nothing_left", _NOTHING_LEFT)
        return house().checkout.refund(by, order, left, body["reason"])

    return _begin(act, order)


@routes.post("/attempts/<id:attempt>/hand-overs", _SHOWN, body=HandOver())
def hand_over(body: dict[str, Any], attempt: str) -> dict[str, Any]:
    """Hand money over in cash or as credit that could not go back the way it came (accountants)."""

    def act(by: Caller) -> str:
        house().checkout.hand_over(by, attempt, body["source"], body["tender"], body["how"])
        return attempt

    once(act, str)
    with house().store.read(caller().street) as tx:
        order = views.order_of(tx, attempt)
    return _shown(order)


@routes.post("/attempts/<id:attempt>/hand-overs/proposals", ProposalShown(), body=HandOverProposed(), status=[201])
def propose_hand_over(body: dict[str, Any], attempt: str) -> Proposal:
    """The same above the street's limit, for another person to agree to (accountants)."""
    return _proposal(lambda by: house().checkout.propose_hand_over(by, attempt, **body))


def _proposal(act: Callable[[Caller], str]) -> Proposal:
    made = once(act, str)
    with house().store.read(caller().street) as tx:
        return proposals.look(tx, made)


def _amounts(body: dict[str, Any]) -> dict[int, int]:
    amounts: dict[int, int] = {}
    for part in body["lines"]:
        amounts[part["line"]] = amounts.get(part["line"], 0) + part["amount"]
    return amounts


def _begin(act: Any, order: str = "") -> Answer:
    """Commit an intent and have it carried out; the order as it stands then, or on a repeat as it stands now."""

    def first(by: Caller) -> str:
        begun: Begun = act(by)
        carry_out(begun.planned)
        return begun.order

    shown = _shown(once(first, lambda made: order or made))
    return shown, 202 if shown["confirming"] else 201, applied()


def _paying(body: dict[str, Any]) -> Sequence[Paying]:
    return [Paying(**tender) for tender in body["tenders"]]


def _shown(order: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        view = views.order(tx, order)
    shown = {name: getattr(view, name) for name in _PLAIN}
    return {**shown, "next": _next(view)}


def _next(view: OrderView) -> list[dict[str, str]]:
    """What may be done with an order as it stands."""
    steps = []
    if view.state == "open":
        steps += [_step("pay", "pay_order", view), _step("cancel", "cancel_order", view)]
    if view.confirming:
        steps += [_step("wait", "show_order", view)]
        if view.waiting and house().checkout.can_give_up(caller().street, view.waiting):
            steps += [_step("give_up", "give_up_payment", view)]
    elif view.refundable:
        steps += [_step("refund", "refund_order", view), _step("void", "void_order", view)]
    steps += [_href("hand_over", "orders.hand_over", attempt=one.attempt) for one in view.to_hand_over[:1]]
    return steps + [_href("print", "receipts.print_receipt", number=number) for number in view.receipts]


def _step(action: str, endpoint: str, view: OrderView) -> dict[str, str]:
    return _href(action, f"orders.{endpoint}", order=view.id)


def _href(action: str, endpoint: str, **values: Any) -> dict[str, str]:
    return {"action": action, "method": "GET" if action == "wait" else "POST", "href": url_for(endpoint, **values)}


_PLAIN: Final = tuple(name for name in _SHOWN.fields if name != "next")
_NOTHING_LEFT: Final = Text(zh="这笔交易没有可以退的了", en="There is nothing left of this order to give back")
