"""What the end of a call means for an operation. Pure: no database, no clock of its own, no plugin.

This is the one place that decides between *done*, *not done* and *unknown*; it never guesses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text
from jiedao.operations.model import News, Operation, State
from jiedao.operations.policy import ARRIVES_AGAIN, NEVER_JUST_DECLINED, Policy
from jiedao.registry.boundary import GRACE, Failure, Why
from jiedao.store.unit import later


@dataclass(frozen=True, slots=True)
class Verdict:
    """The next state, when to look again (None: never), and whether the connection is to be paused or undone."""

    news: News
    due_in: float | None = None
    pause: str | None = None
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known besides the answer itself."""

    recovery: Recovery
    settling: float
    policy: Policy
    asked: bool
    """True when the call was a question about the act, False when it was the act."""
    maybe_before: bool
    """Whether an earlier call of the same act may have reached the provider."""
    now: datetime


def judge(operation: Operation, result: Any, case: Circumstances) -> Verdict:
    """What a result means."""
    if isinstance(result, Succeeded):
        return Verdict(News(State.SUCCEEDED, result.detail, late=operation.state is State.DECLINED))
    if operation.state is State.DECLINED:
        return _look_later(operation, case)
    if isinstance(result, Declined) and operation.hook in NEVER_JUST_DECLINED:
        return Verdict(News(State.REVIEW, reason=result.reason.as_json(), code=result.code))
    if isinstance(result, Declined):
        return Verdict(News(State.DECLINED, reason=result.reason.as_json(), code=result.code))
    if isinstance(result, Pending):
        return _pending(operation, case, result)
    if isinstance(result, NotFound):
        return _never_arrived(operation, case)
    return _failed(operation, result, case)


def _pending(operation: Operation, case: Circumstances, result: Pending) -> Verdict:
    """The provider has it and will decide: it is asked again, and where it cannot be asked a person sees it."""
    if case.recovery is not Recovery.QUERY:
        return Verdict(News(State.REVIEW, code=f"pending {result.reference}".strip()))
    verdict = _wait(State.PENDING, operation, case, result.reference)
    return replace(verdict, news=replace(verdict.news, detail=result)) if result.show else verdict


def _failed(operation: Operation, failure: Failure, case: Circumstances) -> Verdict:
    if case.asked:
        return _wait(_still(operation), operation, case, failure.says)
    if case.maybe_before:
        return _in_doubt(operation, failure, case)
    if failure.why is Why.CONFIG:
        return _not_sent(operation, failure, case, pause=failure.says)
    if failure.why is Why.UNAVAILABLE:
        return _not_sent(operation, failure, case)
    return _in_doubt(operation, failure, case)


def _not_sent(operation: Operation, failure: Failure, case: Circumstances, pause: str | None = None) -> Verdict:
    """Nothing reached the provider: send again, or give up without any harm, or show it to a person."""
    patience = case.policy.patience(operation.hook)
    if operation.tries < patience.sends:
        wait = case.policy.pause(operation.tries)
        return Verdict(News(State.PLANNED, code=failure.says), wait, pause)
    if patience.gives_up:
        reason = _UNREACHED if operation.hook == "payment_start" else _NOT_DONE
        return Verdict(News(State.DECLINED, reason=reason.as_json(), code=failure.code or failure.why), None, pause)
    return Verdict(News(State.REVIEW, code=failure.says), None, pause)


def _in_doubt(operation: Operation, failure: Failure, case: Circumstances) -> Verdict:
    if case.recovery is Recovery.REVERSE:
        return Verdict(News(State.UNKNOWN, code=failure.says), None, reverse=True)
    return _wait(_still(operation), operation, case, failure.says)


def _wait(state: State, operation: Operation, case: Circumstances, why: str) -> Verdict:
    """Look again later; a person sees it when asking has not helped for long, or when nobody can be asked."""
    if case.recovery in (Recovery.NONE, Recovery.REVERSE):
        return Verdict(News(State.REVIEW, code=why))
    if operation.tries >= case.policy.asks and state is not State.PENDING:
        return Verdict(News(State.REVIEW, code=why), case.policy.longest)
    return Verdict(News(state, code=why), case.policy.pause(operation.tries))


def _never_arrived(operation: Operation, case: Circumstances) -> Verdict:
    """ "Not found" proves nothing until the longest call and the provider's settling time have passed.

    From a provider that has said that it took the act, it never proves anything: a person has to look.
    """
    if operation.state is State.PENDING:
        return Verdict(News(State.REVIEW, code="not found, though the provider had taken it"))
    patience = case.policy.patience(operation.hook)
    proven_at = later(operation.sent_at, patience.deadline + GRACE + case.settling)
    if case.now < proven_at:
        wait = (proven_at - case.now).total_seconds()
        return Verdict(News(_still(operation), code="not found yet"), wait)
    if operation.hook not in ARRIVES_AGAIN:
        reason = (_NEVER_CAME if operation.hook == "payment_start" else _NOT_RECEIVED).as_json()
        return Verdict(News(State.DECLINED, reason=reason, code="not found"), case.policy.late_looks[0])
    if operation.tries >= case.policy.asks:
        return Verdict(News(State.REVIEW, code="not found"), case.policy.longest)
    return Verdict(News(State.PLANNED, code="never arrived"), 0.0)


def _look_later(operation: Operation, case: Circumstances) -> Verdict:
    """An act given up as never arrived is looked for a few more times."""
    looks = case.policy.late_looks
    age = (case.now - operation.sent_at).total_seconds()
    coming = next((look for look in looks if look > age), None)
    return Verdict(News(State.DECLINED), None if coming is None else coming - age)


def _still(operation: Operation) -> State:
    """An open question keeps the state that the person sees."""
    return operation.state if operation.state in (State.PENDING, State.REVIEW) else State.UNKNOWN


_UNREACHED: Final = Text(zh="服务暂时无法连接，未扣款", en="The service cannot be reached; nothing was taken")
_NEVER_CAME: Final = Text(zh="对方没有收到，未扣款", en="The provider never received it; nothing was taken")
_NOT_DONE: Final = Text(zh="服务暂时无法连接，没有办理", en="The service cannot be reached; nothing was done")
_NOT_RECEIVED: Final = Text(zh="对方没有收到，没有办理", en="The provider never received it; nothing was done")
