"""Differences to the acquirer's books and what was proposed about them: closed through the year, the last ones open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from jiedao.directory.caller import Caller, Role
from jiedao.proposals.model import Kind as Proposed
from jiedao.proposals.model import State
from jiedao.reconcile.breaks import Kind
from jiedao.store import tables

from .bulk import Bulk
from .places import Places


def decide_a_year(bulk: Bulk, places: Places, plan: Any) -> None:
    """One break for every hundred orders, five hundred at most: the row came late. `plan.open` still wait for theirs.

    About every other one somebody had proposed to write it off, and another refused: nothing of them is in the books.
    """
    paid = _sales(bulk, plan.now - timedelta(days=6))
    closed = min(500, max(2, plan.orders // 100))
    for serial in range(closed):
        _find(bulk, places, serial, paid[serial * (len(paid) - plan.open) // closed], still_open=False)
    for serial in range(plan.open):
        _find(bulk, places, serial, paid[serial - plan.open], still_open=True)


def _sales(bulk: Bulk, before: datetime) -> Sequence[Any]:
    """Payments by card, oldest first."""
    acts = tables.operation.c
    wanted = acts.street == bulk.street, acts.hook == "payment_start", acts.planned_at < before
    return bulk.rows(select(acts.id, acts.planned_at, acts.request).where(*wanted).order_by(acts.id))


def _find(bulk: Bulk, places: Places, serial: int, sale: Any, *, still_open: bool) -> None:
    at, amount = sale.planned_at + timedelta(days=4), sale.request["amount"]
    id_ = bulk.id(at)
    bulk.put(
        tables.settlement_break,
        id=id_,
        connection="card",
        kind=Kind.OURS_ONLY.value,
        row="",
        operation=sale.id,
        ours=amount,
        theirs=None,
        currency="CNY",
        settled_on=at.date(),
        found_at=at,
        state="open" if still_open else "closed",
        evidence="" if still_open else f"row txn_{serial} came",
        closed_by="",
        closed_at=None if still_open else at + timedelta(hours=30),
        written_off=0,
    )
    if still_open or serial % 2:
        _propose(bulk, places, id_, amount, at + timedelta(minutes=10), still_open=still_open)


def _propose(bulk: Bulk, places: Places, subject: str, amount: int, at: datetime, *, still_open: bool) -> None:
    by, other = places.staff[Role.ACCOUNTANT], places.staff[Role.ADMINISTRATOR]
    second = Caller(by.street, "", by.role) if still_open else other
    bulk.put(
        tables.proposal,
        id=bulk.id(at),
        kind=Proposed.BREAK.value,
        subject=subject,
        amount=amount,
        wanted={"connection": "card", "kind": Kind.OURS_ONLY.value, "write_off": amount},
        evidence="对账单里没有这一笔",
        proposed_by=by.staff,
        proposed_name=by.name,
        till="",
        proposed_at=at,
        state=(State.OPEN if still_open else State.REFUSED).value,
        open=f"{Proposed.BREAK.value} {subject}" if still_open else None,
        decided_by=second.staff,
        decided_name=second.name,
        decision="" if still_open else "明天再看",
        decided_at=None if still_open else at + timedelta(hours=2),
    )
