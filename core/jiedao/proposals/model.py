"""What a proposal is, and what the room whose business it is does with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from jiedao.directory.caller import Caller
from jiedao.store.direct import Row
from jiedao.store.unit import Tx


class Kind(StrEnum):
    """What is proposed."""

    CLOSING = "closing"
    """What became of an operation in review; the subject is its id."""
    BREAK = "break"
    """Closing a settlement break; the subject is its id."""
    REFUND = "refund"
    """Giving back lines of an order; the subject is the order's id."""
    HAND_OVER = "hand_over"
    """Handing over money that could not go back the way it came; the subject is the attempt's id."""


class State(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """What it was about ended by itself before anybody decided."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposal. `amount` is fen; `wanted` is what its room needs to carry it out, without secrets."""

    id: str
    kind: Kind
    subject: str
    amount: int
    wanted: Mapping[str, Any]
    evidence: str
    proposed_by: str
    proposed_name: str
    till: str
    """Where the first person worked; a refund is made there."""
    proposed_at: datetime
    state: State
    decided_by: str
    decided_name: str
    decision: str
    """What the second person saw, or why they refused; of a lapsed one, how the matter ended."""
    decided_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> Proposal:
        """From its row."""
        told = {field.name: getattr(row, field.name) for field in fields(cls)}
        return cls(**{**told, "kind": Kind(row.kind), "state": State(row.state)})


class Matter(Protocol):
    """The room whose business a kind of proposal is. Every method runs inside the transaction that decides."""

    def hold(self, tx: Tx, subject: str) -> None:
        """Keep everybody else from moving what the proposal is about until this transaction is over."""

    def took_part(self, tx: Tx, subject: str) -> Collection[str]:
        """Staff who took the payment, and so may not be the second pair of eyes."""

    def took_part_in_open(self, tx: Tx) -> Mapping[str, Collection[str]]:
        """The same of everything about which a proposal of this kind is open, at once, by subject."""

    def carry_out(self, tx: Tx, by: Caller, proposal: Proposal) -> None:
        """Do what two people agreed on; a `Problem` when it cannot be done any more. `by` is the second."""
