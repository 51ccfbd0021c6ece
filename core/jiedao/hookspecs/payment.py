"""Taking money: card terminals, cash, wallets. Amounts are integer fen, always positive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias

from jiedao.hookspecs.connection import Request
from jiedao.hookspecs.marker import hookspec
from jiedao.hookspecs.outcomes import Declined, NotFound, Pending, Succeeded


@dataclass(frozen=True, slots=True)
class Slip:
    """A provider's evidence that money moved. No card number beyond first 6 and last 4 ever stands here."""

    reference: str
    """The provider's own number (UnionPay F37, RRN)."""
    masked_card: str = ""
    """"622848******1234", or empty where there is no card."""
    authorisation: str = ""
    trace: str = ""
    batch: str = ""
    terminal: str = ""
    merchant: str = ""
    settlement_date: date | None = None
    """The acquirer's day (UnionPay F15), which is not the calendar day around cut-over."""
    note: str = ""
    reserved: bool = False
    """The money is only reserved: it is taken by `payment_capture` or given up by `payment_void`."""


@dataclass(frozen=True, slots=True)
class PaymentRequest(Request):
    """Take `amount` from the resident. `operation` is our reference, unique for ever."""

    operation: str
    amount: int
    currency: str
    order: str
    till: str


@dataclass(frozen=True, slots=True)
class PaymentQuery(Request):
    """What became of `operation`? `amount` and `currency` are what we asked for; a different echo is unknown."""

    operation: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class UndoRequest(Request):
    """Undo `amount` of the payment `original`. `operation` is the reference of the undoing itself.

    `slip` is the evidence of the original; None when its outcome is unknown (only in `payment_reverse`).
    """

    operation: str
    original: str
    amount: int
    currency: str
    slip: Slip | None
    till: str


@dataclass(frozen=True, slots=True)
class BatchTotals:
    """Sums of a settlement batch as the acquirer has them, in fen."""

    batch: str
    sales: int
    sales_count: int
    refunds: int
    refunds_count: int
    balanced: bool
    """False when the totals differed at first and the details had to be uploaded."""


@dataclass(frozen=True, slots=True)
class BatchRequest(Request):
    """Close the settlement batch of a till."""

    operation: str
    till: str


@dataclass(frozen=True, slots=True)
class CaptureRequest(Request):
    """Take `amount` of the money that `original` has reserved; what is left of the reservation is released.

    Never more than was reserved. `operation` is the reference of the capture itself.
    """

    operation: str
    original: str
    amount: int
    currency: str
    slip: Slip
    till: str


@dataclass(frozen=True, slots=True)
class SettlementRequest(Request):
    """Which movements did the provider settle on its day `on`?"""

    on: date


class Movement(StrEnum):
    """What a row of a settlement is about."""

    SALE = "sale"
    REFUND = "refund"
    FEE = "fee"
    """A fee that belongs to no single sale."""
    CHARGEBACK = "chargeback"
    PAYOUT = "payout"
    """Money on its way to the street's bank account."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """One movement. Amounts are fen; `gross` is negative for what leaves the street's balance, `net` is gross - fee.

    `operation` is our own reference where the provider gives it back, else empty.
    """

    id: str
    movement: Movement
    operation: str
    reference: str
    gross: int
    fee: int
    net: int
    currency: str
    settled_on: date


Settled: TypeAlias = tuple[SettlementRow, ...]
SettlementOutcome: TypeAlias = Succeeded[Settled] | Declined
PaymentOutcome: TypeAlias = Succeeded[Slip] | Declined | Pending
PaymentAnswer: TypeAlias = Succeeded[Slip] | Declined | Pending | NotFound
BatchOutcome: TypeAlias = Succeeded[BatchTotals] | Declined


@hookspec
def payment_start(request: PaymentRequest) -> PaymentOutcome:
    """Take the money.

    Called once for each tender, after its intent is committed. Outcomes: `Succeeded` with the slip when the money
    is taken for exactly `amount`; `Declined` when the provider refused and nothing was taken; `Pending` when it will
    decide later. A slip that is `reserved` says that the money waits for `payment_capture`. Errors: `Unavailable`
    only when nothing can have reached the provider. An answer for another amount, currency or reference is
    `OutcomeUnknown`.
    """
    raise NotImplementedError


@hookspec
def payment_query(request: PaymentQuery) -> PaymentAnswer:
    """Say what became of an earlier `payment_start`.

    Called by the resolver when the plugin declares `Recovery.QUERY`, and when a person asks. Must not change
    anything. Outcomes: as `payment_start`, and `NotFound` when the provider has no such reference. Errors:
    `Unavailable` or `OutcomeUnknown` when there is no trustworthy answer; the core asks again later.
    """
    raise NotImplementedError


@hookspec
def payment_reverse(request: UndoRequest) -> PaymentOutcome:
    """Make sure that a payment whose outcome is unknown does not stand (reversal, 冲正).

    Called when the plugin declares `Recovery.REVERSE`, and when staff give up a payment that is still waited for;
    repeated until acknowledged, so it must be safe to repeat. If the money has arrived meanwhile, it is given back.
    `Succeeded` also when there was nothing to reverse. `Declined` when the provider says that it cannot be
    undone any more: a person then decides. `slip` may be None.
    """
    raise NotImplementedError


@hookspec
def payment_void(request: UndoRequest) -> PaymentOutcome:
    """Undo a whole payment before its batch is settled (void, 撤销).

    Called only with ability `void`, with the slip of the original and its whole amount; also to give up a
    reservation. `Declined` when it is too late; the core then refunds.
    """
    raise NotImplementedError


@hookspec
def payment_refund(request: UndoRequest) -> PaymentOutcome:
    """Give back a payment or a part of it (refund, 退货).

    Called only with ability `refund`; with a part of the amount only with ability `partial_refund`. The sum of all
    refunds never passes the original.
    """
    raise NotImplementedError


@hookspec
def payment_batch_close(request: BatchRequest) -> BatchOutcome:
    """Settle the acquirer's batch of a till (结算), uploading details when the totals differ.

    Called at the close of a shift with ability `batch`. Repeated when the outcome is unknown and the plugin
    declares `Recovery.RESEND`.
    """
    raise NotImplementedError


@hookspec
def payment_capture(request: CaptureRequest) -> PaymentOutcome:
    """Take money that `payment_start` only reserved (capture).

    Called with ability `capture` after a slip that is `reserved`, when the billers have spoken, for what is really to
    be paid. The same `operation` must never take twice. `Declined` when the reservation has lapsed or was released; a
    person then decides.
    """
    raise NotImplementedError


@hookspec
def payment_settlement(request: SettlementRequest) -> SettlementOutcome:
    """Give the rows that the provider settled on a day of its own.

    Called, with ability `settlement`, for days that are over there. Every row once, whatever its kind; `Declined`
    while the day is not over. Must not change anything. Errors: `Unavailable`.
    """
    raise NotImplementedError
