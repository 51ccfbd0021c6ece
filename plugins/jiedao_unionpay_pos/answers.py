"""What a terminal's answer means: mapping without a network, from the link's values to the contract's."""

from __future__ import annotations

from jiedao.hookspecs.outcomes import Declined, OutcomeUnknown, Succeeded
from jiedao.hookspecs.payment import BatchOutcome, BatchTotals, PaymentOutcome, Slip
from jiedao.language import Text
from jiedao_connectors.unionpay.replies import Verdict, reply_code
from jiedao_connectors.unionpay.terminal_link import SettledBatch, State, TerminalAnswer


def taken(answer: TerminalAnswer) -> PaymentOutcome:
    """Outcome of a sale, a void or a refund.

    A duplicate is unknown and not a refusal: this request did nothing, but the earlier one may have taken money.
    """
    if answer.state is State.CANCELLED:
        return Declined(CANCELLED, answer.state)
    if answer.state is State.DECLINED:
        return declined(answer)
    if answer.state is State.APPROVED and reply_code(answer.code).verdict is Verdict.APPROVED:
        return Succeeded(slip(answer))
    raise OutcomeUnknown(_words(answer), answer.code)


def undone(answer: TerminalAnswer) -> PaymentOutcome:
    """Outcome of a reversal. The slip has no number where there was nothing to reverse."""
    if answer.state is State.DECLINED:
        return declined(answer)
    if answer.state in (State.REVERSED, State.NOTHING_TO_REVERSE):
        return Succeeded(slip(answer))
    raise OutcomeUnknown(_words(answer), answer.code)


def settled(answer: SettledBatch | TerminalAnswer) -> BatchOutcome:
    """Outcome of a settlement; the acquirer's credits are voids and refunds together."""
    if isinstance(answer, SettledBatch):
        return Succeeded(
            BatchTotals(
                batch=answer.batch,
                sales=answer.debit,
                sales_count=answer.debit_count,
                refunds=answer.credit,
                refunds_count=answer.credit_count,
                balanced=answer.balanced,
            )
        )
    if answer.state is State.DECLINED:
        return declined(answer)
    raise OutcomeUnknown(_words(answer), answer.code)


def declined(answer: TerminalAnswer) -> Declined:
    """A refusal in the words of the reply code; a code that is in no table refuses nothing."""
    known = reply_code(answer.code)
    if known.verdict is not Verdict.REFUSED:
        raise OutcomeUnknown(_words(answer), answer.code)
    return Declined(Text(known.zh, known.en), answer.code)


def slip(answer: TerminalAnswer) -> Slip:
    """The acquirer's evidence; an approval that wants confirming says so in its note."""
    words = reply_code(answer.code)
    return Slip(
        reference=answer.rrn,
        masked_card=answer.card,
        authorisation=answer.authorisation,
        trace=answer.trace,
        batch=answer.batch,
        terminal=answer.terminal,
        merchant=answer.merchant,
        settlement_date=answer.settlement_date,
        note="" if answer.code in ("", "00") else f"{answer.code} {words.zh}",
    )


def _words(answer: TerminalAnswer) -> str:
    words = reply_code(answer.code).en if answer.code else answer.note
    return f"the terminal says {answer.state}: {words}" if words else f"the terminal says {answer.state}"


CANCELLED = Text("该笔交易已被取消", "This payment was cancelled before")
