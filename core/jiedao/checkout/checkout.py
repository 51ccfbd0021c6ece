"""The counter's verbs: place an order, pay it, cancel it, void or refund it, and see how it stands.

Each verb is one transaction that commits the intent of the first act; the acts themselves follow through
`jiedao.operations`, which calls `Checkout.settled` with every outcome.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import delete, exists, select, update

from jiedao.checkout.bills import Bills, Offer
from jiedao.checkout.desk import Desk
from jiedao.checkout.graph import FINAL, At
from jiedao.checkout.payment import TENDERS, Payment
from jiedao.checkout.refund import Refund
from jiedao.checkout.returns import Returns
from jiedao.checkout.shares import Payee, Payer, share_out
from jiedao.checkout.state import (
    Attempt,
    Line,
    RefundLine,
    Tender,
    insert_new,
    lines_of,
    load,
    save,
)
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.residents import masked
from jiedao.hookspecs.points import Accrual, AccrualRequest
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.operations.model import News, Operation
from jiedao.points.dates import plus_days, plus_months
from jiedao.points.rounding import earned
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Store, Tx, param


@dataclass(frozen=True, slots=True)
class Wanted:
    """A bill to pay: an offer as it was given out, and the amount in fen."""

    offer: str
    amount: int


@dataclass(frozen=True, slots=True)
class Paying:
    """A tender: points, card, cash or credit; `connection` for card and cash; `received` is cash handed over."""

    kind: str
    amount: int
    connection: str = ""
    received: int = 0


@dataclass(frozen=True, slots=True)
class Begun:
    """What a verb made, and the operations to perform now that it is committed."""

    order: str
    attempt: str
    planned: Sequence[Any]


class Checkout:
    """Orders of all streets."""

    def __init__(self, store: Store, desk: Desk, bills: Bills) -> None:
        self._store, self._desk, self._bills = store, desk, bills
        self._warm: Believed[str, Attempt] = Believed(seconds=120.0, most=4096)

    # verbs

    def place(self, caller: Caller, resident: str, wanted: Sequence[Wanted]) -> Begun:
        """Make an order and lock its bills. `Conflict` when another window has one of them."""
        with _locking(), self._store.write(caller.street) as tx:
            order = _Placed(self._desk, caller, resident, self._offers(caller.street, wanted)).insert(
                tx, self._shift(tx, caller)
            )
            claim(tx, caller, "order", order.id)
        return Begun(order.id, "", ())

    def visit(
        self, caller: Caller, resident: str, wanted: Sequence[Wanted], paying: Sequence[Paying], *, surplus: bool
    ) -> Begun:
        """Place an order and begin to pay it in one transaction."""
        offers = self._offers(caller.street, wanted)
        with _locking(), self._store.write(caller.street) as tx:
            shift = self._shift(tx, caller)
            order = _Placed(self._desk, caller, resident, offers, new_id()).insert(tx, shift)
            claim(tx, caller, "order", order.id)
            attempt = self._begin(tx, caller, shift, order, paying, surplus=surplus)
        return Begun(order.id, attempt.id, tx.planned)

    def pay(self, caller: Caller, order_id: str, paying: Sequence[Paying], *, surplus: bool) -> Begun:
        """Begin to pay an order. `Conflict` unless it is open."""
        with self._store.write(caller.street) as tx:
            shift = self._shift(tx, caller)
            attempt_id = new_id()
            order = self._take(tx, order_id, attempt_id)
            claim(tx, caller, "order", order.id)
            attempt = self._begin(tx, caller, shift, order, paying, surplus=surplus)
        return Begun(order_id, attempt.id, tx.planned)

    def cancel(self, caller: Caller, order_id: str) -> None:
        """Drop an order that has not been paid; its bills are free again."""
        with self._store.write(caller.street) as tx:
            if not tx.change(_CANCEL, order=order_id):
                raise _not_open(tx, order_id)
            tx.change(_UNLOCK_ALL, order=order_id)
            claim(tx, caller, "order", order_id)

    def refund(
        self, caller: Caller, order_id: str, amounts: Mapping[int, int], reason: str, *, biller_owes: bool = False
    ) -> Begun:
        """Give back lines of a paid order, in part or in whole; together never more than was paid.

        `biller_owes` (accountants): the biller cannot be asked and owes the money to the street (1130).
        """
        if len(reason.strip()) < _REASON:
            raise Invalid("refund.reason", _WHY, field="reason")
        if not amounts:
            raise Invalid("refund.nothing", _NOTHING, field="lines")
        if biller_owes:
            caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        return self._store.retrying(
            caller.street, lambda tx: self._begin_refund(tx, caller, order_id, amounts, reason, biller_owes)
        )

    def hand_over(self, caller: Caller, attempt_id: str, source: str, tender: int, how: str) -> None:
        """Give money back in cash or as credit that could not go back the way it came."""
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        if how not in ("cash", "credit"):
            raise Invalid("return.how", _HOW, field="how")
        self._store.retrying(caller.street, lambda tx: self._hand_over(tx, caller, attempt_id, source, tender, how))

    def _hand_over(self, tx: Tx, caller: Caller, attempt_id: str, source: str, tender: int, how: str) -> None:
        attempt = load(tx, attempt_id)
        returns = Returns(tx, self._desk, attempt)
        if (how == "credit" and not attempt.resident) or not returns.hand_over(source, tender, how):
            raise Conflict("return.state", _NOT_THEIRS)
        audit(tx, caller, "hand_over", f"attempt {attempt_id}", how, tender=tender)
        claim(tx, caller, "attempt", attempt_id)
        self._go_on(tx, attempt)

    # outcomes

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """An operation of an attempt has news; take note, and plan what comes next."""
        attempt = self._warm.take(operation.subject) or load(tx, operation.subject)
        what, *rest = operation.part.split(":")
        if what == "tender":
            Payment(tx, self._desk, attempt).tender_news(int(rest[0]), news)
        elif what == "line":
            Payment(tx, self._desk, attempt).line_news(int(rest[0]), news)
        elif what == "cancel":
            Refund(tx, self._desk, attempt).line_news(int(rest[0]), news)
        else:
            Returns(tx, self._desk, attempt).news(operation, news)
        self._go_on(tx, attempt)

    def _go_on(self, tx: Tx, attempt: Attempt) -> None:
        self._flow(tx, attempt).advance()
        save(tx, attempt)
        self._keep_warm(tx, attempt)

    def _flow(self, tx: Tx, attempt: Attempt) -> Payment | Refund:
        kind = Refund if attempt.kind == "refund" else Payment
        return kind(tx, self._desk, attempt)

    def _keep_warm(self, tx: Tx, attempt: Attempt) -> None:
        """Spare the next step of the same attempt its reading; a stale copy is found out when it is saved."""
        if attempt.state not in FINAL:
            tx.on_commit.append(lambda: self._warm.put(attempt.id, attempt.saved()))

    # beginning a payment

    def _begin(
        self, tx: Tx, caller: Caller, shift: str, order: _Order, paying: Sequence[Paying], *, surplus: bool
    ) -> Attempt:
        self._check_billers(tx, order)
        _check_points_once(paying)
        tenders = {no: self._tender(tx, order, no, p) for no, p in enumerate(paying, 1)}
        if surplus and not order.resident:
            raise Invalid("tenders.surplus", _SURPLUS_WHOSE, field="resident")
        payees = [Payee(line.no, line.amount, self._takes_points(tx, line)) for line in order.lines.values()]
        payers = [Payer(t.no, t.kind, t.amount) for t in tenders.values()]
        attempt = Attempt(
            order.attempt,
            order.id,
            "payment",
            At.COLLECTING,
            0,
            caller.till,
            shift,
            caller.staff,
            caller.name,
            "",
            {},
            order.resident,
            order.resident_name,
            order.currency,
            "paying",
            True,
            lines=order.lines,
            tenders=tenders,
            shares=share_out(payees, payers, surplus=surplus),
        )
        attempt.accrual = self._earnings(tx, caller, attempt) if order.has_card else {}
        Payment(tx, self._desk, attempt).advance()
        insert_new(tx, attempt)
        self._keep_warm(tx, attempt)
        return attempt

    def _check_billers(self, tx: Tx, order: _Order) -> None:
        """A bill may have been looked up before its connection was paused; paying it is new business."""
        for connection in {line.connection for line in order.lines.values()}:
            self._desk.connections.for_business(tx, connection)

    def _tender(self, tx: Tx, order: _Order, no: int, paying: Paying) -> Tender:
        if paying.kind not in TENDERS:
            raise Invalid("tender.kind", _KIND, field=f"tenders.{no - 1}.kind")
        if paying.amount <= 0:
            raise Invalid("tender.amount", _POSITIVE, field=f"tenders.{no - 1}.amount")
        if paying.kind in ("points", "credit") and not order.resident:
            raise Invalid("tender.whose", _WHOSE, field=f"tenders.{no - 1}.kind")
        if paying.kind == "points" and not order.has_card:
            raise Invalid("tender.no_card", _NO_CARD, field=f"tenders.{no - 1}.kind")
        if paying.received and paying.received < paying.amount:
            raise Invalid("tender.received", _RECEIVED, field=f"tenders.{no - 1}.received")
        if paying.kind in ("card", "cash"):
            self._check_payer(tx, no, paying)
        received = (paying.received or paying.amount) if paying.kind == "cash" else 0
        return Tender(no, paying.kind, paying.connection, paying.amount, received, "planned", 0, "", {})

    def _check_payer(self, tx: Tx, no: int, paying: Paying) -> None:
        connection = self._desk.connections.for_business(tx, paying.connection)
        plugin = self._desk.connections.plugin(connection.plugin)
        local = paying.kind == "cash"
        if "payment_start" not in plugin.hooks or plugin.manifest.local is not local:
            raise Invalid("tender.connection", _NOT_A_PAYER, field=f"tenders.{no - 1}.connection")

    def _takes_points(self, tx: Tx, line: Line) -> bool:
        programme = self._desk.programme(tx)
        return programme is not None and line.category in programme.categories

    def _earnings(self, tx: Tx, caller: Caller, attempt: Attempt) -> dict[str, Any]:
        """What each line will earn if it is paid; points do not earn points."""
        today = self._desk.today(tx, caller.till)
        rates = self._rates(tx, today, frozenset(line.category for line in attempt.lines.values()))
        if rates is None:
            return {}
        money = dict.fromkeys(attempt.lines, 0)
        for share in attempt.shares:
            if share.line in money and attempt.tenders[share.tender].kind != "points":
                money[share.line] += share.amount
        active_on = plus_days(today, rates.pending_days)
        return {
            "lines": {str(no): earned(n, _rate(rates, attempt.lines[no])) for no, n in money.items()},
            "earned_on": today.isoformat(),
            "active_on": active_on.isoformat(),
            "expires_on": plus_months(active_on, rates.valid_months).isoformat(),
        }

    def _rates(self, tx: Tx, today: date, categories: frozenset[str]) -> Accrual | None:
        """The rates of the street's programme; other points plugins are asked too, and theirs are not ours to book."""
        programme = self._desk.programme(tx)
        if programme is None:
            return None
        connections = self._desk.connections.of_family(tx, "points")
        answers = self._desk.registry.ask_all(
            "points_accrue", [AccrualRequest(c, 1.0, today, categories) for c in connections]
        )
        answer = answers.get(programme.connection)
        return answer if isinstance(answer, Accrual) else None

    def _take(self, tx: Tx, order_id: str, attempt_id: str) -> _Order:
        if not tx.change(_START, order=order_id, attempt_=attempt_id):
            raise _not_open(tx, order_id)
        row = tx.first(_ORDER, order=order_id)
        if row is None:
            raise NotFound("order.missing", _MISSING)
        return _Order(
            row.id,
            attempt_id,
            row.resident,
            row.resident_name,
            row.currency,
            lines_of(tx, order_id),
            bool(row.resident and _holds_card(tx, row.resident)),
        )

    def _shift(self, tx: Tx, caller: Caller) -> str:
        """The open shift of the caller's till, kept from closing until this transaction ends."""
        row = tx.first(_SHIFT, till=caller.till)
        if row is None:
            raise Conflict("shift.closed", _NO_SHIFT, field="till")
        return str(row.shift)

    def _offers(self, street: str, wanted: Sequence[Wanted]) -> list[tuple[Offer, int]]:
        if not wanted or len(wanted) > _MOST_LINES:
            raise Invalid("lines.number", _LINES, field="lines")
        offers = [(self._bills.unseal(street, item.offer), item.amount) for item in wanted]
        for offer, amount in offers:
            offer.check_amount(amount)
        return offers

    # beginning a refund

    def _begin_refund(
        self, tx: Tx, caller: Caller, order_id: str, amounts: Mapping[int, int], reason: str, biller_owes: bool
    ) -> Begun:
        shift = self._shift(tx, caller)
        order = tx.first(_ORDER, order=order_id)
        if order is None:
            raise NotFound("order.missing", _MISSING)
        if order.state not in ("paid", "part_paid"):
            raise Conflict("order.state", _NOT_PAID)
        for number, amount in amounts.items():
            _reserve(tx, order_id, number, amount)
        attempt = Attempt(
            new_id(),
            order_id,
            "refund",
            At.ASKING,
            0,
            caller.till,
            shift,
            caller.staff,
            caller.name,
            reason,
            {"payment": order.attempt, "biller_owes": biller_owes},
            order.resident,
            order.resident_name,
            order.currency,
            order.state,
            False,
            lines=lines_of(tx, order_id),
            refunds={no: RefundLine(no, amount, "planned", "") for no, amount in amounts.items()},
        )
        audit(tx, caller, "refund", f"order {order_id}", reason, amounts={str(k): v for k, v in amounts.items()})
        claim(tx, caller, "attempt", attempt.id)
        Refund(tx, self._desk, attempt).advance()
        insert_new(tx, attempt)
        self._keep_warm(tx, attempt)
        return Begun(order_id, attempt.id, tx.planned)


