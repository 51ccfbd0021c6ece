"""One call of a hook, and how it ended in the words of the contract."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    NotFound,
    OutcomeUnknown,
    Pending,
    Succeeded,
    Unavailable,
)
from jiedao.registry.boundary import GRACE, Failure, checked
from jiedao.registry.families import HOOKS
from jiedao.testing.watch import Watch, texts_of

HUNG: Final = "no end"
BUG: Final = "a bug"
_ERRORS: Final = {Unavailable: "unavailable", OutcomeUnknown: "unknown", InvalidConfig: "invalid configuration"}
_OUTCOMES: Final = {Succeeded: "succeeded", Declined: "declined", Pending: "pending", NotFound: "not found"}
_PATIENCE: Final = 5.0
"""Seconds beyond its deadline after which a call is left alone."""


@dataclass
class Called:
    """How a call went. `seconds` is how long it took; `seen` is what got out meanwhile."""

    hook: str
    request: Any
    result: Any = None
    error: BaseException | None = None
    seconds: float = 0.0
    seen: str = ""
    hung: bool = False

    @property
    def end(self) -> str:
        """Succeeded, declined, pending, not found, unavailable, unknown, invalid configuration, a bug, no end."""
        if self.hung:
            return HUNG
        if self.error is not None:
            return next((word for kind, word in _ERRORS.items() if isinstance(self.error, kind)), BUG)
        if isinstance(checked(HOOKS[self.hook], self.result), Failure):
            return BUG
        return next((word for kind, word in _OUTCOMES.items() if isinstance(self.result, kind)), "succeeded")

    @property
    def says(self) -> str:
        """The end, with what is needed to mend it."""
        if self.error is not None:
            return f"{self.end} ({type(self.error).__name__}: {str(self.error)[:200]})"
        if self.end == BUG:
            failure = checked(HOOKS[self.hook], self.result)
            return f"{self.end} ({failure.says})"
        return f"{self.end} ({str(self.result)[:200]})" if self.end != "succeeded" else self.end

    @property
    def in_time(self) -> bool:
        """Whether it came back within its deadline, and the moment that the core grants."""
        return not self.hung and self.seconds <= float(self.request.deadline) + GRACE

    @property
    def told(self) -> str:
        """Everything that got out with the call's end: log, print, errors; not the outcome itself."""
        return "\n".join([self.seen, *texts_of(self.error)])


def call(hook: str, function: Callable[[Any], Any], request: Any) -> Called:
    """Call a hook on a thread of its own, so that one that never comes back does not stop the kit."""
    called, watch = Called(hook, request), Watch()
    thread = threading.Thread(target=_run, args=(called, function), daemon=True)
    started = time.monotonic()
    with watch.over():
        thread.start()
        thread.join(float(request.deadline) + _PATIENCE)
    called.hung, called.seconds, called.seen = thread.is_alive(), time.monotonic() - started, watch.seen
    return called


def _run(called: Called, function: Callable[[Any], Any]) -> None:
    try:
        called.result = function(called.request)
    except BaseException as raised:
        called.error = raised
