"""Resident credit (2102), and the account on which a tender's money stands."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update

from jiedao.checkout.state import Attempt, Tender
from jiedao.ledger import accounts
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


def tender_account(tender: Tender, hall: str, attempt: Attempt) -> str:
    """The account that a tender's money stands on."""
    if tender.kind == "cash":
        return accounts.cash(hall, attempt.book)
    if tender.kind == "credit":
        return accounts.credit(attempt.resident or "")
    return accounts.acquirer(tender.connection)


def credit_of(tx: Tx, resident: str) -> int:
    """What the street owes a resident, in fen."""
    row = tx.first(_CREDIT, resident=resident)
    return int(row.balance) if row else 0


_C = tables.credit.c
_MINE: Final = (_C.street == STREET) & (_C.resident == param("resident"))
_CREDIT: Final = select(tables.credit).where(_MINE)
USE_CREDIT: Final = update(tables.credit).where(_MINE, _C.balance >= param("n")).values(balance=_C.balance - param("n"))
ADD_CREDIT: Final = update(tables.credit).where(_MINE).values(balance=_C.balance + param("n"))
