"""Receipts as data and on every medium, and the slip that says that something is still being confirmed."""

from __future__ import annotations

from collections.abc import Callable
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
from jiedao_web.problems import language
from jiedao_web.receipts import Rendered, ThermalPrinter, render_escpos, render_html, render_pdf, render_text
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("receipts", "Receipts, prints and interim slips")
MISSING: Final = "Missing-Glyphs"
"""Header with the characters that the medium cannot draw, as code points."""
_SHOWN: Final = ReceiptShown()
_QUERY: Final = Rendering()
_FILE: Final = {
    "responses": {
        "200": {
            "description": "The slip on the medium; the header Missing-Glyphs lists what the medium cannot draw",
            "content": {
                media_type: {}
                for media_type in ("text/html", "application/pdf", "application/vnd.escpos", "text/plain")
            },
        }
    }
}


@routes.get("/receipts/<number:number>", _SHOWN)
def show_receipt(number: str) -> dict[str, Any]:
    """A receipt, as it was written, and which characters the printers of this machine cannot draw."""
    shown = _shown(number)
    receipt = shown["receipt"]
    missing = {"escpos": render_escpos(receipt).missing, "pdf": render_pdf(receipt).missing}
    return {**shown, "receipt": receipt.as_json(), "missing": missing}


@routes.get("/receipts/<number:number>.<any(html, pdf, escpos, txt):medium>", None, query=_QUERY, doc=_FILE)
def receipt_picture(query: dict[str, Any], number: str, medium: str) -> Response:
    """A receipt on a medium, as it was last printed."""
    with house().store.read(caller().street) as tx:
        receipt = slips.as_printed(tx, number)
    return _picture(receipt, medium, query)


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


@routes.get("/orders/<id:order>/slip.<any(html, pdf, escpos, txt):medium>", None, query=_QUERY, doc=_FILE)
def order_slip(query: dict[str, Any], order: str, medium: str) -> Response:
    """The slip that says what is still being confirmed. It has no number and is no proof of payment."""
    with house().store.read(caller().street) as tx:
        paying = [one for one in views.order(tx, order).attempts if one.kind == "payment" and not one.finished]
        if not paying:
            raise Conflict("slip.final", _FINAL)
        slip = slips.picture(tx, house().desk, load(tx, paying[-1].id))
    return _picture(slip, medium, query)


def _shown(number: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        receipt = slips.as_printed(tx, number)
    pictures = {medium: url_for("receipts.receipt_picture", number=number, medium=medium) for medium in _MEDIA}
    return {"number": number, "copy": receipt.copy, "receipt": receipt, "pictures": pictures}


def _picture(receipt: Receipt, medium: str, query: dict[str, Any]) -> Response:
    rendered = _MEDIA[medium](receipt.in_language(_language(query)), query)
    response = Response(rendered.content, content_type=rendered.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    if rendered.missing:
        response.headers[MISSING] = " ".join(f"U+{ord(char):04X}" for char in rendered.missing)
    return response


def _language(query: dict[str, Any]) -> str:
    return language() if query["language"] == "auto" else str(query["language"])


def _thermal(receipt: Receipt, query: dict[str, Any]) -> Rendered:
    printer = ThermalPrinter(encoding=query["encoding"], drawer=query["drawer"] == "true")
    return render_escpos(receipt, printer)


_MEDIA: Final[dict[str, Callable[[Receipt, dict[str, Any]], Rendered]]] = {
    "html": lambda receipt, _: render_html(receipt),
    "pdf": lambda receipt, _: render_pdf(receipt),
    "escpos": _thermal,
    "txt": lambda receipt, query: render_text(receipt, query["columns"]),
}
_FINAL: Final = Text(
    zh="这笔交易没有待确认的事项；请打印收据", en="Nothing of this order is being confirmed; print its receipt"
)
