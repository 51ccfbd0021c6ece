"""Receipts as data and on every medium, and the slip that says that something is still being confirmed."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, url_for

from jiedao.checkout import slips, views
from jiedao.checkout.receipt import Receipt
from jiedao.checkout.state import load
from jiedao.directory.caller import Caller, claim
from jiedao.language import Text
from jiedao.problems import Conflict
from jiedao_schemas.api.receipts import ReceiptShown, Rendering
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.media import FILE, MEDIA, picture
from jiedao_web.papers.answers import language_of
from jiedao_web.receipts import render_escpos, render_pdf
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("receipts", "Receipts, prints and interim slips")
_SHOWN: Final = ReceiptShown()
_QUERY: Final = Rendering()


@routes.get("/receipts/<number:number>", _SHOWN)
def show_receipt(number: str) -> dict[str, Any]:
    """A receipt, as it was written, and which characters the printers of this machine cannot draw."""
    shown = _shown(number)
    receipt = shown["receipt"]
    missing = {"escpos": render_escpos(receipt).missing, "pdf": render_pdf(receipt).missing}
    return {**shown, "receipt": receipt.as_json(), "missing": missing}


@routes.get("/receipts/<number:number>.<any(html, pdf, escpos, txt):medium>", None, query=_QUERY, doc=FILE)
def receipt_picture(query: dict[str, Any], number: str, medium: str) -> Response:
    """A receipt on a medium, as it was last printed."""
    with house().store.read(caller().street) as tx:
        receipt = slips.as_printed(tx, number)
    return picture(receipt.in_language(language_of(query)), medium, query)


@routes.post("/receipts/<number:number>/prints", _SHOWN, status=[201])
def print_receipt(number: str) -> dict[str, Any]:
    """Count a print: the first is the original, from the second on the pictures are marked as reprints (补打)."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            slips.count_print(tx, number)
            claim(tx, by, "receipt", number)
        return number

    shown = _shown(once(act, str))
    return {**shown, "receipt": shown["receipt"].as_json()}


@routes.get("/orders/<id:order>/slip.<any(html, pdf, escpos, txt):medium>", None, query=_QUERY, doc=FILE)
def order_slip(query: dict[str, Any], order: str, medium: str) -> Response:
    """The slip that says what is still being confirmed. It has no number and is no proof of payment."""
    slip = interim_slip(order)
    return picture(slip.in_language(language_of(query)), medium, query)


def interim_slip(order: str) -> Receipt:
    """The slip of a payment that is being confirmed; `Conflict` when nothing of the order is."""
    with house().store.read(caller().street) as tx:
        paying = [one for one in views.order(tx, order).attempts if one.kind == "payment" and not one.finished]
        if not paying:
            raise Conflict("slip.final", _FINAL)
        return slips.picture(tx, house().desk, load(tx, paying[-1].id))


def _shown(number: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        receipt = slips.as_printed(tx, number)
    pictures = {medium: url_for("receipts.receipt_picture", number=number, medium=medium) for medium in MEDIA}
    return {"number": number, "copy": receipt.copy, "receipt": receipt, "pictures": pictures}


_FINAL: Final = Text(
    zh="这笔交易没有待确认的事项；请打印收据", en="Nothing of this order is being confirmed; print its receipt"
)
