"""Amounts, shares and moments as the console says them."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from jiedao.clock import local

_SIGNS: Final = {"CNY": "¥"}


def amount(fen: int) -> str:
    """ "171,100.00" from 17110000; hundredths of a point as well. A true minus sign stands before less than nothing."""
    sign = "−" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def money(fen: int, currency: str) -> str:
    """The amount with its currency: "¥171,100.00", or the code where there is no sign for it."""
    sign = _SIGNS.get(currency, f"{currency} ")
    return f"−{sign}{amount(-fen)}" if fen < 0 else f"{sign}{amount(fen)}"


def percent(part: int, whole: int) -> str:
    """ "37.5 %"; nothing of nothing is nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "—"


def clock(moment: datetime, timezone: str) -> str:
    """ "15:30" in the street."""
    return f"{local(moment, timezone):%H:%M}"
