"""The payment hooks of the terminal. There is no query: the register link cannot ask what became of a sale."""

from __future__ import annotations

from jiedao import hookimpl
from jiedao.hookspecs.outcomes import Declined
from jiedao.hookspecs.payment import BatchOutcome, BatchRequest, PaymentOutcome, PaymentRequest, UndoRequest
from jiedao.language import Text
from jiedao_connectors.unionpay.terminal_link import OriginalSale
from jiedao_unionpay_pos.answers import settled, taken, undone
from jiedao_unionpay_pos.terminals import link_errors, terminals_of


@hookimpl
def payment_start(request: PaymentRequest) -> PaymentOutcome:
    """Ask the till's terminal for a sale; terminals know yuan only."""
    if request.currency != "CNY":
        return Declined(ONLY_CNY)
    with link_errors():
        link = terminals_of(request.connection).at(request.till)
        return taken(link.sale(request.operation, request.amount, seconds=request.deadline))


@hookimpl
def payment_reverse(request: UndoRequest) -> PaymentOutcome:
    """Make sure that the sale does not stand; the terminal repeats 0400 until the acquirer acknowledges."""
    with link_errors():
        link = terminals_of(request.connection).at(request.till)
        answer = link.reverse(request.operation, request.original, request.amount, seconds=request.deadline)
        return undone(answer)


@hookimpl
def payment_void(request: UndoRequest) -> PaymentOutcome:
    """Undo a sale of the terminal's open batch; refused once the batch is settled."""
    with link_errors():
        link = terminals_of(request.connection).at(request.till)
        return taken(link.void(request.operation, _original(request), request.amount, seconds=request.deadline))


@hookimpl
def payment_refund(request: UndoRequest) -> PaymentOutcome:
    """Give money back to the card, also for a sale of another batch or another terminal of the street."""
    with link_errors():
        link = terminals_of(request.connection).at(request.till)
        return taken(link.refund(request.operation, _original(request), request.amount, seconds=request.deadline))


@hookimpl
def payment_batch_close(request: BatchRequest) -> BatchOutcome:
    """Settle the batch of the till's terminal."""
    with link_errors():
        link = terminals_of(request.connection).at(request.till)
        return settled(link.settle(request.operation, seconds=request.deadline))


def _original(request: UndoRequest) -> OriginalSale:
    slip = request.slip
    if slip is None:
        return OriginalSale(request.original)
    return OriginalSale(request.original, slip.reference, slip.batch, slip.trace, slip.settlement_date)


ONLY_CNY = Text("终端只能收人民币", "The terminal takes yuan only")
