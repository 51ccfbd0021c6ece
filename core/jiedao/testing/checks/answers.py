"""What a plugin does with a provider that answers as agreed: succeeds, is declined, waits, and has one effect."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jiedao.hookspecs.codec import from_json, to_json
from jiedao.hookspecs.outcomes import Succeeded
from jiedao.hookspecs.service import CheckRequest
from jiedao.registry.check import QUERY_HOOKS
from jiedao.registry.families import HOOKS
from jiedao.testing.bench import Act, Ask, Call
from jiedao.testing.called import Called
from jiedao.testing.trial import Trial
from jiedao.testing.verdict import Skipped, expect


def good_connection(trial: Trial) -> None:
    """A connection that works passes, in both languages and without an effect."""
    before = trial.books()
    called = trial.call("check_connection", CheckRequest(trial.good, trial.bench.deadline))
    expect(called.end == "succeeded", f"check_connection ended with {called.says}")
    expect(called.result.passed, f"a good connection does not pass: {called.result.says.en}")
    expect(bool(called.result.says.zh and called.result.says.en), "the check says nothing in one of the languages")
    expect(trial.books() == before, "the check has changed the provider's books")


def act_answers(trial: Trial, act: Act) -> None:
    """The sample succeeds, once, and what it brings can be stored and taken up again."""
    request = act.request(trial.site())
    called = trial.call(act.hook, request)
    expect(called.end == ("pending" if act.waits else "succeeded"), f"{act.hook} ended with {called.says}")
    expect(called.in_time, f"{act.hook} took {called.seconds:.1f} s")
    _storable(_decided(trial, act, request) if act.waits else called)
    if act.wire and trial.stand_in is not None:
        effects = trial.effects(act, request)
        expect(effects == 1, f"{act.hook} succeeded, and the books have {effects} effects under {_reference(request)}")


def ask_answers(trial: Trial, ask: Ask) -> None:
    """The sample is answered, the same each time, and nothing has changed."""
    request = ask.request(trial.site())
    before = trial.books()
    called, again = trial.call(ask.hook, request), trial.call(ask.hook, request)
    expect(called.end == "succeeded", f"{ask.hook} ended with {called.says}")
    expect(again.end == "succeeded", f"{ask.hook} was asked again and ended with {again.says}")
    expect(trial.books() == before, f"{ask.hook} has changed the provider's books")
    expect(bool(ask.wire) or called.result == again.result, f"{ask.hook} asks nobody and answers differently each time")


def act_declines(trial: Trial, act: Act) -> None:
    """A refusal is declined, with a reason in both languages, and has no effect."""
    if act.declined is None:
        raise Skipped(f"the bench has no {act.hook} that is declined")
    request = act.declined(trial.site())
    called = trial.call(act.hook, request)
    _expect_declined(called)
    if act.effects is not None and trial.stand_in is not None:
        expect(trial.effects(act, request) == 0, f"{act.hook} was declined, and the books have an effect")


def ask_declines(trial: Trial, ask: Ask) -> None:
    """Likewise for a question."""
    if ask.declined is not None:
        _expect_declined(trial.call(ask.hook, ask.declined(trial.site())))


def act_waits(trial: Trial, act: Act) -> None:
    """What the provider will decide later is pending, also when it is asked for."""
    if act.pending is None:
        raise Skipped(f"the bench has no {act.hook} that the provider decides later")
    request = act.pending(trial.site())
    called = trial.call(act.hook, request)
    expect(called.end == "pending", f"{act.hook} should be pending and ended with {called.says}")
    asked = trial.call(QUERY_HOOKS[act.hook], trial.question(act.hook, request))
    expect(asked.end == "pending", f"{QUERY_HOOKS[act.hook]} should be pending and ended with {asked.says}")


def credentials(trial: Trial) -> None:
    """A provider that does not take the credentials is a wrong configuration everywhere, and nothing happens."""
    if not trial.bench.refused:
        raise Skipped("the bench has no settings that the provider refuses")
    refused = trial.connect({**trial.given(), **trial.bench.refused})
    checked = trial.call("check_connection", CheckRequest(refused, trial.bench.deadline))
    passed = checked.error is None and checked.result.passed
    expect(not passed and checked.end != "a bug", f"wrong credentials: check_connection ended with {checked.says}")
    for call in trial.bench.calls:
        if call.wire:
            _expect_invalid(trial, call, replace(call.request(trial.site()), connection=refused))


def _expect_invalid(trial: Trial, call: Call, request: Any) -> None:
    called = trial.call(call.hook, request)
    expect(called.end == "invalid configuration", f"wrong credentials: {call.hook} ended with {called.says}")
    if isinstance(call, Act) and call.effects and trial.stand_in is not None:
        expect(trial.effects(call, request) == 0, f"{call.hook} had an effect with wrong credentials")


def _expect_declined(called: Called) -> None:
    expect(called.end == "declined", f"{called.hook} should be declined and ended with {called.says}")
    reason = called.result.reason
    expect(bool(reason.zh and reason.en), f"{called.hook} is declined without a reason in one of the languages")


def _decided(trial: Trial, act: Act, request: Any) -> Called:
    """What came of an act that was acknowledged first."""
    asked = trial.call(QUERY_HOOKS[act.hook], trial.question(act.hook, request))
    expect(asked.end == "succeeded", f"{act.hook} was acknowledged, and asking for it ended with {asked.says}")
    return asked


def _storable(called: Called) -> None:
    detail = called.result.detail if isinstance(called.result, Succeeded) else None
    kind = HOOKS[called.hook].detail
    if detail is not None and isinstance(kind, type):
        expect(from_json(kind, to_json(detail)) == detail, f"the outcome of {called.hook} is another one once stored")


def _reference(request: Any) -> str:
    return str(getattr(request, "operation", ""))
