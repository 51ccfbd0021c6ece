"""Receipts of a resident's own orders."""

from __future__ import annotations

from typing import Any, Final

from flask import Response, url_for

from jiedao.checkout import own, slips
from jiedao.checkout.receipt import Receipt
from jiedao_schemas.api import my as schemas
from jiedao_web.context import house
from jiedao_web.media import picture
from jiedao_web.papers.answers import language_of
from jiedao_web.resident_sessions import visitor
from jiedao_web.routes import Routes, Who

routes = Routes("my_receipts", "A resident's own receipts", who=Who.RESIDENT)
_MEDIA: Final = ("html", "pdf")
_FILE: Final = {
    "responses": {"200": {"description": "The receipt", "content": {"text/html": {}, "application/pdf": {}}}}
}


@routes.get("/my/receipts/<number:number>", schemas.MyReceiptShown())
def show_receipt(number: str) -> dict[str, Any]:
    """A receipt as it was written."""
    endpoint = f"{routes.blueprint.name}.receipt_picture"
    pictures = {medium: url_for(endpoint, number=number, medium=medium) for medium in _MEDIA}
    return {"number": number, "receipt": _own(number).as_json(), "pictures": pictures}


@routes.get("/my/receipts/<number:number>.<any(html, pdf):medium>", None, query=schemas.MyRendering(), doc=_FILE)
def receipt_picture(query: dict[str, Any], number: str, medium: str) -> Response:
    """A receipt to look at or to keep, as it was last printed."""
    return picture(_own(number).in_language(language_of(query)), medium, query)


def _own(number: str) -> Receipt:
    by = visitor()
    with house().store.read(by.street) as tx:
        own.receipt(tx, by, number)
        return slips.as_printed(tx, number)
