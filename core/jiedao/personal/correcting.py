"""Correcting what was registered of a resident: a name, a number, a phone that has another owner now.

The phone is what residents sign in with. When it changes, whoever is signed in is signed out, and the resident is told
at the address that was known before.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from jiedao.directory import resident_sessions
from jiedao.directory.caller import STAFF, Caller, Role, audit
from jiedao.directory.residents import Residents
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.notifications.notifications import Notifications
from jiedao.problems import Invalid
from jiedao.store.unit import Store, Tx


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be otherwise: None stays as it is, an empty number or phone is taken away."""

    reason: str
    name: str | None = None
    number: str | None = None
    phone: str | None = None


class Correcting:
    """Corrections in all streets."""

    def __init__(self, store: Store, residents: Residents, notifications: Notifications) -> None:
        self._store, self._residents, self._notifications = store, residents, notifications

    def correct(self, caller: Caller, resident: str, given: Correction) -> frozenset[str]:
        """Correct it, for a reason that is kept for ever; returns what has changed: name, number, phone.

        Staff; a number only administrators, as benefits are drawn by it. `Conflict` when another has the number.
        """
        caller.must_be(*STAFF)
        if given.number is not None:
            caller.must_be(Role.ADMINISTRATOR)
        if len(given.reason.strip()) < _REASON:
            raise Invalid("resident.reason", _WHY, field="reason")
        return self._store.retrying(caller.street, lambda tx: self._correct(tx, caller, resident, given))

    def _correct(self, tx: Tx, caller: Caller, resident: str, given: Correction) -> frozenset[str]:
        known = self._residents.phone(tx, resident)
        if given.phone is not None and known and known != self._residents.checked_phone(tx, given.phone):
            # As long as the old number is the one that is known.
            self._notifications.send(tx, "phone_changed", resident, f"correction {new_id()}")
        changed = self._residents.correct(tx, resident, name=given.name, number=given.number, phone=given.phone)
        if "phone" in changed:
            resident_sessions.end_all(tx, resident)
        if changed:
            audit(tx, caller, "resident.correct", f"resident {resident}", given.reason, changed=sorted(changed))
        return changed


_REASON: Final = 4
_WHY: Final = Text(zh="请写明更正的理由", en="Say why it is corrected")
