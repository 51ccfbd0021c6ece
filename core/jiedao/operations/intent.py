"""Committing to an act before it is done."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.hookspecs.codec import from_json
from jiedao.hookspecs.connection import Connection
from jiedao.ids import new_id
from jiedao.operations.model import Operation, State
from jiedao.operations.policy import Policy
from jiedao.registry.families import HOOKS
from jiedao.store import tables
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Tx, later, param


def plan(
    tx: Tx,
    policy: Policy,
    connection: str,
    hook: str,
    fields: dict[str, Any],
    *,
    subject: tuple[str, str],
    part: str = "",
    original: str = "",
    sealed: bytes | None = None,
) -> str:
    """Write down that a hook of a connection is going to be called, and hand it to whoever commits this transaction.

    The row says *sent* at once: from the commit on, the call may have been made. Its lease ends when the caller can
    no longer be alive and working on it. Returns the id, which is the reference that the provider will see.
    """
    id_ = new_id()
    intent = Operation(
        street=tx.street,
        id=id_,
        connection=connection,
        hook=hook,
        subject_kind=subject[0],
        subject=subject[1],
        part=part,
        state=State.SENT,
        fence=1,
        tries=1,
        request={"operation": id_, **fields},
        sent_at=tx.now,
        original=original,
        sealed=sealed,
    )
    _commit_to(tx, intent, policy.lease(hook))
    return id_


def plan_later(
    tx: Tx,
    connection: str,
    hook: str,
    fields: dict[str, Any],
    seconds: float,
    *,
    subject: tuple[str, str],
    sealed: bytes | None = None,
) -> str:
    """Write down that a worker is to call a hook, no sooner than in so many seconds; returns the id.

    Whoever commits this transaction does not wait for it, and until a worker has begun it can be withdrawn.
    """
    id_ = new_id()
    row = {
        "id": id_,
        "connection": connection,
        "hook": hook,
        "subject_kind": subject[0],
        "subject": subject[1],
        "state": State.PLANNED,
        "request": {"operation": id_, **fields},
        "sealed": sealed,
        "outcome": {},
        "planned_at": tx.now,
        "due_at": later(tx.shared_now, seconds),
    }
    tx.put(tables.operation, row)
    return id_


def withdraw(tx: Tx, id_: str) -> bool:
    """Drop an act that nobody has begun; False when it may have been sent."""
    return bool(tx.change(_WITHDRAW, id_=id_))


def _commit_to(tx: Tx, intent: Operation, lease: float) -> None:
    due_at = later(tx.shared_now, lease)
    row = {name: getattr(intent, name) for name in Operation.__slots__ if name != "street"}
    tx.put(tables.operation, {**row, "outcome": {}, "planned_at": tx.now, "due_at": due_at})
    tx.planned.append(intent)


def seal_fields(keyring: Keyring, street: str, fields: dict[str, Any]) -> bytes:
    """Fields that must not be stored in clear, such as a resident's number that a biller goes by."""
    return keyring.seal(json.dumps(fields, ensure_ascii=False), _PURPOSE, street)


def unsealed(keyring: Keyring, street: str, fields: dict[str, Any], sealed: bytes | None) -> dict[str, Any]:
    """A request's fields with the sealed ones in clear."""
    return fields if sealed is None else {**fields, **json.loads(keyring.open(sealed, _PURPOSE, street))}


def request_of(operation: Operation, fields: dict[str, Any], connection: Connection, deadline: float) -> Any:
    """The hook's request, exactly as it was meant when it was planned; `fields` are its fields in clear."""
    wanted = HOOKS[operation.hook].request
    if wanted is None:
        raise TypeError(f"{operation.hook} takes no request")
    return from_json(wanted, fields, connection=connection, deadline=deadline)


def find(tx: Tx, id_: str) -> Operation | None:
    """One operation of the street."""
    row = tx.first(_ONE, id_=id_)
    return Operation.of(row) if row else None


_PURPOSE: Final = "request"
_O = tables.operation.c
_ONE: Final = select(tables.operation).where(_O.street == STREET, _O.id == param("id"))
_WITHDRAW: Final = (
    update(tables.operation)
    .where(_O.street == STREET, _O.id == param("id"), _O.state == State.PLANNED)
    .values(state=State.DECLINED, reason="withdrawn", due_at=None, fence=_O.fence + 1)
)
