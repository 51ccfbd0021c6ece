"""Postage as a line of an order: it is paid, earns points and is refunded like any bill; its act is `postal_create`.

The consignment is stored when it is offered, because an address does not belong into a text that a client carries. It
gets its number when it becomes a line, before any money moves, so that an exhausted range is found out in time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from jiedao.checkout.bills import Offer
from jiedao.checkout.errands import Asked, Done, Errand
from jiedao.checkout.state import Line
from jiedao.directory.caller import Caller, claim
from jiedao.hookspecs.biller import AmountRule, Bill
from jiedao.language import Text
from jiedao.post.consignments import Consignments, NewConsignment, entering, withdrawing
from jiedao.post.records import SUBJECT, Consignment, Payer, State, change, find
from jiedao.problems import Conflict, Invalid
from jiedao.registry.connections import Connections
from jiedao.store.unit import Store, Tx

CATEGORY: Final = "postage"
NUMBER: Final = "item_number"
"""Under this name the receipt shows the number of the item."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A consignment that may become a line of an order."""

    consignment: str
    offer: Offer


class Postage(Errand):
    """Offers postage, and enters the item at the post once it is paid."""

    act = "postal_create"
    undo = "postal_cancel"
    able = "withdraw"

    def __init__(self, store: Store, connections: Connections, consignments: Consignments) -> None:
        self._store, self._connections, self._consignments = store, connections, consignments

    def offer(self, caller: Caller, new: NewConsignment) -> str:
        """Quote and store a consignment that a resident will pay for. The offer is that of `offered`."""
        quote = self._consignments.priced(caller.street, replace(new, postage=None))
        if not quote.amount:
            raise Conflict("postage.nothing", _NOTHING)
        with self._store.write(caller.street) as tx:
            consignment = self._consignments.keep(tx, caller, new, quote, State.OFFERED, Payer.ORDER)
            claim(tx, caller, SUBJECT, consignment.id)
        return consignment.id

    def offered(self, tx: Tx, id_: str) -> Offered:
        """The offer of a stored consignment; `Conflict` when it is a line of an order already."""
        consignment = find(tx, id_)
        if consignment.state is not State.OFFERED:
            raise _taken(consignment)
        titles = {one.id: one.title for one in self._connections.all(tx)}
        bill = Bill(consignment.connection, id_, consignment.recipient, "", consignment.postage)
        exact = AmountRule.EXACT.value
        title, price = titles[consignment.connection], consignment.postage
        offer = Offer(consignment.connection, title, CATEGORY, exact, price, price, False, False, bill, self.act)
        return Offered(id_, offer)

    # the errand

    def placed(self, tx: Tx, order: str, line: Line) -> None:
        """Tie the consignment to the line; `Conflict` when another order has it."""
        consignment = find(tx, line.bill, lock=True)
        number = consignment.number or self._consignments.number(tx, line.connection, consignment.product)
        values = {"state": State.PLACED, "order": order, "line": line.no, "number": number}
        if not change(tx, consignment.id, State.OFFERED, **values):
            raise _taken(consignment)

    def dropped(self, tx: Tx, order: str, line: Line) -> None:
        """The consignment can be a line of another order; it keeps its number."""
        change(tx, line.bill, State.PLACED, state=State.OFFERED, order="", line=0)

    def asks(self, tx: Tx, order: str, line: Line) -> Asked:
        """The item as it was quoted."""
        consignment = find(tx, line.bill)
        change(tx, consignment.id, State.PLACED, state=State.CREATING)
        return Asked(entering(consignment), consignment.parties)

    def done(self, tx: Tx, line: Line, evidence: Any) -> Done | Text:
        """The number that stands on the item goes onto the receipt."""
        created = self._consignments.created(tx, find(tx, line.bill), line.operation, evidence)
        return Done(evidence.reference or created.number, {NUMBER: created.number})

    def refused(self, tx: Tx, line: Line, reason: Mapping[str, str]) -> None:
        """The post does not take it."""
        change(tx, line.bill, State.PLACED, State.CREATING, state=State.REFUSED, reason=dict(reason))

    def check_refund(self, line: Line, amount: int) -> None:
        """An item is taken back or carried; there is no half."""
        if amount != line.amount:
            raise Invalid("refund.whole", _WHOLE, field=f"lines.{line.no}")

    def takes_back(self, tx: Tx, line: Line, amount: int, reason: str) -> dict[str, Any]:
        """The post is asked to take the item back before any money goes."""
        change(tx, line.bill, State.CREATED, withdrawal="asking")
        return withdrawing(find(tx, line.bill), reason)

    def not_taken_back(self, tx: Tx, line: Line, reason: Mapping[str, str]) -> None:
        """The post has it already, or does not take items back."""
        change(tx, line.bill, State.CREATED, withdrawal="refused", reason=dict(reason))

    def taken_back(self, tx: Tx, line: Line) -> None:
        """The post will not carry it."""
        self._consignments.withdrawn(tx, find(tx, line.bill))


def _taken(consignment: Consignment) -> Conflict:
    return Conflict("consignment.taken", _TAKEN, field="lines", state=consignment.state.value, order=consignment.order)


_NOTHING: Final = Text(zh="这件邮件不收邮资，请直接交寄", en="This item costs nothing; enter it without an order")
_TAKEN: Final = Text(
    zh="这件邮件已经在一笔交易中，或已办理", en="This consignment is in an order already, or has been dealt with"
)
_WHOLE: Final = Text(zh="邮资只能整笔退回", en="Postage can only be given back in full")
