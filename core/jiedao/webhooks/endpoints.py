"""Where messages go: addresses that an administrator entered, what each listens to, and with which secret it is signed.

The secret is shown when it is made and never again. A new one is signed with beside the old one for a day, so that the
receiver can change over without missing anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Store, Tx, param
from jiedao.webhooks import signing
from jiedao.webhooks.events import TEST, TYPES
from jiedao.webhooks.outbox import Outbox, post
from jiedao.webhooks.reach import Reach

MOST: Final = 20
"""Endpoints of a street: each costs two rows for every event it listens to."""
OVERLAP: Final = timedelta(days=1)
"""How long the old secret signs beside the new one."""
GONE: Final = "gone"
FAILING: Final = "failing"
BY_HAND: Final = "by_hand"
SAYS: Final = {
    "": Text(zh="启用", en="on"),
    GONE: Text(
        zh="对方答复此地址已不存在（410），已停用", en="switched off: the receiver answered that it is gone (410)"
    ),
    FAILING: Text(zh="连续五天送不到，已停用", en="switched off: nothing was taken for five days"),
    BY_HAND: Text(zh="已由工作人员停用", en="switched off by staff"),
}
"""Why an endpoint is off, for people."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint as staff may see it: everything but its secrets."""

    id: str
    title: str
    url: str
    types: tuple[str, ...]
    state: str
    """On or off."""
    off_because: str
    failing_since: datetime | None
    """Since when every try failed; None where the last one was taken."""
    former_until: datetime | None
    """Until when the secret before the present one signs too."""
    created_by: str
    created_at: datetime

    @classmethod
    def of(cls, row: Row) -> Endpoint:
        """From its row."""
        return cls(
            row.id,
            row.title,
            row.url,
            tuple(row.types),
            row.state,
            row.off_because,
            row.failing_since,
            row.former_until,
            row.created_by,
            row.created_at,
        )

    @property
    def says(self) -> Text:
        """How it stands, for people."""
        return SAYS[self.off_because]


class Endpoints:
    """The endpoints of all streets."""

    def __init__(self, store: Store, keyring: Keyring, outbox: Outbox, reach: Reach) -> None:
        self._store, self._keyring, self._outbox, self._reach = store, keyring, outbox, reach

    def add(self, caller: Caller, title: str, url: str, types: Sequence[str]) -> tuple[str, str]:
        """Enter an address (administrators). Returns its id and its secret, which nobody can be told again."""
        caller.must_be(Role.ADMINISTRATOR)
        wanted, address = _checked(title, types), self._reach.check(url)
        id_, secret = new_id(), signing.new_secret()
        with self._store.write(caller.street) as tx:
            if len(tx.rows(_ALL)) >= MOST:
                raise Conflict("webhook.many", _MANY)
            tx.add(
                tables.webhook_endpoint,
                id=id_,
                title=title.strip(),
                url=address,
                types=wanted,
                state="on",
                secret=self._seal(tx.street, id_, secret),
                created_by=caller.staff,
                created_at=tx.now,
            )
            self._noted(tx, caller, "webhook.add", id_, url=address, types=wanted)
        return id_, secret

    def change(self, caller: Caller, id_: str, title: str, url: str, types: Sequence[str]) -> None:
        """Change where messages go and which ones (administrators). The secret stays."""
        caller.must_be(Role.ADMINISTRATOR)
        wanted, address = _checked(title, types), self._reach.check(url)
        with self._store.write(caller.street) as tx:
            if not tx.change(_CHANGE, id_=id_, title_=title.strip(), url_=address, types_=wanted):
                raise NotFound("webhook.missing", _MISSING)
            self._noted(tx, caller, "webhook.change", id_, url=address, types=wanted)

    def switch(self, caller: Caller, id_: str, *, on: bool) -> None:
        """Send to an endpoint from now on, or no longer (administrators). What waits is then a dead letter."""
        caller.must_be(Role.ADMINISTRATOR)
        with self._store.write(caller.street) as tx:
            look(tx, id_)
            if on:
                tx.change(_ON, id_=id_)
            else:
                switch_off(tx, id_, BY_HAND)
            self._noted(tx, caller, "webhook.switch", id_, on=on)

    def rotate(self, caller: Caller, id_: str) -> str:
        """A new secret (administrators), shown once; for a day the old one signs too."""
        caller.must_be(Role.ADMINISTRATOR)
        secret = signing.new_secret()
        with self._store.write(caller.street) as tx:
            row = row_of(tx, id_)
            tx.change(
                _ROTATE,
                id_=id_,
                secret_=self._seal(tx.street, id_, secret),
                former_=row.secret,
                former_until_=tx.now + OVERLAP,
            )
            self._noted(tx, caller, "webhook.rotate", id_)
        return secret

    def test(self, caller: Caller, id_: str) -> str:
        """Send a test message to an endpoint that is on (administrators). Returns the id of the delivery."""
        caller.must_be(Role.ADMINISTRATOR)
        with self._store.write(caller.street) as tx:
            if look(tx, id_).state != "on":
                raise Conflict("webhook.off", _OFF)
            (delivery,) = post(tx, TEST, {"endpoint": id_}, [id_])
            audit(tx, caller, "webhook.test", f"webhook {id_}")
            claim(tx, caller, "webhook_delivery", delivery)
        return delivery

    def secrets(self, row: Row, now: datetime) -> list[str]:
        """What a message to an endpoint is signed with now."""
        sealed = [row.secret, *([row.former] if row.former and row.former_until and row.former_until > now else [])]
        return [self._keyring.open(one, _PURPOSE, f"{row.street}/{row.id}") for one in sealed]

    def _seal(self, street: str, id_: str, secret: str) -> bytes:
        return self._keyring.seal(secret, _PURPOSE, f"{street}/{id_}")

    def _noted(self, tx: Tx, caller: Caller, action: str, id_: str, **detail: Any) -> None:
        audit(tx, caller, action, f"webhook {id_}", **detail)
        claim(tx, caller, "webhook", id_)
        tx.on_commit.append(lambda: self._outbox.forget(caller.street))


