"""Breaks (差错): one difference each between our books and a provider's, open until a person has found out why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import select, update

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import OFFICE, Book, Posting, cr, debit
from jiedao.operations import intent as operations
from jiedao.operations.parties import took_part, took_part_in_open
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind as Proposed
from jiedao.proposals.model import Proposal
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param


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


def all_of(tx: Tx, state: str, after: str = "", most: int = 1000) -> Sequence[Row]:
    """Breaks that are open or closed, oldest first; the page begins above an id."""
    return tx.rows(_ALL, state_=state, after=after, most=most)


def look(tx: Tx, id_: str) -> Row:
    """One break."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("break.missing", _MISSING)
    return row


def close(store: Store, caller: Caller, id_: str, evidence: str, *, write_off: bool = False) -> None:
    """Say what was found out, where one person may; kept for ever, with the name of who found it.

    With `write_off`, what the break has left in the books goes to 5103 (`writing_off`).
    """
    caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    if len(evidence.strip()) < proposals.EVIDENCE:
        raise Invalid("break.evidence", _WHY, field="evidence")
    store.retrying(caller.street, lambda tx: _close(tx, caller, id_, evidence, write_off=write_off))


def propose(store: Store, caller: Caller, id_: str, evidence: str) -> str:
    """Propose to write a break off, for a second person to agree to. Returns the proposal's id."""
    caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    return store.retrying(caller.street, lambda tx: _propose(tx, caller, id_, evidence))


class WritingOff:
    """Proposals to write a break off (`jiedao.proposals.model.Matter`)."""

    def hold(self, tx: Tx, subject: str) -> None:
        """The break's row, which a row that comes late needs too."""
        tx.first(_HOLD, id_=subject)

    def took_part(self, tx: Tx, subject: str) -> Collection[str]:
        """Who took the payment that the break is about, where one is known."""
        operation = operations.find(tx, look(tx, subject).operation)
        return took_part(tx, operation) if operation else ()

    def took_part_in_open(self, tx: Tx) -> Mapping[str, Collection[str]]:
        """The same of all that are proposed."""
        return took_part_in_open(tx, Proposed.BREAK)

    def carry_out(self, tx: Tx, by: Caller, proposal: Proposal) -> None:
        """Close it with the first person's evidence, and book it."""
        found = _to_write_off(tx, proposal.subject)
        _end(tx, found, proposal.evidence, f"{proposal.proposed_by} {by.staff}", writing_off(found))


def left_in_the_books(found: Row) -> int:
    """What a break has left in the books, in fen: to write it off is a loss (positive) or a gain (negative).

    What they have beyond us stands on suspense as a credit; what we have beyond them stands on the receivable. A row
    in another currency was not booked.
    """
    match found.kind:
        case Kind.CURRENCY:
            return 0
        case Kind.OURS_ONLY:
            return int(found.ours)
        case Kind.AMOUNT:
            return int(found.ours) - int(found.theirs)
        case _:
            return -int(found.theirs)


def writing_off(found: Row) -> list[Posting]:
    """The entry that takes it out: against 5103, from the suspense or, of what they never had, from the receivable."""
    ours = found.kind == Kind.OURS_ONLY
    account = accounts.acquirer(found.connection) if ours else accounts.suspense(found.connection)
    amount = left_in_the_books(found)
    return [debit(accounts.WRITE_OFF, amount), cr(account, amount)]


def came(tx: Tx, connection: str, operation: str, row: str) -> list[Posting]:
    """A row that had been missed has come after all: its break is closed by it.

    Had it been written off, that is taken back: the postings are for the caller to book.
    """
    found = tx.first(_MISSED, connection=connection, operation=operation)
    if found is None:
        return []
    tx.change(_CAME, id_=found.id, why=f"row {row} came", at=tx.now)
    proposals.lapse(tx, Proposed.BREAK, found.id, "came")
    back = found.written_off
    return [debit(accounts.acquirer(connection), back), cr(accounts.WRITE_OFF, back)] if back else []


