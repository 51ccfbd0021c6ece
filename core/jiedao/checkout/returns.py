"""Giving money back: cash over the counter, credit to the resident, cards by void on the day and refund after it.

A void that comes too late becomes a refund; a refund that is refused is shown to a person, who hands the money over
in another way. Nothing is dropped.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from jiedao.checkout.credit import ADD_CREDIT, tender_account
from jiedao.checkout.desk import SUBJECT, Desk
from jiedao.checkout.graph import Event
from jiedao.checkout.state import OUTSIDE, Attempt, GiveBack, Tender, tenders_of
from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.outcomes import Succeeded
from jiedao.ledger import accounts
from jiedao.ledger.journal import cr, debit
from jiedao.operations.model import News, Operation, State
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


class Returns:
    """The give-backs of one attempt, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, attempt: Attempt) -> None:
        self.tx, self.desk, self.attempt = tx, desk, attempt

    def advance(self) -> None:
        """Give back what can be given back now; when nothing is left, it is over."""
        self.give()
        if all(giveback.state == "done" for giveback in self.attempt.givebacks):
            self.attempt.happen(Event.ALL_RETURNED)

    def give(self) -> None:
        """Give back what can be given back now: nothing of a reservation whose capture is still to come."""
        for giveback in [g for g in self.attempt.givebacks if g.state == "planned"]:
            tender = self._tender(giveback)
            if tender.state == "taken":
                self._give(giveback, tender)

    def released(self, giveback: GiveBack, tender: Tender) -> None:
        """A part of a reservation that was never taken is free again, without another word to the acquirer."""
        self._returned(giveback, tender, {})

    def news(self, operation: Operation, news: News) -> None:
        """The acquirer's word on a void or a refund."""
        _, source, number = operation.part.split(":")
        giveback = next(g for g in self.attempt.givebacks if (g.source, str(g.tender)) == (source, number))
        if news.state is State.SUCCEEDED:
            self._returned(giveback, self._tender(giveback), to_json(news.detail))
        elif news.state is State.DECLINED and operation.hook == "payment_void":
            self._undo(giveback, self._tender(giveback), "payment_refund")
        elif news.state is State.DECLINED:
            self.attempt.touch(giveback, state="refused")
            self.attempt.happen(Event.RETURN_REFUSED, tender=giveback.tender, reason=news.reason or {}, code=news.code)
        else:
            self._doubt(giveback, news)

    def hand_over(self, source: str, number: int, how: str) -> bool:
        """A person gives the money back in another way: in cash, or as credit. False when it is not theirs to give."""
        for giveback in self.attempt.givebacks:
            if (giveback.source, giveback.tender) == (source, number) and giveback.state in ("refused", "to_hand_over"):
                tender = self._tender(giveback)
                other = Tender(tender.no, how, "", tender.amount, 0, "taken", 0, "", {})
                self._over_the_counter(giveback, other)
                return True
        return False

    def _give(self, giveback: GiveBack, tender: Tender) -> None:
        if tender.kind in OUTSIDE:
            self._undo(giveback, tender, "payment_void" if self._voidable(giveback, tender) else "payment_refund")
        elif tender.kind == "credit" or self._drawer_is_open():
            self._over_the_counter(giveback, tender)
        elif self.attempt.resident:
            self._over_the_counter(giveback, Tender(tender.no, "credit", "", tender.amount, 0, "taken", 0, "", {}))
        else:
            self.attempt.touch(giveback, state="to_hand_over")
            self.attempt.happen(Event.NEEDS_PERSON, tender=tender.no, amount=giveback.amount)

    def _over_the_counter(self, giveback: GiveBack, tender: Tender) -> None:
        if tender.kind == "credit":
            self.tx.set(ADD_CREDIT, resident=self.attempt.resident, n=giveback.amount)
        self._returned(giveback, tender, {})

    def _undo(self, giveback: GiveBack, tender: Tender, hook: str) -> None:
        fields: dict[str, Any] = {
            "original": tender.operation,
            "amount": giveback.amount,
            "currency": self.attempt.currency,
            "slip": tender.slip or None,
            "till": self.attempt.book,
        }
        part = f"return:{giveback.source}:{giveback.tender}"
        act = self.desk.act(self.tx, (SUBJECT, self.attempt.id), part, tender.connection, hook, fields)
        self.attempt.touch(giveback, state="asking", operation=act.operation)
        if isinstance(act.outcome, Succeeded):
            self._returned(giveback, tender, to_json(act.outcome.detail))

    def _returned(self, giveback: GiveBack, tender: Tender, slip: dict[str, Any]) -> None:
        hall = self.desk.place(self.tx, self.attempt.book).hall
        account = tender_account(tender, hall, self.attempt)
        order = accounts.in_progress(self.attempt.order)
        self.attempt.ledger.enter(
            "given back", self.attempt.order, [debit(order, giveback.amount), cr(account, giveback.amount)]
        )
        reference = slip.get("reference", "")
        self.attempt.touch(giveback, state="done", how=tender.kind, reference=reference)
        self.attempt.happen(
            Event.GIVEN_BACK, tender=tender.no, kind=tender.kind, amount=giveback.amount, reference=reference
        )

    def _doubt(self, giveback: GiveBack, news: News) -> None:
        person = news.state is State.REVIEW
        self.attempt.touch(giveback, state="review" if person else "doubt")
        event = Event.NEEDS_PERSON if person else Event.RETURN_IN_DOUBT
        self.attempt.happen(event, tender=giveback.tender, why=news.code)

    def _voidable(self, giveback: GiveBack, tender: Tender) -> bool:
        """A void takes back a whole sale at the till that made it, while its batch is open: as long as its shift.

        A reservation is in no batch, and is given up whenever it may be.
        """
        able = "void" in self.desk.manifest(self.tx.street, tender.connection).abilities
        whole = able and giveback.amount == tender.amount
        return whole and (bool(tender.slip.get("reserved")) or self._batch_is_open(giveback.source))

    def _batch_is_open(self, source: str) -> bool:
        return self.tx.first(_BATCH, source=source, till=self.attempt.book) is not None

    def _drawer_is_open(self) -> bool:
        row = self.tx.first(_OPEN, till=self.attempt.book)
        return row is not None and row.shift == self.attempt.shift

    def _tender(self, giveback: GiveBack) -> Tender:
        if giveback.source == self.attempt.id:
            return self.attempt.tenders[giveback.tender]
        return tenders_of(self.tx, giveback.source)[0][giveback.tender]


_T, _A = tables.open_till.c, tables.attempt.c
_OPEN: Final = select(_T.shift).where(_T.street == STREET, _T.till == param("till"))
_BATCH: Final = (
    select(_T.shift)
    .join(tables.attempt, (_A.street == _T.street) & (_A.shift == _T.shift))
    .where(_T.street == STREET, _T.till == param("till"), _A.id == param("source"))
)
