"""What is open, as people look at it: the act with its money, whose matter it is, and whether somebody has proposed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select

from jiedao.directory.residents import masked_name
from jiedao.language import Text
from jiedao.operations.model import State
from jiedao.operations.review import amount_of
from jiedao.operations.secrets import presentable, without_secrets
from jiedao.problems import NotFound
from jiedao.proposals.model import Kind
from jiedao.proposals.model import State as Decision
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.tables.operations import UNFINISHED
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Item:
    """One act. `amount` is fen, 0 where it is about no money."""

    id: str
    connection: str
    hook: str
    state: State
    amount: int
    tries: int
    planned_at: datetime
    reason: str
    """What was said of it last, without secrets."""
    subject_kind: str
    subject: str
    order: str
    """The order that it belongs to, if any."""
    till: str
    resident: str
    """The id of whom it concerns, if anybody is known."""
    resident_name: str
    """Masked."""
    proposed: bool
    """Whether a second person is awaited."""
    part: str
    request: Mapping[str, Any]
    """What was asked for, without secrets."""
    outcome: Mapping[str, Any]
    """What came of it, without secrets."""
    sent_at: datetime | None
    due_at: datetime | None
    """When it is looked at next; None where only a person can end it."""


def page(tx: Tx, which: str, after: str = "", most: int = 50) -> list[Item]:
    """What waits for a person (`review`), or all that has no final outcome (`open`), oldest first, above an id."""
    statement = _REVIEW if which == "review" else _OPEN
    return [_item(row) for row in tx.rows(statement, after=after, most=most)]


def look(tx: Tx, id_: str) -> Item:
    """One act, open or not."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("operation.missing", _MISSING)
    return _item(row)


def _item(row: Row) -> Item:
    return Item(
        row.id,
        row.connection,
        row.hook,
        State(row.state),
        amount_of(row.request),
        row.tries,
        row.planned_at,
        without_secrets(row.reason),
        row.subject_kind,
        row.subject,
        row.order or "",
        row.till or "",
        row.whose or "",
        masked_name(row.name or ""),
        row.proposal is not None,
        row.part,
        presentable(row.request),
        presentable(row.outcome),
        row.sent_at,
        row.due_at,
    )


_O, _A, _R, _C, _P, _M = (
    tables.operation.c,
    tables.attempt.c,
    tables.order.c,
    tables.cert_attempt.c,
    tables.consignment.c,
    tables.message.c,
)
_N, _D = tables.resident.c, tables.proposal.c
_WHOSE: Final = func.coalesce(_R.resident, _C.resident, _P.resident, _M.resident)
_ITEMS: Final = (
    select(
        tables.operation,
        func.coalesce(_A.order, _P.order).label("order"),
        func.coalesce(_R.till, _C.till, _P.till).label("till"),
        _WHOSE.label("whose"),
        func.coalesce(_N.name, _R.resident_name).label("name"),
        _D.id.label("proposal"),
    )
    .outerjoin(tables.attempt, (_A.street == _O.street) & (_A.id == _O.subject))
    .outerjoin(tables.order, (_R.street == _A.street) & (_R.id == _A.order))
    .outerjoin(tables.cert_attempt, (_C.street == _O.street) & (_C.id == _O.subject))
    .outerjoin(tables.consignment, (_P.street == _O.street) & (_P.id == _O.subject))
    .outerjoin(tables.message, (_M.street == _O.street) & (_M.id == _O.subject))
    .outerjoin(tables.resident, (_N.street == _O.street) & (_N.id == _WHOSE))
    .outerjoin(
        tables.proposal,
        (_D.street == _O.street)
        & (_D.kind == Kind.CLOSING.value)
        & (_D.subject == _O.id)
        & (_D.state == Decision.OPEN.value),
    )
    .where(_O.street == STREET)
)
_PAGE: Final = _ITEMS.where(_O.id > param("after")).order_by(_O.id).limit(param("most"))
_REVIEW: Final = _PAGE.where(UNFINISHED, _O.state == State.REVIEW)
_OPEN: Final = _PAGE.where(UNFINISHED)
_ONE: Final = _ITEMS.where(_O.id == param("id"))
_MISSING: Final = Text(zh="没有这笔外部操作", en="There is no such operation")
