"""A street's points programme: whose points, who pays for them and when, and what they may be spent on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from jiedao.hookspecs.biller import CATEGORIES
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import Posting, cr, debit
from jiedao.problems import Conflict, Invalid
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Tx


class Funding(StrEnum):
    """When the post office pays for points."""

    POSTPAID = "postpaid"
    """After they are spent: it owes what was redeemed (1120)."""
    PREPAID = "prepaid"
    """Before: it keeps a pool filled (2120)."""
    ACCRUAL_BACKED = "accrual_backed"
    """When they are earned: it owes what was accrued (1121), the street owes the residents (2110)."""


@dataclass(frozen=True, slots=True)
class Programme:
    """The settings of a programme. One point is one yuan when it is spent."""

    connection: str
    funding: Funding
    categories: frozenset[str]
    """Categories of bills that may be paid with points."""

    def on_redeem(self, amount: int) -> Posting:
        """Who bears a redemption of `amount` hundredths, which are as many fen."""
        account = {
            Funding.POSTPAID: accounts.POINTS_REDEEMED,
            Funding.PREPAID: accounts.POINTS_POOL,
            Funding.ACCRUAL_BACKED: accounts.POINTS_LIABILITY,
        }[self.funding]
        return debit(account, amount)

    def on_accrue(self, amount: int) -> tuple[Posting, ...]:
        """Money side of points earned; the other way round (negative) when they lapse or are taken back."""
        if self.funding is not Funding.ACCRUAL_BACKED:
            return ()
        return debit(accounts.POINTS_ACCRUED, amount), cr(accounts.POINTS_LIABILITY, amount)

    def on_paid(self) -> str:
        """Account that a payment of the issuer settles."""
        return {
            Funding.POSTPAID: accounts.POINTS_REDEEMED,
            Funding.PREPAID: accounts.POINTS_POOL,
            Funding.ACCRUAL_BACKED: accounts.POINTS_ACCRUED,
        }[self.funding]


def found(tx: Tx, connection: str, funding: str, categories: list[str]) -> None:
    """Start the street's programme; a street has one."""
    for name in categories:
        if name not in CATEGORIES:
            raise Invalid("programme.category", _CATEGORY.format(name=name), field="categories")
    try:
        tx.add(tables.programme, connection=connection, funding=Funding(funding), categories=sorted(categories))
    except AlreadyThere:
        raise Conflict("programme.exists", _EXISTS) from None


def programme(tx: Tx) -> Programme | None:
    """The street's programme, if it has one."""
    row = tx.first(_PROGRAMME)
    return Programme(row.connection, Funding(row.funding), frozenset(row.categories)) if row else None


_PROGRAMME: Final = select(tables.programme).where(tables.programme.c.street == STREET)
_EXISTS: Final = Text(zh="本街道已有积分计划", en="This street already has a points programme")
_CATEGORY: Final = Text(zh="没有“{name}”这一类账单", en='There is no category of bills called "{name}"')
