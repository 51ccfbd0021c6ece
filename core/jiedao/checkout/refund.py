"""How a refund moves: the billers are asked to take the payment back, then money, points and what was earned return.

A line whose biller cannot be asked is refused, unless an accountant has said that the biller owes it (1130).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import delete, select, update

from jiedao.checkout.desk import SUBJECT, Desk
from jiedao.checkout.graph import At, Event
from jiedao.checkout.returns import Returns
from jiedao.checkout.shares import Share, give_back
from jiedao.checkout.slips import issue_refund, of_order
from jiedao.checkout.state import Attempt, Line, RefundLine, Tender, tenders_of
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import Posting, cr, debit
from jiedao.operations.model import News, State
from jiedao.points import lots
from jiedao.points.lots import Spent
from jiedao.points.rounding import part
from jiedao.store import tables
from jiedao.store.unit import STREET, Overtaken, Tx, param


class Refund:
    """One step of one refund, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, attempt: Attempt) -> None:
        self.tx, self.desk, self.attempt = tx, desk, attempt
        self.paid_by: str = attempt.accrual["payment"]

    def advance(self) -> None:
        """Go on until a biller or the acquirer has to answer, or the end is reached."""
        if self.attempt.state is At.ASKING:
            self._ask()
        if self.attempt.state is At.REFUNDING:
            Returns(self.tx, self.desk, self.attempt).advance()
        if self.attempt.state is At.REFUNDED:
            first = next(iter(of_order(self.tx, self.attempt.order)), None)
            issue_refund(self.tx, self.desk, self.attempt, first.number if first else "")

    def line_news(self, number: int, news: News) -> None:
        """The biller's word on a cancellation."""
        refund = self.attempt.refunds[number]
        if news.state is State.SUCCEEDED:
            self._taken_back(refund)
        elif news.state is State.DECLINED:
            self._disagreed(refund, news.reason or {}, news.code)
        else:
            self.attempt.touch(refund, state="doubt")
            person = news.state is State.REVIEW
            event = Event.NEEDS_PERSON if person else Event.LINE_IN_DOUBT
            self.attempt.happen(event, line=number, why=news.code)

    def _ask(self) -> None:
        for refund in self.attempt.refunds.values():
            if refund.state == "planned":
                self._ask_biller(refund, self.attempt.lines[refund.line])
            if refund.state == "asking":
                return
        agreed = [r for r in self.attempt.refunds.values() if r.state in ("agreed", "owed")]
        if agreed:
            self._book(agreed)
            self.attempt.happen(Event.AGREED, lines=[r.line for r in agreed])
        else:
            self.attempt.happen(Event.NONE_PAID)

    def _ask_biller(self, refund: RefundLine, line: Line) -> None:
        if self.desk.errand(line.act).able in self.desk.manifest(self.tx.street, line.connection).abilities:
            self._cancel(refund, line)
        elif line.lock == "stored":
            self.tx.change(_REOPEN, connection=line.connection, biller=line.biller, bill=line.bill, n=refund.amount)
            self._agreed(refund, "agreed")
        elif self.attempt.accrual.get("biller_owes"):
            self._agreed(refund, "owed")
        else:
            self._disagreed(refund, {"zh": "收费单位不支持退回", "en": "The biller does not take payments back"}, "")

    def _cancel(self, refund: RefundLine, line: Line) -> None:
        errand = self.desk.errand(line.act)
        fields = errand.takes_back(self.tx, line, refund.amount, self.attempt.reason)
        act = self.desk.act(
            self.tx, (SUBJECT, self.attempt.id), f"cancel:{line.no}", line.connection, errand.undo, fields
        )
        self.attempt.touch(refund, state="asking", operation=act.operation)
        if isinstance(act.outcome, Succeeded):
            self._taken_back(refund)
        elif act.outcome is not None:
            self._disagreed_at_once(refund, act.outcome)

    def _disagreed_at_once(self, refund: RefundLine, outcome: Any) -> None:
        """A local plugin has no unknowns: what it did not do was not done."""
        declined = isinstance(outcome, Declined)
        reason = outcome.reason.as_json() if declined else _NOT_DONE.as_json()
        self._disagreed(refund, reason, outcome.code)

    def _taken_back(self, refund: RefundLine) -> None:
        line = self.attempt.lines[refund.line]
        self.desk.errand(line.act).taken_back(self.tx, line)
        self._agreed(refund, "agreed")

    def _agreed(self, refund: RefundLine, state: str) -> None:
        self.attempt.touch(refund, state=state)
        self.attempt.happen(Event.CANCELLED, line=refund.line, owed=state == "owed")

    def _disagreed(self, refund: RefundLine, reason: dict[str, str], code: str) -> None:
        line = self.attempt.lines[refund.line]
        self.desk.errand(line.act).not_taken_back(self.tx, line, reason)
        self.attempt.touch(refund, state="refused")
        self.attempt.happen(Event.CANCEL_REFUSED, line=refund.line, reason=reason, code=code)
        self.tx.change(_UNRESERVE, order=self.attempt.order, no_=refund.line, n=refund.amount)

    # what an agreed refund does to the books

    def _book(self, agreed: Sequence[RefundLine]) -> None:
        tenders, shares = tenders_of(self.tx, self.paid_by)
        kinds = {number: tender.kind for number, tender in tenders.items()}
        back: dict[int, int] = {}
        postings: list[Posting] = []
        for refund in agreed:
            returned = give_back(shares, kinds, refund.line, refund.amount)
            postings += self._line_postings(refund, returned, kinds)
            postings += self._claw_back(refund, shares, returned, kinds)
            for share in returned:
                self._note_share(share)
                back[share.tender] = back.get(share.tender, 0) + share.amount
            self._unlock(self.attempt.lines[refund.line])
        self.attempt.ledger.enter("refund agreed", self.attempt.order, postings)
        self._plan_returns(tenders, back)

    def _line_postings(self, refund: RefundLine, returned: Sequence[Share], kinds: dict[int, str]) -> list[Posting]:
        line = self.attempt.lines[refund.line]
        points = sum(share.amount for share in returned if kinds[share.tender] == "points")
        owed = accounts.refund_due(line.biller) if refund.state == "owed" else accounts.payable(line.biller)
        money = cr(accounts.in_progress(self.attempt.order), refund.amount - points)
        return [debit(owed, refund.amount), money, *self._points_back(line, points)]

    def _points_back(self, line: Line, points: int) -> list[Posting]:
        programme = self.desk.programme(self.tx)
        if not points or programme is None:
            return []
        bearer = programme.on_redeem(points)
        spent = Spent(line.no, line.category, points)
        today = self.desk.today(self.tx, self.attempt.book)
        resident = self.attempt.resident or ""
        return [cr(bearer.account, points), *lots.give_back(self.tx, self.paid_by, resident, spent, today)]

    def _claw_back(
        self, refund: RefundLine, shares: Sequence[Share], returned: Sequence[Share], kinds: dict[int, str]
    ) -> list[Posting]:
        """What the money that goes back had earned: the share of the whole so far, less what was taken before."""
        row = self.tx.first(_EARNED, id_=self.paid_by)
        earned = (row.accrual if row else {}).get("lines", {}).get(str(refund.line), 0)
        mine = [s for s in shares if s.line == refund.line and kinds[s.tender] != "points"]
        money = sum(s.amount for s in mine)
        if not earned or not money:
            return []
        before = sum(s.returned for s in mine)
        now = before + sum(s.amount for s in returned if kinds[s.tender] != "points")
        amount = part(earned, now, money) - part(earned, before, money)
        today = self.desk.today(self.tx, self.attempt.book)
        resident = self.attempt.resident or ""
        postings = lots.claw_back(self.tx, self.paid_by, refund.line, resident, amount, today)
        programme = self.desk.programme(self.tx)
        return [*postings, *(programme.on_accrue(-amount) if programme else ())]

    def _note_share(self, share: Share) -> None:
        """No share goes back twice, whoever else is refunding at this moment."""
        known = {"source": self.paid_by, "tender": share.tender, "n": share.amount}
        if not self.tx.change(_RETURN_SHARE, line_=share.line, **known):
            raise Overtaken(self.paid_by)
        if not self.tx.change(_RETURN_TENDER, **known):
            raise Overtaken(self.paid_by)

    def _plan_returns(self, tenders: dict[int, Tender], back: dict[int, int]) -> None:
        for number, amount in back.items():
            how = "points" if tenders[number].kind == "points" else ""
            self.attempt.plan_return(self.paid_by, number, amount, how=how)

    def _unlock(self, line: Line) -> None:
        """A bill that is no longer paid may be paid again; another order that is paying its rest keeps its lock."""
        if line.lock == "outside" and line.refunded >= line.amount:
            bill = {"connection": line.connection, "biller": line.biller, "bill": line.bill}
            self.tx.change(_UNLOCK, order=self.attempt.order, **bill)


