"""Placing an order: its lines, the locks on its bills, and taking it up to be paid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, select, update

from jiedao.checkout.bills import Bills, Offer
from jiedao.checkout.desk import Desk
from jiedao.checkout.state import Line, lines_of
from jiedao.directory.caller import Caller
from jiedao.directory.residents import masked
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.registry.gate import Act
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bill to pay: an offer as it was given out, and the amount in fen."""

    offer: str
    amount: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order that is about to be paid."""

    id: str
    attempt: str
    resident: str | None
    resident_name: str
    currency: str
    lines: dict[int, Line]
    has_card: bool


@dataclass(frozen=True, slots=True)
class NewOrder:
    """A new order. With an attempt id it is being paid from the beginning."""

    desk: Desk
    caller: Caller
    resident: str
    offers: Sequence[tuple[Offer, int]]
    attempt: str = ""

    def insert(self, tx: Tx, shift: str) -> Order:
        person = tx.first(_RESIDENT, resident=self.resident) if self.resident else None
        if self.resident and person is None:
            raise NotFound("resident.missing", _NO_RESIDENT, field="resident")
        lines = {no: self._line(tx, no, offer, amount) for no, (offer, amount) in enumerate(self.offers, 1)}
        order = Order(
            new_id(),
            self.attempt,
            person.id if person else None,
            person.name if person else "",
            self.desk.place(tx, self.caller.till).currency,
            lines,
            bool(person and person.has_card),
        )
        if not self.attempt:
            self._check_terms(tx, order)
        self._insert(tx, shift, order)
        return order

    def _check_terms(self, tx: Tx, order: Order) -> None:
        """An order that is paid at once is asked with its tenders; one that is kept is asked here, and again then."""
        for connection, amounts in sorted(begun(order.lines.values()).items()):
            self.desk.connections.for_business(tx, connection, Act(amounts, order.resident))

    def _insert(self, tx: Tx, shift: str, order: Order) -> None:
        row = {
            "id": order.id,
            "till": self.caller.till,
            "shift": shift,
            "resident": order.resident,
            "resident_name": order.resident_name,
            "state": "paying" if self.attempt else "open",
            "total": sum(line.amount for line in order.lines.values()),
            "currency": order.currency,
            "placed_at": tx.now,
            "placed_by": self.caller.staff,
            "attempt": self.attempt,
        }
        tx.put(tables.order, row)
        rows = [{name: getattr(line, name) for name in Line.__slots__} for line in order.lines.values()]
        tx.put(tables.order_line, *({"order": order.id, **row} for row in rows))
        self._lock_bills(tx, order)
        for line in order.lines.values():
            self.desk.errand(line.act).placed(tx, order.id, line)

    def _lock_bills(self, tx: Tx, order: Order) -> None:
        locks = [
            {"connection": line.connection, "biller": line.biller, "bill": line.bill}
            for line in order.lines.values()
            if line.lock
        ]
        tx.put(tables.bill_lock, *({**lock, "order": order.id, "till": self.caller.till} for lock in locks))

    def _line(self, tx: Tx, no: int, offer: Offer, amount: int) -> Line:
        """A line; an account that is a resident's own number is kept sealed and shown masked."""
        sealed = self.desk.seal(tx, {"account": offer.bill.account}) if offer.personal else None
        return _line(no, offer, amount, masked(offer.bill.account) if sealed else offer.bill.account, sealed)


def begun(lines: Iterable[Line]) -> dict[str, dict[str, int]]:
    """What lines ask of each connection, as its terms want it: amounts in fen by the field that asks for them."""
    asked: dict[str, dict[str, int]] = {}
    for line in lines:
        asked.setdefault(line.connection, {})[f"lines.{line.no - 1}.amount"] = line.amount
    return asked


@contextmanager
def locking() -> Iterator[None]:
    """Say in the user's words that another window has one of the bills."""
    try:
        yield
    except AlreadyThere as taken:
        if taken.table != tables.bill_lock.name:
            raise
        raise Conflict("bill.locked", _LOCKED, field="lines") from None


