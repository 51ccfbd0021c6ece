"""Taking money that was only reserved, once the billers have spoken: for what is really to be paid, and no more.

What is not taken of a reservation is released with it, so that nothing has to be refunded. Until it is certain that
the money is here, nothing of it is given back.
"""

from __future__ import annotations

from typing import Any, Final

from jiedao.checkout.credit import tender_account
from jiedao.checkout.desk import SUBJECT, Desk
from jiedao.checkout.graph import Event
from jiedao.checkout.returns import Returns
from jiedao.checkout.state import Attempt, Tender
from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.outcomes import Succeeded
from jiedao.ledger import accounts
from jiedao.ledger.journal import cr, debit
from jiedao.operations.model import News, State
from jiedao.store.unit import Tx

OPEN: Final = ("capturing", "doubt", "review")
"""States of a tender whose reserved money has not been taken yet."""


class Captures:
    """The captures of one payment, in one transaction."""

    def __init__(self, tx: Tx, desk: Desk, attempt: Attempt) -> None:
        self.tx, self.desk, self.attempt = tx, desk, attempt

    def begin(self) -> bool:
        """Plan a capture for each reservation of which something is to be paid; False when there is none."""
        wanted = [t for t in self.attempt.tenders.values() if _is_reserved(t) and _kept(t)]
        for tender in wanted:
            self._capture(tender)
        return bool(wanted)

    def over(self) -> bool:
        """Whether every reservation has been taken, or its end has been decided by a person."""
        return not any(tender.state in OPEN for tender in self.attempt.tenders.values())

    def news(self, number: int, news: News) -> None:
        """The acquirer's word on a capture, a person's, or silence. A refusal alone never ends it: see the judge."""
        tender = self.attempt.tenders[number]
        if news.state is State.SUCCEEDED:
            self._captured(tender, to_json(news.detail))
        elif news.state is State.DECLINED:
            self._lost(tender, news)
        else:
            person = news.state is State.REVIEW
            self.attempt.touch(tender, state="review" if person else "doubt")
            event = Event.NEEDS_PERSON if person else Event.CAPTURE_IN_DOUBT
            self.attempt.happen(event, tender=number, why=news.code)

    def _capture(self, tender: Tender) -> None:
        fields: dict[str, Any] = {
            "original": tender.operation,
            "amount": _kept(tender),
            "currency": self.attempt.currency,
            "slip": tender.slip,
            "till": self.attempt.book,
        }
        part = f"capture:{tender.no}"
        self.attempt.touch(tender, state="capturing")
        act = self.desk.act(self.tx, (SUBJECT, self.attempt.id), part, tender.connection, "payment_capture", fields)
        if isinstance(act.outcome, Succeeded):
            self._captured(tender, to_json(act.outcome.detail))

    def _captured(self, tender: Tender, slip: dict[str, Any]) -> None:
        """What the capture does not say stays as the reservation said it."""
        said = {name: value for name, value in slip.items() if value}
        self.attempt.touch(tender, state="taken", slip={**tender.slip, **said, "reserved": False})
        self.attempt.happen(Event.CAPTURED, tender=tender.no, amount=_kept(tender))
        self._release(tender)

    def _lost(self, tender: Tender, news: News) -> None:
        """A person has seen that the money will not come: the bills are paid, so the street bears it."""
        account = tender_account(tender, self.desk.place(self.tx, self.attempt.book).hall, self.attempt)
        loss = [debit(accounts.WRITE_OFF, _kept(tender)), cr(account, _kept(tender))]
        self.attempt.ledger.enter("reservation lost", self.attempt.order, loss)
        self.attempt.touch(tender, state="taken", slip={**tender.slip, "reserved": False})
        self.attempt.happen(Event.CAPTURE_REFUSED, tender=tender.no, amount=_kept(tender), code=news.code)
        self._release(tender)

    def _release(self, tender: Tender) -> None:
        """What was not to be paid of this reservation is free again."""
        returns = Returns(self.tx, self.desk, self.attempt)
        for giveback in self.attempt.givebacks:
            if (giveback.source, giveback.tender, giveback.state) == (self.attempt.id, tender.no, "planned"):
                returns.released(giveback, tender)


def _is_reserved(tender: Tender) -> bool:
    return tender.state == "taken" and bool(tender.slip.get("reserved"))


def _kept(tender: Tender) -> int:
    """What is to be paid with it after all that goes back."""
    return tender.amount - tender.returned
