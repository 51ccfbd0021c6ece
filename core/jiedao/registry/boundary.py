"""The error boundary around every call of a plugin: a deadline, a circuit, and no exception that gets out.

A call ends as one of the outcomes of the contract or as a `Failure`. What the plugin does after its deadline is
nobody's answer any more; the thread is left to end by itself, and the circuit keeps further calls from piling up
behind it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import TimeoutError as OutOfTime
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from jiedao.hookspecs.outcomes import (
    Declined,
    InvalidConfig,
    OutcomeUnknown,
    PluginError,
    Succeeded,
    Unavailable,
)
from jiedao.language import Text
from jiedao.registry.crew import MOST, Crew
from jiedao.registry.families import HookSpec, fits, name_of

log = logging.getLogger(__name__)


class Why(StrEnum):
    """Why a call brought no outcome."""

    UNAVAILABLE = "unavailable"
    """Nothing reached the provider."""
    UNKNOWN = "unknown"
    """Something may have reached the provider."""
    CONFIG = "config"
    """Nothing reached the provider, and nothing will until a setting is mended."""
    BUG = "bug"
    """The plugin broke the contract; as far as money goes this is unknown."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A call without an outcome. `says` is for the operator and holds no secret."""

    why: Why
    says: str
    code: str = ""


class Circuit:
    """Keeps calls away from a connection that fails again and again.

    Opens after `limit` failures in a row, or at once on a bug that hung; after `rest` seconds one call is let
    through to try. Held per process: with several workers each finds out for itself, which costs a few calls.
    """

    def __init__(self, limit: int = 5, rest: float = 15.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._rest, self._clock = limit, rest, clock
        self._failures = 0
        self._closed_until = 0.0
        self._lock = threading.Lock()

    def lets_through(self) -> bool:
        """Whether a call may be made now; lets one through when the rest is over."""
        with self._lock:
            if self._failures < self._limit:
                return True
            if self._clock() < self._closed_until:
                return False
            self._closed_until = self._clock() + self._rest
            return True

    def record(self, ok: bool) -> None:
        """Take note of how a call ended."""
        with self._lock:
            self._failures = 0 if ok else self._failures + 1
            if not ok and self._failures >= self._limit:
                self._closed_until = self._clock() + self._rest

    def open(self) -> None:
        """Let no call through for a while: the last one has not come back."""
        with self._lock:
            self._failures = max(self._failures, self._limit)
            self._closed_until = self._clock() + self._rest


class Boundary:
    """Runs plugin functions on threads of their connection, so that a deadline can be kept whatever they do."""

    def __init__(self, threads: int = MOST) -> None:
        self._threads = threads
        self._crews: dict[tuple[str, str], Crew] = {}
        self._circuits: dict[tuple[str, str], Circuit] = {}
        self._closed = False

    def call(self, spec: HookSpec, function: Callable[..., Any], request: Any) -> Any:
        """Call a hook of a connection; an outcome of the contract, or a `Failure`."""
        where = (request.connection.street, request.connection.id)
        circuit = self._circuits.setdefault(where, Circuit())
        if not circuit.lets_through():
            return Failure(Why.UNAVAILABLE, "the connection has failed repeatedly and rests for a moment", "circuit")
        result = self._within_deadline(self._crew(where), spec, function, request)
        if isinstance(result, Failure) and result.code == _HUNG:
            circuit.open()
        else:
            circuit.record(not isinstance(result, Failure))
        return result

    def inline(self, spec: HookSpec, function: Callable[..., Any], request: Any) -> Any:
        """Call a pure or local hook on this thread."""
        return _guarded(spec, function, request)

    def close(self) -> None:
        """Take no more calls; those that hang are left behind."""
        self._closed = True
        for crew in list(self._crews.values()):
            crew.close()

    def _crew(self, where: tuple[str, str]) -> Crew:
        if where not in self._crews:
            if self._closed:
                raise RuntimeError("the boundary takes no more calls")
            # Two threads may make one at the same moment; only the first one's is ever used.
            self._crews.setdefault(where, Crew(self._threads))
        return self._crews[where]

    def _within_deadline(self, crew: Crew, spec: HookSpec, function: Callable[..., Any], request: Any) -> Any:
        future = crew.submit(_guarded, spec, function, request)
        try:
            return future.result(timeout=request.deadline + GRACE)
        except OutOfTime:
            if future.cancel():
                return Failure(Why.UNAVAILABLE, "no thread was free for the call", "busy")
            return Failure(Why.UNKNOWN, f"no answer within {request.deadline:g} s", _HUNG)


_HUNG: Final = "deadline"
GRACE: Final = 0.5
"""Seconds that a plugin gets beyond its deadline to say in its own words that time is up."""


def _guarded(spec: HookSpec, function: Callable[..., Any], request: Any) -> Any:
    try:
        return checked(spec, function(request))
    except InvalidConfig as refused:
        return _failure(Why.CONFIG, refused)
    except Unavailable as refused:
        return _failure(Why.UNAVAILABLE, refused)
    except OutcomeUnknown as unknown:
        return _failure(Why.UNKNOWN, unknown)
    except KeyboardInterrupt:
        raise
    except BaseException as bug:  # sys.exit() in a plugin must not end the platform
        # The message of a foreign exception may hold anything, a secret too; only its class is kept.
        log.error("plugin %s broke in %s: %s", request.connection.plugin, spec.name, type(bug).__name__)
        return Failure(Why.BUG, f"{request.connection.plugin} raised {type(bug).__name__} in {spec.name}")


def _failure(why: Why, error: PluginError) -> Failure:
    return Failure(why, str(error.says), str(error.code))


def checked(spec: HookSpec, result: Any) -> Any:
    """What a hook returned, or a `Failure` when the contract has no such result."""
    if not any(fits(result, outcome) for outcome in spec.outcomes):
        return _bug(spec, f"returned {type(result).__name__}, which the contract does not have")
    if isinstance(result, Succeeded) and not fits(result.detail, spec.detail):
        return _bug(spec, f"succeeded with {type(result.detail).__name__}, not {name_of(spec.detail)}")
    if isinstance(result, Declined) and not fits(result.reason, Text):
        return _bug(spec, f"returned Declined whose reason is {type(result.reason).__name__}, not Text")
    return result


def _bug(spec: HookSpec, what: str) -> Failure:
    return Failure(Why.BUG, f"{spec.name} {what}")
