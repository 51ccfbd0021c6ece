"""Postage by the table of the street's contract, for the interface that cannot be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def postage(rows: Sequence[Mapping[str, Any]], product: str, province: str, grams: int) -> int | None:
    """Fen for one item, by the row of its province before the one for any; None where the table does not carry it."""
    fitting = [r for r in rows if r["product"] == product and r["province"] in ("", province)]
    row = max(fitting, key=lambda r: len(r["province"]), default=None)
    if row is None or grams > row["maximum_grams"]:
        return None
    further = max(0, grams - row["first_grams"])
    steps = -(-further // row["step_grams"])
    return int(row["first_fen"] + steps * row["step_fen"])
