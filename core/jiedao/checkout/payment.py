"""How a payment moves: take tenders one after the other, tell billers line by line, then settle what came of it.

Everything here runs inside the transaction that records the last outcome, and plans the next act in it.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from sqlalchemy import delete, update

from jiedao.checkout.captures import Captures
from jiedao.checkout.credit import ADD_CREDIT, USE_CREDIT, tender_account
from jiedao.checkout.desk import SUBJECT, Act, Desk
from jiedao.checkout.graph import At, Event
from jiedao.checkout.returns import Returns
from jiedao.checkout.shares import SURPLUS
from jiedao.checkout.slips import issue
from jiedao.checkout.state import OUTSIDE, Attempt, Line, Tender, day
from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import Posting, cr, debit
from jiedao.money import format_amount
from jiedao.operations.model import News, State
from jiedao.points import lots
from jiedao.points.lots import Spent
from jiedao.problems import Conflict
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


class Payment:
    """One step of one payment, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, attempt: Attempt) -> None:
        self.tx, self.desk, self.attempt = tx, desk, attempt
        self.place = desk.place(tx, attempt.book)

    def advance(self) -> None:
        """Go on until something outside has to answer, or the end is reached."""
        if self.attempt.state is At.COLLECTING:
            self._collect()
        if self.attempt.state is At.TELLING:
            self._tell()
        if self.attempt.state is At.CAPTURING:
            self._finish_captures()
        if self.attempt.state in (At.RETURNING, At.RETURNING_PART):
            Returns(self.tx, self.desk, self.attempt).advance()
        self._close_order()

    # tenders

    def tender_news(self, number: int, news: News) -> None:
        """The acquirer's word, or its silence."""
        tender = self.attempt.tenders[number]
        if news.late:
            self._late(tender, news)
        elif news.state is State.SUCCEEDED:
            self._taken(tender, to_json(news.detail))
        elif news.state in (State.DECLINED, State.REVERSED):
            self._refused(tender, news)
        else:
            self._doubt(tender, news)

    def _collect(self) -> None:
        while (tender := self._next_tender()) is not None:
            self._take(tender)
            if self.attempt.state is not At.COLLECTING or tender.state == "asking":
                return
        self.attempt.happen(Event.COLLECTED)

    def _next_tender(self) -> Tender | None:
        """Points and credit first, cash next, and what somebody outside may refuse last."""
        planned = [t for t in self.attempt.tenders.values() if t.state == "planned"]
        return min(planned, key=lambda t: (TENDERS.index(t.kind), t.no), default=None)

    def _take(self, tender: Tender) -> None:
        if tender.kind == "points":
            self._hold_points(tender)
        elif tender.kind == "credit":
            self._use_credit(tender)
        else:
            self._ask_for_money(tender)

    def _hold_points(self, tender: Tender) -> None:
        resident = self.attempt.resident or ""
        today = self._today()
        postings = lots.hold(self.tx, self.attempt.id, resident, tender.amount, today)
        self.attempt.ledger.enter("points held", self.attempt.order, postings)
        self._taken(tender, {})

    def _use_credit(self, tender: Tender) -> None:
        if not self.tx.change(USE_CREDIT, resident=self.attempt.resident, n=tender.amount):
            raise Conflict("credit.short", _NO_CREDIT.format(wants=format_amount(tender.amount)), field="tenders")
        self._taken(tender, {})

    def _ask_for_money(self, tender: Tender) -> None:
        fields = {
            "amount": tender.amount,
            "currency": self.attempt.currency,
            "order": self.attempt.order,
            "till": self.attempt.book,
        }
        act = self._act(f"tender:{tender.no}", tender.connection, "payment_start", fields)
        self.attempt.touch(tender, state="asking", operation=act.operation)
        if isinstance(act.outcome, Succeeded):
            self._taken(tender, to_json(act.outcome.detail))
        elif act.outcome is not None:
            self._refused(tender, _news(act.outcome))

    def _taken(self, tender: Tender, slip: dict[str, Any]) -> None:
        """Book it at once: what lies in the drawer while a card is in doubt is in the books, and so is used credit."""
        self.attempt.touch(tender, state="taken", slip=slip)
        self.attempt.happen(Event.TENDER_TAKEN, tender=tender.no, kind=tender.kind, amount=tender.amount)
        self._book_money("tender taken", tender)

    def _refused(self, tender: Tender, news: News) -> None:
        event = Event.TENDER_REVERSED if news.state is State.REVERSED else Event.TENDER_REFUSED
        self.attempt.touch(tender, state="refused", slip={})
        self.attempt.happen(event, tender=tender.no, reason=news.reason or {}, code=news.code)
        self._undo_everything()

    def _doubt(self, tender: Tender, news: News) -> None:
        person = news.state is State.REVIEW
        show = getattr(news.detail, "show", "")
        self.attempt.touch(tender, state="review" if person else "doubt", slip={"show": show} if show else tender.slip)
        event = Event.NEEDS_PERSON if person else Event.TENDER_IN_DOUBT
        self.attempt.happen(event, tender=tender.no, pending=news.state is State.PENDING, why=news.code)

    def given_up(self, tender: Tender) -> None:
        """Nobody waits for this tender any more: it is being undone, whatever it was."""
        self.attempt.touch(tender, state="giving_up", slip={})
        self.attempt.happen(Event.TENDER_GIVEN_UP, tender=tender.no)

    def _late(self, tender: Tender, news: News) -> None:
        """Money that arrived after it was given up: booked, shown, and given back."""
        self.attempt.touch(tender, state="taken", slip=to_json(news.detail))
        self.attempt.happen(Event.LATE_SUCCESS, tender=tender.no, amount=tender.amount)
        self._book_money("late success", tender)
        self._plan_return({tender.no: tender.amount})

    def _book_money(self, kind: str, tender: Tender) -> None:
        """Money that is here and has no bill yet. Points are booked by the hold."""
        if tender.kind != "points":
            held = cr(accounts.in_progress(self.attempt.order), tender.amount)
            self.attempt.ledger.enter(kind, self.attempt.order, [debit(self._account(tender), tender.amount), held])

    def _account(self, tender: Tender) -> str:
        return tender_account(tender, self.place.hall, self.attempt)

    def capture_news(self, number: int, news: News) -> None:
        """The acquirer's word on taking what was reserved, or its silence."""
        Captures(self.tx, self.desk, self.attempt).news(number, news)

    # lines

    def line_news(self, number: int, news: News) -> None:
        """The biller's word, or its silence."""
        line = self.attempt.lines[number]
        if news.state is State.SUCCEEDED:
            self._paid(line, news.detail)
        elif news.state in (State.DECLINED, State.REVERSED):
            self._line_refused(line, news)
        else:
            self._line_doubt(line, news)

    def _line_doubt(self, line: Line, news: News) -> None:
        """One silent biller does not keep the others waiting; `_tell` goes on with the next."""
        person = news.state is State.REVIEW
        self.attempt.touch(line, state="review" if person else "doubt")
        shown = person and self.attempt.state is not At.TELLING
        event = Event.NEEDS_PERSON if shown else Event.LINE_IN_DOUBT
        self.attempt.happen(event, line=line.no, pending=news.state is State.PENDING, why=news.code)

    def _tell(self) -> None:
        while self._tell_next():
            pass
        states = {line.state for line in self.attempt.lines.values()}
        if "asking" in states:
            return
        if states & {"doubt", "review"}:
            self.attempt.happen(Event.NEEDS_PERSON if "review" in states else Event.ALL_TOLD)
        else:
            self._finish()

    def _tell_next(self) -> bool:
        """Have one line's act done; False when there is none left, or one has to answer first."""
        lines = self.attempt.lines.values()
        line = next((line for line in lines if line.state == "planned"), None)
        if line is None or any(other.state == "asking" for other in lines):
            return False
        asked = self.desk.errand(line.act).asks(self.tx, self.attempt.order, line)
        fields = {**asked.fields, "currency": self.attempt.currency}
        act = self._act(f"line:{line.no}", line.connection, line.act, fields, asked.sealed)
        self.attempt.touch(line, state="asking", operation=act.operation)
        if isinstance(act.outcome, Succeeded):
            self._paid(line, act.outcome.detail)
        elif act.outcome is not None:
            self._line_refused(line, _news(act.outcome))
        return line.state != "asking"

    def _paid(self, line: Line, evidence: Any) -> None:
        done = self.desk.errand(line.act).done(self.tx, line, evidence)
        if isinstance(done, Text):
            self._line_refused(line, News(State.DECLINED, reason=done.as_json()))
            return
        self.attempt.touch(line, state="paid", reference=done.reference, printed=dict(done.printed))
        self.attempt.happen(Event.LINE_PAID, line=line.no, reference=done.reference)

    def _line_refused(self, line: Line, news: News) -> None:
        self.desk.errand(line.act).refused(self.tx, line, news.reason or {})
        self.attempt.touch(line, state="refused", reason=news.reason or {})
        self.attempt.happen(Event.LINE_REFUSED, line=line.no, reason=news.reason or {}, code=news.code)

    # the end

    def _finish(self) -> None:
        """Every biller has spoken: book what is paid, and send back what is not."""
        paid = [line for line in self.attempt.lines.values() if line.state == "paid"]
        refused = [line for line in self.attempt.lines.values() if line.state == "refused"]
        back = [line.no for line in refused] + ([] if paid else [SURPLUS])
        if paid:
            self._settle(paid)
        elif self._points_tender():
            self._release_points([])
        self._plan_return(self._money_of(back))
        if paid and Captures(self.tx, self.desk, self.attempt).begin():
            self.attempt.happen(Event.TO_CAPTURE, paid=len(paid), refused=len(refused))
        else:
            event = Event.NONE_PAID if not paid else Event.SOME_REFUSED if refused else Event.ALL_PAID
            self.attempt.happen(event, paid=len(paid), refused=len(refused))
        if paid:
            issue(self.tx, self.desk, self.attempt)

    def _finish_captures(self) -> None:
        """Meanwhile other tenders give back their part; when all is captured, the attempt ends as the billers said."""
        Returns(self.tx, self.desk, self.attempt).give()
        if Captures(self.tx, self.desk, self.attempt).over():
            refused = any(line.state == "refused" for line in self.attempt.lines.values())
            self.attempt.happen(Event.SOME_REFUSED if refused else Event.ALL_PAID)

    def _settle(self, paid: list[Line]) -> None:
        postings: list[Posting] = []
        for line in paid:
            money, points = self._paid_with(line.no)
            postings += [debit(accounts.in_progress(self.attempt.order), money)]
            postings += [cr(accounts.payable(line.biller), line.amount), *self._redeemed(points)]
        postings += self._surplus()
        if self._points_tender():
            postings += self._release_points(paid)
        postings += self._earn(paid)
        self.attempt.ledger.enter("bills paid", self.attempt.order, postings)

    def _release_points(self, paid: list[Line]) -> list[Posting]:
        """End the hold. The caller posts it, except where nothing else is posted."""
        spent = [Spent(line.no, line.category, self._paid_with(line.no)[1]) for line in paid]
        postings = lots.settle_hold(self.tx, self.attempt.id, self.attempt.resident or "", spent, self._today())
        if not paid:
            self.attempt.ledger.enter("points released", self.attempt.order, postings)
        return postings

    def _redeemed(self, points: int) -> list[Posting]:
        programme = self.desk.programme(self.tx)
        return [programme.on_redeem(points)] if points and programme else []

    def _surplus(self) -> list[Posting]:
        over = self._money_of([SURPLUS])
        total = sum(over.values())
        if not total:
            return []
        self.tx.set(ADD_CREDIT, resident=self.attempt.resident, n=total)
        return [
            debit(accounts.in_progress(self.attempt.order), total),
            cr(accounts.credit(self.attempt.resident or ""), total),
        ]

    def _earn(self, paid: list[Line]) -> list[Posting]:
        planned = self.attempt.accrual.get("lines", {})
        earned = {line.no: planned[str(line.no)] for line in paid if planned.get(str(line.no))}
        if not earned:
            return []
        on = (day(self.attempt, "earned_on"), day(self.attempt, "active_on"), day(self.attempt, "expires_on"))
        postings = lots.accrue(self.tx, self.attempt.id, self.attempt.resident or "", earned, on)
        programme = self.desk.programme(self.tx)
        return [*postings, *(programme.on_accrue(sum(earned.values())) if programme else ())]

    def _undo_everything(self) -> None:
        """A tender was refused: what others had given goes back, and no biller hears of it."""
        if points := self._points_tender():
            self._release_points([])
            self.attempt.touch(points, state="refused")
        taken = [t for t in self.attempt.tenders.values() if t.state == "taken" and t.kind != "points"]
        self._plan_return({tender.no: tender.amount for tender in taken})
        for tender in self.attempt.tenders.values():
            if tender.state == "planned":
                self.attempt.touch(tender, state="refused")

    def _plan_return(self, amounts: dict[int, int]) -> None:
        for number, amount in amounts.items():
            tender = self.attempt.tenders[number]
            self.attempt.touch(tender, returned=tender.returned + amount)
            self.attempt.plan_return(self.attempt.id, number, amount)

    def _close_order(self) -> None:
        """Say on the order what became of it; one whose tenders were refused may be paid in another way.

        An earlier attempt that ends again after a late success has nothing to say: the order is at another one.
        """
        if not self.attempt.current or self.attempt.order_state != "paying" or not self.attempt.finished:
            return
        lines = self.attempt.lines.values()
        by_biller = any(line.state == "refused" for line in lines)
        self.attempt.order_state = {At.PAID: "paid", At.PART_PAID: "part_paid"}.get(
            self.attempt.state, "refused" if by_biller else "open"
        )
        if self.attempt.order_state != "open":
            self._unlock_bills()

    def _unlock_bills(self) -> None:
        """A bill that is paid in full stays locked for good, in case its biller is slow to take it off the list."""
        lines = [line for line in self.attempt.lines.values() if line.lock]
        for line in lines:
            paid = line.lock == "outside" and line.state == "paid" and line.amount >= line.due
            self.tx.set(_KEEP_LOCK if paid else _UNLOCK, connection=line.connection, biller=line.biller, bill=line.bill)

    def _money_of(self, lines: list[int]) -> dict[int, int]:
        """What each tender, points apart, paid of some lines."""
        amounts: dict[int, int] = {}
        for share in self.attempt.shares:
            if share.line in lines and self.attempt.tenders[share.tender].kind != "points":
                amounts[share.tender] = amounts.get(share.tender, 0) + share.amount
        return amounts

    def _paid_with(self, line: int) -> tuple[int, int]:
        """Money and points of a line, in fen and as many hundredths."""
        mine = [share for share in self.attempt.shares if share.line == line]
        points = sum(s.amount for s in mine if self.attempt.tenders[s.tender].kind == "points")
        return sum(s.amount for s in mine) - points, points

    def _points_tender(self) -> Tender | None:
        return next((t for t in self.attempt.tenders.values() if t.kind == "points" and t.state == "taken"), None)

    def _act(self, part: str, connection: str, hook: str, fields: dict[str, Any], sealed: bytes | None = None) -> Act:
        return self.desk.act(self.tx, (SUBJECT, self.attempt.id), part, connection, hook, fields, sealed)

    def _today(self) -> date:
        return self.desk.today(self.tx, self.attempt.book)


def _news(outcome: Any) -> News:
    """A local plugin's refusal or failure as news; it has no unknowns."""
    if isinstance(outcome, Declined):
        return News(State.DECLINED, reason=outcome.reason.as_json(), code=outcome.code)
    return News(State.DECLINED, reason=_NOT_DONE.as_json(), code=getattr(outcome, "says", ""))


TENDERS: Final = ("points", "credit", "cash", *OUTSIDE)
"""Kinds of tenders, in the order in which they are taken."""
_K = tables.bill_lock.c
_THIS_LOCK: Final = (
    (_K.street == STREET)
    & (_K.connection == param("connection"))
    & (_K.biller == param("biller"))
    & (_K.bill == param("bill"))
)
_UNLOCK: Final = delete(tables.bill_lock).where(_THIS_LOCK)
_KEEP_LOCK: Final = update(tables.bill_lock).where(_THIS_LOCK).values(paid=True)
_NO_CREDIT: Final = Text(zh="居民余额不够支付 {wants} 元", en="The resident's credit does not cover {wants}")
_NOT_DONE: Final = Text(zh="没有办成，未扣款", en="It was not done; nothing was taken")
