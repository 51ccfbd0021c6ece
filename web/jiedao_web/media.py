"""A slip of paper as an answer on the medium that was asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from flask import Response

from jiedao.checkout.receipt import Receipt
from jiedao_web.papers.answers import MISSING
from jiedao_web.receipts import Rendered, Slip, ThermalPrinter, render_escpos, render_html, render_pdf, render_text


def picture(slip: Receipt | Slip, medium: str, query: dict[str, Any]) -> Response:
    """The slip on a medium: html, pdf, escpos or txt."""
    rendered = MEDIA[medium](slip, query)
    response = Response(rendered.content, content_type=rendered.media_type)
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    if rendered.missing:
        response.headers[MISSING] = " ".join(f"U+{ord(char):04X}" for char in rendered.missing)
    return response


def _thermal(slip: Receipt | Slip, query: dict[str, Any]) -> Rendered:
    printer = ThermalPrinter(encoding=query["encoding"], drawer=query["drawer"] == "true")
    return render_escpos(slip, printer)


MEDIA: Final[dict[str, Callable[[Receipt | Slip, dict[str, Any]], Rendered]]] = {
    "html": lambda slip, _: render_html(slip),
    "pdf": lambda slip, _: render_pdf(slip),
    "escpos": _thermal,
    "txt": lambda slip, query: render_text(slip, query["columns"]),
}
FILE: Final[dict[str, Any]] = {
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
