"""Rows for spreadsheets (accountants); every export is in the audit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from flask import Response

from jiedao.figures.exporting import begin
from jiedao.figures.sheets import SHEETS
from jiedao.figures.sheets.sheet import Sheet
from jiedao.figures.span import Span
from jiedao.figures.street import span_of
from jiedao.house import House
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao_schemas.api.figures import ExportSearch
from jiedao_schemas.tablefile import CSV, MOST, XLSX, csv_file, xlsx_file
from jiedao_web.context import house
from jiedao_web.papers.answers import language_of
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("exports", "Rows for spreadsheets")
_BYTES: Final = {"type": "string", "format": "binary"}
_FILE: Final = {
    "responses": {
        "200": {
            "description": "The file. In CSV a text that looks like a number, a date or a formula begins with an "
            "apostrophe that is no part of it; in XLSX such a text is a text cell.",
            "content": {"text/csv": {"schema": _BYTES}, XLSX: {"schema": _BYTES}},
        }
    }
}


@routes.get("/exports/<code:file>", None, query=ExportSearch(), doc=_FILE)
def export(query: dict[str, Any], file: str) -> Response:
    """payments, points, shifts, certifications or parcels of a span, as .csv or .xlsx.

    422 when the span has more rows than a file takes: 500000 as CSV, 50000 as XLSX.
    """
    name, _, form = file.rpartition(".")
    sheet = SHEETS.get(name)
    if sheet is None or form not in MOST:
        raise NotFound("export.missing", _MISSING.format(known=", ".join(SHEETS)))
    by = caller()
    with house().store.read(by.street) as tx:
        span = span_of(tx, query["span"], query["first"], query["last"])
    timezone = begin(house().store, by, sheet, span, form, MOST[form])
    language = language_of(query)
    if form == "csv":
        answer = Response(_csv(house(), by.street, sheet, span, language, timezone), content_type=CSV)
    else:
        with house().store.read(by.street) as tx:
            written = xlsx_file(sheet, sheet.rows(tx, span, timezone), language, timezone)
        answer = Response(written, content_type=XLSX)
    title = f"{sheet.name}-{by.street}-{span.first}-{span.last}.{form}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{title}"'
    return answer


def _csv(of: House, street: str, sheet: Sheet, span: Span, language: str, timezone: str) -> Iterator[bytes]:
    """Read while it is sent, all as of one moment."""
    with of.store.read(street) as tx:
        yield from csv_file(sheet, sheet.rows(tx, span, timezone), language, timezone)


_MISSING: Final = Text(
    zh="没有这种导出；有 {known}，扩展名为 .csv 或 .xlsx", en="No such export; there are {known}, as .csv or .xlsx"
)
