"""The counter's verbs: place an order, pay it, cancel it, void or refund it, and see how it stands.

Each verb is one transaction that commits the intent of the first act; the acts themselves follow through
`jiedao.operations`, which calls `Checkout.settled` with every outcome.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, update

from jiedao.checkout.bills import Bills
from jiedao.checkout.desk import Desk
from jiedao.checkout.graph import FINAL, At
from jiedao.checkout.payment import Payment
from jiedao.checkout.placing import (
    MISSING,
    ORDER,
    THIS_ORDER,
    NewOrder,
    Order,
    Wanted,
    locking,
    not_open,
    open_shift,
    take_up,
    unsealed_offers,
)
from jiedao.checkout.refund import Refund
from jiedao.checkout.returns import Returns
from jiedao.checkout.state import (
    Attempt,
    GiveBack,
    RefundLine,
    Tender,
    insert_new,
    lines_of,
    load,
    save,
)
from jiedao.checkout.telling import tell
from jiedao.checkout.tendering import Paying, Tendering
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.hookspecs.manifest import Recovery
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.operations.model import News, Operation
from jiedao.operations.reversal import give_up
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.proposals import proposals
from jiedao.proposals.model import Kind, Proposal
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Store, Tx, param

__all__ = ["Begun", "Checkout", "Paying", "Wanted"]


@dataclass(frozen=True, slots=True)
class Begun:
    """What a verb made, and the operations to perform now that it is committed."""

    order: str
    attempt: str
    planned: Sequence[Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """A refund as it is wanted: fen by line, and why."""

    amounts: Mapping[int, int]
    reason: str
    biller_owes: bool


class Checkout:
    """Orders of all streets."""

    def __init__(self, store: Store, desk: Desk, bills: Bills) -> None:
        self._store, self._desk, self._bills = store, desk, bills
        self._warm: Believed[str, Attempt] = Believed(seconds=120.0, most=4096)

    # verbs

    def place(self, caller: Caller, resident: str, wanted: Sequence[Wanted]) -> Begun:
        """Make an order and lock its bills. `Conflict` when another window has one of them."""
        before = self._desk.attend(caller)
        with locking(), self._store.write(caller.street) as tx:
            order = NewOrder(self._desk, caller, resident, unsealed_offers(self._bills, caller.street, wanted)).insert(
                tx, open_shift(tx, caller)
            )
            claim(tx, caller, "order", order.id)
        return Begun(order.id, "", before)

    def visit(
        self, caller: Caller, resident: str, wanted: Sequence[Wanted], paying: Sequence[Paying], *, surplus: bool
    ) -> Begun:
        """Place an order and begin to pay it in one transaction."""
        offers = unsealed_offers(self._bills, caller.street, wanted)
        before = self._desk.attend(caller)
        with locking(), self._store.write(caller.street) as tx:
            shift = open_shift(tx, caller)
            order = NewOrder(self._desk, caller, resident, offers, new_id()).insert(tx, shift)
            claim(tx, caller, "order", order.id)
            attempt = self._begin(tx, caller, shift, order, paying, surplus=surplus)
        return Begun(order.id, attempt.id, [*before, *tx.planned])

    def pay(self, caller: Caller, order_id: str, paying: Sequence[Paying], *, surplus: bool) -> Begun:
        """Begin to pay an order. `Conflict` unless it is open."""
        before = self._desk.attend(caller)
        with self._store.write(caller.street) as tx:
            shift = open_shift(tx, caller)
            attempt_id = new_id()
            order = take_up(tx, order_id, attempt_id)
            claim(tx, caller, "order", order.id)
            attempt = self._begin(tx, caller, shift, order, paying, surplus=surplus)
        return Begun(order_id, attempt.id, [*before, *tx.planned])

    def cancel(self, caller: Caller, order_id: str) -> None:
        """Drop an order that has not been paid; its bills are free again."""
        with self._store.write(caller.street) as tx:
            if not tx.change(_CANCEL, order=order_id):
                raise not_open(tx, order_id)
            tx.change(_UNLOCK_ALL, order=order_id)
            for line in lines_of(tx, order_id).values():
                self._desk.errand(line.act).dropped(tx, order_id, line)
            claim(tx, caller, "order", order_id)

    def give_up(self, caller: Caller, order_id: str) -> Begun:
        """Stop waiting for a payment that somebody outside has not decided: it is reversed, and ends with that.

        Money that arrived meanwhile is given back by the reversal. `Conflict` when nothing waits, and when the
        provider cannot reverse.
        """
        return self._store.retrying(caller.street, lambda tx: self._give_up(tx, caller, order_id))

    def can_give_up(self, street: str, tender: Tender) -> bool:
        """Whether the provider of a tender can be told that nobody waits for it any more."""
        manifest = self._desk.manifest(street, tender.connection)
        asked = manifest.recovery.get("payment_start") is Recovery.QUERY
        return asked and self._desk.registry.has(manifest.name, "payment_reverse")

    def refund(
        self, caller: Caller, order_id: str, amounts: Mapping[int, int], reason: str, *, biller_owes: bool = False
    ) -> Begun:
        """Give back lines of a paid order, in part or in whole; together never more than was paid.

        `biller_owes` (accountants): the biller cannot be asked and owes the money to the street (1130). `Conflict`
        when all that was given back of the order would be more than one person may (`propose_refund`).
        """
        _check_refund(caller, amounts, reason, biller_owes=biller_owes)
        return self._store.retrying(
            caller.street, lambda tx: self._refund_alone(tx, caller, order_id, Wish(amounts, reason, biller_owes))
        )

    def propose_refund(
        self, caller: Caller, order_id: str, amounts: Mapping[int, int], reason: str, *, biller_owes: bool = False
    ) -> str:
        """The same, for a second person to agree to; made at the till of the first. Returns the proposal's id."""
        _check_refund(caller, amounts, reason, biller_owes=biller_owes)
        return self._store.retrying(
            caller.street, lambda tx: self._propose_refund(tx, caller, order_id, Wish(amounts, reason, biller_owes))
        )

    def hand_over(self, caller: Caller, attempt_id: str, source: str, tender: int, how: str) -> None:
        """Give money back in cash or as credit that could not go back the way it came, where one person may."""
        _check_hand_over(caller, how)
        self._store.retrying(
            caller.street, lambda tx: self._hand_over_alone(tx, caller, attempt_id, source, tender, how)
        )

    def propose_hand_over(
        self, caller: Caller, attempt_id: str, source: str, tender: int, how: str, evidence: str
    ) -> str:
        """The same, for a second person to agree to. Returns the proposal's id."""
        _check_hand_over(caller, how)
        return self._store.retrying(
            caller.street, lambda tx: self._propose_hand_over(tx, caller, attempt_id, source, tender, how, evidence)
        )

    def carry_out_refund(self, tx: Tx, proposal: Proposal) -> None:
        """Begin the refund that two people agreed on, as the first one's, at their till."""
        wanted = proposal.wanted
        first = Caller(tx.street, proposal.proposed_by, Role.OPERATOR, proposal.till, proposal.proposed_name)
        amounts = {int(no): amount for no, amount in wanted["amounts"].items()}
        self._begin_refund(tx, first, proposal.subject, Wish(amounts, wanted["reason"], wanted["biller_owes"]))

    def carry_out_hand_over(self, tx: Tx, by: Caller, proposal: Proposal) -> None:
        """Hand over what two people agreed on."""
        wanted = proposal.wanted
        self._hand_over(tx, by, proposal.subject, wanted["source"], wanted["tender"], wanted["how"])

    def _refund_alone(self, tx: Tx, caller: Caller, order_id: str, wish: Wish) -> Begun:
        begun = self._begin_refund(tx, caller, order_id, wish, alone=True)
        claim(tx, caller, "attempt", begun.attempt)
        return begun

    def _propose_refund(self, tx: Tx, caller: Caller, order_id: str, wish: Wish) -> str:
        open_shift(tx, caller)
        _refundable(tx, order_id)
        lines = lines_of(tx, order_id)
        for number, amount in wish.amounts.items():
            if amount <= 0:
                raise Invalid("refund.amount", _POSITIVE, field=f"lines.{number}")
            line = lines.get(number)
            if line is None or line.state != "paid" or line.refunded + amount > line.amount:
                raise Conflict("refund.too_much", _TOO_MUCH, field=f"lines.{number}")
        amounts = {str(no): amount for no, amount in wish.amounts.items()}
        wanted = {"amounts": amounts, "reason": wish.reason, "biller_owes": wish.biller_owes}
        total = sum(wish.amounts.values())
        return proposals.propose(tx, caller, Kind.REFUND, order_id, total, wanted, wish.reason, field="reason")

    def _hand_over_alone(self, tx: Tx, caller: Caller, attempt_id: str, source: str, tender: int, how: str) -> None:
        proposals.must_not_take_two(tx, _waiting(load(tx, attempt_id), source, tender).amount)
        self._hand_over(tx, caller, attempt_id, source, tender, how)
        claim(tx, caller, "attempt", attempt_id)

    def _propose_hand_over(
        self, tx: Tx, caller: Caller, attempt_id: str, source: str, tender: int, how: str, evidence: str
    ) -> str:
        attempt = load(tx, attempt_id)
        amount = _waiting(attempt, source, tender).amount
        if how == "credit" and not attempt.resident:
            raise Conflict("return.state", _NOT_THEIRS)
        wanted = {"source": source, "tender": tender, "how": how, "order": attempt.order}
        part = f"{source}:{tender}"
        return proposals.propose(tx, caller, Kind.HAND_OVER, attempt_id, amount, wanted, evidence, part=part)

    def _give_up(self, tx: Tx, caller: Caller, order_id: str) -> Begun:
        order = tx.first(ORDER, order=order_id)
        if order is None:
            raise NotFound("order.missing", MISSING, field="order")
        attempt = load(tx, order.attempt) if order.attempt else None
        tender = next((t for t in attempt.tenders.values() if t.state == "doubt"), None) if attempt else None
        if attempt is None or tender is None or attempt.state is not At.TENDER_DOUBT:
            raise Conflict("payment.not_waiting", _NOT_WAITING)
        if not self.can_give_up(tx.street, tender):
            raise Conflict("payment.cannot_give_up", _LET_EXPIRE)
        if not give_up(tx, self._desk.policy, tender.operation):
            raise Conflict("payment.not_waiting", _NOT_WAITING)
        audit(tx, caller, "give_up", f"order {order_id}", tender=tender.no)
        claim(tx, caller, "order", order_id)
        Payment(tx, self._desk, attempt).given_up(tender)
        self._go_on(tx, attempt)
        return Begun(order_id, attempt.id, tx.planned)

    def _hand_over(self, tx: Tx, caller: Caller, attempt_id: str, source: str, tender: int, how: str) -> None:
        attempt = load(tx, attempt_id)
        returns = Returns(tx, self._desk, attempt)
        if (how == "credit" and not attempt.resident) or not returns.hand_over(source, tender, how):
            raise Conflict("return.state", _NOT_THEIRS)
        audit(tx, caller, "hand_over", f"attempt {attempt_id}", how, tender=tender)
        self._go_on(tx, attempt)

    # outcomes

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """An operation of an attempt has news; take note, and plan what comes next."""
        attempt = self._warm.take(operation.subject) or load(tx, operation.subject)
        what, *rest = operation.part.split(":")
        if what == "tender":
            Payment(tx, self._desk, attempt).tender_news(int(rest[0]), news)
        elif what == "capture":
            Payment(tx, self._desk, attempt).capture_news(int(rest[0]), news)
        elif what == "line":
            Payment(tx, self._desk, attempt).line_news(int(rest[0]), news)
        elif what == "cancel":
            Refund(tx, self._desk, attempt).line_news(int(rest[0]), news)
        else:
            Returns(tx, self._desk, attempt).news(operation, news)
        self._go_on(tx, attempt)

    def _go_on(self, tx: Tx, attempt: Attempt) -> None:
        self._flow(tx, attempt).advance()
        tell(tx, attempt)
        save(tx, attempt)
        self._keep_warm(tx, attempt)

    def _flow(self, tx: Tx, attempt: Attempt) -> Payment | Refund:
        kind = Refund if attempt.kind == "refund" else Payment
        return kind(tx, self._desk, attempt)

    def _keep_warm(self, tx: Tx, attempt: Attempt) -> None:
        """Spare the next step of the same attempt its reading; a stale copy is found out when it is saved."""
        if attempt.state not in FINAL:
            tx.on_commit.append(lambda: self._warm.put(attempt.id, attempt.saved()))

    def _begin(
        self, tx: Tx, caller: Caller, shift: str, order: Order, paying: Sequence[Paying], *, surplus: bool
    ) -> Attempt:
        attempt = Tendering(tx, self._desk, order).begin(caller, shift, paying, surplus=surplus)
        tell(tx, attempt)
        insert_new(tx, attempt)
        self._keep_warm(tx, attempt)
        return attempt

    # beginning a refund

    def _begin_refund(self, tx: Tx, caller: Caller, order_id: str, wish: Wish, *, alone: bool = False) -> Begun:
        shift = open_shift(tx, caller)
        order, amounts = _refundable(tx, order_id), wish.amounts
        for number, amount in amounts.items():
            _reserve(tx, order_id, number, amount)
        lines = lines_of(tx, order_id)
        if alone:
            # What went back before counts too, so that no limit is passed in small steps.
            proposals.must_not_take_two(tx, sum(line.refunded for line in lines.values()))
        for number, amount in amounts.items():
            self._desk.errand(lines[number].act).check_refund(lines[number], amount)
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
            wish.reason,
            {"payment": order.attempt, "biller_owes": wish.biller_owes},
            order.resident,
            order.resident_name,
            order.currency,
            order.state,
            False,
            lines=lines,
            refunds={no: RefundLine(no, amount, "planned", "") for no, amount in amounts.items()},
        )
        said = {str(no): amount for no, amount in amounts.items()}
        audit(tx, caller, "refund", f"order {order_id}", wish.reason, amounts=said)
        Refund(tx, self._desk, attempt).advance()
        tell(tx, attempt)
        insert_new(tx, attempt)
        self._keep_warm(tx, attempt)
        return Begun(order_id, attempt.id, tx.planned)


