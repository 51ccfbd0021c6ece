"""A messenger and a hall's devices whose answers a test scripts."""

from __future__ import annotations

from datetime import timedelta

from doubles import ANYTHING_GOES, AnySettings, Double
from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import NotFound, Succeeded
from jiedao.hookspecs.service import (
    CalendarRequest,
    Day,
    Days,
    Identity,
    IdentityOutcome,
    IdentityRequest,
    Notified,
    NotifyAnswer,
    NotifyOutcome,
    NotifyQuery,
    NotifyRequest,
    Printed,
    PrintOutcome,
    PrintRequest,
)
from jiedao.language import Text


class Messenger(Double):
    """Delivers to `delivered`; `channels` and `recovery` are what it declares."""

    def __init__(self, name: str, *channels: str, recovery: Recovery = Recovery.QUERY) -> None:
        super().__init__()
        self.name, self.channels, self.recovery = name, frozenset(channels), recovery
        self.delivered: dict[str, NotifyRequest] = {}

    @property
    def bodies(self) -> list[str]:
        """What residents read, in order."""
        return [request.body for request in self.delivered.values()]

    @hookimpl
    def describe(self) -> Manifest:
        """As it was made."""
        return Manifest(
            name=self.name,
            version="1",
            title=ANYTHING_GOES,
            families=("service",),
            configuration=AnySettings(),
            recovery={"notify_send": self.recovery},
            abilities=self.channels,
        )

    @hookimpl
    def notify_send(self, request: NotifyRequest) -> NotifyOutcome:
        """Deliver it."""

        def deliver() -> Succeeded[Notified]:
            self.delivered[request.operation] = request
            return Succeeded(Notified("N1"))

        outcome: NotifyOutcome = self._act("notify_send", request.operation, deliver)
        return outcome

    @hookimpl
    def notify_query(self, request: NotifyQuery) -> NotifyAnswer:
        """Look whether it was delivered."""

        def look() -> NotifyAnswer:
            return Succeeded(Notified("N1")) if request.operation in self.delivered else NotFound()

        answer: NotifyAnswer = self._act("notify_query", request.operation, look)
        return answer


class Devices(Double):
    """A card reader, a printer and a calendar in one."""

    name = "double_devices"

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[IdentityRequest] = []
        self.printed: list[PrintRequest] = []

    @hookimpl
    def describe(self) -> Manifest:
        """A service plugin."""
        return Manifest(
            name=self.name, version="1", title=ANYTHING_GOES, families=("service",), configuration=AnySettings()
        )

    @hookimpl
    def identity_read(self, request: IdentityRequest) -> IdentityOutcome:
        """Somebody."""
        self.asked.append(request)
        outcome: IdentityOutcome = self._act("identity_read", "", lambda: Succeeded(Identity("N", "王芳")))
        return outcome

    @hookimpl
    def print_document(self, request: PrintRequest) -> PrintOutcome:
        """On paper."""
        self.printed.append(request)
        outcome: PrintOutcome = self._act("print_document", "", lambda: Succeeded(Printed()))
        return outcome

    @hookimpl
    def calendar_days(self, request: CalendarRequest) -> Days:
        """Nobody ever works."""

        def free() -> Days:
            count = (request.last - request.first).days + 1
            return tuple(Day(request.first + timedelta(days=n), False, Text.same("rest")) for n in range(count))

        answer: Days = self._act("calendar_days", "", free)
        return answer
