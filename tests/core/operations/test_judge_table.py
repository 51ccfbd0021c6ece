"""What each end of a call means, by what the plugin declares and by the state that the operation was in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text
from jiedao.operations.judge import Circumstances, Verdict, judge
from jiedao.operations.model import Operation, State
from jiedao.operations.policy import Patience, Policy
from jiedao.registry.boundary import GRACE, Failure, Why

SENT_AT = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
POLICY = Policy(
    first=1.0,
    factor=2.0,
    longest=100.0,
    asks=5,
    late_looks=(60.0, 600.0),
    by_hook={
        "payment_start": Patience(deadline=10.0, sends=1, gives_up=True),
        "biller_pay": Patience(deadline=10.0, sends=3, gives_up=False),
    },
)
SETTLING = 4.0
PROVEN = 10.0 + GRACE + SETTLING
"""Seconds after which "not found" counts: longest call, its grace, settling time."""
YES, NO, LATER = Succeeded("evidence"), Declined(Text.same("no"), "51"), Pending("P1")
UNKNOWN, UNAVAILABLE = Failure(Why.UNKNOWN, "no answer", "deadline"), Failure(Why.UNAVAILABLE, "no line")
CONFIG, BUG = Failure(Why.CONFIG, "wrong key"), Failure(Why.BUG, "raised KeyError")
Q, S, R, N = Recovery.QUERY, Recovery.RESEND, Recovery.REVERSE, Recovery.NONE


def verdict(
    result: Any,
    recovery: Recovery = Q,
    *,
    hook: str = "biller_pay",
    state: State = State.SENT,
    tries: int = 1,
    asked: bool = False,
    before: bool = False,
    after: float = 1.0,
) -> Verdict:
    operation = Operation("s", "id", "c", hook, "attempt", "a", "line:1", state, 1, tries, {}, SENT_AT)
    case = Circumstances(recovery, SETTLING, POLICY, asked, before, SENT_AT + timedelta(seconds=after))
    return judge(operation, result, case)


@pytest.mark.parametrize("recovery", Recovery)
@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN, State.PENDING, State.REVIEW])
@pytest.mark.parametrize("asked", [False, True])
def test_a_definite_answer_ends_it_whatever_was_before(recovery: Recovery, state: State, asked: bool) -> None:
    for result, ends in ((YES, State.SUCCEEDED), (NO, State.DECLINED)):
        said = verdict(result, recovery, state=state, asked=asked, before=True)
        assert (said.news.state, said.due_in, said.reverse, said.news.late) == (ends, None, False, False)


@pytest.mark.parametrize(
    ("result", "recovery", "before", "ends", "reverses"),
    [
        (UNKNOWN, Q, False, State.UNKNOWN, False),
        (UNKNOWN, S, False, State.UNKNOWN, False),
        (UNKNOWN, R, False, State.UNKNOWN, True),
        (UNKNOWN, N, False, State.REVIEW, False),
        (BUG, Q, False, State.UNKNOWN, False),
        (BUG, R, False, State.UNKNOWN, True),
        (BUG, N, False, State.REVIEW, False),
        (UNAVAILABLE, Q, False, State.PLANNED, False),
        (UNAVAILABLE, N, False, State.PLANNED, False),
        (CONFIG, Q, False, State.PLANNED, False),
        # What may have been sent before is not made undone by a later call that was not sent.
        (UNAVAILABLE, Q, True, State.UNKNOWN, False),
        (UNAVAILABLE, S, True, State.UNKNOWN, False),
        (UNAVAILABLE, R, True, State.UNKNOWN, True),
        (UNAVAILABLE, N, True, State.REVIEW, False),
        (CONFIG, S, True, State.UNKNOWN, False),
        (LATER, Q, False, State.PENDING, False),
        # Pending is only waited for where somebody can be asked; sent again it must not be.
        (LATER, S, False, State.REVIEW, False),
        (LATER, R, False, State.REVIEW, False),
        (LATER, N, False, State.REVIEW, False),
    ],
)
def test_an_act_without_a_definite_answer(
    result: Any, recovery: Recovery, before: bool, ends: State, reverses: bool
) -> None:
    said = verdict(result, recovery, before=before)
    assert (said.news.state, said.reverse) == (ends, reverses)
    assert said.news.code


def test_every_failure_of_every_recovery_ends_in_a_state_that_somebody_looks_at() -> None:
    for result in (UNKNOWN, BUG, UNAVAILABLE, CONFIG, LATER):
        for recovery in Recovery:
            for before in (False, True):
                said = verdict(result, recovery, before=before)
                looked_at = said.due_in is not None or said.reverse or said.news.state is State.REVIEW
                assert looked_at, (result, recovery, before)


def test_what_was_not_sent_is_sent_again_a_few_times_then_shown() -> None:
    assert [verdict(UNAVAILABLE, tries=n).news.state for n in (1, 2, 3)] == [State.PLANNED, State.PLANNED, State.REVIEW]
    assert verdict(UNAVAILABLE, tries=1).due_in == 2.0


def test_a_card_that_was_not_reached_is_given_up_without_harm() -> None:
    said = verdict(UNAVAILABLE, R, hook="payment_start")
    assert (said.news.state, said.due_in, said.reverse) == (State.DECLINED, None, False)
    assert set(said.news.reason or {}) == {"zh", "en"}


def test_a_wrong_setting_pauses_the_connection() -> None:
    assert verdict(CONFIG).pause == "wrong key"
    assert not verdict(UNAVAILABLE).pause


@pytest.mark.parametrize("result", [UNKNOWN, UNAVAILABLE, CONFIG, BUG])
def test_a_question_without_an_answer_is_asked_again_and_then_shown(result: Failure) -> None:
    for tries in (1, 4):
        said = verdict(result, asked=True, tries=tries)
        assert (said.news.state, said.due_in) == (State.UNKNOWN, POLICY.pause(tries))
    shown = verdict(result, asked=True, tries=5)
    assert (shown.news.state, shown.due_in) == (State.REVIEW, POLICY.longest)


@pytest.mark.parametrize("state", [State.PENDING, State.REVIEW])
def test_an_unanswered_question_changes_nothing(state: State) -> None:
    assert verdict(UNAVAILABLE, state=state, asked=True, tries=2).news.state is state


def test_pending_is_waited_for_as_long_as_it_takes() -> None:
    said = verdict(LATER, state=State.PENDING, asked=True, tries=1000)
    assert (said.news.state, said.due_in) == (State.PENDING, POLICY.longest)


@pytest.mark.parametrize("state", [State.SENT, State.UNKNOWN])
def test_not_found_too_early_is_unknown_until_it_would_prove_something(state: State) -> None:
    for after in (0.0, PROVEN - 0.1):
        said = verdict(NotFound(), state=state, asked=True, after=after)
        assert said.news.state is State.UNKNOWN
        assert said.due_in == pytest.approx(PROVEN - after)


def test_not_found_later_is_sent_again_for_a_biller_and_given_up_for_a_card() -> None:
    again = verdict(NotFound(), state=State.UNKNOWN, asked=True, after=PROVEN)
    assert (again.news.state, again.due_in) == (State.PLANNED, 0.0)
    given_up = verdict(NotFound(), hook="payment_start", state=State.UNKNOWN, asked=True, after=PROVEN)
    assert (given_up.news.state, given_up.due_in) == (State.DECLINED, 60.0)
    assert given_up.news.reason


def test_not_found_again_and_again_is_for_a_person() -> None:
    said = verdict(NotFound(), state=State.UNKNOWN, asked=True, after=PROVEN, tries=5)
    assert (said.news.state, said.due_in) == (State.REVIEW, POLICY.longest)


@pytest.mark.parametrize("hook", ["biller_pay", "payment_start"])
@pytest.mark.parametrize("after", [0.0, PROVEN, 1e6])
def test_what_was_taken_and_is_not_found_is_neither_sent_again_nor_given_up(hook: str, after: float) -> None:
    said = verdict(NotFound(), hook=hook, state=State.PENDING, asked=True, after=after)
    assert (said.news.state, said.due_in) == (State.REVIEW, None)


def test_a_success_after_it_was_given_up_is_late() -> None:
    assert verdict(YES, hook="payment_start", state=State.DECLINED, asked=True).news.late


@pytest.mark.parametrize("result", [NO, NotFound(), LATER, UNAVAILABLE, UNKNOWN])
def test_anything_else_after_it_was_given_up_is_looked_at_a_few_times_more(result: Any) -> None:
    looks = [
        verdict(result, hook="payment_start", state=State.DECLINED, asked=True, after=after) for after in (50, 60, 700)
    ]
    assert [look.news.state for look in looks] == [State.DECLINED] * 3
    assert [look.due_in for look in looks] == [10.0, 540.0, None]
