"""The chart of accounts. Debits are positive, credits negative; A asset, L liability, X income or expense.

Points accounts are memo accounts whose postings always sum to zero.
"""

from __future__ import annotations

from typing import Final

BANK: Final = "1102"


def cash(hall: str, till: str) -> str:
    """A: money in a drawer."""
    return f"1101:{hall}:{till}"


def acquirer(connection: str) -> str:
    """A: card and QR sales that the acquirer has not settled yet."""
    return f"1110:{connection}"


POINTS_REDEEMED: Final = "1120"
"""A: the post office owes us for points spent."""
POINTS_ACCRUED: Final = "1121"
"""A: the post office will owe us for points earned (accrual-backed funding)."""


def refund_due(biller: str) -> str:
    """A: a biller must give money back."""
    return f"1130:{biller}"


def suspense(connection: str) -> str:
    """A: unmatched."""
    return f"1190:{connection}"


def payable(biller: str) -> str:
    """L: owed to a biller."""
    return f"2101:{biller}"


def credit(resident: str) -> str:
    """L: overpaid or to be handed back."""
    return f"2102:{resident}"


def in_progress(order: str) -> str:
    """L: taken for an order that is not finished. Zero for every finished order."""
    return f"2103:{order}"


POINTS_LIABILITY: Final = "2110"
"""L: points that residents hold (accrual-backed funding)."""
POINTS_POOL: Final = "2120"
"""L: what the post office has paid ahead (prepaid funding)."""
COMMISSION: Final = "4101"
ACQUIRING_FEE: Final = "5101"
CASH_OVER_SHORT: Final = "5102"
WRITE_OFF: Final = "5103"
POSTAGE: Final = "5104"
"""X: postage that the street bears itself, as for finished certificates."""
OWN_FLOAT: Final = "3101"
"""Equity: change money that the street itself put into a drawer."""

ISSUER: Final = "pts:issuer"
REDEEMED: Final = "pts:redeemed"
EXPIRED: Final = "pts:expired"


def points(resident: str, state: str) -> str:
    """Memo: a resident's points; `state` is pending, active, held or debt."""
    return f"{_POINTS}{resident}:{state}"


def points_of(account: str) -> tuple[str, str] | None:
    """Whose points an account holds and in which state; None for any other account."""
    if not account.startswith(_POINTS):
        return None
    resident, _, state = account.removeprefix(_POINTS).rpartition(":")
    return resident, state


_POINTS: Final = "pts:resident:"
