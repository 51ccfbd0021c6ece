"""What happened to an operation that did not end with its first answer: one event for each try and each person.

An act that is sent and answered at once leaves none: its row says everything. Events are never changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from jiedao.ids import new_id
from jiedao.operations.model import FINAL, News, Operation, State
from jiedao.operations.secrets import without_secrets
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, Proposal
from jiedao.proposals.model import State as Decision
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param


class How(StrEnum):
    """By what something became known."""

    SENT = "sent"
    """The act was sent."""
    ASKED = "asked"
    """The provider was asked about it."""
    HURRIED = "hurried"
    """Somebody wanted it to be asked about now."""
    NOTICE = "notice"
    """The provider sent a notice, which is never believed and makes us ask."""
    PERSON = "person"
    """A person said so, with evidence."""
    SETTLEMENT = "settlement"
    """The provider's settlement proves it."""
    REVERSAL = "reversal"
    """What undid it came to its end."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline. `what` is a `How`, or planned, ended, proposed, agreed, refused, lapsed."""

    what: str
    at: datetime | None
    """None where only the order is known."""
    state: str = ""
    """The state that it led to, of an operation."""
    tries: int = 0
    """How often it had been sent or asked about by then."""
    says: str = ""
    """The provider's words or the evidence, without secrets."""
    by: str = ""
    """Who, of a person."""
    reference: str = ""
    """The provider's number that a person gives."""


def note(tx: Tx, operation: Operation, news: News, how: How, *, often: int) -> None:
    """Write an event, unless the first answer ended it, or the same answer has come for the umpteenth time.

    `often` is how many equal answers are worth a line each.
    """
    clean = how is How.SENT and news.state in FINAL and operation.fence == 1
    same = news.state is operation.state and news.code == operation.reason and operation.tries > often
    if not clean and not same:
        _write(tx, operation, how, news.state, _told(news))


def note_hurry(tx: Tx, operation: Operation, how: How) -> None:
    """Note that an operation is asked about out of turn."""
    _write(tx, operation, how, operation.state, "")


def timeline(tx: Tx, row: Row) -> list[Moment]:
    """Everything that is known to have happened to an operation, oldest first."""
    moments = [Moment("planned", row.planned_at)]
    for proposal in proposals.of(tx, Kind.CLOSING, row.id):
        moments += _proposal(proposal)
    moments += map(_event, tx.rows(_EVENTS, operation=row.id))
    # What two people decided comes before what follows from it, which has the same moment: the sort is stable.
    moments.sort(key=lambda moment: moment.at or row.planned_at)
    known_end = any(moment.state == row.state for moment in moments)
    if row.state in FINAL and not known_end:
        moments.append(Moment("ended", None, row.state, row.tries, without_secrets(row.reason)))
    return moments


def _write(tx: Tx, operation: Operation, how: How, state: State, says: str) -> None:
    row = {"operation": operation.id, "id": new_id(), "at": tx.now, "how": how.value}
    tx.put(tables.operation_event, {**row, "tries": operation.tries, "state": state.value, "says": says})


def _event(row: Row) -> Moment:
    says = "" if row.how == How.PERSON else row.says  # who it was stands beside the evidence, by name
    return Moment(row.how, row.at, row.state, row.tries, says)


def _proposal(proposal: Proposal) -> list[Moment]:
    wanted = proposal.wanted
    first = Moment(
        "proposed",
        proposal.proposed_at,
        wanted.get("verdict", ""),
        says=proposal.evidence,
        by=proposal.proposed_name,
        reference=wanted.get("reference", ""),
    )
    if proposal.state is Decision.OPEN:
        return [first]
    says = "" if proposal.state is Decision.LAPSED else proposal.decision
    state = proposal.decision if proposal.state is Decision.LAPSED else ""
    return [first, Moment(proposal.state.value, proposal.decided_at, state, says=says, by=proposal.decided_name)]


def _told(news: News) -> str:
    """The code, else the reason that the resident reads."""
    reason = news.reason or {}
    return without_secrets(news.code or reason.get("zh", ""))


_E = tables.operation_event.c
_EVENTS: Final = (
    select(tables.operation_event).where(_E.street == STREET, _E.operation == param("operation")).order_by(_E.at, _E.id)
)
