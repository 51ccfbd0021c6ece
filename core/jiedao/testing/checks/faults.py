"""Lost requests, lost answers and answers that are none: an act is unknown, a question unavailable, and asking tells.

After each fault the declared recovery is tried as the core would: the query, the same request again, or the reversal.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.payment import UndoRequest
from jiedao.ids import new_id
from jiedao.registry.check import QUERY_HOOKS
from jiedao.testing.bench import LATE, Act, Ask
from jiedao.testing.called import Called
from jiedao.testing.checks.silence import ASKED_AGAIN
from jiedao.testing.trial import Trial
from jiedao.testing.verdict import expect


def act_meets(trial: Trial, act: Act, fault: str) -> None:
    """It was done once, and the answer cannot be trusted: unknown; then the recovery finds it."""
    request = act.request(trial.site())
    with trial.meeting(fault, act.wire):
        called = trial.call(act.hook, trial.hurried(request) if fault in LATE else request)
        effects = trial.await_effects(act, request, 1)
    expect(effects == 1, f"{fault}: the books have {effects} effects of one {act.hook}, which ended with {called.says}")
    _expect(called, ("unknown",), fault)
    _recover(trial, act, request, fault)


def act_loses_its_request(trial: Trial, act: Act) -> None:
    """Nothing happened; whoever cannot know it must not say more than unknown."""
    request = act.request(trial.site())
    with trial.meeting("lose_request", act.wire):
        called = trial.call(act.hook, request)
    _expect(called, ("unknown", "unavailable"), "lose_request")
    effects = trial.effects(act, request)
    expect(effects == 0, f"lose_request: the books have {effects} effects, so {act.hook} was sent again by the plugin")
    if trial.manifest.recovery.get(act.hook) is Recovery.QUERY:
        asked = trial.call(QUERY_HOOKS[act.hook], trial.question(act.hook, request))
        _expect(asked, ("not found",), "after lose_request")
    else:
        _recover(trial, act, request, "lose_request")


def act_is_sent_twice(trial: Trial, act: Act) -> None:
    """Where the core may send again, the provider does it once; where it asks instead, it tells the truth."""
    request = act.request(trial.site())
    trial.call(act.hook, request)
    if trial.manifest.recovery.get(act.hook) is Recovery.RESEND:
        _sent_again(trial, act, request, "sent twice")
    elif trial.manifest.recovery.get(act.hook) is Recovery.QUERY:
        _asked(trial, act, request, "asked after it")


def query_of_nothing(trial: Trial, act: Act) -> None:
    """A reference that was never sent is not found: neither declined nor an error."""
    asked = trial.call(QUERY_HOOKS[act.hook], trial.question(act.hook, act.request(trial.site())))
    _expect(asked, ("not found",), "a reference that was never sent")


def query_changes_nothing(trial: Trial, act: Act) -> None:
    """Asking, for what was done and for what was not, leaves the books as they are."""
    done, never = act.request(trial.site()), act.request(trial.site())
    trial.call(act.hook, done)
    before = trial.books()
    for request in (done, never):
        trial.call(QUERY_HOOKS[act.hook], trial.question(act.hook, request))
    expect(trial.books() == before, f"{QUERY_HOOKS[act.hook]} has changed the provider's books")


def query_meets(trial: Trial, act: Act, fault: str) -> None:
    """Without a trustworthy answer it is asked again later, and then tells."""
    request = act.request(trial.site())
    trial.call(act.hook, request)
    question = trial.question(act.hook, request)
    with trial.meeting(fault, act.asked_as):
        called = trial.call(QUERY_HOOKS[act.hook], trial.hurried(question) if fault in LATE else question)
    _expect(called, ASKED_AGAIN, fault)
    _asked(trial, act, request, f"after {fault}")


def ask_meets(trial: Trial, ask: Ask, fault: str) -> None:
    """Without a trustworthy answer a question is unavailable; asked again, it is answered."""
    request = ask.request(trial.site())
    with trial.meeting(fault, ask.wire):
        called = trial.call(ask.hook, trial.hurried(request) if fault in LATE else request)
    _expect(called, ("unavailable",), fault)
    again = trial.call(ask.hook, request)
    _expect(again, ("succeeded",), f"asked again after {fault}")


def _recover(trial: Trial, act: Act, request: Any, fault: str) -> None:
    recovery = trial.manifest.recovery.get(act.hook, Recovery.NONE)
    if recovery is Recovery.QUERY:
        _asked(trial, act, request, f"after {fault}")
    elif recovery is Recovery.RESEND:
        _sent_again(trial, act, request, f"after {fault}")
    elif recovery is Recovery.REVERSE:
        _reversed(trial, act, request, f"after {fault}")


def _asked(trial: Trial, act: Act, request: Any, when: str) -> None:
    asked = trial.call(QUERY_HOOKS[act.hook], trial.question(act.hook, request))
    _expect(asked, ("succeeded",), when)


def _sent_again(trial: Trial, act: Act, request: Any, when: str) -> None:
    _expect(trial.call(act.hook, request), ("succeeded",), when)
    effects = trial.effects(act, request)
    expect(effects == 1, f"{act.hook} {when}: the books have {effects} effects, though it declares RESEND")


def _reversed(trial: Trial, act: Act, request: Any, when: str) -> None:
    undoing = UndoRequest(
        request.connection, trial.bench.deadline, new_id(), request.operation, request.amount, request.currency, None,
        request.till,
    )  # fmt: skip
    for _ in range(2):
        _expect(trial.call("payment_reverse", undoing), ("succeeded",), when)
        undoing = replace(undoing, operation=new_id())
    expect(trial.effects(act, request) == 0, f"{act.hook} stands {when} and a reversal")


def _expect(called: Called, ends: tuple[str, ...], when: str) -> None:
    expect(called.in_time, f"{called.hook}, {when}: came back after {called.seconds:.1f} s, which is too late")
    expect(called.end in ends, f"{called.hook}, {when}: should be {' or '.join(ends)} and ended with {called.says}")
