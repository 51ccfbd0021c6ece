"""What the kit must be told of a plugin: how its stand-in starts, what to ask, and how to count what was done.

Nothing here is a claim of quality: what the bench leaves out is a check that is skipped, with its reason in the report.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.service import NoticeRequest

Books: TypeAlias = Mapping[str, Any]


class StandIn(Protocol):
    """A provider's stand-in that listens; `jiedao_sandbox.launch.Running` is one."""

    @property
    def url(self) -> str:
        """Where it speaks its protocol."""

    def faults(self, fault: str, operation: str = "", times: int = 1, seconds: float = 0.0) -> None:
        """Let the next requests of an operation meet a fault (the names are in `FAULTS`)."""

    def clear(self) -> None:
        """Disarm all faults."""

    def books(self) -> Books:
        """What stands in its books."""


class Site(Protocol):
    """Where a sample request is made: the good connection, and a reference and a number that nobody has used."""

    @property
    def connection(self) -> Connection:
        """A connection to the stand-in, with settings that work."""

    @property
    def deadline(self) -> float:
        """Seconds of the call."""

    @property
    def operation(self) -> str:
        """Our reference, new for each sample."""

    @property
    def serial(self) -> int:
        """A number that is new for each sample, to make accounts and numbers of: 1 to 99999."""

    @property
    def stand_in(self) -> StandIn | None:
        """The stand-in; None against a live test system and for a local plugin."""

    def given(self, name: str, otherwise: Any) -> Any:
        """A value that a live test system needs ("samples" of its settings file), else the stand-in's."""

    def call(self, hook: str, request: Any) -> Any:
        """Do first what the sample needs, such as the sale that it refunds; the detail of its success."""


Sample: TypeAlias = Callable[[Site], Any]


@dataclass(frozen=True)
class Call:
    """A hook with a sample of its request."""

    hook: str
    request: Sample
    wire: str = ""
    """The operation by which the stand-in's faults know it; empty where nothing is sent."""
    declined: Sample | None = None
    """A request that the provider refuses."""
    echoes: frozenset[str] = frozenset()
    """What the provider's answer repeats: amount, number, currency."""


@dataclass(frozen=True)
class Act(Call):
    """A hook that has an effect outside.

    `effects` counts from the books how many effects of a request stand now: 1 after it was done, 2 if it was done
    twice, 0 after it was refused or undone.
    """

    echoes: frozenset[str] = frozenset({"amount", "number"})
    effects: Callable[[Books, Any], int] | None = None
    asked_as: str = ""
    """The wire operation of its query hook; the query itself is made from the act's request."""
    pending: Sample | None = None
    """A request that the provider takes and will decide later."""
    converses: bool = False
    """True where the provider has to speak before anything is sent (a mail server, a printer that is asked how it is):
    at one that says nothing, nothing was done."""
    waits: bool = False
    """The provider only acknowledges: even the sample is pending, and has succeeded when it is asked for."""


@dataclass(frozen=True)
class Ask(Call):
    """A hook that changes nothing; `wire` is empty where it asks nobody."""


@dataclass(frozen=True)
class Notices:
    """How the provider's notices are made. Each call of `genuine` is another notice."""

    genuine: Callable[[Site], NoticeRequest]
    stale: Callable[[Site], NoticeRequest] | None = None
    """A notice with a right signature that is too old; None where the protocol does not say when it was made."""


@dataclass(frozen=True)
class Bench:
    """Everything about one plugin that the kit cannot know."""

    settings: Callable[[str], Mapping[str, Any]] = field(default=lambda url: {})
    """Valid settings, as they are entered, for a provider at an address."""
    start: Callable[[Path], AbstractContextManager[StandIn]] | None = None
    """Starts the stand-in with its books in a folder; None for a plugin that speaks to nobody."""
    invalid: Mapping[str, Any] = field(default_factory=dict)
    """A wrong value for each setting that can be wrong."""
    refused: Mapping[str, Any] = field(default_factory=dict)
    """Settings that are right in form and that the provider refuses: a wrong key."""
    acts: tuple[Act, ...] = ()
    asks: tuple[Ask, ...] = ()
    notices: Notices | None = None
    checked_as: str = ""
    """The wire operation of `check_connection`."""
    private: frozenset[str] = frozenset()
    """Further request fields that must not be told (see `PRIVATE`)."""
    volatile: frozenset[str] = frozenset()
    """Tables of the books that change by themselves or note every request."""
    cannot: Mapping[str, str] = field(default_factory=dict)
    """Faults that this stand-in cannot make, each with the reason; shown as skips."""
    deadline: float = 5.0
    short: float = 0.5
    """Seconds of a call that meets a provider that is late."""

    @property
    def calls(self) -> tuple[Call, ...]:
        """Acts and questions."""
        return (*self.acts, *self.asks)


DONE: Final = (
    "lose_answer",
    "silence",
    "delay",
    "delay_request",
    "error_after_effect",
    "html",
    "empty",
    "malformed",
    "truncated",
    "huge",
    "charset",
)
"""Faults after which an act has been done and the answer says nothing that can be trusted."""
ECHOED: Final = {"amount": "wrong_amount", "number": "wrong_number", "currency": "wrong_currency"}
FAULTS: Final = ("lose_request", *DONE, *ECHOED.values())
"""Every fault by which a stand-in is asked to misbehave."""
LATE: Final = frozenset({"delay", "delay_request", "silence"})

PRIVATE: Final[Mapping[str, frozenset[str]]] = {
    "payment": frozenset(),
    "biller": frozenset({"account", "inputs"}),
    "points": frozenset({"card"}),
    "postal": frozenset({"name", "phone", "line"}),
    "certification": frozenset({"number", "name", "photo"}),
    "service": frozenset({"to", "typed"}),
}
"""Request fields, by family, whose text must reach no log, no error and no outcome of an act."""
