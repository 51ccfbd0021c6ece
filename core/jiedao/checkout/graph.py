"""The graph of an attempt, as data: every edge names its event, and nothing moves except along an edge.

The picture in the documentation is drawn from here (`as_mermaid`).
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class At(StrEnum):
    """Where an attempt stands. A payment takes tenders, then tells billers; a refund asks billers, then returns.

    Where a tender was only reserved, a payment of which something is paid takes the money last (capturing).
    """

    COLLECTING = "collecting"
    TENDER_DOUBT = "confirming_tender"
    TENDER_REVIEW = "tender_review"
    TELLING = "telling"
    LINE_DOUBT = "confirming_line"
    LINE_REVIEW = "line_review"
    CAPTURING = "capturing"
    RETURNING = "returning"
    RETURNING_PART = "returning_part"
    PAID = "paid"
    PART_PAID = "part_paid"
    REFUSED = "refused"
    ASKING = "asking_biller"
    ASKING_DOUBT = "confirming_cancel"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REFUND_REFUSED = "refund_refused"


class Event(StrEnum):
    """What can happen to an attempt."""

    TENDER_TAKEN = "tender_taken"
    TENDER_IN_DOUBT = "tender_in_doubt"
    TENDER_REFUSED = "tender_refused"
    TENDER_REVERSED = "tender_reversed"
    TENDER_GIVEN_UP = "tender_given_up"
    NEEDS_PERSON = "needs_person"
    COLLECTED = "collected"
    LINE_PAID = "line_paid"
    LINE_REFUSED = "line_refused"
    LINE_IN_DOUBT = "line_in_doubt"
    ALL_TOLD = "all_told"
    ALL_PAID = "all_paid"
    SOME_REFUSED = "some_refused"
    NONE_PAID = "none_paid"
    TO_CAPTURE = "to_capture"
    CAPTURED = "captured"
    CAPTURE_IN_DOUBT = "capture_in_doubt"
    CAPTURE_REFUSED = "capture_refused"
    GIVEN_BACK = "given_back"
    RETURN_IN_DOUBT = "return_in_doubt"
    RETURN_REFUSED = "return_refused"
    ALL_RETURNED = "all_returned"
    LATE_SUCCESS = "late_success"
    CANCELLED = "cancelled"
    CANCEL_REFUSED = "cancel_refused"
    AGREED = "agreed"


FINAL: Final = frozenset({At.PAID, At.PART_PAID, At.REFUSED, At.REFUNDED, At.REFUND_REFUSED})
REVIEW: Final = frozenset({At.TENDER_REVIEW, At.LINE_REVIEW})

EDGES: Final[dict[tuple[At, Event], At]] = {
    (At.COLLECTING, Event.TENDER_TAKEN): At.COLLECTING,
    (At.COLLECTING, Event.TENDER_IN_DOUBT): At.TENDER_DOUBT,
    (At.COLLECTING, Event.TENDER_REFUSED): At.RETURNING,
    (At.COLLECTING, Event.NEEDS_PERSON): At.TENDER_REVIEW,
    (At.COLLECTING, Event.COLLECTED): At.TELLING,
    (At.TENDER_DOUBT, Event.TENDER_TAKEN): At.COLLECTING,
    (At.TENDER_DOUBT, Event.TENDER_IN_DOUBT): At.TENDER_DOUBT,
    (At.TENDER_DOUBT, Event.TENDER_GIVEN_UP): At.TENDER_DOUBT,
    (At.TENDER_DOUBT, Event.TENDER_REFUSED): At.RETURNING,
    (At.TENDER_DOUBT, Event.TENDER_REVERSED): At.RETURNING,
    (At.TENDER_DOUBT, Event.NEEDS_PERSON): At.TENDER_REVIEW,
    (At.TENDER_REVIEW, Event.TENDER_TAKEN): At.COLLECTING,
    (At.TENDER_REVIEW, Event.TENDER_IN_DOUBT): At.TENDER_REVIEW,
    (At.TENDER_REVIEW, Event.TENDER_REFUSED): At.RETURNING,
    (At.TENDER_REVIEW, Event.TENDER_REVERSED): At.RETURNING,
    (At.TENDER_REVIEW, Event.NEEDS_PERSON): At.TENDER_REVIEW,
    (At.TELLING, Event.LINE_PAID): At.TELLING,
    (At.TELLING, Event.LINE_REFUSED): At.TELLING,
    (At.TELLING, Event.LINE_IN_DOUBT): At.TELLING,
    (At.TELLING, Event.NEEDS_PERSON): At.LINE_REVIEW,
    (At.TELLING, Event.ALL_TOLD): At.LINE_DOUBT,
    (At.TELLING, Event.ALL_PAID): At.PAID,
    (At.TELLING, Event.SOME_REFUSED): At.RETURNING_PART,
    (At.TELLING, Event.NONE_PAID): At.RETURNING,
    (At.TELLING, Event.TO_CAPTURE): At.CAPTURING,
    (At.LINE_DOUBT, Event.LINE_PAID): At.TELLING,
    (At.LINE_DOUBT, Event.LINE_REFUSED): At.TELLING,
    (At.LINE_DOUBT, Event.LINE_IN_DOUBT): At.LINE_DOUBT,
    (At.LINE_DOUBT, Event.NEEDS_PERSON): At.LINE_REVIEW,
    (At.LINE_REVIEW, Event.LINE_PAID): At.TELLING,
    (At.LINE_REVIEW, Event.LINE_REFUSED): At.TELLING,
    (At.LINE_REVIEW, Event.LINE_IN_DOUBT): At.LINE_REVIEW,
    (At.LINE_REVIEW, Event.NEEDS_PERSON): At.LINE_REVIEW,
    (At.CAPTURING, Event.CAPTURED): At.CAPTURING,
    (At.CAPTURING, Event.CAPTURE_IN_DOUBT): At.CAPTURING,
    (At.CAPTURING, Event.CAPTURE_REFUSED): At.CAPTURING,
    (At.CAPTURING, Event.NEEDS_PERSON): At.CAPTURING,
    (At.CAPTURING, Event.GIVEN_BACK): At.CAPTURING,
    (At.CAPTURING, Event.RETURN_IN_DOUBT): At.CAPTURING,
    (At.CAPTURING, Event.RETURN_REFUSED): At.CAPTURING,
    (At.CAPTURING, Event.ALL_PAID): At.PAID,
    (At.CAPTURING, Event.SOME_REFUSED): At.RETURNING_PART,
    (At.RETURNING, Event.GIVEN_BACK): At.RETURNING,
    (At.RETURNING, Event.RETURN_IN_DOUBT): At.RETURNING,
    (At.RETURNING, Event.RETURN_REFUSED): At.RETURNING,
    (At.RETURNING, Event.NEEDS_PERSON): At.RETURNING,
    (At.RETURNING, Event.ALL_RETURNED): At.REFUSED,
    (At.RETURNING_PART, Event.GIVEN_BACK): At.RETURNING_PART,
    (At.RETURNING_PART, Event.RETURN_IN_DOUBT): At.RETURNING_PART,
    (At.RETURNING_PART, Event.RETURN_REFUSED): At.RETURNING_PART,
    (At.RETURNING_PART, Event.NEEDS_PERSON): At.RETURNING_PART,
    (At.RETURNING_PART, Event.ALL_RETURNED): At.PART_PAID,
    (At.REFUSED, Event.LATE_SUCCESS): At.RETURNING,
    (At.RETURNING, Event.LATE_SUCCESS): At.RETURNING,
    (At.ASKING, Event.CANCELLED): At.ASKING,
    (At.ASKING, Event.CANCEL_REFUSED): At.ASKING,
    (At.ASKING, Event.LINE_IN_DOUBT): At.ASKING_DOUBT,
    (At.ASKING, Event.NEEDS_PERSON): At.ASKING_DOUBT,
    (At.ASKING, Event.AGREED): At.REFUNDING,
    (At.ASKING, Event.NONE_PAID): At.REFUND_REFUSED,
    (At.ASKING_DOUBT, Event.CANCELLED): At.ASKING,
    (At.ASKING_DOUBT, Event.CANCEL_REFUSED): At.ASKING,
    (At.ASKING_DOUBT, Event.LINE_IN_DOUBT): At.ASKING_DOUBT,
    (At.ASKING_DOUBT, Event.NEEDS_PERSON): At.ASKING_DOUBT,
    (At.REFUNDING, Event.GIVEN_BACK): At.REFUNDING,
    (At.REFUNDING, Event.RETURN_IN_DOUBT): At.REFUNDING,
    (At.REFUNDING, Event.RETURN_REFUSED): At.REFUNDING,
    (At.REFUNDING, Event.NEEDS_PERSON): At.REFUNDING,
    (At.REFUNDING, Event.ALL_RETURNED): At.REFUNDED,
}


class NoSuchEdge(Exception):
    """Something happened that cannot happen here: a mistake in the program, never ignored."""


def follow(at: At, event: Event) -> At:
    """Where an event leads."""
    try:
        return EDGES[at, event]
    except KeyError:
        raise NoSuchEdge(f"{event} cannot happen in {at}") from None


def as_mermaid() -> str:
    """The graph as a Mermaid state diagram; events that stay where they are share one arrow."""
    arrows: dict[tuple[At, At], list[str]] = {}
    for (at, event), to in EDGES.items():
        arrows.setdefault((at, to), []).append(event)
    lines = ["stateDiagram-v2", f"    [*] --> {At.COLLECTING}: payment", f"    [*] --> {At.ASKING}: refund"]
    lines += [f"    {at} --> {to}: {', '.join(events)}" for (at, to), events in arrows.items()]
    lines += [f"    {at} --> [*]" for at in At if at in FINAL]
    return "\n".join(lines) + "\n"
