"""A payment as it stands, the history of payments, and receipts."""

from __future__ import annotations

from typing import Any, Final

from flask import request

from jiedao.checkout import own, slips
from jiedao_web.api.my import bills, orders, points
from jiedao_web.context import house
from jiedao_web.phone.frame import show
from jiedao_web.phone.parts import Pages
from jiedao_web.resident_sessions import resident

pages = Pages()
_PAGE: Final = 15


@pages.get("/orders")
def history() -> str:
    """Payments, newest first."""
    found = orders.list_orders({"before": request.args.get("before", "")[:40], "limit": _PAGE})
    return show("phone/history.html", orders=found["orders"], before=found["before"])


@pages.get("/orders/<id:order>")
def payment(order: str) -> str:
    """How a payment stands: a code to scan, being confirmed, paid, or to be paid in another way."""
    shown = orders.show_order(order)
    ways = bills.tenders()["tenders"] if shown["state"] == "open" else []
    able = {step["action"] for step in shown["next"]}
    code = next((one for one in shown["tenders"] if one.show), None) if "wait" in able else None
    page = {"order": {"id": order, "follow": shown["confirming"], "total": shown["total"]}}
    return show(
        "phone/payment.html",
        page=page,
        order=shown,
        verdict=_verdict(shown, code),
        code=code,
        opens=code is not None and code.show.startswith(_OPENS),
        able=able,
        ways=ways,
        earned=_earned(shown),
    )


@pages.get("/receipts/<number:number>")
def receipt(number: str) -> str:
    """A receipt in large type; the paper is there to be kept."""
    by = resident()
    with house().store.read(by.street) as tx:
        own.receipt(tx, by, number)
        found = slips.as_printed(tx, number)
    return show("phone/receipt.html", receipt=found, balance=points.points()["balance"])


def _verdict(order: dict[str, Any], code: Any) -> str:
    """One word for it, of which the words of the screen speak. What is not known is never called failed."""
    if order["review"]:
        return "review"
    if code is not None:
        return "scan"
    if any(tender.state == "giving_up" for tender in order["tenders"]):
        return "giving_up"
    if order["confirming"]:
        return "confirming"
    return str(order["state"])


def _earned(order: dict[str, Any]) -> int:
    """Hundredths of a point that came with it, by its receipts."""
    if not order["receipts"]:
        return 0
    with house().store.read(resident().street) as tx:
        return sum(slips.find(tx, number).points_earned for number in order["receipts"])


_OPENS: Final = ("https://", "weixin://", "alipays://", "upwallet://")
"""Beginnings of codes that a phone can open as well as scan."""
