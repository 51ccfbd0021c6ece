"""A plugin that gives settlements, as a test wants them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from doubles import Acquirer
from jiedao import hookimpl
from jiedao.hookspecs.manifest import Manifest, Recovery
from jiedao.hookspecs.outcomes import Succeeded
from jiedao.hookspecs.payment import SettlementOutcome, SettlementRequest, SettlementRow


class Settling(Acquirer):
    """An acquirer of which nobody can ask, and that gives a settlement."""

    def __init__(self) -> None:
        super().__init__(Recovery.NONE)
        self.rows: list[SettlementRow] = []
        self.says: Any = None

    @hookimpl
    def describe(self) -> Manifest:
        """As an acquirer, with settlements."""
        manifest = super().describe()
        recovery = {name: how for name, how in manifest.recovery.items() if name != "payment_refund"}
        return replace(manifest, recovery=recovery, abilities=manifest.abilities | {"settlement"})

    @hookimpl
    def payment_settlement(self, request: SettlementRequest) -> SettlementOutcome:
        """The rows of a test."""
        if isinstance(self.says, Exception):
            raise self.says
        outcome: SettlementOutcome = self.says or Succeeded(tuple(r for r in self.rows if r.settled_on == request.on))
        return outcome
