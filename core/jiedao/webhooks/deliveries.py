"""Deliveries: what is on its way to whom, what was taken, and dead letters that a person may send again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, delete, exists, func, select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.language import Text
from jiedao.problems import Conflict, NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param
from jiedao.webhooks import endpoints

KEPT: Final = timedelta(days=30)
"""How long an event is kept after it happened, with its deliveries, unless one is still on its way."""


class State(StrEnum):
    """How a delivery stands."""

    WAITING = "waiting"
    """To be sent, now or after a pause."""
    DELIVERED = "delivered"
    """The receiver answered that it has it (2xx)."""
    DEAD = "dead"
    """Given up: every try failed, or the endpoint was switched off. A person may send it again."""


SAYS: Final = {
    State.WAITING: Text(zh="等待送达", en="waiting"),
    State.DELIVERED: Text(zh="已送达", en="delivered"),
    State.DEAD: Text(zh="没有送到", en="not delivered"),
}


def listed(
    tx: Tx, *, endpoint: str = "", state: State | None = None, before: str = "", most: int = 50
) -> Sequence[Row]:
    """Deliveries, newest first; of one endpoint or one state where that is asked for."""
    given: dict[str, Any] = {}
    if endpoint:
        given["endpoint_"] = endpoint
    if state is not None:
        given["state_"] = state
    return tx.rows(_LISTS[bool(endpoint), state is not None], before=before or _HIGHEST, most=most, **given)


def look(tx: Tx, id_: str) -> Row:
    """One delivery with the body that is sent."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("delivery.missing", _MISSING)
    return row


def resend(store: Store, caller: Caller, id_: str) -> None:
    """Send a message again, under its id (administrators). `Conflict` while it is on its way, or its endpoint off."""
    caller.must_be(Role.ADMINISTRATOR)
    with store.write(caller.street) as tx:
        row = look(tx, id_)
        if endpoints.look(tx, row.endpoint).state != "on":
            raise Conflict("webhook.off", _OFF)
        if not tx.change(_AGAIN, id_=id_, now=tx.shared_now):
            raise Conflict("delivery.state", _UNDER_WAY)
        audit(tx, caller, "webhook.resend", f"webhook {row.endpoint}", delivery=id_)
        claim(tx, caller, "webhook_delivery", id_)


def counts(tx: Tx) -> dict[tuple[str, str], int]:
    """How many deliveries are in each state, by endpoint and state."""
    return {(row.endpoint, row.state): int(row.n) for row in tx.rows(_COUNTS)}


def sweep(tx: Tx) -> int:
    """Forget events that are older than is useful. Returns how many."""
    before = tx.now - KEPT
    tx.change(_SWEEP, before=before)
    return tx.change(_SWEEP_EVENTS, before=before)


def _listing(*, endpoint: bool, state: bool) -> Select[Any]:
    chosen = select(*_COLUMNS).where(_D.street == STREET, _D.id < param("before"))
    if endpoint:
        chosen = chosen.where(_D.endpoint == param("endpoint"))
    if state:
        chosen = chosen.where(_D.state == param("state"))
    return chosen.order_by(_D.id.desc()).limit(param("most"))


_HIGHEST: Final = "Z" * 20
_D, _V = tables.webhook_delivery.c, tables.webhook_event.c
_COLUMNS: Final = tuple(column for column in _D if column.name not in ("street", "fence"))
_LISTS: Final = {
    (endpoint, state): _listing(endpoint=endpoint, state=state) for endpoint in (True, False) for state in (True, False)
}
_ONE: Final = (
    select(*_COLUMNS, _V.body)
    .join(tables.webhook_event, (_V.street == _D.street) & (_V.id == _D.event))
    .where(_D.street == STREET, _D.id == param("id"))
)
_AGAIN: Final = (
    update(tables.webhook_delivery)
    .where(_D.street == STREET, _D.id == param("id"), _D.state != State.WAITING)
    .values(state=State.WAITING, tries=0, due_at=param("now"), fence=_D.fence + 1)
)
_COUNTS: Final = (
    select(_D.endpoint, _D.state, func.count().label("n")).where(_D.street == STREET).group_by(_D.endpoint, _D.state)
)
_SWEEP: Final = delete(tables.webhook_delivery).where(
    _D.street == STREET, _D.made_at < param("before"), _D.state != State.WAITING
)
_SWEEP_EVENTS: Final = delete(tables.webhook_event).where(
    _V.street == STREET,
    _V.at < param("before"),
    ~exists().where(_D.street == STREET, _D.event == _V.id),
)
_MISSING: Final = Text(zh="没有这条推送", en="There is no such delivery")
_UNDER_WAY: Final = Text(zh="这条推送还在送达中", en="This message is still on its way")
_OFF: Final = Text(zh="推送地址已停用，请先启用", en="The endpoint is off; switch it on first")
