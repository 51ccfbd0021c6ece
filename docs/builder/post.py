"""States of consignments and items, and who may be served, from `jiedao.post`."""

from __future__ import annotations

from builder.source import attribute_docs, table
from jiedao.hookspecs.postal import EventKind, RecipientClass
from jiedao.post.folding import _ONLY, _STANDING, NEEDS_FOLLOW_UP, Standing
from jiedao.post.records import State
from jiedao.post.rules import ADDRESSEE_ONLY, ALLOWED, CLASS_NAMES, PURPOSE_NAMES, Purpose


def states() -> str:
    """How far a consignment has come in our books."""
    said = attribute_docs(State)
    return table(("state", "meaning"), [(f"`{state}`", said[state.name]) for state in State])


def standings() -> str:
    """Where an item is, and what brings it there."""
    said = attribute_docs(Standing)
    rows = [
        (f"`{to}`", said.get(to.name, ""), _kinds(to), "yes" if to in NEEDS_FOLLOW_UP else "")
        for to in Standing
        if to is not Standing.DELIVERED_TO_THIRD_PARTY
    ]
    third = Standing.DELIVERED_TO_THIRD_PARTY
    rows.insert(6, (f"`{third}`", said[third.name], "`delivered`", "yes"))
    return table(("state", "meaning", "events that lead there", "needs follow-up"), rows)


def moves() -> str:
    """States that only few events move."""
    rows = []
    for at, kinds in _ONLY.items():
        names = ", ".join(f"`{kind}`" for kind in EventKind if kind in kinds)
        rows.append((f"`{at}`", names or "nothing but a take-back"))
    return table(("from", "only these events move it"), rows)


def served() -> str:
    """Which recipient classes serve, by purpose."""
    names = [f"{PURPOSE_NAMES[purpose].en} `{purpose}`" for purpose in Purpose]
    return table(("handed to", *names, "addressee only"), [_class(who) for who in RecipientClass])


def _class(who: RecipientClass) -> tuple[str, ...]:
    marks = ("served" if who in ALLOWED[purpose] else "–" for purpose in Purpose)
    return (f"{CLASS_NAMES[who].en} `{who}`", *marks, "served" if who in ADDRESSEE_ONLY else "–")


def _kinds(to: Standing) -> str:
    return ", ".join(f"`{kind}`" for kind, leads in _STANDING.items() if leads is to)
