"""Entitlements and outcomes of certifying, from `jiedao.certification`."""

from __future__ import annotations

from builder.source import attribute_docs, table
from jiedao.certification.graph import EDGES, At, Event
from jiedao.certification.outcomes import EVENTS, OPEN, Outcome

_PLAIN = {"certified": "The bureau judged so; it lasts to `valid_to`, or as long as the scheme says."}


def places() -> str:
    """States of an entitlement."""
    said = attribute_docs(At)
    return table(("state", "meaning"), [(f"`{at}`", said[at.name]) for at in At])


def events() -> str:
    """What can happen to an entitlement, and where it leads."""
    said = attribute_docs(Event)
    found = "The bureau's answer to a look-up, alone or in a batch."
    return table(("event", "meaning", "leads"), [(f"`{e}`", said.get(e.name, found), _leads(e)) for e in Event])


def outcomes() -> str:
    """What becomes of an item of an attempt."""
    said = attribute_docs(Outcome)
    moved = {finding.value: f"`{event}`" for finding, event in EVENTS.items()}
    rows = [
        (f"`{one}`", "open" if one in OPEN else "closed", said.get(one.name) or _PLAIN[one], moved.get(one, ""))
        for one in Outcome
    ]
    return table(("outcome", "", "meaning", "event of the entitlement"), rows)


def _leads(event: Event) -> str:
    """From where to where, the same arrows together."""
    arrows: dict[str, list[str]] = {}
    for at in At:
        to = EDGES.get((at, event))
        if to is not None:
            arrows.setdefault("stays" if to is at else f"→ `{to}`", []).append(f"`{at}`")
    if len(arrows.get("stays", ())) == len(At):
        return "stays"
    everywhere = [to for to, starts in arrows.items() if len(starts) >= len(At) - 1 and to != "stays"]
    if everywhere:
        rest = {to: starts for to, starts in arrows.items() if to not in (*everywhere, "stays")}
        return "; ".join([f"anywhere {everywhere[0]}", *_said(rest)])
    return "; ".join(_said(arrows))


def _said(arrows: dict[str, list[str]]) -> list[str]:
    return [f"{', '.join(starts)} {to}" for to, starts in arrows.items()]
