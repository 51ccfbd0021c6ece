"""API keys: what a program proves itself with, what it may do, and until when.

A token is `jdk_<street>.<id>.<secret>`: it says in clear where it is looked up. The secret is 256 random bits, so a
plain SHA-256 of it is stored and nothing else; it is shown once, when the key is made.
"""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import or_, select, update

from jiedao.directory.caller import STAFF, Caller, Role, audit, claim
from jiedao.ids import digest_of, new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param

PREFIX: Final = "jdk_"
READ: Final = "read"
WRITE: Final = "write"
MOST: Final = 200
"""Keys of a street that are in use; more are not issued."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is to be issued. Scopes are `<subject>:read` and `<subject>:write`; without `expires_at` it never lapses."""

    title: str
    role: Role
    scopes: tuple[str, ...]
    till: str = ""
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Key:
    """A key as an administrator may see it: everything but the secret."""

    id: str
    title: str
    role: Role
    till: str
    scopes: tuple[str, ...]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    """When it was last used, to the minute."""
    revoked_at: datetime | None

    @classmethod
    def of(cls, row: Row) -> Key:
        """From its row."""
        return cls(
            row.id,
            row.title,
            Role(row.role),
            row.till,
            tuple(row.scopes),
            row.created_by,
            row.created_at,
            row.expires_at,
            row.used_at,
            row.revoked_at,
        )

    def state(self, now: datetime) -> str:
        """In use, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= now else "active"


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who holds a key: on whose behalf requests are made, and what they may be about."""

    id: str
    caller: Caller
    scopes: frozenset[str]
    digest: str
    expires_at: datetime | None

    def must_have(self, scope: str) -> None:
        """Refuse a request that the key was not made for."""
        if scope not in self.scopes:
            raise NotAllowed("scope.missing", _SCOPE.format(scope=scope), scope=scope)

    def proves(self, secret: str, now: datetime) -> bool:
        """Whether a secret is this key's, and the key is still in use."""
        known = hmac.compare_digest(self.digest, digest_of(secret))
        return known and (self.expires_at is None or self.expires_at > now)


def issue(store: Store, caller: Caller, new: NewKey, subjects: frozenset[str]) -> tuple[str, str]:
    """Make a key (administrators). Returns its id and the token, which nobody can be told again.

    `subjects` are those that a scope may name. A key never may more than who made it.
    """
    caller.must_be(Role.ADMINISTRATOR)
    _check(new, subjects)
    id_, secret = new_id(), secrets.token_urlsafe(32)
    with store.write(caller.street) as tx:
        _check_till(tx, new.till)
        if new.expires_at is not None and new.expires_at <= tx.now:
            raise Invalid("key.expiry", _PAST, field="expires_at")
        if len(tx.rows(_IN_USE, most=MOST)) >= MOST:
            raise Conflict("key.many", _MANY)
        tx.add(
            tables.api_key,
            id=id_,
            title=new.title.strip(),
            role=new.role,
            till=new.till,
            scopes=sorted(set(new.scopes)),
            digest=digest_of(secret),
            created_by=caller.staff,
            created_at=tx.now,
            expires_at=new.expires_at,
        )
        audit(tx, caller, "key.issue", f"key {id_}", new.title.strip(), role=new.role, scopes=sorted(set(new.scopes)))
        claim(tx, caller, "api_key", id_)
    return id_, f"{PREFIX}{caller.street}.{id_}.{secret}"


def revoke(store: Store, caller: Caller, id_: str, reason: str) -> None:
    """End a key at once and for good (administrators)."""
    caller.must_be(Role.ADMINISTRATOR)
    if len(reason.strip()) < _REASON:
        raise Invalid("key.reason", _WHY, field="reason")
    with store.write(caller.street) as tx:
        look(tx, id_)
        if not tx.change(_REVOKE, id_=id_, at=tx.now):
            raise Conflict("key.state", _REVOKED)
        audit(tx, caller, "key.revoke", f"key {id_}", reason)
        claim(tx, caller, "api_key", id_)


def look(tx: Tx, id_: str) -> Key:
    """One key."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("key.missing", _MISSING)
    return Key.of(row)


def all_of(tx: Tx, before: str = "", most: int = 50) -> Sequence[Key]:
    """The street's keys, newest first."""
    return [Key.of(row) for row in tx.rows(_ALL, before=before or _HIGHEST, most=most)]


