"""What should go wrong next in a stand-in: armed by a test, taken by requests one by one, in the order of arming.

Knows nothing of HTTP or TCP. A server asks `Faults.take(operation)` once for each request and obeys the answer:

    fault = faults.take("pay")
    if fault.loses_request:
        return hang_up()
    fault.wait_before_effect()
    answer = act()
    fault.wait_before_answer()
    if fault.loses_answer:
        return hang_up()
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final


class Fault(StrEnum):
    """One thing that can go wrong. Only `LOSE_REQUEST` is without effect in the books."""

    LOSE_REQUEST = "lose_request"
    """Close the connection; nothing is read, nothing happens."""
    LOSE_ANSWER = "lose_answer"
    """Act, then close the connection."""
    DELAY = "delay"
    """Act, then wait `seconds`, then answer."""
    DELAY_REQUEST = "delay_request"
    """Wait `seconds`, then act and answer: the caller may have given up before the effect."""
    ANSWER_TWICE = "answer_twice"
    """Act, then send the same answer two times on one connection."""
    ERROR_AFTER_EFFECT = "error_after_effect"
    """Act, then answer as if the server had broken (HTTP 500)."""
    HTML = "html"
    """Act, then answer 200 with a web page, as a proxy in maintenance does."""
    WRONG_ECHO = "wrong_echo"
    """Act, then answer with another amount and reference."""
    WRONG_AMOUNT = "wrong_amount"
    """Act, then answer with another amount, and everything else right."""
    WRONG_NUMBER = "wrong_number"
    """Act, then answer about another reference or number, and everything else right."""
    WRONG_CURRENCY = "wrong_currency"
    """Act, then answer in another currency, and everything else right."""
    SILENCE = "silence"
    """Read and act, then never answer and never hang up."""
    EMPTY = "empty"
    """Act, then answer 200 with nothing."""
    MALFORMED = "malformed"
    """Act, then answer with half of the content as if it were the whole."""
    TRUNCATED = "truncated"
    """Act, then break off in the middle of the answer."""
    HUGE = "huge"
    """Act, then answer with the content and 16 megabytes of blanks."""
    CHARSET = "charset"
    """Act, then answer in another encoding than the answer says."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The fault that one request met; `fault` is None for the usual request that meets none."""

    fault: Fault | None = None
    seconds: float = 0.0

    @property
    def loses_request(self) -> bool:
        """The server must hang up without acting."""
        return self.fault is Fault.LOSE_REQUEST

    @property
    def loses_answer(self) -> bool:
        """The server must hang up after acting."""
        return self.fault is Fault.LOSE_ANSWER

    def wait_before_effect(self) -> None:
        """Sleep before acting, for `delay_request`."""
        if self.fault is Fault.DELAY_REQUEST:
            time.sleep(self.seconds)

    def wait_before_answer(self) -> None:
        """Sleep after acting; every other fault may be given `seconds` too, such as a lost answer after 5 s."""
        if self.fault is not Fault.DELAY_REQUEST:
            time.sleep(self.seconds)


NO_FAULT: Final = Taken()


@dataclass(slots=True)
class _Armed:
    fault: Fault
    operation: str
    times: int
    seconds: float

    def meets(self, operation: str) -> bool:
        return self.operation in ("", operation)


class Faults:
    """A thread-safe queue of armed faults. A request takes at most one."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._armed: list[_Armed] = []

    def arm(self, fault: Fault | str, operation: str = "", times: int = 1, seconds: float = 0.0) -> None:
        """Let the next `times` requests of `operation` (empty: any) meet a fault; ValueError when it makes no sense."""
        if times < 1 or seconds < 0:
            raise ValueError("times must be at least 1 and seconds not negative")
        with self._lock:
            self._armed.append(_Armed(Fault(fault), operation, times, seconds))

    def take(self, operation: str) -> Taken:
        """The oldest armed fault that meets the operation, used up once."""
        with self._lock:
            found = next((armed for armed in self._armed if armed.meets(operation)), None)
            if found is None:
                return NO_FAULT
            found.times -= 1
            if not found.times:
                self._armed.remove(found)
            return Taken(found.fault, found.seconds)

    def clear(self) -> None:
        """Disarm everything."""
        with self._lock:
            self._armed.clear()

    def armed(self) -> list[dict[str, Any]]:
        """What is still armed, for the control face."""
        with self._lock:
            return [
                {"fault": a.fault.value, "operation": a.operation, "times": a.times, "seconds": a.seconds}
                for a in self._armed
            ]


def wrong_echo(answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with another `amount` and `reference`, as a provider that mixed two customers up would give."""
    return {name: _other(value) if name in _ECHOED else value for name, value in answer.items()}


def altered(answer: Any, names: frozenset[str]) -> Any:
    """The answer with another value under every one of these names, however deep it lies."""
    if isinstance(answer, dict):
        return {n: _other(v) if n in names and _is_plain(v) else altered(v, names) for n, v in answer.items()}
    return [altered(one, names) for one in answer] if isinstance(answer, list) else answer


def _is_plain(value: object) -> bool:
    return isinstance(value, int | str)


def _other(value: object) -> object:
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return _number_more(value) if isinstance(value, str) and value.isdecimal() else f"X{value}"


def _number_more(digits: str) -> str:
    """The next number of as many digits."""
    return f"{(int(digits) + 1) % 10 ** len(digits):0{len(digits)}d}"


_ECHOED: Final = frozenset({"amount", "reference"})
ECHOES: Final = {
    Fault.WRONG_AMOUNT: frozenset({"amount", "total", "fee", "postage"}),
    Fault.WRONG_NUMBER: frozenset({"reference", "operation", "number", "id"}),
    Fault.WRONG_CURRENCY: frozenset({"currency"}),
}
"""What answers usually call it; a service whose wire has other names says so."""
