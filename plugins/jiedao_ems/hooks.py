"""The hooks of the plugin: which desk is asked."""

from __future__ import annotations

from typing import Final

from jiedao import hookimpl
from jiedao.clock import Clock, system_clock
from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import Declined, PluginError
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
from jiedao.hookspecs.service import CheckRequest, CheckResult, NoticeOutcome, NoticeRequest
from jiedao.language import Text
from jiedao_ems import notices, words
from jiedao_ems.current_desk import CurrentDesk
from jiedao_ems.desk import Desk
from jiedao_ems.exchange import is_older, is_private
from jiedao_ems.older_desk import OlderDesk
from jiedao_ems.settings import SETTLING, configuration


class Ems:
    """The plugin; `clock` tells how old a notice is."""

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock

    @hookimpl
    def describe(self) -> Manifest:
        """Name, abilities, and how an unknown is resolved."""
        return _MANIFEST

    @hookimpl
    def check_connection(self, request: CheckRequest) -> CheckResult:
        """Ask whether EMS comes to the street's own address."""
        if request.connection.live and not is_private(request.connection):
            return CheckResult(False, words.NOT_PRIVATE)
        try:
            _desk(request).knows(request.connection, request.deadline)
        except PluginError as failed:
            return CheckResult(False, words.CHECK_FAILED.format(why=failed.says))
        return CheckResult(True, words.CONNECTED)

    @hookimpl
    def parse_notice(self, request: NoticeRequest) -> NoticeOutcome:
        """A push of the current interface."""
        if is_older(request.connection):
            return Declined(words.NO_PUSH, "NO_PUSH")
        return notices.read(request, self._clock())

    @hookimpl
    def postal_quote(self, request: QuoteRequest) -> QuoteOutcome:
        """Asked of EMS, or from the tariff."""
        return _desk(request).quote(request)

    @hookimpl
    def postal_serviceable(self, request: ServiceableRequest) -> ServiceableOutcome:
        """Asked of EMS."""
        return _desk(request).serviceable(request)

    @hookimpl
    def postal_create(self, request: CreateRequest) -> CreateOutcome:
        """Under our operation as logisticsOrderNo, which EMS takes once."""
        return _desk(request).create(request)

    @hookimpl
    def postal_query(self, request: CreateQuery) -> CreateAnswer:
        """By our logisticsOrderNo."""
        return _desk(request).query(request)

    @hookimpl
    def postal_cancel(self, request: WithdrawRequest) -> WithdrawOutcome:
        """Until EMS has fetched it."""
        return _desk(request).cancel(request)

    @hookimpl
    def postal_label(self, request: LabelRequest) -> DocumentOutcome:
        """In the sizes 129, 149 and 179."""
        return _desk(request).label(request)

    @hookimpl
    def postal_track(self, request: TrackRequest) -> TrackOutcome:
        """Everything that EMS tells."""
        return _desk(request).track(request)


def _desk(request: Request) -> Desk:
    return _OLDER if is_older(request.connection) else _CURRENT


_CURRENT: Final = CurrentDesk()
_OLDER: Final = OlderDesk()
_MANIFEST: Final = Manifest(
    name="jiedao_ems",
    version="0.1.0",
    title=Text(zh="中国邮政 EMS", en="China Post EMS"),
    families=("postal",),
    configuration=configuration,
    # Cancelling an item twice cancels it once, and EMS says so.
    recovery={"postal_create": Recovery.QUERY, "postal_cancel": Recovery.RESEND},
    settling=float(SETTLING),
    abilities=frozenset({"serviceable", "withdraw", "notice"}),
)
