"""What became of one item of an attempt. Pure: from the news of its operation, or from how the entitlement stands."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from jiedao.certification.graph import Event
from jiedao.hookspecs.certification import Finding
from jiedao.operations.model import News, State


class Outcome(StrEnum):
    """What became of certifying one entitlement. Sent is not certified."""

    WAITING = "waiting"
    """Not submitted yet: another item of the same attempt may satisfy it."""
    UNDER_WAY = "under_way"
    """Being submitted."""
    UNKNOWN = "unknown"
    """It may have reached the bureau; it is asked, and in the end a person finds out."""
    PENDING = "pending"
    """The bureau has it and will decide."""
    CERTIFIED = "certified"
    NOT_DUE = "not_due"
    """Certified already; nothing was needed, and where that was known before, nothing was submitted."""
    RESTORED = "restored"
    """Certified late; what was suspended is paid again."""
    REJECTED = "rejected"
    """The bureau said no; `retryable` when it may be tried again."""
    NOT_FOUND = "not_found"
    """The bureau does not know the person or the benefit."""
    NOT_ELIGIBLE = "not_eligible"
    """Not theirs, or not any more."""
    WRONG_REGION = "wrong_region"
    """To be certified elsewhere; `region` says where."""
    NEEDS_COUNTER = "needs_counter"
    """To be done at a counter; `needs` says what to bring."""
    DECEASED = "deceased"
    """The bureau has the person as deceased."""
    NOT_SUBMITTED = "not_submitted"
    """Nothing is recorded at the bureau: it took no submission, or never got it. It may be tried again."""


OPEN: Final = frozenset({Outcome.WAITING, Outcome.UNDER_WAY, Outcome.UNKNOWN, Outcome.PENDING})
SATISFIED: Final = frozenset({Outcome.CERTIFIED, Outcome.NOT_DUE, Outcome.RESTORED})
_OF_STATE: Final = {
    State.UNKNOWN: Outcome.UNKNOWN,
    State.REVIEW: Outcome.UNKNOWN,
    State.PENDING: Outcome.PENDING,
    State.DECLINED: Outcome.NOT_SUBMITTED,
}
EVENTS: Final = {
    Finding.CERTIFIED: Event.CERTIFIED,
    Finding.RESTORED: Event.RESTORED,
    Finding.NOT_DUE: Event.NOT_NEEDED,
    Finding.DECEASED: Event.DIED,
}
"""What a finding does to the entitlement; the others do nothing to it."""


def of_finding(finding: Finding) -> Outcome:
    """The bureau's judgement under our name, which is the same word."""
    return Outcome(finding.value)


def of_news(news: News) -> Outcome | None:
    """An outcome without a judgement; None while nothing new can be said."""
    return _OF_STATE.get(news.state)
