"""Devices of kiosks: enrolled with a code that is good once, known by a token of which only a digest is stored.

A kiosk that cannot print does not take money, because whoever pays has a right to a receipt. That is checked before
anything is ordered, and not after.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit
from jiedao.directory.places import Kind, place
from jiedao.directory.throttle import Limit, spend
from jiedao.ids import digest_of
from jiedao.language import Text
from jiedao.problems import NotFound, NotSignedIn, ServicePaused
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Overtaken, Store, Tx, param

CODE_LASTS: Final = timedelta(minutes=30)
"""How long an enrolment code is good."""
LOST_AFTER: Final = timedelta(minutes=5)
"""A device that says nothing for so long is shown as not reachable."""
_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without characters that look like others."""
_LENGTH: Final = 8


class Condition(StrEnum):
    """How a kiosk is, as the device or its printer says."""

    ONLINE = "online"
    PAPER_LOW = "paper_low"
    NO_PAPER = "no_paper"
    OUT_OF_SERVICE = "out_of_service"


PRINTS: Final = frozenset({Condition.ONLINE})
"""Conditions in which something may be begun that must end on paper."""


@dataclass(frozen=True, slots=True)
class Device:
    """A kiosk's device: its till, and how it is."""

    street: str
    till: str
    condition: Condition
    seen_at: datetime | None

    @property
    def caller(self) -> Caller:
        """On whose behalf the device itself speaks: nobody's in particular, at its till."""
        return Caller(self.street, f"kiosk:{self.till}", Role.RESIDENT, self.till)


@dataclass(frozen=True, slots=True)
class Issued:
    """A code to enter at the device, shown once."""

    code: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A kiosk as administrators see it; `reachable` when it has spoken in the last minutes."""

    till: str
    name: str
    hall: str
    enrolled: bool
    condition: Condition
    condition_at: datetime | None
    seen_at: datetime | None
    reachable: bool
    code_until: datetime | None


def issue_code(store: Store, caller: Caller, till: str) -> Issued:
    """Make the code with which a device becomes this till's (administrators); an earlier one is good no more."""
    caller.must_be(Role.ADMINISTRATOR)
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))

    def act(tx: Tx) -> Issued:
        if place(tx, till).kind is not Kind.KIOSK:
            raise NotFound("kiosk.missing", _NO_KIOSK, field="till")
        until = tx.now + CODE_LASTS
        if not tx.change(_ISSUE, till_=till, code_=digest_of(code), until=until):
            row = {"till": till, "code": digest_of(code), "code_until": until}
            try:
                tx.add(tables.kiosk_device, **row, condition=Condition.ONLINE, condition_at=tx.now)
            except AlreadyThere:
                raise Overtaken(till) from None
        audit(tx, caller, "kiosk.code", f"till {till}")
        return Issued(code, until)

    return store.retrying(caller.street, act)


def enrol(store: Store, street: str, code: str, sender: str) -> tuple[str, Device]:
    """Enter a code at a device; returns the token that it keeps. The device that was there before is known no more.

    `NotSignedIn` for a code that is wrong or over, `TooMany` for whoever tries codes out.
    """
    if street not in store.streets():
        raise NotSignedIn("kiosk.code", _CODE, field="code")
    store.retrying(street, lambda tx: spend(tx, _TRIES, digest_of(sender)))
    token, digest = secrets.token_urlsafe(32), digest_of(code.strip().upper())
    with store.write(street) as tx:
        row = tx.first(_BY_CODE, code_=digest)
        if row is None or not tx.change(_ENROL, till_=row.till, code_=digest, now=tx.now, device_=digest_of(token)):
            raise NotSignedIn("kiosk.code", _CODE, field="code")
        return token, Device(street, row.till, Condition.ONLINE, tx.now)


def device(store: Store, street: str, token: str) -> Device:
    """Which device has this token; `NotSignedIn` when none has any more. It counts as seen."""
    with store.read(street) as tx:
        row = tx.first(_BY_DEVICE, device_=digest_of(token))
        now = tx.now
    if row is None:
        raise NotSignedIn("kiosk.unknown", _UNKNOWN)
    if row.seen_at is None or now - row.seen_at > _SEEN_EVERY:
        with store.write(street) as tx:
            tx.set(_SEE, till_=row.till, now=now)
    return Device(street, row.till, Condition(row.condition), row.seen_at)


def report(store: Store, street: str, till: str, condition: Condition) -> None:
    """Note how a kiosk is, as its device or its printer says."""
    with store.write(street) as tx:
        tx.change(_REPORT, till_=till, condition_=condition, now=tx.now)


