"""What a connector's errors mean for an act and for a question, in one place for every plugin."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from jiedao.hookspecs.outcomes import OutcomeUnknown, PluginError, Unavailable

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
    refused: Errors = ()
    """The provider would not have the request itself; such an error may have a `code`."""
    before_effect: Mapping[str, type[PluginError]] = field(default_factory=dict)
    """Codes of `refused` of which it is known that nothing had happened, and what they are: `InvalidConfig` where a
    setting has to be mended, `Unavailable` where later will do. Any other code leaves an act in doubt."""

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Around something that has an effect: without a trustworthy answer it is `OutcomeUnknown`."""
        with self._read_as(OutcomeUnknown):
            yield

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Around something that changes nothing: without a trustworthy answer it is `Unavailable`."""
        with self._read_as(Unavailable):
            yield

    @contextmanager
    def _read_as(self, doubt: type[PluginError]) -> Iterator[None]:
        try:
            yield
        except self.not_sent as failed:
            raise Unavailable(str(failed)) from failed
        except self.in_doubt as failed:
            raise doubt(str(failed)) from failed
        except self.refused as refusal:
            code = str(getattr(refusal, "code", ""))
            raise self.before_effect.get(code, doubt)(str(refusal), code) from refusal
