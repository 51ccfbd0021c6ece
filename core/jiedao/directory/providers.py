"""A street's identity provider (OpenID Connect), and who of its staff is who there.

Only an administrator ties a person of the provider to a member of staff: signing in there makes nobody staff here. The
protocol itself is spoken elsewhere; what is proven comes in as `Proven`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import delete, select, update

from jiedao.directory.caller import Caller, Role, audit
from jiedao.directory.staff import colleague
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound, NotSignedIn
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Overtaken, Tx, param

SUBJECT: Final = "subject"
EMAIL: Final = "email"


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider as a street may see it: everything but the secret."""

    name: Text
    """What the button at the door says."""
    issuer: str
    """Its address, exactly as it stands in the tokens (`iss`)."""
    client: str
    has_secret: bool
    active: bool


@dataclass(frozen=True, slots=True)
class Access:
    """What the protocol needs to know of a provider."""

    issuer: str
    client: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Proven:
    """Who a provider says it is, after everything about its token was found right."""

    subject: str
    email: str = ""
    """Only where the provider says that it has verified it."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Who a member of staff is at the provider."""

    kind: str
    """`subject`, or `email` until they have signed in there once."""
    value: str


class Providers:
    """The identity providers of all streets, one each at most."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def of(self, tx: Tx) -> Provider | None:
        """The street's provider, also while it is switched off."""
        row = tx.first(_ONE)
        return None if row is None else _provider(row)

    def access(self, tx: Tx) -> Access:
        """The provider to sign in with. `NotFound` when the street has none, or has switched it off."""
        row = tx.first(_ONE)
        if row is None or not row.active:
            raise NotFound("identity_provider.missing", _NONE)
        return self._access(tx, row)

    def to_check(self, tx: Tx) -> Access:
        """The same while it is switched off."""
        row = tx.first(_ONE)
        if row is None:
            raise NotFound("identity_provider.missing", _NONE)
        return self._access(tx, row)

    def set(self, tx: Tx, by: Caller, wanted: Provider, secret: str) -> None:
        """Set it up or change it; without a secret the present one stays. Another issuer forgets every tie."""
        by.must_be(Role.ADMINISTRATOR)
        _check(wanted)
        before = tx.first(_ONE)
        sealed = self._keyring.seal(secret, _PURPOSE, tx.street) if secret else (before.secret if before else None)
        values: dict[str, Any] = {
            "issuer": wanted.issuer,
            "client": wanted.client,
            "secret": sealed,
            "active": wanted.active,
        }
        if before is None:
            _add(tx, wanted.name, values)
        else:
            tx.change(_CHANGE, name_=wanted.name.as_json(), **{f"{name}_": value for name, value in values.items()})
            if before.issuer != wanted.issuer:
                tx.change(_UNTIE_ALL)
        audit(
            tx,
            by,
            "identity_provider.set",
            f"street {tx.street}",
            issuer=wanted.issuer,
            client=wanted.client,
            active=wanted.active,
            secret=bool(secret),
        )

    def remove(self, tx: Tx, by: Caller) -> None:
        """Do without; every tie goes with it."""
        by.must_be(Role.ADMINISTRATOR)
        tx.change(_UNTIE_ALL)
        if not tx.change(_REMOVE):
            raise NotFound("identity_provider.missing", _NONE)
        audit(tx, by, "identity_provider.remove", f"street {tx.street}")

    # who is who

    def tie(self, tx: Tx, by: Caller, staff: str, tie: Tie, reason: str = "") -> None:
        """Say who a member of staff is at the provider, instead of whoever it was before."""
        by.must_be(Role.ADMINISTRATOR)
        colleague(tx, staff)
        value = _tied_value(tie)
        tx.change(_UNTIE, staff=staff)
        _tie(tx, tie.kind, value, staff)
        audit(tx, by, "staff.tie", f"staff {staff}", reason, kind=tie.kind, value=value)

    def untie(self, tx: Tx, by: Caller, staff: str) -> None:
        """Let nobody of the provider sign in as this member of staff."""
        by.must_be(Role.ADMINISTRATOR)
        colleague(tx, staff)
        if tx.change(_UNTIE, staff=staff):
            audit(tx, by, "staff.untie", f"staff {staff}")

    def tie_of(self, tx: Tx, staff: str) -> Tie | None:
        """Who a member of staff is at the provider."""
        row = tx.first(_OF_STAFF, staff=staff)
        return None if row is None else Tie(row.kind, row.value)

    def staff_of(self, tx: Tx, proven: Proven) -> str:
        """The member of staff whom somebody proven is tied to. `NotSignedIn` when an administrator has tied nobody.

        An e-mail address serves once: it may be given to somebody else some day, a subject never is. So at the first
        sign-in the tie moves from the address to the subject.
        """
        row = tx.first(_BY_VALUE, kind=SUBJECT, value=proven.subject)
        if row is None and proven.email:
            row = tx.first(_BY_VALUE, kind=EMAIL, value=proven.email.casefold())
            if row is not None:
                tx.change(_UNTIE, staff=row.staff)
                _tie(tx, SUBJECT, proven.subject, row.staff)
                audit(tx, _as_staff(tx, row.staff), "staff.tie", f"staff {row.staff}", kind=SUBJECT, by_email=row.value)
        if row is None:
            raise NotSignedIn("identity.unknown", _UNKNOWN)
        staff: str = row.staff
        return staff

    def _access(self, tx: Tx, row: Row) -> Access:
        secret = self._keyring.open(row.secret, _PURPOSE, tx.street) if row.secret else ""
        return Access(row.issuer, row.client, secret)


