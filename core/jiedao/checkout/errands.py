"""What a line of an order has done outside once its money is there.

A line names the act that it stands for, which is the hook that does it. A biller is told that a bill is paid; another
room of the house (the post) registers an errand of its own. Whatever the act, its two unknowns, its receipt, points
and refund are those of any line.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from sqlalchemy import update

from jiedao.checkout.state import Line
from jiedao.language import Text
from jiedao.store import tables
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Asked:
    """The fields of the act's request; `sealed` are those that are never stored in clear."""

    fields: dict[str, Any]
    sealed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What the line shows when its act succeeded: the other side's number, and what the resident needs on paper."""

    reference: str
    printed: Mapping[str, str] = field(default_factory=dict)


class Errand:
    """One kind of act that lines can stand for. Every method runs inside the transaction that moves the order."""

    act: ClassVar[str]
    """The hook that does it."""
    undo: ClassVar[str]
    """The hook that takes it back, for plugins with ability `able`."""
    able: ClassVar[str]

    def placed(self, tx: Tx, order: str, line: Line) -> None:
        """The line is part of an order now; a `Problem` keeps the order from being placed."""

    def dropped(self, tx: Tx, order: str, line: Line) -> None:
        """The order was cancelled before it was paid."""

    def asks(self, tx: Tx, order: str, line: Line) -> Asked:
        """What to ask for; the currency and our reference are added. Its intent is committed with it."""
        raise NotImplementedError

    def done(self, tx: Tx, line: Line, evidence: Any) -> Done | Text:
        """The act succeeded; a `Text` says why the line is refused all the same."""
        raise NotImplementedError

    def refused(self, tx: Tx, line: Line, reason: Mapping[str, str]) -> None:
        """The act was definitely not done; the line's money goes back."""

    def check_refund(self, line: Line, amount: int) -> None:
        """A `Problem` when this part of the line cannot go back by itself."""

    def takes_back(self, tx: Tx, line: Line, amount: int, reason: str) -> dict[str, Any]:
        """The fields of the request that takes it back."""
        raise NotImplementedError

    def taken_back(self, tx: Tx, line: Line) -> None:
        """The other side agreed to take it back."""

    def not_taken_back(self, tx: Tx, line: Line, reason: Mapping[str, str]) -> None:
        """The other side did not take it back; the line stays paid."""


class PayBiller(Errand):
    """Tell a biller that a bill is paid."""

    act = "biller_pay"
    undo = "biller_cancel"
    able = "cancel"

    def asks(self, tx: Tx, order: str, line: Line) -> Asked:
        """The bill and its amount."""
        fields = {"biller": line.biller, "account": line.account, "bill": line.bill, "amount": line.amount}
        return Asked({**fields, "order": order}, line.sealed)

    def done(self, tx: Tx, line: Line, evidence: Any) -> Done | Text:
        """The biller's number; a bill that was delivered by file must still be open in our own table."""
        if line.lock == "stored" and not _pay_stored(tx, line):
            return _PAID_BEFORE
        return Done(evidence.reference, dict(evidence.printed))

    def takes_back(self, tx: Tx, line: Line, amount: int, reason: str) -> dict[str, Any]:
        """The payment, or a part of it."""
        return {"original": line.operation, "biller": line.biller, "amount": amount, "reference": line.reference}


def _pay_stored(tx: Tx, line: Line) -> int:
    return tx.change(_PAY_STORED, connection=line.connection, biller=line.biller, bill=line.bill, n=line.amount)


_B = tables.bill.c
_PAY_STORED: Final = (
    update(tables.bill)
    .where(
        _B.street == STREET,
        _B.connection == param("connection"),
        _B.biller == param("biller"),
        _B.id == param("bill"),
        _B.paid + param("n") <= _B.amount,
    )
    .values(paid=_B.paid + param("n"))
)
_PAID_BEFORE: Final = Text(zh="这张账单已经付清", en="This bill has been paid already")
