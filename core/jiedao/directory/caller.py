"""On whose behalf something is done, and the key that makes a request safe to repeat."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlalchemy import select

from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, NotAllowed
from jiedao.store import tables
from jiedao.store.unit import STREET, Store, Tx, param


class Role(StrEnum):
    """What a member of staff may do; each includes the ones before it where the work does. And residents themselves."""

    OPERATOR = "operator"
    ACCOUNTANT = "accountant"
    ADMINISTRATOR = "administrator"
    RESIDENT = "resident"
    """Nobody's staff: a resident at a kiosk or on a phone, who may see and do what is their own and nothing else."""


STAFF: Final = (Role.OPERATOR, Role.ACCOUNTANT, Role.ADMINISTRATOR)
"""What members of staff can be."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A client's Idempotency-Key and the digest of the body that came with it."""

    key: str
    digest: str


@dataclass(frozen=True, slots=True)
class Caller:
    """The member of staff who asks, at which till, under which request key; or the resident themselves.

    For a resident, `staff` is what stands where a member of staff would (`jiedao.directory.resident_sessions`).
    """

    street: str
    staff: str
    role: Role
    till: str = ""
    name: str = ""
    claim: Claim | None = None
    resident: str = ""
    """Who asks, if it is a resident; empty for staff, and for a visit to a kiosk of which nobody knows whose it is."""

    def must_be(self, *roles: Role) -> None:
        """Refuse anyone without one of the roles."""
        if self.role not in roles:
            raise NotAllowed("role.missing", _ROLE.format(roles="/".join(roles)))


class Replayed(Exception):
    """The same request was carried out before; `resource` is what came of it."""

    def __init__(self, kind: str, resource: str) -> None:
        super().__init__(f"{kind} {resource}")
        self.kind, self.resource = kind, resource


def claim(tx: Tx, caller: Caller, kind: str, resource: str) -> None:
    """Tie the caller's request key to what this transaction makes; both are committed, or neither.

    Two requests with one key meet at the unique index: the second finds what the first made (`replayed`).
    """
    if caller.claim:
        row = {
            "staff": caller.staff,
            "key": caller.claim.key,
            "digest": caller.claim.digest,
            "kind": kind,
            "resource": resource,
            "at": tx.now,
        }
        tx.put(tables.request_key, row)


def replayed(store: Store, caller: Caller) -> Replayed | None:
    """What an earlier request with this key made; `Conflict` when its body was another one."""
    if caller.claim is None:
        return None
    with store.read(caller.street) as tx:
        row = tx.first(_KEY, staff=caller.staff, key=caller.claim.key)
    if row is None:
        return None
    if row.digest != caller.claim.digest:
        raise Conflict("request_key.reused", _REUSED, field="Idempotency-Key")
    return Replayed(row.kind, row.resource)


def audit(tx: Tx, caller: Caller, action: str, subject: str, reason: str = "", **detail: object) -> None:
    """Note for ever who did what and why."""
    tx.add(
        tables.audit,
        id=new_id(),
        at=tx.now,
        staff=caller.staff,
        action=action,
        subject=subject,
        reason=reason,
        detail=detail,
    )


_K = tables.request_key.c
_KEY: Final = select(tables.request_key).where(_K.street == STREET, _K.staff == param("staff"), _K.key == param("key"))
_ROLE: Final = Text(zh="此操作需要权限：{roles}", en="This needs the role {roles}")
_REUSED: Final = Text(
    zh="同一个 Idempotency-Key 用于了不同的内容", en="This Idempotency-Key was used before with another body"
)