def _add(tx: Tx, name: Text, values: dict[str, Any]) -> None:
    try:
        tx.add(tables.identity_provider, name=name.as_json(), **values)
    except AlreadyThere:
        raise Overtaken("identity_provider") from None


def _tie(tx: Tx, kind: str, value: str, staff: str) -> None:
    try:
        tx.add(tables.staff_identity, kind=kind, value=value, staff=staff)
    except AlreadyThere:
        raise Conflict("identity.tied", _TIED, field="value") from None


def _tied_value(tie: Tie) -> str:
    value = tie.value.strip()
    if tie.kind == EMAIL:
        value = value.casefold()
        if not _ADDRESS.fullmatch(value):
            raise Invalid("identity.email", _NO_ADDRESS, field="value")
    if not value:
        raise Invalid("identity.empty", _EMPTY, field="value")
    return value


def _check(wanted: Provider) -> None:
    """Tokens travel over TLS; only a provider on this machine may do without."""
    if not (_SECURE.fullmatch(wanted.issuer) or _LOOPBACK.fullmatch(wanted.issuer)):
        raise Invalid("identity_provider.issuer", _ISSUER, field="issuer")


def _as_staff(tx: Tx, staff: str) -> Caller:
    who = colleague(tx, staff)
    return Caller(tx.street, staff, who.role, "", who.name)


def _provider(row: Row) -> Provider:
    return Provider(Text.from_json(row.name), row.issuer, row.client, row.secret is not None, bool(row.active))


_PURPOSE: Final = "identity_provider"
_SECURE: Final = re.compile(r"https://[^\s/?#@]+(/[^\s?#]*)?", re.ASCII)
_LOOPBACK: Final = re.compile(r"http://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]+)?(/[^\s?#]*)?", re.ASCII)
_ADDRESS: Final = re.compile(r"[^\s@]{1,64}@[^\s@]{1,190}")
_I, _T = tables.identity_provider.c, tables.staff_identity.c
_ONE: Final = select(tables.identity_provider).where(_I.street == STREET)
_CHANGE: Final = (
    update(tables.identity_provider)
    .where(_I.street == STREET)
    .values(
        name=param("name"),
        issuer=param("issuer"),
        client=param("client"),
        secret=param("secret"),
        active=param("active"),
    )
)
_REMOVE: Final = delete(tables.identity_provider).where(_I.street == STREET)
_BY_VALUE: Final = select(tables.staff_identity).where(
    _T.street == STREET, _T.kind == param("kind"), _T.value == param("value")
)
_OF_STAFF: Final = select(tables.staff_identity).where(_T.street == STREET, _T.staff == param("staff"))
_UNTIE: Final = delete(tables.staff_identity).where(_T.street == STREET, _T.staff == param("staff"))
_UNTIE_ALL: Final = delete(tables.staff_identity).where(_T.street == STREET)
_NONE: Final = Text(zh="街道没有启用统一身份登录", en="The street has no identity provider in use")
_UNKNOWN: Final = Text(
    zh="您的统一身份还没有对应到本街道的工作人员，请管理员在“工作人员”里登记",
    en="Your identity is not tied to a member of this street's staff; ask an administrator to do so",
)
_TIED: Final = Text(zh="这个身份已经对应到另一位工作人员", en="This identity is tied to another member of staff")
_NO_ADDRESS: Final = Text(zh="这不是电子邮箱", en="This is not an e-mail address")
_EMPTY: Final = Text(zh="请填写身份标识", en="Give the identity")
_ISSUER: Final = Text(
    zh="签发者应为 https:// 开头的地址，不带参数", en="The issuer must be an address that begins with https://"
)
