"""The one rounding rule of the points programme."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal


def earned(fen: int, rate: Decimal) -> int:
    """Hundredths of a point for an amount in fen at a rate in points for each yuan; half-even, once per line.

    A yuan is a hundred fen and a point a hundred hundredths, so the number is simply fen times rate.
    """
    return int((Decimal(fen) * rate).to_integral_value(ROUND_HALF_EVEN))


def part(whole: int, numerator: int, denominator: int) -> int:
    """The share of `whole` that belongs to a part of an amount; half-even."""
    return int((Decimal(whole) * numerator / denominator).to_integral_value(ROUND_HALF_EVEN))
