"""The real plugins over the real stand-ins: what `houses.furnish` needs to put a street onto them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import jiedao_billhub
import jiedao_cash
import jiedao_cert_tunnel
import jiedao_ems
import jiedao_postcard
import jiedao_unionpay_pos
from houses import Setting
from jiedao_sandbox import bureau, ems
from jiedao_sandbox.launch import Running, Sandbox

REAL: Final = (
    ("jiedao_cash", jiedao_cash.plugin),
    ("jiedao_billhub", jiedao_billhub.plugin),
    ("jiedao_unionpay_pos", jiedao_unionpay_pos.plugin),
    ("jiedao_postcard", jiedao_postcard.plugin),
    ("jiedao_ems", jiedao_ems.plugin),
    ("jiedao_cert_tunnel", jiedao_cert_tunnel.plugin),
)
_RATES: Final = [{"category": "electricity", "rate": "0.02"}, {"category": "water", "rate": "0.05"}]


@dataclass(frozen=True)
class StandIns:
    """Processes that one street talks to, and its connections to them."""

    hub: Running
    acquirer: Running
    terminal: Running
    postoffice: Running
    ems: Running
    bureau: Running
    settling: int

    @property
    def all(self) -> tuple[Running, ...]:
        """Every one."""
        return self.hub, self.acquirer, self.terminal, self.postoffice, self.ems, self.bureau

    @property
    def connections(self) -> Mapping[str, Setting]:
        """Connections cash, card, bills, post (the points card), ems and bureau."""
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
            "ems": Setting(
                "jiedao_ems",
                {
                    "interface": "current",
                    "url": self.ems.url + ems.CURRENT_PATH,
                    "sender_number": ems.SENDER,
                    "authorization": ems.AUTHORIZATION,
                    "key": ems.KEY,
                    "ecommerce_user_id": "street-01",
                    "own_address": "017000 内蒙古自治区鄂尔多斯市康巴什区康宁路 5 号",
                    "products": [{"product": "1", "estimate": "112104302300991", "services": ["receipt"]}],
                    "settling": self.settling,
                },
            ),
            "bureau": Setting(
                "jiedao_cert_tunnel",
                {
                    "url": f"{self.bureau.url}/tunnel",
                    "interface": str(bureau.TUNNEL_INTERFACE),
                    "user": bureau.USER,
                    "key": bureau.KEY,
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
    others = (sandbox.start(name) for name in ("postoffice", "ems", "bureau"))
    return StandIns(hub, acquirer, terminal, *others, settling)
