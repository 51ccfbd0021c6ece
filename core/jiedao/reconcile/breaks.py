"""Breaks (差错): one difference each between our books and a provider's, open until a person has found out why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param

_EVIDENCE: Final = 8


class Kind(StrEnum):
    """How the two sides differ."""

    THEIRS_ONLY = "theirs_only"
    """They moved money of which we know nothing, or which we hold for not moved."""
    OURS_ONLY = "ours_only"
    """We hold it for moved, and days later they still have no such row."""
    AMOUNT = "amount"
    CURRENCY = "currency"
    CHARGEBACK = "chargeback"
    """Money that a cardholder had taken back."""
    OTHER = "other"
    """A movement of a kind that the platform does not know."""


def find(
    tx: Tx,
    kind: Kind,
    connection: str,
    on: date,
    *,
    currency: str,
    row: str = "",
    operation: str = "",
    ours: int | None = None,
    theirs: int | None = None,
) -> None:
    """Note a break. Amounts are fen, negative for what leaves the street's balance."""
    tx.put(
        tables.settlement_break,
        {
            "id": new_id(),
            "connection": connection,
            "kind": kind,
            "row": row,
            "operation": operation,
            "ours": ours,
            "theirs": theirs,
            "currency": currency,
            "settled_on": on,
            "found_at": tx.now,
            "state": "open",
        },
    )


def all_of(tx: Tx, state: str) -> Sequence[Row]:
    """Breaks that are open or closed, oldest first."""
    return tx.rows(_ALL, state_=state)


def look(tx: Tx, id_: str) -> Row:
    """One break."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("break.missing", _MISSING)
    return row


def close(store: Store, caller: Caller, id_: str, evidence: str) -> None:
    """Say what was found out; kept for ever, with the name of who found it."""
    caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    if len(evidence.strip()) < _EVIDENCE:
        raise Invalid("break.evidence", _WHY, field="evidence")
    with store.write(caller.street) as tx:
        look(tx, id_)
        if not tx.change(_CLOSE, id_=id_, why=evidence, staff=caller.staff, at=tx.now):
            raise Conflict("break.state", _CLOSED)
        audit(tx, caller, "settlement.break", f"break {id_}", evidence)
        claim(tx, caller, "break", id_)


def came(tx: Tx, connection: str, operation: str, row: str) -> None:
    """A row that had been missed has come after all: its break is closed by it."""
    tx.change(_CAME, connection=connection, operation=operation, why=f"row {row} came", at=tx.now)


_B = tables.settlement_break.c
_THIS: Final = (_B.street == STREET) & (_B.id == param("id"))
_ONE: Final = select(tables.settlement_break).where(_THIS)
_ALL: Final = select(tables.settlement_break).where(_B.street == STREET, _B.state == param("state")).order_by(_B.id)
_CLOSE: Final = (
    update(tables.settlement_break)
    .where(_THIS, _B.state == "open")
    .values(state="closed", evidence=param("why"), closed_by=param("staff"), closed_at=param("at"))
)
_CAME: Final = (
    update(tables.settlement_break)
    .where(
        _B.street == STREET,
        _B.connection == param("connection"),
        _B.kind == Kind.OURS_ONLY,
        _B.operation == param("operation"),
        _B.state == "open",
    )
    .values(state="closed", evidence=param("why"), closed_at=param("at"))
)
_MISSING: Final = Text(zh="没有这条差错", en="There is no such break")
_CLOSED: Final = Text(zh="这条差错已经了结", en="This break has been closed already")
_WHY: Final = Text(zh="请写明查到了什么、在哪里查到的", en="Say what you found and where: it is kept")