def all_of(tx: Tx) -> list[Endpoint]:
    """The street's endpoints, oldest first; there are few."""
    return [Endpoint.of(row) for row in tx.rows(_ALL)]


def look(tx: Tx, id_: str) -> Endpoint:
    """One endpoint."""
    return Endpoint.of(row_of(tx, id_))


def row_of(tx: Tx, id_: str) -> Row:
    """One endpoint as it is stored, with its sealed secrets."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("webhook.missing", _MISSING)
    return row


def switch_off(tx: Tx, id_: str, because: str) -> None:
    """Send nothing to an endpoint any more. What waits for it can be sent again once it is on."""
    tx.change(_SWITCH_OFF, id_=id_, because=because)
    tx.change(_BURY, endpoint_=id_)


def note_failure(tx: Tx, id_: str) -> datetime | None:
    """Note that a try failed. Returns since when all have, None where the endpoint is gone."""
    tx.change(_FAILS, id_=id_, at=tx.now)
    row = tx.first(_ONE, id_=id_)
    return row.failing_since if row is not None else None


def note_success(tx: Tx, id_: str) -> None:
    """Note that a message was taken."""
    tx.change(_WORKS, id_=id_)


def _checked(title: str, types: Sequence[str]) -> list[str]:
    if not title.strip():
        raise Invalid("webhook.title", _TITLE, field="title")
    if not types:
        raise Invalid("webhook.types", _NO_TYPES, field="types")
    for kind in types:
        if kind not in TYPES:
            raise Invalid("webhook.type", _NO_TYPE.format(type=kind), field="types")
    return sorted(set(types))


_PURPOSE: Final = "webhook"
_E, _D = tables.webhook_endpoint.c, tables.webhook_delivery.c
_THIS: Final = (_E.street == STREET) & (_E.id == param("id"))
_ONE: Final = select(tables.webhook_endpoint).where(_THIS)
_ALL: Final = select(tables.webhook_endpoint).where(_E.street == STREET).order_by(_E.id)
_CHANGE: Final = (
    update(tables.webhook_endpoint).where(_THIS).values(title=param("title"), url=param("url"), types=param("types"))
)
_ON: Final = update(tables.webhook_endpoint).where(_THIS).values(state="on", off_because="", failing_since=None)
_SWITCH_OFF: Final = (
    update(tables.webhook_endpoint).where(_THIS, _E.state == "on").values(state="off", off_because=param("because"))
)
_BURY: Final = (
    update(tables.webhook_delivery)
    .where(_D.street == STREET, _D.endpoint == param("endpoint"), _D.state == "waiting")
    .values(state="dead", due_at=None, fence=_D.fence + 1)
)
_ROTATE: Final = (
    update(tables.webhook_endpoint)
    .where(_THIS)
    .values(secret=param("secret"), former=param("former"), former_until=param("former_until"))
)
_FAILS: Final = (
    update(tables.webhook_endpoint).where(_THIS, _E.failing_since.is_(None)).values(failing_since=param("at"))
)
_WORKS: Final = update(tables.webhook_endpoint).where(_THIS, _E.failing_since.is_not(None)).values(failing_since=None)
_TITLE: Final = Text(zh="请写明这个地址是谁的", en="Say whose address it is")
_NO_TYPES: Final = Text(zh="请至少选择一种事件", en="Choose at least one type of event")
_NO_TYPE: Final = Text(zh="没有事件“{type}”", en='There is no event "{type}"')
_MANY: Final = Text(zh="推送地址太多", en="There are too many endpoints")
_MISSING: Final = Text(zh="没有这个推送地址", en="There is no such endpoint")
_OFF: Final = Text(zh="这个推送地址已停用，请先启用", en="This endpoint is off; switch it on first")