def _check_refund(caller: Caller, amounts: Mapping[int, int], reason: str, *, biller_owes: bool) -> None:
    if len(reason.strip()) < _REASON:
        raise Invalid("refund.reason", _WHY, field="reason")
    if not amounts:
        raise Invalid("refund.nothing", _NOTHING, field="lines")
    if biller_owes:
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)


def _check_hand_over(caller: Caller, how: str) -> None:
    caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
    if how not in ("cash", "credit"):
        raise Invalid("return.how", _HOW, field="how")


def _refundable(tx: Tx, order_id: str) -> Row:
    """An order of which something can be given back."""
    order = tx.first(ORDER, order=order_id)
    if order is None:
        raise NotFound("order.missing", MISSING)
    if order.state not in ("paid", "part_paid"):
        raise Conflict("order.state", _NOT_PAID)
    return order


def _waiting(attempt: Attempt, source: str, tender: int) -> GiveBack:
    """Money that waits to be handed over."""
    for giveback in attempt.givebacks:
        if (giveback.source, giveback.tender) == (source, tender) and giveback.state in ("refused", "to_hand_over"):
            return giveback
    raise Conflict("return.state", _NOT_THEIRS)


def _reserve(tx: Tx, order: str, number: int, amount: int) -> None:
    """Keep a part of a line for this refund; whoever comes too late finds too little left."""
    if amount <= 0:
        raise Invalid("refund.amount", _POSITIVE, field=f"lines.{number}")
    if not tx.change(_RESERVE, order=order, no_=number, n=amount):
        raise Conflict("refund.too_much", _TOO_MUCH, field=f"lines.{number}")


