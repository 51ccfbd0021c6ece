"""Peers that are no provider: nobody listens, or somebody listens and never answers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.service import CheckRequest
from jiedao.registry.check import QUERY_HOOKS
from jiedao.testing.bench import Act, Ask, Call
from jiedao.testing.called import Called
from jiedao.testing.peers import black_hole, nobody
from jiedao.testing.trial import Trial
from jiedao.testing.verdict import expect

ASKED_AGAIN = ("unavailable", "unknown")
"""How a query may end without an answer; the core asks again after both."""


def refused_port(trial: Trial, call: Call) -> None:
    """Where nobody listens nothing was sent: `Unavailable`, also for an act."""
    called = trial.call(call.hook, _at(call.request(trial.site()), trial.at_port(nobody())))
    _expect(called, ("unavailable",), "where nobody listens")


def refused_query(trial: Trial, act: Act) -> None:
    """Likewise for the query."""
    request = trial.question(act.hook, act.request(trial.site()))
    called = trial.call(QUERY_HOOKS[act.hook], _at(request, trial.at_port(nobody())))
    _expect(called, ASKED_AGAIN, "where nobody listens")


def act_in_a_black_hole(trial: Trial, act: Act) -> None:
    """What was sent and not answered within the deadline is unknown, and the deadline is kept."""
    end = "unavailable" if act.converses else "unknown"
    _expect(_unanswered(trial, act.hook, act.request(trial.site())), (end,), _UNANSWERED)


def ask_in_a_black_hole(trial: Trial, ask: Ask) -> None:
    """A question that is not answered within the deadline is unavailable."""
    _expect(_unanswered(trial, ask.hook, ask.request(trial.site())), ("unavailable",), _UNANSWERED)


def query_in_a_black_hole(trial: Trial, act: Act) -> None:
    """Likewise for the query."""
    request = trial.question(act.hook, act.request(trial.site()))
    _expect(_unanswered(trial, QUERY_HOOKS[act.hook], request), ASKED_AGAIN, _UNANSWERED)


def check_of_bad_peers(trial: Trial) -> None:
    """A check that cannot reach the provider does not pass; it says so, and is no bug."""
    with black_hole() as port:
        for connection in (trial.at_port(nobody()), trial.at_port(port)):
            called = trial.call("check_connection", CheckRequest(connection, trial.bench.short))
            expect(called.end != "a bug" and called.in_time, f"check_connection of a bad peer ended with {called.says}")
            expect(called.error is not None or not called.result.passed, "a peer that says nothing passes the check")


def _unanswered(trial: Trial, hook: str, request: Any) -> Called:
    with black_hole() as port:
        return trial.call(hook, trial.hurried(_at(request, trial.at_port(port))))


def _at(request: Any, connection: Connection) -> Any:
    return replace(request, connection=connection)


def _expect(called: Called, ends: tuple[str, ...], where: str) -> None:
    took = f"after {called.seconds:.1f} s of {called.request.deadline:g} s"
    expect(
        called.in_time, f"{called.hook} {where} came back {took}" if not called.hung else f"{called.hook} never ends"
    )
    expect(called.end in ends, f"{called.hook} {where} should be {' or '.join(ends)} and ended with {called.says}")


_UNANSWERED = "at a peer that never answers"