_L, _S, _T = tables.order_line.c, tables.share.c, tables.tender.c
_B, _K, _A = tables.bill.c, tables.bill_lock.c, tables.attempt.c
_N: Final = param("n")
_UNRESERVE: Final = (
    update(tables.order_line)
    .where(_L.street == STREET, _L.order == param("order"), _L.no == param("no"))
    .values(refunded=_L.refunded - _N)
)
_RETURN_SHARE: Final = (
    update(tables.share)
    .where(
        _S.street == STREET,
        _S.attempt == param("source"),
        _S.line == param("line"),
        _S.tender == param("tender"),
        _S.returned + _N <= _S.amount,
    )
    .values(returned=_S.returned + _N)
)
_RETURN_TENDER: Final = (
    update(tables.tender)
    .where(
        _T.street == STREET,
        _T.attempt == param("source"),
        _T.no == param("tender"),
        _T.returned + _N <= _T.amount,
    )
    .values(returned=_T.returned + _N)
)
_EARNED: Final = select(_A.accrual).where(_A.street == STREET, _A.id == param("id"))
_REOPEN: Final = (
    update(tables.bill)
    .where(
        _B.street == STREET,
        _B.connection == param("connection"),
        _B.biller == param("biller"),
        _B.id == param("bill"),
    )
    .values(paid=_B.paid - _N)
)
_UNLOCK: Final = delete(tables.bill_lock).where(
    _K.street == STREET,
    _K.connection == param("connection"),
    _K.biller == param("biller"),
    _K.bill == param("bill"),
    _K.order == param("order"),
)
_NOT_DONE: Final = Text(zh="收费单位没有退回", en="The biller did not take it back")
