"""Social insurance: certifying that somebody who draws a benefit is alive and still entitled to it.

A submission is judged by the bureau; what was uploaded is not certified. `number` is the person's own (an ID or social
insurance number); the core keeps it sealed. `kind` is the bureau's code of the insurance within the connection (China:
AAE140, 110 pension, 210 unemployment).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.marker import hookspec
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.language import Text


class Route(StrEnum):
    """How it is shown that somebody is alive."""

    DATA_MATCH = "data_match"
    FACE = "face"
    """The person's own face, at a kiosk or a phone."""
    RELATIVE = "relative"
    """On a relative's phone."""
    COUNTER = "counter"
    ACTIVITY = "activity"
    """Seen at a social activity."""
    VISIT = "visit"
    """At home."""
    OTHER_REGION = "other_region"
    ABROAD = "abroad"


class Standing(StrEnum):
    """How a benefit stands at the bureau."""

    NOT_DUE = "not_due"
    DUE = "due"
    OVERDUE = "overdue"
    SUSPENDED = "suspended"
    RESTORED = "restored"
    ENDED = "ended"
    UNKNOWN = "unknown"
    """The bureau did not say."""


class Finding(StrEnum):
    """How the bureau judged a certification."""

    CERTIFIED = "certified"
    NOT_DUE = "not_due"
    """Certified already, by data match for example; nothing is needed."""
    RESTORED = "restored"
    """Certified late: a suspended benefit is paid again."""
    REJECTED = "rejected"
    NOT_FOUND = "not_found"
    NOT_ELIGIBLE = "not_eligible"
    WRONG_REGION = "wrong_region"
    NEEDS_COUNTER = "needs_counter"
    DECEASED = "deceased"


@dataclass(frozen=True, slots=True)
class Benefit:
    """One benefit of a person, as the bureau has it."""

    kind: str
    standing: Standing
    certified_on: date | None = None
    valid_to: date | None = None
    route: Route | None = None
    """How it was certified the last time."""
    region: str = ""
    reason: str = ""
    """Why it is suspended or ended, in the bureau's words."""


@dataclass(frozen=True, slots=True)
class LookupRequest(Request):
    """Which benefits does the person have, and when are they due? `kinds` empty means all."""

    number: str
    name: str
    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The person as the bureau knows them. `classes` are the bureau's own groups (retired, survivor, unemployed)."""

    number: str
    name: str
    benefits: tuple[Benefit, ...]
    classes: tuple[str, ...] = ()
    deceased: bool = False


@dataclass(frozen=True, slots=True)
class SubmitRequest(Request):
    """Certify one benefit. `operation` is our reference, unique for ever.

    `photo` is a base64 JPEG, empty where none is needed. `agent` is who acted for the person, empty for themselves;
    `operator`, `place` and `device` say who took it where.
    """

    operation: str
    number: str
    name: str
    kind: str
    route: Route
    on: date
    photo: str
    agent: str
    operator: str
    place: str
    device: str
    note: str


@dataclass(frozen=True, slots=True)
class SubmitQuery(Request):
    """What became of `operation`? An answer about another person, kind or date is unknown."""

    operation: str
    number: str
    name: str
    kind: str
    on: date


@dataclass(frozen=True, slots=True)
class Verdict:
    """The bureau's judgement. `valid_to` is its own date, None where it leaves that to the scheme."""

    finding: Finding
    reference: str = ""
    valid_to: date | None = None
    reason: Text | None = None
    retryable: bool = False
    """Whether a rejected one may be tried again, with a better photo for example."""
    region: str = ""
    """Where to go, for `WRONG_REGION`."""
    needs: frozenset[str] = frozenset()
    """What to bring, for `NEEDS_COUNTER`: photo, paper."""
    also: frozenset[str] = frozenset()
    """Other kinds that the same certification satisfies."""


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a batch."""

    number: str
    name: str


@dataclass(frozen=True, slots=True)
class BatchRequest(Request):
    """How do these people stand? Asked for due lists."""

    people: tuple[Person, ...]
    kind: str


@dataclass(frozen=True, slots=True)
class HistoryRequest(Request):
    """Which certifications of a benefit does the bureau have?"""

    number: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Record:
    """One certification in the bureau's history.

    `on` is None where not all of the date is known; what is known of it then stands in `note`.
    """

    reference: str
    on: date | None
    route: Route | None
    finding: Finding
    valid_to: date | None = None
    place: str = ""
    note: str = ""


Beneficiaries: TypeAlias = tuple[Beneficiary, ...]
History: TypeAlias = tuple[Record, ...]
LookupOutcome: TypeAlias = Succeeded[Beneficiary] | Declined
SubmitOutcome: TypeAlias = Succeeded[Verdict] | Declined | Pending
SubmitAnswer: TypeAlias = Succeeded[Verdict] | Declined | Pending | NotFound
BatchOutcome: TypeAlias = Succeeded[Beneficiaries] | Declined
HistoryOutcome: TypeAlias = Succeeded[History] | Declined


@hookspec
def certification_lookup(request: LookupRequest) -> LookupOutcome:
    """Find a person's benefits and when each is due.

    Called when a person comes to certify, and after a notice of the bureau. `Declined` when the bureau does not know
    the person. Must not change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def certification_submit(request: SubmitRequest) -> SubmitOutcome:
    """Submit one certification.

    Called after its intent is committed. `Succeeded` with the bureau's judgement, whatever it is; `Pending` while a
    person reviews it there; `Declined` when the bureau refused the submission itself and recorded nothing. Errors:
    `Unavailable` only when nothing can have reached the bureau. An answer that cannot be read, or one without the
    bureau's own code, is `OutcomeUnknown`: never certified, never rejected.
    """
    raise NotImplementedError


@hookspec
def certification_query(request: SubmitQuery) -> SubmitAnswer:
    """Say what became of an earlier `certification_submit`.

    Called by the resolver when the plugin declares `Recovery.QUERY`. Must not change anything. `NotFound` when the
    bureau has no certification of that person, kind and date under our reference.
    """
    raise NotImplementedError


@hookspec
def certification_batch(request: BatchRequest) -> BatchOutcome:
    """Say how many people stand at once.

    Called, with ability `batch_lookup`, for due lists. People whom the bureau does not know are left out. Must not
    change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def certification_history(request: HistoryRequest) -> HistoryOutcome:
    """List earlier certifications of a benefit, newest first.

    Called, with ability `history`, when somebody looks. Must not change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError
