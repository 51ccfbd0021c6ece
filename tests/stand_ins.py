"""The real plugins over the real stand-ins: what `houses.furnish` needs to put a street onto them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import jiedao_billhub
import jiedao_cash
import jiedao_postcard
import jiedao_unionpay_pos
from houses import Setting
from jiedao_sandbox.launch import Running, Sandbox

REAL: Final = (
    ("jiedao_cash", jiedao_cash.plugin),
    ("jiedao_billhub", jiedao_billhub.plugin),
    ("jiedao_unionpay_pos", jiedao_unionpay_pos.plugin),
    ("jiedao_postcard", jiedao_postcard.plugin),
)
_RATES: Final = [{"category": "electricity", "rate": "0.02"}, {"category": "water", "rate": "0.05"}]


@dataclass(frozen=True)
class StandIns:
    """Processes that one street talks to, and its connections to them."""

    hub: Running
    acquirer: Running
    terminal: Running
    postoffice: Running
    settling: int

    @property
    def all(self) -> tuple[Running, ...]:
        """Every one."""
        return self.hub, self.acquirer, self.terminal, self.postoffice

    @property
    def connections(self) -> Mapping[str, Setting]:
        """Connections cash, card, bills and post."""
        return {
            "cash": Setting("jiedao_cash"),
            "card": Setting(
                "jiedao_unionpay_pos",
                {"terminals": {"T1": self.terminal.url}, "link_secret": "sandbox-register-secret"},
            ),
            "bills": Setting(
                "jiedao_billhub",
                {
                    "url": self.hub.url,
                    "agent": "STREET01",
                    "key_id": "street-1",
                    "secret": "sandbox-hub-secret",
                    "settling": self.settling,
                },
            ),
            "post": Setting(
                "jiedao_postcard",
                {
                    "url": self.postoffice.url,
                    "key_id": "street-1",
                    "secret": "sandbox-post-secret",
                    "rates": _RATES,
                    "pending_days": 0,
                    "settling": self.settling,
                },
            ),
        }


def start(sandbox: Sandbox, *, settling: int = 1, pending_seconds: float = 1.0) -> StandIns:
    """Start them all, with a terminal at till T1 that gives the acquirer one second to answer.

    `settling` is what the street believes of the hub, in seconds; the hub books at once unless a fault delays it.
    """
    hub = sandbox.start("billhub", today="2026-11-15", seed=0, settle_after=pending_seconds)
    acquirer = sandbox.start("acquirer")
    terminal = sandbox.start(
        "terminal", acquirer=acquirer.url.removeprefix("tcp://"), link_secret="sandbox-register-secret", seconds=1
    )
    return StandIns(hub, acquirer, terminal, sandbox.start("postoffice"), settling)