def _propose(tx: Tx, caller: Caller, id_: str, evidence: str) -> str:
    tx.first(_HOLD, id_=id_)
    found = _to_write_off(tx, id_)
    amount = abs(left_in_the_books(found))
    wanted = {"connection": found.connection, "kind": found.kind, "write_off": left_in_the_books(found)}
    return proposals.propose(tx, caller, Proposed.BREAK, id_, amount, wanted, evidence)


def _close(tx: Tx, caller: Caller, id_: str, evidence: str, *, write_off: bool) -> None:
    tx.first(_HOLD, id_=id_)
    found = _to_write_off(tx, id_) if write_off else look(tx, id_)
    if write_off:
        proposals.must_not_take_two(tx, abs(left_in_the_books(found)))
    _end(tx, found, evidence, caller.staff, writing_off(found) if write_off else [])
    proposals.lapse(tx, Proposed.BREAK, id_, "closed")
    audit(tx, caller, "settlement.break", f"break {id_}", evidence, write_off=write_off)
    claim(tx, caller, "break", id_)


def _to_write_off(tx: Tx, id_: str) -> Row:
    """A break that has something in the books that nothing else will take out."""
    found = look(tx, id_)
    if found.state != "open":
        raise Conflict("break.state", _CLOSED)
    if not left_in_the_books(found):
        raise Conflict("break.nothing", _NOTHING, field="write_off")
    if found.operation and tx.first(_UNDONE, operation=found.operation) is not None:
        raise Conflict("break.undone", _UNDONE_SAYS, field="write_off")
    return found


def _end(tx: Tx, found: Row, evidence: str, who: str, postings: Sequence[Posting]) -> None:
    off = left_in_the_books(found) if postings else 0
    if not tx.change(_CLOSE, id_=found.id, why=evidence, staff=who, at=tx.now, off=off):
        raise Conflict("break.state", _CLOSED)
    book = Book(OFFICE)
    book.enter("written off", found.id, postings)
    book.write(tx)


_B = tables.settlement_break.c
_THIS: Final = (_B.street == STREET) & (_B.id == param("id"))
_ONE: Final = select(tables.settlement_break).where(_THIS)
_ALL: Final = (
    select(tables.settlement_break)
    .where(_B.street == STREET, _B.state == param("state"), _B.id > param("after"))
    .order_by(_B.id)
    .limit(param("most"))
)
_CLOSE: Final = (
    update(tables.settlement_break)
    .where(_THIS, _B.state == "open")
    .values(
        state="closed",
        evidence=param("why"),
        closed_by=param("staff"),
        closed_at=param("at"),
        written_off=param("off"),
    )
)
_HOLD: Final = select(_B.id).where(_THIS).with_for_update()
_MISSED: Final = (
    select(tables.settlement_break)
    .where(
        _B.street == STREET,
        _B.connection == param("connection"),
        _B.kind == Kind.OURS_ONLY,
        _B.operation == param("operation"),
        (_B.state == "open") | (_B.written_off != 0),
    )
    .with_for_update()
)
_CAME: Final = (
    update(tables.settlement_break)
    .where(_THIS)
    .values(state="closed", evidence=param("why"), closed_at=param("at"), written_off=0)
)
_R, _O = tables.settlement_row.c, tables.operation.c
_UNDONE: Final = (
    select(_R.id)
    .join(tables.operation, (_O.street == _R.street) & (_O.id == _R.operation))
    .where(_R.street == STREET, _O.original == param("operation"), _O.hook == "payment_reverse")
    .limit(1)
)
_MISSING: Final = Text(zh="没有这条差错", en="There is no such break")
_CLOSED: Final = Text(zh="这条差错已经了结", en="This break has been closed already")
_NOTHING: Final = Text(zh="这条差错在账上没有留下什么可核销的", en="This break has left nothing in the books")
_UNDONE_SAYS: Final = Text(
    zh="对方已经把这笔退回，两行相抵；请不核销了结",
    en="The provider has taken it back and its two rows meet; close it without writing it off",
)
_WHY: Final = Text(zh="请写明查到了什么、在哪里查到的", en="Say what you found and where: it is kept")
