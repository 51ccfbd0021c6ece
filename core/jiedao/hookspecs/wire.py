"""What a connector's errors mean for an act and for a question, in one place for every plugin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

from jiedao.hookspecs.outcomes import OutcomeUnknown, Unavailable

Errors: TypeAlias = type[Exception] | tuple[type[Exception], ...]


@dataclass(frozen=True, slots=True)
class Wire:
    """The errors of one connector. What was not sent is `Unavailable`; the rest depends on what was asked.

    wire = Wire(not_sent=NotSent, in_doubt=(Unanswered, NotUnderstood))
    with wire.acting():
        answer = client.call(...)
    """

    not_sent: Errors
    """Certain that nothing reached the provider."""
    in_doubt: Errors
    """It may have been read and acted upon, or the answer cannot be trusted."""

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Around something that has an effect: without a trustworthy answer it is `OutcomeUnknown`."""
        try:
            yield
        except self.not_sent as failed:
            raise Unavailable(str(failed)) from failed
        except self.in_doubt as failed:
            raise OutcomeUnknown(str(failed)) from failed

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around something that changes nothing: without a trustworthy answer it is `Unavailable`."""
        try:
            yield
        except self.not_sent as failed:
            raise Unavailable(str(failed)) from failed
        except self.in_doubt as failed:
            raise Unavailable(str(failed)) from failed
