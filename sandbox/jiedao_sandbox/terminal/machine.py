"""What the terminal does for the register: one act at a time, and before each, whatever was left open is finished."""

from __future__ import annotations

from typing import Final

from jiedao_connectors.unionpay.card import mask
from jiedao_connectors.unionpay.message import Message
from jiedao_connectors.unionpay.replies import Verdict, reply_code
from jiedao_sandbox.books import Row
from jiedao_sandbox.terminal.card import card_for
from jiedao_sandbox.terminal.journal import Draft, Journal, Undone
from jiedao_sandbox.terminal.line import MAC_FAILED, NoAnswer, NotConnected
from jiedao_sandbox.terminal.messages import MAC_WRONG, OTHER, TIMED_OUT
from jiedao_sandbox.terminal.session import APPROVED, NotReady, Session
from jiedao_sandbox.terminal.settling import Settling

NOT_FOUND, WRONG_STATE, WRONG_AMOUNT = "25", "22", "64"
_FINAL: Final = ("approved", "declined", "voided")


class Duplicate(Exception):
    """The reference is known already; nothing was done."""


class Cancelled(Exception):
    """The reference was cancelled by an earlier reversal; nothing was done."""


class Terminal:
    """Sale, reversal, void, refund, settlement. The caller holds the lock: nothing here is safe between threads.

    Methods return the journal's row; `sent` as its state means that the acquirer gave no answer. `NotReady` means that
    the same request may come again: nothing was done under its reference, unless `is_open` says otherwise.
    """

    def __init__(self, journal: Journal, session: Session) -> None:
        self._journal = journal
        self._session = session
        self._settling = Settling(journal, session)

    def sale(self, reference: str, amount: int) -> Row:
        """Charge the card that is presented, never twice for one reference."""
        if self._journal.is_cancelled(reference):
            raise Cancelled(reference)
        known = self._journal.latest("sale", reference)
        if (known and known["state"] != "not_sent") or self._journal.used_elsewhere("sale", reference):
            raise Duplicate(reference)
        self._finish_what_is_open()
        return self._attempt(Draft(reference, "sale", amount, mask(card_for(reference))))

    def reverse(self, sale: str, amount: int) -> Row | None:
        """Make sure that a sale does not stand: its row, or None where no money was taken and none ever will be."""
        known = self._journal.latest("sale", sale)
        if known is None or known["state"] in ("declined", "not_sent"):
            self._journal.cancel(sale)
            return None
        if known["amount"] != amount:
            return {**known, "state": "declined", "code": WRONG_AMOUNT}
        if known["state"] == "approved" and known["batch"] == self._journal.batch():
            known = self._journal.finish(known, reversal="pending")
        self._finish_what_is_open()
        return self._journal.by_id(known["id"])

    def void(self, reference: str, undone: Undone, amount: int) -> Row:
        """Undo a whole sale of this terminal's open batch; the same reference gives the same answer."""
        known = self._answered("void", reference)
        if known is not None:
            return known
        # A void that was left without an answer is reversed here, so that it can be tried afresh.
        self._finish_what_is_open()
        draft = Draft(reference, "void", amount, mask(card_for(undone.reference)), self._own(undone))
        refusal = self._why_no_void(undone.reference, amount)
        return self._refuse(draft, refusal) if refusal else self._attempt(draft)

    def refund(self, reference: str, undone: Undone, amount: int) -> Row:
        """Give back a sale or a part of it; the same reference gives the same answer."""
        known = self._answered("refund", reference)
        if known is not None:
            return known
        self._finish_what_is_open()
        # A refund that was left without an answer has been repeated just now, under its own trace.
        done = self._answered("refund", reference)
        if done is not None:
            return done
        draft = Draft(reference, "refund", amount, mask(card_for(undone.reference)), self._own(undone))
        return self._attempt(draft) if draft.undone.rrn else self._refuse(draft, NOT_FOUND)

    def settle(self, reference: str) -> Row:
        """Settle the open batch; the same reference gives the same answer."""
        known = self._journal.settlement(reference)
        if known is None:
            self._finish_what_is_open()
            known = self._journal.start_settlement(reference)
        if known["state"] == "started":
            self._finish_what_is_open()
        return self._journal.settlement(reference) or known

    def status(self) -> None:
        """Sign in if need be, and try the line."""
        self._session.ensure()
        self._session.echo()

    def is_open(self, reference: str) -> bool:
        """Whether something was sent under a reference and is not concluded."""
        return self._journal.is_open(reference)

    def _finish_what_is_open(self) -> None:
        """Reversals first, refunds without answer, then a settlement: the order in which a terminal must do it."""
        self._session.ensure()
        for row in self._journal.left_open():
            try:
                self._repeat(row) if row["kind"] == "refund" else self._send_reversal(row, TIMED_OUT)
            except (NotConnected, NoAnswer) as failed:
                raise NotReady(f"trace {row['trace']} is open: {failed}") from None
        settlement = self._journal.open_settlement()
        if settlement is not None:
            self._settling.finish(settlement)
            self._session.ensure()

    def _attempt(self, draft: Draft) -> Row:
        """Write it down, send it, write the outcome down. After a wrong MAC it is undone and tried once more."""
        row = self._send(draft)
        if row["code"] != MAC_FAILED or row["state"] != "sent":
            return row
        try:
            self._session.ensure()
            self._repeat(row) if row["kind"] == "refund" else self._send_reversal(row, MAC_WRONG)
        except (NotConnected, NoAnswer, NotReady):
            return row
        return self._journal.by_id(row["id"]) if row["kind"] == "refund" else self._send(draft)

    def _send(self, draft: Draft) -> Row:
        row = self._journal.write_down(draft, reversal="none" if draft.kind == "refund" else "pending")
        message = self._session.identity.transaction(row, card_for(draft.undone.reference or draft.reference))
        try:
            return self._conclude(row, self._session.exchange(message))
        except NotConnected as failed:
            self._journal.finish(row, state="not_sent", reversal="none")
            raise NotReady(f"no line to the acquirer: {failed}") from None
        except NoAnswer as lost:
            return {**row, "note": str(lost)}

    def _conclude(self, row: Row, reply: Message) -> Row:
        """Only a code that proves something ends a transaction; a wrong MAC must be undone like a lost answer."""
        code = reply.get(39)
        verdict = reply_code(code).verdict
        if verdict is Verdict.UNKNOWN or code == MAC_FAILED:
            return self._journal.finish(row, code=code)
        state = "approved" if verdict is Verdict.APPROVED else "declined"
        evidence = {"rrn": reply.get(37), "authorisation": reply.get(38), "settlement_date": reply.get(15)}
        return self._journal.finish(row, state=state, reversal="none", code=code, **evidence)

    def _send_reversal(self, row: Row, reason: str) -> None:
        """Until the acquirer acknowledges; a refusal means that the transaction stands."""
        why = OTHER if row["state"] == "approved" else reason
        reply = self._session.insist(self._session.identity.reversal(row, why))
        code = reply.get(39)
        if code == APPROVED:
            self._journal.finish(row, state="reversed", reversal="done")
        elif reply_code(code).verdict is Verdict.REFUSED and code != MAC_FAILED:
            self._journal.finish(row, reversal="refused", code=code)
        else:
            raise NoAnswer(f"reply code {code} to a reversal")

    def _repeat(self, row: Row) -> None:
        message = self._session.identity.repeated_refund(row, card_for(row["original"]))
        concluded = self._conclude(row, self._session.insist(message))
        if concluded["state"] == "sent":
            raise NoAnswer(f"reply code {concluded['code']} to a refund")

    def _answered(self, kind: str, reference: str) -> Row | None:
        """The final answer that was given under a reference before."""
        if self._journal.used_elsewhere(kind, reference):
            raise Duplicate(reference)
        known = self._journal.latest(kind, reference)
        return known if known and known["state"] in _FINAL else None

    def _own(self, undone: Undone) -> Undone:
        """The sale as this journal has it, else as the register told it."""
        sale = self._journal.latest("sale", undone.reference)
        if sale is None or not sale["rrn"]:
            return undone
        return Undone(undone.reference, sale["rrn"], sale["batch"], sale["trace"], sale["settlement_date"])

    def _why_no_void(self, sale: str, amount: int) -> str:
        known = self._journal.latest("sale", sale)
        if known is None or known["batch"] != self._journal.batch():
            return NOT_FOUND
        if known["state"] != "approved":
            return WRONG_STATE
        return "" if known["amount"] == amount else WRONG_AMOUNT

    def _refuse(self, draft: Draft, code: str) -> Row:
        """A refusal of the terminal itself, in the journal like any other."""
        return self._journal.write_down(draft, state="declined", reversal="none", code=code)