_REASON: Final = 2
_O, _L, _K = tables.order.c, tables.order_line.c, tables.bill_lock.c
_CANCEL: Final = update(tables.order).where(THIS_ORDER, _O.state == "open").values(state="cancelled")
_UNLOCK_ALL: Final = delete(tables.bill_lock).where(_K.street == STREET, _K.order == param("order"))
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
_NOT_PAID: Final = Text(zh="只有已付清的交易才能退款", en="Only a paid order can be refunded")
_POSITIVE: Final = Text(zh="金额必须大于零", en="The amount must be more than zero")
_TOO_MUCH: Final = Text(zh="退款合计超过了已付金额", en="Refunds together would be more than was paid")
_WHY: Final = Text(zh="请写明退款原因", en="Say why it is refunded")
_NOTHING: Final = Text(zh="请选择要退的明细", en="Choose what is to be refunded")
_HOW: Final = Text(zh="请选择现金或余额", en="Choose cash or credit")
_NOT_WAITING: Final = Text(zh="没有正在等待的付款", en="No payment is waiting")
_LET_EXPIRE: Final = Text(
    zh="这种支付方式不能中途放弃，请让居民等它自行过期",
    en="This way of paying cannot be given up; ask the customer to let it expire",
)
_NOT_THEIRS: Final = Text(zh="这笔钱不在等待交还", en="This money is not waiting to be handed over")