def revoke(store: Store, caller: Caller, till: str, reason: str) -> None:
    """Let the device of a till be known no more (administrators)."""
    caller.must_be(Role.ADMINISTRATOR)
    with store.write(caller.street) as tx:
        if not tx.change(_REVOKE, till_=till):
            raise NotFound("kiosk.missing", _NO_KIOSK, field="till")
        audit(tx, caller, "kiosk.revoke", f"till {till}", reason)


def must_print(tx: Tx, till: str) -> None:
    """Refuse what must end on paper, before any of it is begun, where the kiosk's paper may not last."""
    row = tx.first(_ONE, till_=till)
    if row is not None and Condition(row.condition) not in PRINTS:
        raise ServicePaused("kiosk.paper", _NO_PAPER, condition=row.condition)


def must_serve(found: Device) -> None:
    """Refuse everything at a kiosk that is out of service."""
    if found.condition is Condition.OUT_OF_SERVICE:
        raise ServicePaused("kiosk.out_of_service", _OUT)


def kiosks(tx: Tx) -> Sequence[Kiosk]:
    """Every kiosk of the street."""
    return [_kiosk(row, tx.now) for row in tx.rows(_ALL, kind=Kind.KIOSK)]


def _kiosk(row: Row, now: datetime) -> Kiosk:
    seen = row.seen_at
    open_code = row.code_until if row.code and row.code_until > now else None
    return Kiosk(
        row.id,
        row.name,
        row.hall,
        row.device is not None,
        Condition(row.condition or Condition.ONLINE),
        row.condition_at,
        seen,
        bool(row.device and seen and now - seen <= LOST_AFTER),
        open_code,
    )


CONDITIONS: Final = {
    Condition.ONLINE: Text(zh="正常", en="Working"),
    Condition.PAPER_LOW: Text(zh="纸快用完", en="Paper is low"),
    Condition.NO_PAPER: Text(zh="缺纸", en="Out of paper"),
    Condition.OUT_OF_SERVICE: Text(zh="暂停服务", en="Out of service"),
}
"""What a condition is called."""
_SEEN_EVERY: Final = timedelta(seconds=30)
_TRIES: Final = Limit("kiosk codes", 20, 3600)
_K, _T = tables.kiosk_device.c, tables.till.c
_THIS: Final = (_K.street == STREET) & (_K.till == param("till"))
_ONE: Final = select(tables.kiosk_device).where(_THIS)
_BY_CODE: Final = select(tables.kiosk_device).where(_K.street == STREET, _K.code == param("code"))
_BY_DEVICE: Final = select(tables.kiosk_device).where(_K.street == STREET, _K.device == param("device"))
_ISSUE: Final = update(tables.kiosk_device).where(_THIS).values(code=param("code"), code_until=param("until"))
_ENROL: Final = (
    update(tables.kiosk_device)
    .where(_THIS, _K.code == param("code"), _K.code_until > param("now"))
    .values(
        code=None,
        code_until=None,
        device=param("device"),
        enrolled_at=param("now"),
        seen_at=param("now"),
        condition=Condition.ONLINE,
        condition_at=param("now"),
    )
)
_SEE: Final = update(tables.kiosk_device).where(_THIS).values(seen_at=param("now"))
_REPORT: Final = (
    update(tables.kiosk_device).where(_THIS).values(condition=param("condition"), condition_at=param("now"))
)
_REVOKE: Final = (
    update(tables.kiosk_device)
    .where(_THIS, _K.device.is_not(None) | _K.code.is_not(None))
    .values(device=None, code=None, code_until=None)
)
_ALL: Final[Any] = (
    select(
        _T.id,
        _T.name,
        _T.hall,
        _K.code,
        _K.code_until,
        _K.device,
        _K.condition,
        _K.condition_at,
        _K.seen_at,
    )
    .outerjoin(tables.kiosk_device, (_K.street == _T.street) & (_K.till == _T.id))
    .where(_T.street == STREET, _T.kind == param("kind"))
    .order_by(_T.hall, _T.id)
)
_NO_KIOSK: Final = Text(zh="没有这台自助终端", en="There is no such kiosk")
_CODE: Final = Text(
    zh="登记码不对，或者已经过期，请向管理员要新的", en="The code is wrong or over; ask an administrator for a new one"
)
_UNKNOWN: Final = Text(zh="这台设备没有登记", en="This device is not enrolled")
_NO_PAPER: Final = Text(
    zh="这台自助机的打印纸快用完了，打不了凭条，所以现在不收款。请到窗口或别的自助机办理。",
    en="This kiosk is low on paper and cannot print a slip, so it takes no money now. Please go to a window or "
    "another kiosk.",
)
_OUT: Final = Text(zh="这台自助机暂停服务，请到窗口办理", en="This kiosk is out of service; please go to a window")
