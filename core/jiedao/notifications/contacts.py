"""Where a resident may be reached, in which language, and whether they want to be.

A phone number that is registered may be written to until its holder says no; an e-mail address is only known because
the resident gave it for this.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, audit
from jiedao.directory.residents import Residents, masked
from jiedao.hookspecs.service import Channel
from jiedao.language import LANGUAGES, Text
from jiedao.problems import Invalid
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to a resident, as staff see it: the address masked, empty where none is known."""

    channel: Channel
    wanted: bool
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a message goes. Never shown, never stored in clear."""

    channel: Channel
    language: str
    to: str


class Contacts:
    """The contacts of all streets."""

    def __init__(self, keyring: Keyring, residents: Residents) -> None:
        self._keyring, self._residents = keyring, residents

    def of(self, tx: Tx, resident: str) -> list[Contact]:
        """Every channel of a resident, whether there is an address or not."""
        ways = self._ways(tx, resident)
        return [Contact(way, *_choice(row), masked_address(self._address(tx, resident, way, row))) for way, row in ways]

    def change(
        self, tx: Tx, caller: Caller, resident: str, channel: Channel, *, wanted: bool, language: str, address: str
    ) -> None:
        """Note what the resident says. An empty `address` keeps the one that is known; SMS go to the known phone."""
        if language not in LANGUAGES:
            raise Invalid("contact.language", _LANGUAGE, field="language")
        known = dict(self._ways(tx, resident))[channel]
        sealed = self._sealed(tx, resident, channel, address) or (known.address_sealed if known else None)
        if channel is Channel.EMAIL and wanted and sealed is None:
            raise Invalid("contact.address", _NO_ADDRESS, field="address")
        row = {"wanted": wanted, "language": language, "address_sealed": sealed}
        if known is None:
            tx.add(
                tables.contact, resident=resident, channel=channel, changed_at=tx.now, changed_by=caller.staff, **row
            )
        else:
            tx.change(_CHANGE, resident=resident, channel=channel, at=tx.now, by=caller.staff, **row)
        audit(tx, caller, "contact", f"resident {resident}", "", channel=channel.value, wanted=wanted)

    def reach(self, tx: Tx, resident: str) -> list[Reach]:
        """Where the resident can and wants to be reached, the best way first."""
        found = []
        for channel, row in self._ways(tx, resident):
            wanted, language = _choice(row)
            to = self._address(tx, resident, channel, row) if wanted else ""
            if to:
                found.append(Reach(channel, language, to))
        return found

    def _ways(self, tx: Tx, resident: str) -> Sequence[tuple[Channel, Row | None]]:
        self._residents.get(tx, resident)
        rows = {row.channel: row for row in tx.rows(_OF, resident=resident)}
        return [(channel, rows.get(channel)) for channel in Channel]

    def _address(self, tx: Tx, resident: str, channel: Channel, row: Row | None) -> str:
        if channel is Channel.SMS:
            return self._residents.phone(tx, resident)
        if row is None or row.address_sealed is None:
            return ""
        return self._keyring.open(row.address_sealed, _PURPOSE, f"{tx.street}/{resident}")

    def _sealed(self, tx: Tx, resident: str, channel: Channel, address: str) -> bytes | None:
        if not address:
            return None
        if channel is Channel.SMS:
            raise Invalid("contact.phone", _PHONE_IS_THE_RESIDENTS, field="address")
        return self._keyring.seal(checked_email(address), _PURPOSE, f"{tx.street}/{resident}")


def checked_email(address: str) -> str:
    """An address of the plain form, in ASCII; quoted names and comments are nobody's address."""
    address = address.strip()
    if len(address) > _LONGEST or not _EMAIL.fullmatch(address):
        raise Invalid("contact.email", _NO_EMAIL, field="address")
    return address


def masked_address(address: str) -> str:
    """As staff and logs may see it."""
    name, at, host = address.partition("@")
    return f"{name[:1]}***@{host}" if at else masked(address)


def _choice(row: Row | None) -> tuple[bool, str]:
    return (True, LANGUAGES[0]) if row is None else (row.wanted, row.language)


_PURPOSE: Final = "contact"
_LONGEST: Final = 254
_EMAIL: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})+")
_C = tables.contact.c
_OF: Final = select(tables.contact).where(_C.street == STREET, _C.resident == param("resident"))
_CHANGE: Final = (
    update(tables.contact)
    .where(_C.street == STREET, _C.resident == param("resident"), _C.channel == param("channel"))
    .values(
        wanted=param("wanted"),
        language=param("language"),
        address_sealed=param("address_sealed"),
        changed_at=param("at"),
        changed_by=param("by"),
    )
)
_LANGUAGE: Final = Text(zh="语言只能是 zh 或 en", en="The language is zh or en")
_NO_EMAIL: Final = Text(zh="电子邮箱写法不对", en="This is not an e-mail address")
_NO_ADDRESS: Final = Text(zh="请填写电子邮箱", en="Give an e-mail address")
_PHONE_IS_THE_RESIDENTS: Final = Text(
    zh="短信发到居民登记的电话，请在居民资料中修改", en="SMS go to the resident's registered phone; change it there"
)
