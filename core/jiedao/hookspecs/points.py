"""The points card: what is earned, whose card it is, and what its issuer must pay the street.

The street keeps the points books (lots, holds, debt) in its own ledger; the issuer sees claims. Points are integer
hundredths; a rate is in points for each yuan.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeAlias

from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.marker import hookspec
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded


@dataclass(frozen=True, slots=True)
class AccrualRequest(Request):
    """Which rates hold on `on` for these categories (see `jiedao.hookspecs.biller.Biller.category`)?"""

    on: date
    categories: frozenset[str]


@dataclass(frozen=True, slots=True)
class Accrual:
    """Points for each yuan by category, exact; a category that is not named earns nothing.

    `pending_days` is how long they wait before they can be spent, `valid_months` how long they live after that.
    The core rounds, once, per line.
    """

    rates: Mapping[str, Decimal]
    pending_days: int
    valid_months: int


@dataclass(frozen=True, slots=True)
class CardRequest(Request):
    """Whose card is this?"""

    card: str


@dataclass(frozen=True, slots=True)
class CardHolder:
    """Holder of a points card at its issuer. `member` is the issuer's own number of the person."""

    card: str
    member: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One redemption that the issuer is asked to pay, in fen (one point is one yuan).

    Negative where a redemption was undone by a refund; the total of a claim is always positive.
    """

    operation: str
    member: str
    category: str
    amount: int
    redeemed_on: date


@dataclass(frozen=True, slots=True)
class ClaimRequest(Request):
    """Ask the issuer to pay. `operation` is the number of the claim; `total` is the sum of the lines, in fen."""

    operation: str
    total: int
    lines: tuple[ClaimLine, ...]


@dataclass(frozen=True, slots=True)
class ClaimQuery(Request):
    """What became of the claim `operation`?"""

    operation: str
    total: int


@dataclass(frozen=True, slots=True)
class ClaimReceipt:
    """The issuer accepted a claim and will pay `total` fen under `reference`."""

    reference: str
    total: int


CardOutcome: TypeAlias = Succeeded[CardHolder] | Declined
ClaimOutcome: TypeAlias = Succeeded[ClaimReceipt] | Declined | Pending
ClaimAnswer: TypeAlias = Succeeded[ClaimReceipt] | Declined | Pending | NotFound


@hookspec
def points_accrue(request: AccrualRequest) -> Accrual:
    """Say what a purchase on a date earns, by category (broadcast: every enabled points plugin is asked).

    Called when tenders are chosen. Must not wait for anything outside and must not round.
    """
    raise NotImplementedError


@hookspec
def points_card(request: CardRequest) -> CardOutcome:
    """Find the holder of a card at the issuer.

    Called when a card is read for the first time. `Declined` when the card is unknown, lost or blocked. Must not
    change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def points_claim(request: ClaimRequest) -> ClaimOutcome:
    """Send the statement of redeemed points to the issuer, who must pay them.

    Called by the accountant's claim. The same `operation` must never be paid twice. A receipt for another total
    is `OutcomeUnknown`.
    """
    raise NotImplementedError


@hookspec
def points_claim_query(request: ClaimQuery) -> ClaimAnswer:
    """Say what became of an earlier `points_claim`. Called when the plugin declares `Recovery.QUERY`."""
    raise NotImplementedError
