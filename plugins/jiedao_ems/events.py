"""Events of EMS as events of the contract."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from jiedao.hookspecs.postal import EventKind, Events, PostEvent
from jiedao_connectors.ems.track import Event
from jiedao_ems.meanings import meaning, voided_by


def post_events(events: Sequence[Event]) -> Events:
    """All of them, oldest first, each with what it takes back where it is a reversal."""
    ordered = sorted(events, key=lambda event: event.at)
    codes = [event.code for event in ordered]
    return tuple(_post_event(event, codes[:place]) for place, event in enumerate(ordered))


def _post_event(event: Event, before: Sequence[str]) -> PostEvent:
    means = meaning(event.code, event.manner, event.failure)
    return PostEvent(
        id=_identity(event),
        kind=means.kind,
        at=event.at,
        code=event.code,
        says=event.says or event.name,
        place=" ".join(filter(None, (event.province, event.city if event.city != event.province else ""))),
        office=event.office,
        recipient=means.recipient,
        reason=means.reason,
        voids=voided_by(event.code, before) if means.kind is EventKind.VOIDS else "",
    )


def _identity(event: Event) -> str:
    """EMS numbers no event: what happened, when and where is the same event, however often it is told."""
    facts = "\n".join((event.number, event.code, event.at.isoformat(), event.office_code or event.office))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]
