"""The graph of an entitlement, as data: every edge names its event, and nothing moves except along an edge.

What the bureau was asked for and said (`found_…`) leads from anywhere to what it said. The calendar moves only what the
bureau has dated.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class At(StrEnum):
    """Where an entitlement stands."""

    UNKNOWN = "unknown"
    """The bureau has not said."""
    NOT_DUE = "not_due"
    """Certified; nothing is needed now."""
    DUE = "due"
    """To be certified by the due date."""
    OVERDUE = "overdue"
    """Not certified by the due date and its grace."""
    SUSPENDED = "suspended"
    """The bureau has stopped paying until it is certified."""
    RESTORED = "restored"
    """Certified late: what was suspended is paid again."""
    ENDED = "ended"
    """No benefit any more: `ended` says why (deceased, or the bureau's own reason)."""


class Event(StrEnum):
    """What can happen to an entitlement."""

    OPENED = "opened"
    """The calendar: certifying may begin."""
    RAN_OUT = "ran_out"
    """The calendar: due date and grace are over."""
    CERTIFIED = "certified"
    """The bureau judged so, however late."""
    RESTORED = "restored"
    """The bureau judged so, and pays again."""
    NOT_NEEDED = "not_needed"
    """The bureau judged that nothing is needed."""
    DIED = "died"
    """The bureau says so, when submitted to or looked up; nobody else can."""
    FOUND_NOT_DUE = "found_not_due"
    FOUND_DUE = "found_due"
    FOUND_OVERDUE = "found_overdue"
    FOUND_SUSPENDED = "found_suspended"
    FOUND_RESTORED = "found_restored"
    FOUND_ENDED = "found_ended"
    FOUND_UNDECIDED = "found_undecided"
    """The bureau knows the benefit and does not say how it stands."""


_FOUND: Final = {
    Event.FOUND_NOT_DUE: At.NOT_DUE,
    Event.FOUND_DUE: At.DUE,
    Event.FOUND_OVERDUE: At.OVERDUE,
    Event.FOUND_SUSPENDED: At.SUSPENDED,
    Event.FOUND_RESTORED: At.RESTORED,
    Event.FOUND_ENDED: At.ENDED,
}
EDGES: Final[dict[tuple[At, Event], At]] = {
    (At.NOT_DUE, Event.OPENED): At.DUE,
    (At.RESTORED, Event.OPENED): At.DUE,
    (At.DUE, Event.RAN_OUT): At.OVERDUE,
    (At.UNKNOWN, Event.CERTIFIED): At.NOT_DUE,
    (At.NOT_DUE, Event.CERTIFIED): At.NOT_DUE,
    (At.DUE, Event.CERTIFIED): At.NOT_DUE,
    (At.OVERDUE, Event.CERTIFIED): At.NOT_DUE,
    (At.SUSPENDED, Event.CERTIFIED): At.RESTORED,
    (At.RESTORED, Event.CERTIFIED): At.RESTORED,
    # A judgement under way when the death was reported: only a look-up can say that it was reported wrongly.
    (At.ENDED, Event.CERTIFIED): At.ENDED,
    **{(at, Event.RESTORED): At.ENDED if at is At.ENDED else At.RESTORED for at in At},
    # That nothing is needed does not say that a suspended benefit is paid again.
    **{(at, Event.NOT_NEEDED): at if at in (At.ENDED, At.SUSPENDED, At.RESTORED) else At.NOT_DUE for at in At},
    **{(at, Event.DIED): At.ENDED for at in At},
    **{(at, event): to for event, to in _FOUND.items() for at in At},
    **{(at, Event.FOUND_UNDECIDED): at for at in At},
}


class NoSuchEdge(Exception):
    """Something happened that cannot happen here: a mistake in the program, never ignored."""


def follow(at: At, event: Event) -> At:
    """Where an event leads."""
    try:
        return EDGES[at, event]
    except KeyError:
        raise NoSuchEdge(f"{event} cannot happen in {at}") from None
