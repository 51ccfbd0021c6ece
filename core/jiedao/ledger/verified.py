"""The last verification of a street's books, kept so that a page can show it without verifying again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select, update

from jiedao.ledger.verify import Verified
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param


@dataclass(frozen=True, slots=True)
class LastVerification:
    """When the books were verified, and how many faults were found; `first` is the first of them in words."""

    at: datetime
    faults: int
    first: str


def last_verification(tx: Tx) -> LastVerification | None:
    """What was found last; None where the books were never verified."""
    row = tx.first(_LAST)
    return LastVerification(row.at, row.faults, row.first) if row else None


def keep_verification(store: Store, street: str, found: Verified) -> None:
    """Keep what was found, in place of what was found before."""
    first = f"{found.faults[0].where}: {found.faults[0].what}" if found.faults else ""
    store.retrying(street, lambda tx: _keep(tx, len(found.faults), first))


def _keep(tx: Tx, faults: int, first: str) -> None:
    if not tx.change(_KEEP, at=tx.now, faults=faults, first=first):
        try:
            tx.add(tables.verification, at=tx.now, faults=faults, first=first)
        except AlreadyThere:
            raise Overtaken from None


_V = tables.verification.c
_LAST: Final = select(tables.verification).where(_V.street == STREET)
_KEEP: Final = (
    update(tables.verification)
    .where(_V.street == STREET)
    .values(at=param("at"), faults=param("faults"), first=param("first"))
)