def parse(token: str) -> tuple[str, str, str]:
    """Street, id and secret of a token; `NotSignedIn` for what is none."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        raise NotSignedIn("key.unknown", _UNKNOWN)
    street, id_, secret = match.groups()
    return street, id_, secret


def bearer(store: Store, street: str, id_: str, secret: str) -> Bearer:
    """Who holds this key; `NotSignedIn` when nobody does, or does no more. Its use is noted at most once a minute."""
    with store.read(street) as tx:
        row, now = tx.first(_ONE, id_=id_), tx.now
    known = _bearer(street, row) if row is not None else None
    if known is None or not known.proves(secret, now):
        raise NotSignedIn("key.unknown", _UNKNOWN)
    if row is not None and (row.used_at is None or row.used_at <= now - _MINUTE):
        with store.write(street) as tx:
            tx.change(_USED, id_=id_, at=now, before=now - _MINUTE)
    return known


def _bearer(street: str, row: Row) -> Bearer | None:
    if row.revoked_at is not None:
        return None
    caller = Caller(street, f"key {row.id}", Role(row.role), row.till, row.title)
    return Bearer(row.id, caller, frozenset(row.scopes), row.digest, row.expires_at)


def _check(new: NewKey, subjects: frozenset[str]) -> None:
    if not new.title.strip():
        raise Invalid("key.title", _TITLE, field="title")
    if new.role not in STAFF:
        raise Invalid("key.role", _NO_ROLE, field="role")
    if not new.scopes:
        raise Invalid("key.scopes", _NO_SCOPES, field="scopes")
    for scope in new.scopes:
        subject, _, act = scope.partition(":")
        if subject not in subjects or act not in (READ, WRITE):
            raise Invalid("key.scope", _NO_SCOPE.format(scope=scope), field="scopes")


def _check_till(tx: Tx, till: str) -> None:
    if till and tx.first(_TILL, till=till) is None:
        raise NotFound("till.missing", _NO_TILL, field="till")


_TOKEN: Final = re.compile(rf"{PREFIX}([0-9A-Za-z_-]{{1,32}})\.([0-9A-Z]{{20}})\.([0-9A-Za-z_-]{{40,50}})", re.ASCII)
_MINUTE: Final = timedelta(minutes=1)
_REASON: Final = 2
_HIGHEST: Final = "Z" * 20
_K = tables.api_key.c
_THIS: Final = (_K.street == STREET) & (_K.id == param("id"))
_ONE: Final = select(tables.api_key).where(_THIS)
_ALL: Final = (
    select(tables.api_key)
    .where(_K.street == STREET, _K.id < param("before"))
    .order_by(_K.id.desc())
    .limit(param("most"))
)
_IN_USE: Final = select(_K.id).where(_K.street == STREET, _K.revoked_at.is_(None)).limit(param("most"))
_REVOKE: Final = update(tables.api_key).where(_THIS, _K.revoked_at.is_(None)).values(revoked_at=param("at"))
_USED: Final = (
    update(tables.api_key)
    .where(_THIS, or_(_K.used_at.is_(None), _K.used_at <= param("before")))
    .values(used_at=param("at"))
)
_TILL: Final = select(tables.till.c.id).where(tables.till.c.street == STREET, tables.till.c.id == param("till"))
_TITLE: Final = Text(zh="请写明这把密钥给谁用", en="Say who the key is for")
_NO_ROLE: Final = Text(zh="密钥只能用工作人员的身份", en="A key acts as a member of staff")
_NO_SCOPES: Final = Text(zh="请至少选择一个权限范围", en="Choose at least one scope")
_NO_SCOPE: Final = Text(zh="没有权限范围“{scope}”", en='There is no scope "{scope}"')
_PAST: Final = Text(zh="有效期必须在将来", en="The expiry must be in the future")
_NO_TILL: Final = Text(zh="没有这个收银台", en="There is no such till")
_MANY: Final = Text(zh="使用中的密钥太多，请先停用不再需要的", en="Too many keys are in use; revoke those not needed")
_WHY: Final = Text(zh="请写明停用原因", en="Say why it is revoked")
_REVOKED: Final = Text(zh="这把密钥已经停用", en="This key has been revoked already")
_MISSING: Final = Text(zh="没有这把密钥", en="There is no such key")
_UNKNOWN: Final = Text(zh="密钥不对，或已停用、过期", en="The key is wrong, revoked or expired")
_SCOPE: Final = Text(zh="这把密钥没有权限范围“{scope}”", en='This key lacks the scope "{scope}"')
