"""What every plugin has, a description of itself and a check of its connection; and the small services of a hall.

A plugin of family `service` brings one or more of the small ones: notification, printing, reading an identity card,
the calendar.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.marker import hookspec
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded
from jiedao.hookspecs.values import Document
from jiedao.language import Text


@dataclass(frozen=True, slots=True)
class CheckRequest(Request):
    """Does this connection work, without any effect on money?"""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """`passed` opens the gate to Live; `says` tells the administrator what was seen or what to mend."""

    passed: bool
    says: Text


class About(StrEnum):
    """What a notice is about, and so what the core asks for."""

    OPERATION = "operation"
    """One of our references: the operation is asked for by its query hook."""
    CONSIGNMENT = "consignment"
    """A number on an item: it is tracked."""
    PERSON = "person"
    """A person's own number: their benefits are looked up."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing that a notice is about."""

    about: About
    reference: str


@dataclass(frozen=True, slots=True)
class NoticeRequest(Request):
    """What an outside system sent us, as it came. Header names are lower case."""

    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """A genuine notice. `id` is the provider's, the same when it is sent twice; `made_at` is when it was made.

    `reply` is the body of the answer that the provider expects (as `media_type`), empty for none.
    """

    id: str
    made_at: datetime | None
    topics: tuple[Topic, ...]
    reply: str = ""
    media_type: str = "application/json"


class Channel(StrEnum):
    """How a message goes out."""

    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True, slots=True)
class NotifyRequest(Request):
    """Send one message. `operation` is our reference; `subject` is for channels that have one."""

    operation: str
    channel: Channel
    to: str
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class NotifyQuery(Request):
    """What became of the message `operation`?"""

    operation: str
    channel: Channel
    to: str


@dataclass(frozen=True, slots=True)
class Notified:
    """The provider took the message under `reference`."""

    reference: str


@dataclass(frozen=True, slots=True)
class PrintRequest(Request):
    """Print a document at `till`, which somebody stands beside."""

    till: str
    document: Document


@dataclass(frozen=True, slots=True)
class Printed:
    """The printer took all of it; whether paper came out is for whoever stands there to see."""

    note: str = ""


class Reader(StrEnum):
    """Where the fields of a card come from."""

    BRIDGE = "bridge"
    """A program beside the reader."""
    WEDGE = "wedge"
    """A reader that types like a keyboard; `typed` is what it typed."""


@dataclass(frozen=True, slots=True)
class IdentityRequest(Request):
    """Read the identity card at `till`. `on` is today there; the photo is kept only if `with_photo`."""

    till: str
    reader: Reader
    typed: str
    on: date
    with_photo: bool


@dataclass(frozen=True, slots=True)
class Identity:
    """The fields of an identity card. `photo` is a base64 JPEG, empty unless it was asked for."""

    number: str
    name: str
    born: date | None = None
    sex: str = ""
    address: str = ""
    issued_by: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    """None for a card that never expires, or a reader that does not say."""
    photo: str = ""


@dataclass(frozen=True, slots=True)
class CalendarRequest(Request):
    """Which days from `first` to `last` (both included) are workdays?"""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Day:
    """One day. `provisional` while the year's holidays are not published: then only weekends are known."""

    on: date
    working: bool
    name: Text
    """The holiday, or what a make-up workday makes up for; both empty on an ordinary day."""
    provisional: bool = False


Days: TypeAlias = tuple[Day, ...]
NoticeOutcome: TypeAlias = Succeeded[Notice] | Declined
NotifyOutcome: TypeAlias = Succeeded[Notified] | Declined | Pending
NotifyAnswer: TypeAlias = Succeeded[Notified] | Declined | Pending | NotFound
PrintOutcome: TypeAlias = Succeeded[Printed] | Declined
IdentityOutcome: TypeAlias = Succeeded[Identity] | Declined


@hookspec
def describe() -> Manifest:
    """Say who the plugin is and what it can do.

    Called once, when the plugin is registered. Pure. Every plugin must have it.
    """
    raise NotImplementedError


@hookspec
def check_connection(request: CheckRequest) -> CheckResult:
    """Try the connection: address, credentials, contract. Must not move money or create anything.

    Called before a street switches the service on, and by `jiedao doctor`. A failed check has `passed` false
    and is not an error; errors are treated as a failed check with the error's words.
    """
    raise NotImplementedError


@hookspec
def parse_notice(request: NoticeRequest) -> NoticeOutcome:
    """Say whether what came in is genuine, and what it is about.

    Called, with ability `notice`, for every body that arrives at the connection's address, after it is stored. Pure:
    signature, age and form are checked without asking anybody. `Declined` when it is not genuine, too old or not
    understood. A notice never decides anything: the core asks about its topics.
    """
    raise NotImplementedError


@hookspec
def notify_send(request: NotifyRequest) -> NotifyOutcome:
    """Send one message to a resident.

    Called after its intent is committed. `Declined` when the provider refused it and sent nothing. Errors:
    `Unavailable` only when nothing can have reached the provider.
    """
    raise NotImplementedError


@hookspec
def notify_query(request: NotifyQuery) -> NotifyAnswer:
    """Say what became of an earlier `notify_send`.

    Called by the resolver when the plugin declares `Recovery.QUERY`. Must not change anything.
    """
    raise NotImplementedError


@hookspec
def print_document(request: PrintRequest) -> PrintOutcome:
    """Print a document at a window.

    Called when staff print, who see what comes out: an error is shown, and nothing is printed again by itself.
    `Declined` when the printer says what is wrong (no paper, open cover).
    """
    raise NotImplementedError


@hookspec
def identity_read(request: IdentityRequest) -> IdentityOutcome:
    """Read an identity card.

    Called when a card lies on the reader of a window. `Declined` when there is none, or when it is expired or its
    number is wrong. Must keep nothing. Errors: `Unavailable`.
    """
    raise NotImplementedError


@hookspec
def calendar_days(request: CalendarRequest) -> Days:
    """Say which days are workdays, in order, without a gap.

    Called for due dates and opening days. Pure. A year that is not published yet is provisional, never an error.
    """
    raise NotImplementedError
