"""Twenty people decide at the same moment, on each engine; and the provider answers among them."""

from __future__ import annotations

from collections import Counter as Counted
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from core_counter import SEEN, Counter
from core_doubles import slip
from four_eyes import CHECKED, LARGE, chief, in_review, proposals_of, propose, second, state

from jiedao.checkout.graph import At
from jiedao.operations import review
from jiedao.operations.model import State as Op
from jiedao.problems import Problem
from jiedao.proposals.model import State
from meeting import at_once

PEOPLE = 10


def ways(ends: list[Any]) -> Counted[str]:
    return Counted(
        end.code if isinstance(end, Problem) else type(end).__name__ if isinstance(end, Exception) else "done"
        for end in ends
    )


def drive(counter: Counter, ends: list[Any]) -> None:
    for end in ends:
        if isinstance(end, list):
            counter.house.operations.drive(end)


def test_one_of_many_proposals_is_taken(on_both: Counter) -> None:
    _, id_ = in_review(on_both)
    people = [replace(on_both.accountant, staff=f"acc-{n}") for n in range(PEOPLE)]
    ends = at_once([lambda who=who: propose(on_both, id_, who) for who in people])
    assert ways(ends) == {"done": 1, "proposal.open": PEOPLE - 1}
    assert len(proposals_of(on_both, id_)) == 1


def test_one_of_many_decisions_is_made(on_both: Counter) -> None:
    begun, id_ = in_review(on_both)
    made = propose(on_both, id_)
    decide = on_both.house.proposals

    def act(number: int) -> Callable[[], Any]:
        who = replace(second(on_both), staff=f"sec-{number}")
        if number % 2:
            return lambda: decide.refuse(who, made, CHECKED)
        return lambda: decide.agree(who, made, CHECKED)

    ends = at_once([act(number) for number in range(PEOPLE)])
    assert ways(ends) == {"done": 1, "proposal.decided": PEOPLE - 1}
    drive(on_both, ends)
    agreed = proposals_of(on_both, id_)[0].state is State.AGREED
    assert state(on_both, id_) == ("succeeded" if agreed else "review")
    assert on_both.state(begun) is (At.PAID if agreed else At.TENDER_REVIEW)
    on_both.good()


@pytest.mark.parametrize("verdict", [Op.SUCCEEDED, Op.DECLINED])
@pytest.mark.parametrize("round_", range(3))
def test_the_answer_and_the_agreement_meet(on_both: Counter, verdict: Op, round_: int) -> None:
    """Whoever is first ends it; the other one finds it ended, and money is booked once."""
    begun, id_ = in_review(on_both, plugin="pos")
    made = propose(on_both, id_, verdict=verdict)
    on_both.plugins["pos"].will("payment_query", slip)
    on_both.watch.forward(seconds=400)
    ends = at_once(
        [
            lambda: on_both.house.operations.resolve_due(on_both.me.street),
            lambda: on_both.house.proposals.agree(second(on_both), made, CHECKED),
        ]
    )
    drive(on_both, ends)
    on_both.resolve()
    (proposal,) = proposals_of(on_both, id_)
    if proposal.state is State.AGREED:
        assert state(on_both, id_) == verdict.value
        assert on_both.state(begun) is (At.PAID if verdict is Op.SUCCEEDED else At.REFUSED)
    else:
        assert proposal.state is State.LAPSED
        assert ways(ends[1:]) == {"proposal.lapsed": 1}
        assert (state(on_both, id_), on_both.state(begun)) == ("succeeded", At.PAID)
    if on_both.state(begun) is At.PAID:
        assert on_both.money()["1110:pos"] == LARGE
    on_both.good()


def test_a_proposal_and_the_answer_meet(on_both: Counter) -> None:
    """No proposal is left open about what has ended."""
    _, id_ = in_review(on_both, plugin="pos")
    on_both.plugins["pos"].will("payment_query", slip)
    on_both.watch.forward(seconds=400)
    ends = at_once([lambda: on_both.house.operations.resolve_due(on_both.me.street), lambda: propose(on_both, id_)])
    assert not [end for end in ends if isinstance(end, Exception) and not isinstance(end, Problem)]
    on_both.resolve()
    assert state(on_both, id_) == "succeeded"
    assert [one for one in proposals_of(on_both, id_) if one.state is State.OPEN] == []


def test_a_single_closing_and_an_agreement_meet(on_both: Counter) -> None:
    begun, id_ = in_review(on_both, 9000)
    made = propose(on_both, id_)
    house = on_both.house
    ends = at_once(
        [
            lambda: house.proposals.agree(second(on_both), made, CHECKED),
            lambda: review.close(house.store, house.operations, chief(on_both), id_, Op.DECLINED, "", SEEN),
        ]
    )
    drive(on_both, ends)
    assert sum(not isinstance(end, Exception) for end in ends) == 1
    assert state(on_both, id_) in ("succeeded", "declined")
    assert proposals_of(on_both, id_)[0].state is not State.OPEN
    assert on_both.state(begun) in (At.PAID, At.REFUSED)
    on_both.good()
