"""A consignment with everything that happened to it."""

from __future__ import annotations

from typing import Any, Final

from jiedao.post.records import Consignment, State, event_of
from jiedao.post.tracking import Story


def consignment_shown(story: Story) -> dict[str, Any]:
    """Its columns, how it stands, and its events. `confirming`: the post has not answered yet."""
    one = story.consignment
    complaining = any(seen.get("state") not in _ANSWERED for seen in one.complaints.values())
    confirming = one.state is State.CREATING or one.withdrawal in ("asking", "doubt") or complaining
    plain = {name: getattr(one, name) for name in _PLAIN}
    return {**plain, "confirming": confirming, "fold": _fold(story), "events": _events(story)}


def _fold(story: Story) -> dict[str, Any]:
    found, terms = story.fold, story.consignment.terms
    facts = {name: getattr(found, name) for name in found.__slots__ if name != "voided"}
    said = {"says": found.says(), "served": found.served, "delivered": found.delivered}
    return {**facts, **said, "follow_up": found.follow_up, "finished": found.finished(terms)}


def _events(story: Story) -> list[dict[str, Any]]:
    return [
        {
            **{name: getattr(event_of(row), name) for name in _OF_EVENT},
            "seen_at": row.seen_at,
            "staff": row.staff,
            "voided": row.id in story.fold.voided,
        }
        for row in story.events
    ]


_ANSWERED: Final = ("succeeded", "declined", "reversed")
_OF_EVENT: Final = ("id", "kind", "at", "code", "says", "place", "recipient", "recipient_name", "reason", "voids")
_PLAIN: Final = tuple(name for name in Consignment.__slots__ if name != "parties")
