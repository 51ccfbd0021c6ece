"""What an operation is, and how its outcome is told to the room that planned it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, Protocol

from jiedao.store.direct import Row
from jiedao.store.unit import Tx


class State(StrEnum):
    """Where an operation stands."""

    PLANNED = "planned"
    """Nothing was sent; it waits for its time."""
    SENT = "sent"
    """A worker has it: it may or may not have reached the provider."""
    UNKNOWN = "unknown"
    """It may have reached the provider; no trustworthy answer yet."""
    PENDING = "pending"
    """The provider took it and will decide; never sent again."""
    REVIEW = "review"
    """Asking has not helped; a person with evidence may close it. Asking goes on where it can."""
    SUCCEEDED = "succeeded"
    DECLINED = "declined"
    REVERSED = "reversed"
    """It was unknown and has been undone at the provider, whatever it was."""


FINAL: Final = frozenset({State.SUCCEEDED, State.DECLINED, State.REVERSED})


@dataclass(frozen=True, slots=True)
class Operation:
    """One act. `fence` tells which worker may still write to it; `request` is the act itself, without secrets."""

    street: str
    id: str
    connection: str
    hook: str
    subject_kind: str
    subject: str
    part: str
    """Which part of the subject: a line number, a tender number."""
    state: State
    fence: int
    tries: int
    request: dict[str, Any]
    sent_at: Any
    original: str = ""
    """The operation that this one undoes."""
    sealed: bytes | None = None
    """Fields of the request that are not stored in clear."""
    reason: str = ""
    """What was said of it last, for the operator."""

    @classmethod
    def of(cls, row: Row) -> Operation:
        """From its row."""
        return cls(
            row.street,
            row.id,
            row.connection,
            row.hook,
            row.subject_kind,
            row.subject,
            row.part,
            State(row.state),
            row.fence,
            row.tries,
            row.request,
            row.sent_at,
            row.original,
            row.sealed,
            row.reason,
        )


@dataclass(frozen=True, slots=True)
class News:
    """What became known of an operation: its new state, the provider's evidence, and why.

    `late` marks a success that arrived after the operation had been given up as not done.
    """

    state: State
    detail: Any = None
    reason: dict[str, str] | None = None
    """For the resident, in both languages."""
    code: str = ""
    late: bool = False


class Subject(Protocol):
    """A room that plans operations. Called inside the transaction that records the news."""

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """Take note of news, and plan what comes next in the same transaction."""
