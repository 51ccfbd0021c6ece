"""Committing to an act before it is done."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from jiedao.hookspecs.codec import from_json
from jiedao.hookspecs.connection import Connection
from jiedao.ids import new_id
from jiedao.operations.model import Operation, State
from jiedao.operations.policy import Policy
from jiedao.registry.families import HOOKS
from jiedao.store import tables
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
    )
    _commit_to(tx, intent, policy.lease(hook))
    return id_


def _commit_to(tx: Tx, intent: Operation, lease: float) -> None:
    due_at = later(tx.shared_now, lease)
    row = {name: getattr(intent, name) for name in Operation.__slots__ if name != "street"}
    tx.put(tables.operation, {**row, "outcome": {}, "planned_at": tx.now, "due_at": due_at})
    tx.planned.append(intent)


def request_of(operation: Operation, connection: Connection, deadline: float) -> Any:
    """The hook's request, exactly as it was meant when it was planned."""
    wanted = HOOKS[operation.hook].request
    if wanted is None:
        raise TypeError(f"{operation.hook} takes no request")
    return from_json(wanted, operation.request, connection=connection, deadline=deadline)


def find(tx: Tx, id_: str) -> Operation | None:
    """One operation of the street."""
    row = tx.first(_ONE, id_=id_)
    return Operation.of(row) if row else None


_O = tables.operation.c
_ONE: Final = select(tables.operation).where(_O.street == STREET, _O.id == param("id"))
