"""One-time codes: six digits to the phone number on file, good once and for five minutes.

Nobody learns from an answer whether a number is known here. Asking writes the same down for every number, and takes as
long; the code is made and sent afterwards (`Codes.send`), for numbers that a resident has. What an unknown number asked
for is refused exactly as a wrong code is.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update

from jiedao.directory.residents import Residents
from jiedao.directory.throttle import Limit, forget_old, spend
from jiedao.hookspecs.service import Channel
from jiedao.ids import new_id
from jiedao.language import LANGUAGES, Text
from jiedao.notifications.notifications import Notifications
from jiedao.problems import Invalid, NotSignedIn, ServicePaused
from jiedao.store import tables
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Store, Tx, param

MINUTES: Final = 5
"""How long a code is good."""
TRIES: Final = 5
"""How often a code may be entered, right or wrong."""
AGAIN_AFTER: Final = 60
"""Seconds until the same number may ask again."""


class Codes:
    """The codes of all streets."""

    def __init__(self, store: Store, residents: Residents, notifications: Notifications, keyring: Keyring) -> None:
        self._store, self._residents = store, residents
        self._notifications, self._keyring = notifications, keyring

    def ask(self, street: str, phone: str, language: str, sender: str) -> str:
        """Ask for a code; returns the name under which it is entered. Perform `send` with it, and do not wait for that.

        `sender` is the address that the request came from. `TooMany` for a number, an address or a street that asks
        too often; `ServicePaused` where the street sends no SMS at all.
        """
        if not phone.strip():
            raise Invalid("phone.missing", _NO_PHONE, field="phone")
        return self._store.retrying(street, lambda tx: self._ask(tx, phone, language, sender))

    def send(self, street: str, asked: str) -> Sequence[Any]:
        """Make the code that was asked for, and have it sent if anybody has the number. Returns what to perform."""
        with self._store.write(street) as tx:
            row = tx.first(_ONE, id_=asked)
            if row is None or row.code is not None:
                return ()
            theirs = self._residents.behind(tx, row.phone)
            code = f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}d}"
            # A code is kept for nobody's number too, so that both are looked up and compared alike.
            tx.change(_MAKE, id_=asked, code=self._digest(tx, asked, code))
            if theirs:
                to = self._residents.phone(tx, theirs[0].id)
                only = theirs[0].id if len(theirs) == 1 else None
                values = {"code": code, "minutes": MINUTES}
                self._notifications.send_code(tx, to, row.language, values, resident=only)
        return tx.planned

    def enter(self, street: str, asked: str, code: str, sender: str) -> list[str]:
        """Use a code up; returns the residents behind the number, one or several.

        `NotSignedIn` for a wrong code, and for one that is over: used, too old, or tried too often.
        """
        found = self._store.retrying(street, lambda tx: self._enter(tx, asked, code, sender))
        if found is None:
            raise NotSignedIn("code.over", _OVER, field="code")
        if not found:
            raise NotSignedIn("code.wrong", _WRONG, field="code")
        return found

    def _ask(self, tx: Tx, phone: str, language: str, sender: str) -> str:
        number = self._residents.phone_digest(tx, phone)
        if not self._notifications.can_send(tx, Channel.SMS):
            raise ServicePaused("code.no_service", _NO_SERVICE)
        for limit in _PER_NUMBER:
            spend(tx, limit, number)
        spend(tx, _PER_SENDER, self._keyring.blind(sender, _SENDER, tx.street))
        spend(tx, _PER_STREET, "")
        forget_old(tx)
        tx.set(_FORGET, long_ago=tx.now - _REMEMBERED)
        id_ = new_id()
        until = tx.now + timedelta(minutes=MINUTES)
        spoken = language if language in LANGUAGES else LANGUAGES[0]
        tx.add(tables.sign_in_code, id=id_, phone=number, language=spoken, made_at=tx.now, expires_at=until)
        return id_

    def _enter(self, tx: Tx, asked: str, code: str, sender: str) -> list[str] | None:
        """None when there is nothing to be entered any more; empty for a wrong code, which counts as a try."""
        spend(tx, _TRIES_PER_SENDER, self._keyring.blind(sender, _SENDER, tx.street))
        if not tx.change(_TRY, id_=asked, now=tx.now, most=TRIES):
            return None
        row = tx.first(_ONE, id_=asked)
        if row is None or not hmac.compare_digest(row.code or "", self._digest(tx, asked, code.strip())):
            return []
        theirs = [one.id for one in self._residents.behind(tx, row.phone)]
        if theirs:
            tx.change(_USE, id_=asked, now=tx.now)
        return theirs

    def _digest(self, tx: Tx, asked: str, code: str) -> str:
        return self._keyring.blind(f"{asked} {code}", _CODE, tx.street)


_DIGITS: Final = 6
_CODE, _SENDER = "sign_in_code", "sender"
_PER_NUMBER: Final = (
    Limit("code minute", 1, AGAIN_AFTER),
    Limit("code hour", 5, 3600),
    Limit("code day", 10, 86400),
)
_PER_SENDER: Final = Limit("code sender", 60, 3600)
"""A hall's kiosks, and everybody on its network, may share one address."""
_PER_STREET: Final = Limit("code street", 1000, 3600)
_TRIES_PER_SENDER: Final = Limit("code tries", 120, 3600)
_REMEMBERED: Final = timedelta(hours=1)
_C = tables.sign_in_code.c
_THIS: Final = (_C.street == STREET) & (_C.id == param("id"))
_ONE: Final = select(tables.sign_in_code).where(_THIS)
_MAKE: Final = update(tables.sign_in_code).where(_THIS, _C.code.is_(None)).values(code=param("code"))
_TRY: Final = (
    update(tables.sign_in_code)
    .where(_THIS, _C.tries < param("most"), _C.used_at.is_(None), _C.expires_at > param("now"))
    .values(tries=_C.tries + 1)
)
_USE: Final = update(tables.sign_in_code).where(_THIS).values(used_at=param("now"))
_FORGET: Final = delete(tables.sign_in_code).where(_C.street == STREET, _C.expires_at < param("long_ago"))
_NO_PHONE: Final = Text(zh="请填写手机号码", en="Give your phone number")
_NO_SERVICE: Final = Text(
    zh="本街道现在不能发送短信验证码，请到服务大厅办理",
    en="This street cannot send codes by SMS now; come to a service hall",
)
_WRONG: Final = Text(zh="验证码不对", en="The code is wrong")
_OVER: Final = Text(
    zh="验证码已失效（已用过、超过 5 分钟或输错次数太多），请重新获取",
    en="This code is over (used, older than 5 minutes, or tried too often); ask for a new one",
)
