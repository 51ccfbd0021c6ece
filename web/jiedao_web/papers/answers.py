"""PDF files as answers of the API."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from jiedao.hookspecs.values import Document
from jiedao.language import Text
from jiedao.problems import ServicePaused
from jiedao_web.problems import language
from jiedao_web.receipts import Rendered

MISSING: Final = "Missing-Glyphs"
PDF: Final[dict[str, Any]] = {
    "responses": {
        "200": {
            "description": "A PDF; the header Missing-Glyphs lists characters that it could not draw",
            "content": {"application/pdf": {}},
        }
    }
}


def drawn(rendered: Rendered) -> Response:
    """A paper of ours; characters that no font has are named in the header."""
    response = _pdf(rendered.content)
    if rendered.missing:
        response.headers[MISSING] = " ".join(f"U+{ord(char):04X}" for char in rendered.missing)
    return response


def document(given: Document) -> Response:
    """A paper of somebody else, if it is what it says: nothing else is passed on to a browser."""
    if not given.content.startswith(b"%PDF-"):
        raise ServicePaused("document.not_pdf", _NOT_PDF)
    return _pdf(given.content)


def language_of(query: dict[str, Any]) -> str:
    """The language that a paper is wanted in."""
    return language() if query["language"] == "auto" else str(query["language"])


def _pdf(content: bytes) -> Response:
    response = Response(content, content_type="application/pdf")
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


_NOT_PDF: Final = Text(zh="邮局给的不是 PDF 文件，请稍后再试", en="What the post gave is no PDF file; try again later")
