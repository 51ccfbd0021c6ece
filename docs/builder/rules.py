"""The rules of operations, found out by asking the judge itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from builder.source import attribute_docs, table
from jiedao.hookspecs.manifest import Recovery
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text
from jiedao.operations.judge import Circumstances, Verdict, judge
from jiedao.operations.model import FINAL, Operation, State
from jiedao.operations.policy import Policy
from jiedao.registry.boundary import Failure, Why
from jiedao.registry.check import QUERY_HOOKS
from jiedao.registry.families import HOOKS

_POLICY: Final = Policy()
_SENT: Final = datetime(2026, 11, 15, 9, 0, tzinfo=UTC)
_COLUMNS: Final = (
    ("payment_start", Recovery.QUERY),
    ("biller_pay", Recovery.QUERY),
    ("payment_void", Recovery.RESEND),
    ("payment_start", Recovery.REVERSE),
    ("biller_pay", Recovery.NONE),
)
_FAILURES: Final = {
    "`Unavailable`": Failure(Why.UNAVAILABLE, "why"),
    "`InvalidConfig`": Failure(Why.CONFIG, "why"),
    "`OutcomeUnknown`, deadline passed": Failure(Why.UNKNOWN, "why"),
    "anything else raised or returned": Failure(Why.BUG, "why"),
}
_ANSWERS: Final[dict[str, Any]] = {
    "`Succeeded`": Succeeded(None),
    "`Declined`": Declined(Text("", "")),
    "`Pending`": Pending(),
}
_FIRST, _AGAIN, _ASKED = "the act, first call", "the act, after an earlier call", "the question"


def states() -> str:
    """States of an operation."""
    said = attribute_docs(State)
    ends = {State.SUCCEEDED: "The provider did it.", State.DECLINED: "It was not done; nothing happened there."}
    rows = [(f"`{s}`", "final" if s in FINAL else "open", said.get(s.name) or ends[s]) for s in State]
    return table(("state", "", "meaning"), rows)


def patience() -> str:
    """Deadlines and tries of each hook that is an operation."""
    rows = []
    for hook in filter(_is_act, HOOKS):
        patience = _POLICY.patience(hook)
        end = "declined: nothing happened" if patience.gives_up else "review"
        sends = "until it arrives" if patience.sends >= 2**31 else str(patience.sends)
        rows.append((f"`{hook}`", f"{patience.deadline:g} s", sends, "" if patience.sends >= 2**31 else end))
    return table(("hook", "longest call", "sends of what did not arrive", "then"), rows)


def _is_act(hook: str) -> bool:
    """Whether a hook acts on the outside world: it bears a reference of ours and is not a question about one."""
    request = HOOKS[hook].request
    fields = dataclasses.fields(request) if request else ()
    return hook not in QUERY_HOOKS.values() and any(field.name == "operation" for field in fields)


def judgements() -> str:
    """The judge's verdict in every circumstance that can come about."""
    head = ("call", "what came of it", *(f"`{hook}` {recovery.name}" for hook, recovery in _COLUMNS))
    return table(head, [(call, came, *cells) for call, came, cells in _judgements()])


def _judgements() -> Iterator[tuple[str, str, list[str]]]:
    for came, result in {**_ANSWERS, **_FAILURES}.items():
        yield _FIRST, came, [_cell(hook, recovery, result) for hook, recovery in _COLUMNS]
    for came, result in _FAILURES.items():
        yield _AGAIN, came, [_cell(hook, recovery, result, again=True) for hook, recovery in _COLUMNS]
    for came, result in _ANSWERS.items():
        yield _ASKED, came, [_question(hook, recovery, result) for hook, recovery in _COLUMNS]
    yield _ASKED, "any failure", [_question(hook, r, Failure(Why.UNAVAILABLE, "why")) for hook, r in _COLUMNS]
    yield _ASKED, "`NotFound`, too early to tell", [_question(hook, r, NotFound()) for hook, r in _COLUMNS]
    late = timedelta(hours=1)
    yield _ASKED, "`NotFound`, settling time over", [_question(h, r, NotFound(), after=late) for h, r in _COLUMNS]


def _question(hook: str, recovery: Recovery, result: Any, after: timedelta = timedelta(0)) -> str:
    return _cell(hook, recovery, result, asked=True, after=after) if recovery is Recovery.QUERY else "–"


def _cell(
    hook: str,
    recovery: Recovery,
    result: Any,
    *,
    again: bool = False,
    asked: bool = False,
    after: timedelta = timedelta(0),
) -> str:
    state = State.UNKNOWN if again or asked else State.SENT
    case = Circumstances(recovery, 30.0, _POLICY, asked, again, _SENT + after)
    return _say(judge(_operation(hook, state), result, case), recovery)


def _operation(hook: str, state: State) -> Operation:
    return Operation("", "", "", hook, "", "", "", state, 1, 1, {}, _SENT)


def _say(verdict: Verdict, recovery: Recovery) -> str:
    then = {Recovery.QUERY: "ask", Recovery.RESEND: "send again"}.get(recovery, "look")
    words = f"`{verdict.news.state}`"
    if verdict.reverse:
        words += ", reverse it"
    elif verdict.due_in is not None:
        words += f", {_NEXT.get(verdict.news.state, then)}"
    return words + (", pause the connection" if verdict.pause else "")


_NEXT: Final = {State.PLANNED: "send", State.DECLINED: "look again later"}