@dataclass(frozen=True, slots=True)
class _Order:
    """An order that is about to be paid."""

    id: str
    attempt: str
    resident: str | None
    resident_name: str
    currency: str
    lines: dict[int, Line]
    has_card: bool


@dataclass(frozen=True, slots=True)
class _Placed:
    """A new order. With an attempt id it is being paid from the beginning."""

    desk: Desk
    caller: Caller
    resident: str
    offers: Sequence[tuple[Offer, int]]
    attempt: str = ""

    def insert(self, tx: Tx, shift: str) -> _Order:
        person = tx.first(_RESIDENT, resident=self.resident) if self.resident else None
        if self.resident and person is None:
            raise NotFound("resident.missing", _NO_RESIDENT, field="resident")
        lines = {no: self._line(tx, no, offer, amount) for no, (offer, amount) in enumerate(self.offers, 1)}
        order = _Order(
            new_id(),
            self.attempt,
            person.id if person else None,
            person.name if person else "",
            "CNY",
            lines,
            bool(person and person.has_card),
        )
        self._insert(tx, shift, order)
        return order

    def _insert(self, tx: Tx, shift: str, order: _Order) -> None:
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

    def _lock_bills(self, tx: Tx, order: _Order) -> None:
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


@contextmanager
def _locking() -> Iterator[None]:
    """Say in the user's words that another window has one of the bills."""
    try:
        yield
    except AlreadyThere as taken:
        if taken.table != tables.bill_lock.name:
            raise
        raise Conflict("bill.locked", _LOCKED, field="lines") from None


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
    )


