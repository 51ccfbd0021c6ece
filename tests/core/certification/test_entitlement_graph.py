"""The graph of an entitlement: what leads where, and what can never happen."""

from __future__ import annotations

import pytest

from jiedao.certification.folding import FOUND
from jiedao.certification.graph import EDGES, At, Event, NoSuchEdge, follow
from jiedao.certification.outcomes import EVENTS, OPEN, SATISFIED, Outcome, of_finding
from jiedao.hookspecs.certification import Finding, Standing


def test_what_the_bureau_says_is_possible_everywhere() -> None:
    for event in [*FOUND.values(), *EVENTS.values()]:
        for at in At:
            assert follow(at, event) in At


def test_every_word_of_the_bureau_has_a_meaning() -> None:
    assert set(FOUND) == set(Standing)
    assert {of_finding(finding) for finding in Finding} | OPEN | {Outcome.NOT_SUBMITTED} == set(Outcome)
    assert not OPEN & SATISFIED


def test_only_a_look_up_brings_back_what_has_ended() -> None:
    leaving = {event for (at, event), to in EDGES.items() if at is At.ENDED and to is not At.ENDED}
    assert leaving == set(FOUND.values()) - {Event.FOUND_ENDED, Event.FOUND_UNDECIDED}


def test_the_calendar_never_certifies_suspends_or_ends() -> None:
    moved = {to for (_, event), to in EDGES.items() if event in (Event.OPENED, Event.RAN_OUT)}
    assert moved == {At.DUE, At.OVERDUE}


def test_every_state_can_be_reached_and_left() -> None:
    assert set(EDGES.values()) == set(At)
    assert {at for (at, _), to in EDGES.items() if to is not at} == set(At)


@pytest.mark.parametrize(("at", "event"), [(At.ENDED, Event.OPENED), (At.SUSPENDED, Event.RAN_OUT)])
def test_nothing_moves_but_along_an_edge(at: At, event: Event) -> None:
    with pytest.raises(NoSuchEdge):
        follow(at, event)
