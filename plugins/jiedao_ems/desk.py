"""What both interfaces can be asked, so that the hooks need not know which one a street has."""

from __future__ import annotations

from typing import Protocol

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.postal import (
    CreateAnswer,
    CreateOutcome,
    CreateQuery,
    CreateRequest,
    DocumentOutcome,
    LabelRequest,
    QuoteOutcome,
    QuoteRequest,
    ServiceableOutcome,
    ServiceableRequest,
    TrackOutcome,
    TrackRequest,
    WithdrawOutcome,
    WithdrawRequest,
)


class Desk(Protocol):
    """One interface. Errors as in the contract of the hooks."""

    def quote(self, request: QuoteRequest) -> QuoteOutcome:
        """Postage."""

    def serviceable(self, request: ServiceableRequest) -> ServiceableOutcome:
        """Whether EMS comes to an address."""

    def create(self, request: CreateRequest) -> CreateOutcome:
        """Hand an item over."""

    def query(self, request: CreateQuery) -> CreateAnswer:
        """Ask for our own number."""

    def cancel(self, request: WithdrawRequest) -> WithdrawOutcome:
        """Take an item back."""

    def label(self, request: LabelRequest) -> DocumentOutcome:
        """What is stuck on it."""

    def track(self, request: TrackRequest) -> TrackOutcome:
        """What has happened to it."""

    def knows(self, connection: Connection, deadline: float) -> None:
        """A harmless question that needs address, credentials and key to be right; raises where one is not."""