def _check_points_once(paying: Sequence[Paying]) -> None:
    """An attempt has one hold on a resident's lots."""
    if sum(p.kind == "points" for p in paying) > 1:
        raise Invalid("tender.points_once", _POINTS_ONCE, field="tenders")


def _rate(rates: Accrual, line: Line) -> Decimal:
    return rates.rates.get(line.category, Decimal(0))


def _reserve(tx: Tx, order: str, number: int, amount: int) -> None:
    """Keep a part of a line for this refund; whoever comes too late finds too little left."""
    if amount <= 0:
        raise Invalid("refund.amount", _POSITIVE, field=f"lines.{number}")
    if not tx.change(_RESERVE, order=order, no_=number, n=amount):
        raise Conflict("refund.too_much", _TOO_MUCH, field=f"lines.{number}")


def _holds_card(tx: Tx, resident: str) -> bool:
    row = tx.first(_RESIDENT, resident=resident)
    return bool(row and row.has_card)


def _not_open(tx: Tx, order: str) -> Conflict | NotFound:
    row: Row | None = tx.first(_ORDER, order=order)
    return Conflict("order.state", _NOT_OPEN, state=row.state) if row else NotFound("order.missing", _MISSING)


_REASON: Final = 2
_MOST_LINES: Final = 50
_O, _L, _K, _R, _C, _T = (
    tables.order.c,
    tables.order_line.c,
    tables.bill_lock.c,
    tables.resident.c,
    tables.card.c,
    tables.open_till.c,
)
_THIS: Final = (_O.street == STREET) & (_O.id == param("order"))
_ORDER: Final = select(tables.order).where(_THIS)
_START: Final = update(tables.order).where(_THIS, _O.state == "open").values(state="paying", attempt=param("attempt"))
_CANCEL: Final = update(tables.order).where(_THIS, _O.state == "open").values(state="cancelled")
_UNLOCK_ALL: Final = delete(tables.bill_lock).where(_K.street == STREET, _K.order == param("order"))
_SHIFT: Final = select(_T.shift).where(_T.street == STREET, _T.till == param("till")).with_for_update(read=True)
_RESIDENT: Final = select(
    _R.id, _R.name, exists().where(_C.street == _R.street, _C.resident == _R.id).label("has_card")
).where(_R.street == STREET, _R.id == param("resident"))
_RESERVE: Final = (
    update(tables.order_line)
    .where(
        _L.street == STREET,
        _L.order == param("order"),
        _L.no == param("no"),
        _L.state == "paid",
        _L.refunded + param("n") <= _L.amount,
    )
    .values(refunded=_L.refunded + param("n"))
)
_LOCKED: Final = Text(
    zh="其中一张账单已经付清，或正在另一个窗口办理",
    en="One of the bills is paid already or is being paid at another window",
)
_MISSING: Final = Text(zh="没有这笔交易", en="There is no such order")
_NO_RESIDENT: Final = Text(zh="没有这位居民", en="There is no such resident")
_NOT_OPEN: Final = Text(zh="这笔交易现在不能这样办理", en="The order is not in a state in which this can be done")
_NOT_PAID: Final = Text(zh="只有已付清的交易才能退款", en="Only a paid order can be refunded")
_NO_SHIFT: Final = Text(
    zh="这个收银台还没有开班，请先点钱开班", en="This till has no open shift; count the float and open one"
)
_LINES: Final = Text(zh="一笔交易有 1 到 50 张账单", en="An order has 1 to 50 bills")
_POSITIVE: Final = Text(zh="金额必须大于零", en="The amount must be more than zero")
_WHOSE: Final = Text(
    zh="用积分或余额支付时请先确认居民", en="Points and credit belong to a resident; find the resident first"
)
_NO_CARD: Final = Text(zh="这位居民没有绑定积分卡", en="This resident has no points card")
_RECEIVED: Final = Text(zh="收到的现金少于应付金额", en="Less cash was received than is to be paid with it")
_NOT_A_PAYER: Final = Text(zh="这个接入不能用这种方式收款", en="This connection does not take this kind of payment")
_KIND: Final = Text(zh="没有这种支付方式", en="There is no such way of paying")
_POINTS_ONCE: Final = Text(zh="积分请合并成一笔", en="Put all points into one tender")
_SURPLUS_WHOSE: Final = Text(
    zh="多付的钱要存给一位居民，请先确认居民", en="What is overpaid is kept for a resident; find the resident first"
)
_TOO_MUCH: Final = Text(zh="退款合计超过了已付金额", en="Refunds together would be more than was paid")
_WHY: Final = Text(zh="请写明退款原因", en="Say why it is refunded")
_NOTHING: Final = Text(zh="请选择要退的明细", en="Choose what is to be refunded")
_HOW: Final = Text(zh="请选择现金或余额", en="Choose cash or credit")
_NOT_THEIRS: Final = Text(zh="这笔钱不在等待交还", en="This money is not waiting to be handed over")
