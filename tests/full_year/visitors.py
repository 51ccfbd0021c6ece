"""Cookies of residents who are there: one at home with a phone, one who stands before the kiosk."""

from __future__ import annotations

from jiedao.directory import resident_sessions
from jiedao.directory.caller import Caller
from jiedao.directory.resident_sessions import Channel
from jiedao.house import House
from jiedao.kiosk.devices import enrol, issue_code

_KIOSK = "K1"


def at_home(house: House, street: str, resident: str) -> dict[str, str]:
    """The browser of their phone."""
    with house.store.write(street) as tx:
        opened = resident_sessions.begin(tx, Channel.PHONE, "", [resident])
    return {"jiedao_resident": f"{street}.{opened.token}"}


def before_the_kiosk(house: House, administrator: Caller, resident: str) -> dict[str, str]:
    """The kiosk's own browser, enrolled anew, with the visit of somebody who has said who they are."""
    street = administrator.street
    token, _ = enrol(house.store, street, issue_code(house.store, administrator, _KIOSK).code, "127.0.0.1")
    with house.store.write(street) as tx:
        opened = resident_sessions.begin(tx, Channel.KIOSK, _KIOSK, [resident])
    return {"jiedao_kiosk": f"{street}.{token}", "jiedao_resident": f"{street}.{opened.token}"}
