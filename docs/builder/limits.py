"""Limits on what comes in, from the modules that enforce them."""

from __future__ import annotations

from builder.source import table
from jiedao.certification import photo
from jiedao_billfile import tables
from jiedao_connectors import http
from jiedao_web import app


def enforced() -> str:
    """Every limit with its number."""
    rows = [
        ("body of a request to the API", f"{app.LARGEST:,} bytes"),
        ("photo of a certification", f"{photo.LARGEST:,} bytes"),
        ("answer of a provider over HTTP", f"{http.MAXIMUM_ANSWER:,} bytes"),
        ("file of bills", f"{tables.MAXIMUM_BYTES:,} bytes"),
        ("the same, unzipped (XLSX)", f"{tables.MAXIMUM_UNZIPPED:,} bytes"),
        ("rows, columns of a file of bills", f"{tables.MAXIMUM_ROWS:,}, {tables.MAXIMUM_COLUMNS}"),
    ]
    return table(("what", "at most"), rows)
