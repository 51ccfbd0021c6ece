"""The balance of every account, without recomputing it from all postings that there have ever been."""

from __future__ import annotations

from collections import Counter
from typing import Final

from sqlalchemy import select

from jiedao.figures.fold import with_tail
from jiedao.ledger import verify
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx


def balances(tx: Tx) -> list[tuple[str, str, int]]:
    """Account, unit and balance, debit positive; those at zero are left out.

    Accounts of single residents and orders are added up under what they have in common (`fold.kind_of`). Where much
    is not folded yet, everything is recomputed.
    """

    def reading() -> Counter[tuple[str, str]]:
        return Counter({(row.account, row.unit): row.amount for row in tx.rows(_SUMS)})

    read, sums = with_tail(tx, reading)
    if read.behind is not None:
        return verify.balances(tx)
    for key, amount in read.accounts.items():
        sums[key] += amount
    return [(account, unit, sums[account, unit]) for account, unit in sorted(sums) if sums[account, unit]]


_S = tables.account_sum.c
_SUMS: Final = select(_S.account, _S.unit, _S.amount).where(_S.street == STREET)
