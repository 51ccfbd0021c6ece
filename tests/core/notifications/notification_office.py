"""A street with messengers and devices, and the short words in which tests speak to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from houses import Furnished
from jiedao.hookspecs.service import Channel
from jiedao.notifications.notifications import Sending
from jiedao.registry.connections import State
from service_doubles import Devices, Messenger
from watches import Watch

PHONE = "13812340000"


@dataclass
class Office:
    """A furnished street, its messengers and a resident with a phone."""

    made: Furnished
    watch: Watch
    sms: Messenger
    email: Messenger
    devices: Devices
    resident: str

    @property
    def house(self) -> Any:
        """The house."""
        return self.made.house

    def send(self, subject: str = "entitlement 1", code: str = "certification_done", **values: Any) -> Sending:
        """As another room sends."""
        values = values or {"scheme": "养老", "until": "2027-03-01"}
        with self.house.store.write(self.made.street) as tx:
            sending: Sending = self.house.notifications.send(tx, code, self.resident, subject, **values)
        return sending

    def work(self, seconds: float = 1.0) -> None:
        """Let time pass, and let a worker do what is due."""
        self.watch.forward(seconds=seconds)
        while self.house.operations.resolve_due(self.made.street):
            pass

    def opt(self, channel: Channel, *, wanted: bool = True, language: str = "zh", address: str = "") -> None:
        """What the resident says at the window."""
        with self.house.store.write(self.made.street) as tx:
            self.house.notifications.opt(
                tx, self.made.operator, self.resident, channel, wanted=wanted, language=language, address=address
            )

    def messages(self) -> list[Any]:
        """The resident's log."""
        with self.house.store.read(self.made.street) as tx:
            return list(self.house.notifications.of_resident(tx, self.resident))

    def switch(self, connection: str, state: State) -> None:
        """Switch a connection."""
        with self.house.store.write(self.made.street) as tx:
            self.house.connections.switch(tx, connection, state)