def unsealed_offers(bills: Bills, street: str, wanted: Sequence[Wanted]) -> list[tuple[Offer, int]]:
    """The bills that are wanted, as they were offered; each takes the amount that is to be paid."""
    if not wanted or len(wanted) > _MOST_LINES:
        raise Invalid("lines.number", _LINES, field="lines")
    offers = [(bills.unseal(street, item.offer), item.amount) for item in wanted]
    for offer, amount in offers:
        offer.check_amount(amount)
    return offers


def take_up(tx: Tx, order_id: str, attempt_id: str) -> Order:
    """An open order, taken by an attempt; `Conflict` unless it is open."""
    if not tx.change(_START, order=order_id, attempt_=attempt_id):
        raise not_open(tx, order_id)
    row = tx.first(ORDER, order=order_id)
    if row is None:
        raise NotFound("order.missing", MISSING)
    return Order(
        row.id,
        attempt_id,
        row.resident,
        row.resident_name,
        row.currency,
        lines_of(tx, order_id),
        bool(row.resident and _holds_card(tx, row.resident)),
    )


def open_shift(tx: Tx, caller: Caller) -> str:
    """The open shift of the caller's till, kept from closing until this transaction ends."""
    row = tx.first(_SHIFT, till=caller.till)
    if row is None:
        raise Conflict("shift.closed", _NO_SHIFT, field="till")
    return str(row.shift)


def not_open(tx: Tx, order: str) -> Conflict | NotFound:
    """Why an order cannot be begun with."""
    row = tx.first(ORDER, order=order)
    return NotFound("order.missing", MISSING) if row is None else Conflict("order.state", _NOT_OPEN, state=row.state)


def _holds_card(tx: Tx, resident: str) -> bool:
    row = tx.first(_RESIDENT, resident=resident)
    return bool(row and row.has_card)


def _line(no: int, offer: Offer, amount: int, account: str, sealed: bytes | None) -> Line:
    return Line(
        no,
        offer.connection,
        offer.bill.biller,
        offer.biller_name.as_json(),
        offer.category,
        account,
        offer.bill.id,
        offer.bill.customer,
        offer.bill.period,
        offer.bill.amount,
        amount,
        "planned",
        0,
        "",
        "",
        {},
        {},
        sealed,
        "" if not offer.lock else "stored" if offer.stored else "outside",
        offer.act,
    )


_MOST_LINES: Final = 50
_O, _R, _C, _T = tables.order.c, tables.resident.c, tables.card.c, tables.open_till.c
THIS_ORDER: Final = (_O.street == STREET) & (_O.id == param("order"))
ORDER: Final = select(tables.order).where(THIS_ORDER)
_START: Final = (
    update(tables.order).where(THIS_ORDER, _O.state == "open").values(state="paying", attempt=param("attempt"))
)
_SHIFT: Final = select(_T.shift).where(_T.street == STREET, _T.till == param("till")).with_for_update(read=True)
_RESIDENT: Final = select(
    _R.id, _R.name, exists().where(_C.street == _R.street, _C.resident == _R.id).label("has_card")
).where(_R.street == STREET, _R.id == param("resident"))
_LOCKED: Final = Text(
    zh="其中一张账单已经付清，或正在另一个窗口办理",
    en="One of the bills is paid already or is being paid at another window",
)
MISSING: Final = Text(zh="没有这笔交易", en="There is no such order")
_NO_RESIDENT: Final = Text(zh="没有这位居民", en="There is no such resident")
_NOT_OPEN: Final = Text(zh="这笔交易现在不能这样办理", en="The order is not in a state in which this can be done")
_NO_SHIFT: Final = Text(
    zh="这个收银台还没有开班，请先点钱开班", en="This till has no open shift; count the float and open one"
)
_LINES: Final = Text(zh="一笔交易有 1 到 50 张账单", en="An order has 1 to 50 bills")
