"""Rows for a spreadsheet: what happened in a span, day by day, so that a year need not fit into memory.

Identifiers (an account, a receipt, a number of the post) are text whatever they look like. Numbers of residents are
masked, as everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jiedao.figures.sheets import certifications, parcels, payments, points, shifts
from jiedao.figures.sheets.sheet import Sheet

SHEETS: Final[Mapping[str, Sheet]] = {
    sheet.name: sheet
    for sheet in (
        payments.PAYMENTS,
        points.POINTS,
        shifts.SHIFTS,
        certifications.CERTIFICATIONS,
        parcels.PARCELS,
    )
}
"""Every kind of export by its name."""
