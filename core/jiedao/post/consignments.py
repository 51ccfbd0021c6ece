"""Entering items at the post and taking them back, each through one operation, so that nothing is posted twice.

Postage that a resident pays is a line of an order (`jiedao.post.postage`); what is entered here the street pays for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import delete, select

from jiedao.checkout.credit import ADD_CREDIT
from jiedao.checkout.desk import Desk
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.hookspecs.codec import to_json
from jiedao.hookspecs.outcomes import Declined, Succeeded
from jiedao.hookspecs.postal import Consigned, Handling, Item, Party, Proof, Quote
from jiedao.hookspecs.values import Document
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.ledger import accounts
from jiedao.ledger.journal import Book, cr, debit
from jiedao.operations.model import News, Operation
from jiedao.operations.model import State as Of
from jiedao.post import parties, ranges
from jiedao.post.calls import Calls
from jiedao.post.records import SUBJECT, Consignment, Payer, State, change, find
from jiedao.post.rules import Purpose, allowed
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.registry.gate import Act
from jiedao.store import tables
from jiedao.store.unit import STREET, Store, Tx, later, param


@dataclass(frozen=True, slots=True)
class NewConsignment:
    """What is to be posted. `allowed` names recipient classes where they are not those of the purpose."""

    connection: str
    product: str
    sender: Party
    recipient: Party
    item: Item
    handling: Handling
    resident: str = ""
    purpose: str = Purpose.ORDINARY
    allowed: tuple[str, ...] = ()
    office: str = ""
    postage: int | None = None
    """Only where the street pays: what it owes, in fen, for a post that cannot be asked for its price now."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A consignment, and the operations to perform now that it is committed."""

    consignment: str
    planned: Sequence[Any]


class Consignments:
    """Consignments of all streets."""

    def __init__(self, store: Store, desk: Desk, calls: Calls) -> None:
        self._store, self._desk, self._calls = store, desk, calls

    def create(self, caller: Caller, new: NewConsignment) -> Begun:
        """Enter an item at the post; the street owes the postage once the post has confirmed."""
        quote = self.priced(caller.street, new)
        with self._store.write(caller.street) as tx:
            consignment = self.keep(tx, caller, new, quote, State.CREATING, Payer.STREET)
            claim(tx, caller, SUBJECT, consignment.id)
            self._enter(tx, consignment)
        return Begun(consignment.id, tx.planned)

    def cancel(self, caller: Caller, id_: str, reason: str) -> Begun:
        """Take an item back that the post has not carried yet. `Conflict` when an order paid for it."""
        if len(reason.strip()) < _REASON:
            raise Invalid("consignment.reason", _WHY, field="reason")
        with self._store.write(caller.street) as tx:
            consignment = find(tx, id_, lock=True)
            self._check_cancel(tx, consignment)
            change(tx, id_, State.CREATED, withdrawal="asking")
            audit(tx, caller, "consignment.cancel", f"consignment {id_}", reason)
            claim(tx, caller, SUBJECT, id_)
            self._act(tx, consignment, "withdraw", "postal_cancel", withdrawing(consignment, reason))
        return Begun(id_, tx.planned)

    def complain(self, caller: Caller, id_: str, kind: str, says: str, claimed: int) -> Begun:
        """Complain to the post about an item: late, lost, damaged; `kind` is one of the plugin's own reasons."""
        if not says.strip():
            raise Invalid("complaint.says", _SAYS, field="says")
        with self._store.write(caller.street) as tx:
            consignment = find(tx, id_, lock=True)
            if consignment.state is not State.CREATED:
                raise Conflict("consignment.state", _STATE)
            if not self._calls.able(caller.street, consignment.connection, "complain"):
                raise Conflict("post.cannot", _CANNOT_COMPLAIN)
            audit(tx, caller, "consignment.complain", f"consignment {id_}", says, kind=kind)
            claim(tx, caller, SUBJECT, id_)
            item = {"number": consignment.number, "reference": consignment.reference}
            fields = {**item, "kind": kind, "says": says.strip(), "claimed": claimed}
            self._act(tx, consignment, "complain", "postal_complain", fields)
        return Begun(id_, tx.planned)

    def remit(self, caller: Caller, id_: str, amount: int) -> None:
        """Cash on delivery came in at the bank (accountants): it is the resident's, as credit.

        A post's word that it remitted is not money yet, so its event posts nothing.
        """
        caller.must_be(Role.ACCOUNTANT, Role.ADMINISTRATOR)
        with self._store.write(caller.street) as tx:
            consignment = find(tx, id_, lock=True)
            left = consignment.handling.cash_on_delivery - consignment.remitted
            if not consignment.resident:
                raise Conflict("remittance.whose", _WHOSE)
            if not 0 < amount <= left or consignment.state is not State.CREATED:
                raise Conflict("remittance.amount", _REMITTED, field="amount")
            change(tx, id_, State.CREATED, remitted=consignment.remitted + amount)
            tx.set(ADD_CREDIT, resident=consignment.resident, n=amount)
            whose = accounts.credit(consignment.resident)
            self._book(tx, consignment, "cash on delivery", accounts.BANK, whose, amount)
            audit(tx, caller, "consignment.remit", f"consignment {id_}", amount=amount)
            claim(tx, caller, SUBJECT, id_)

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """The post's word, or its silence, about an item."""
        consignment = find(tx, operation.subject, lock=True)
        self._noted(tx, consignment, operation.part, operation.id, news)

    def forget_offers(self, street: str) -> int:
        """Offers that nobody took up within a day, with the addresses in them. Returns how many."""
        with self._store.write(street) as tx:
            return tx.change(_FORGET, offered=State.OFFERED.value, before=later(tx.now, -_OFFER_DAY))

    def label(self, street: str, id_: str, size: str) -> Document:
        """What is stuck on an item. `Conflict` before it has a number, and when it will not be posted."""
        with self._store.read(street) as tx:
            item = find(tx, id_)
        if not item.number or item.state not in (State.CREATING, State.CREATED):
            raise Conflict("consignment.state", _STATE)
        both = self.parties(street, item)
        return self._calls.label(street, item.connection, (item.number, item.reference), size, both, item.handling)

    def proof(self, street: str, id_: str) -> Proof:
        """The post's own proof. `Conflict` when it has none yet, or gives none."""
        with self._store.read(street) as tx:
            item = find(tx, id_)
        if item.state is not State.CREATED:
            raise Conflict("consignment.state", _STATE)
        return self._calls.proof(street, item.connection, item.number, item.reference)

    def parties(self, street: str, consignment: Consignment) -> tuple[Party, Party]:
        """Sender and recipient in clear, for a label or a list that a courier signs."""
        return parties.opened(self._desk.keyring, street, consignment.parties)

    # what postage that a resident pays needs too

    def priced(self, street: str, new: NewConsignment) -> Quote:
        """The quote for the product that is wanted, after everything was checked that can be checked here."""
        for field, party in (("sender", new.sender), ("recipient", new.recipient)):
            parties.check_party(party, field)
        parties.check_item(new.item, new.handling)
        allowed(new.purpose, new.handling, new.allowed)
        if new.postage is not None:
            self._calls.for_business(street, new.connection)
            return Quote(new.product, Text.same(new.product), new.postage, "")
        quotes = self._calls.quote(street, new.connection, new.sender, new.recipient, new.item, new.handling)
        for quote in quotes:
            if quote.product == new.product:
                return quote
        known = ", ".join(quote.product for quote in quotes)
        raise Invalid("consignment.product", _PRODUCT.format(known=known), field="product")

    def keep(
        self, tx: Tx, caller: Caller, new: NewConsignment, quote: Quote, state: State, payer: Payer
    ) -> Consignment:
        """Store a consignment; with a number where the street gives it and the item is entered now."""
        place = self._desk.place(tx, caller.till)
        if quote.currency not in ("", place.currency):
            raise Conflict("postage.currency", _CURRENCY.format(currency=quote.currency))
        if new.resident and tx.first(_RESIDENT, resident=new.resident) is None:
            raise NotFound("resident.missing", _NO_RESIDENT, field="resident")
        act = Act({"postage": quote.amount}, new.resident or None)
        post = self._desk.connections.for_business(tx, new.connection, act)
        number = self.number(tx, post.id, new.product) if state is State.CREATING else ""
        row = {
            "id": new_id(),
            "connection": post.id,
            "hall": place.hall,
            "till": place.till,
            "resident": new.resident or None,
            "state": state,
            "number": number,
            "product": new.product,
            "title": quote.title.as_json(),
            "parties": parties.seal(self._desk.keyring, tx.street, new.sender, new.recipient),
            "recipient": parties.shown(new.recipient),
            "item": to_json(new.item),
            "handling": to_json(new.handling),
            "postage": quote.amount,
            "currency": place.currency,
            "payer": payer,
            "purpose": new.purpose,
            "allowed": sorted(allowed(new.purpose, new.handling, new.allowed)),
            "office": new.office,
            "reason": {},
            "complaints": {},
            "created_at": tx.now,
            "created_by": caller.staff,
        }
        tx.put(tables.consignment, row)
        return find(tx, str(row["id"]))

    def number(self, tx: Tx, connection: str, product: str) -> str:
        """A number from the street's ranges where the post goes by them, else none: the post gives it."""
        if "own_numbers" not in self._desk.manifest(tx.street, connection).abilities:
            return ""
        return ranges.take(tx, connection, product)

    def created(self, tx: Tx, consignment: Consignment, operation: str, evidence: Consigned) -> Consignment:
        """The post confirmed; from here on it is asked what happens to the item, where it can be asked."""
        tracks = self._calls.tracks(tx.street, consignment.connection)
        number = evidence.number or consignment.number
        values = {
            "number": number,
            "reference": evidence.reference,
            "draft": evidence.draft,
            "operation": operation,
            "track_at": later(tx.now, _FIRST_LOOK) if tracks else None,
        }
        change(tx, consignment.id, State.CREATING, state=State.CREATED, **values)
        return replace(consignment, state=State.CREATED, number=number, reference=evidence.reference)

    # inside

    def _enter(self, tx: Tx, consignment: Consignment) -> None:
        fields = {**entering(consignment), "currency": consignment.currency}
        self._act(tx, consignment, "create", "postal_create", fields, consignment.parties)

    def _act(
        self,
        tx: Tx,
        consignment: Consignment,
        part: str,
        hook: str,
        fields: dict[str, Any],
        sealed: bytes | None = None,
    ) -> None:
        subject = (SUBJECT, consignment.id)
        act = self._desk.act(tx, subject, part, consignment.connection, hook, fields, sealed)
        if part == "complain":
            self._complained(tx, consignment, act.operation, {**fields, "state": "sent"})
        if act.outcome is not None:
            self._noted(tx, find(tx, consignment.id), part, act.operation, news_of(act.outcome))

    def _noted(self, tx: Tx, consignment: Consignment, part: str, operation: str, news: News) -> None:
        if part == "create":
            self._creation(tx, consignment, operation, news)
        elif part == "withdraw":
            self._withdrawal(tx, consignment, news)
        else:
            seen = {"state": news.state.value, "reference": getattr(news.detail, "reference", "")}
            known = consignment.complaints.get(operation, {})
            self._complained(tx, consignment, operation, {**known, **seen, "reason": news.reason or {}})

    def _creation(self, tx: Tx, consignment: Consignment, operation: str, news: News) -> None:
        if news.state is Of.SUCCEEDED:
            self.created(tx, consignment, operation, news.detail)
            payable = accounts.payable(consignment.connection)
            self._book(tx, consignment, "postage", accounts.POSTAGE, payable, consignment.postage)
        elif news.state is Of.DECLINED:
            change(tx, consignment.id, State.CREATING, state=State.REFUSED, reason=dict(news.reason or {}))

    def _withdrawal(self, tx: Tx, consignment: Consignment, news: News) -> None:
        if news.state is Of.SUCCEEDED:
            self.withdrawn(tx, consignment)
            payable = accounts.payable(consignment.connection)
            self._book(tx, consignment, "postage taken back", payable, accounts.POSTAGE, consignment.postage)
        elif news.state is Of.DECLINED:
            change(tx, consignment.id, State.CREATED, withdrawal="refused", reason=dict(news.reason or {}))
        else:
            change(tx, consignment.id, State.CREATED, withdrawal="doubt")

    def withdrawn(self, tx: Tx, consignment: Consignment) -> None:
        """The post will not carry it."""
        change(tx, consignment.id, State.CREATED, state=State.CANCELLED, withdrawal="", track_at=None, follow_up=False)

    def _complained(self, tx: Tx, consignment: Consignment, operation: str, seen: dict[str, Any]) -> None:
        kept = {**consignment.complaints, operation: seen}
        change(tx, consignment.id, *State, complaints=kept)

    def _check_cancel(self, tx: Tx, consignment: Consignment) -> None:
        if consignment.state is State.CREATING:
            raise Conflict("consignment.confirming", _CONFIRMING)
        if consignment.state is not State.CREATED or consignment.withdrawal in ("asking", "doubt"):
            raise Conflict("consignment.state", _STATE)
        if consignment.payer is Payer.ORDER:
            raise Conflict("consignment.of_order", _OF_ORDER, order=consignment.order, line=consignment.line)
        if not self._calls.able(tx.street, consignment.connection, "withdraw"):
            raise Conflict("post.cannot", _CANNOT_WITHDRAW)

    def _book(self, tx: Tx, consignment: Consignment, kind: str, to: str, by: str, amount: int) -> None:
        book = Book(consignment.till)
        book.enter(kind, consignment.id, [debit(to, amount), cr(by, amount)])
        book.write(tx)


def entering(consignment: Consignment) -> dict[str, Any]:
    """The fields of `postal_create`, but for the currency and the sealed parties."""
    return {
        "number": consignment.number,
        "product": consignment.product,
        "item": to_json(consignment.item),
        "handling": to_json(consignment.handling),
        "postage": consignment.postage,
        "office": consignment.office,
    }


def withdrawing(consignment: Consignment, reason: str) -> dict[str, Any]:
    """The fields of `postal_cancel`."""
    return {
        "original": consignment.operation,
        "number": consignment.number,
        "reference": consignment.reference,
        "reason": reason.strip(),
    }


def news_of(outcome: Any) -> News:
    """What a local plugin did or refused, as news; it has no unknowns."""
    if isinstance(outcome, Succeeded):
        return News(Of.SUCCEEDED, outcome.detail)
    if isinstance(outcome, Declined):
        return News(Of.DECLINED, reason=outcome.reason.as_json(), code=outcome.code)
    return News(Of.DECLINED, reason=_NOT_DONE.as_json(), code=getattr(outcome, "says", ""))


_REASON: Final = 2
_FIRST_LOOK: Final = 900.0
_OFFER_DAY: Final = 86_400.0
_C, _R = tables.consignment.c, tables.resident.c
_FORGET: Final = delete(tables.consignment).where(
    _C.street == STREET, _C.state == param("offered"), _C.created_at < param("before")
)
_RESIDENT: Final = select(_R.id).where(_R.street == STREET, _R.id == param("resident"))
_WHY: Final = Text(zh="请写明撤销原因", en="Say why it is taken back")
_SAYS: Final = Text(zh="请写明投诉内容", en="Say what the complaint is about")
_STATE: Final = Text(zh="这件邮件现在不能这样办理", en="The consignment is not in a state in which this can be done")
_CONFIRMING: Final = Text(
    zh="邮局还没有确认这件邮件，请先等待确认", en="The post has not confirmed this item yet; wait for its answer"
)
_OF_ORDER: Final = Text(
    zh="邮资由交易支付；请退该笔交易的邮资明细", en="An order paid its postage; refund that line of the order instead"
)
_CANNOT_WITHDRAW: Final = Text(zh="这家邮局不支持撤销", en="This post does not take items back")
_CANNOT_COMPLAIN: Final = Text(zh="这家邮局不接受在线投诉", en="This post takes no complaints here")
_PRODUCT: Final = Text(zh="邮局现在能寄的产品：{known}", en="The post can carry this as: {known}")
_CURRENCY: Final = Text(zh="邮局的报价货币是 {currency}", en="The post quotes in {currency}")
_NO_RESIDENT: Final = Text(zh="没有这位居民", en="There is no such resident")
_WHOSE: Final = Text(
    zh="这件邮件没有登记居民，代收货款无法记入余额", en="The consignment has no resident whose credit this could be"
)
_REMITTED: Final = Text(
    zh="金额应大于零，且不超过尚未到账的代收货款",
    en="The amount must be more than zero and at most what is still to come of the cash on delivery",
)
_NOT_DONE: Final = Text(zh="没有办成，什么都没有寄出", en="It was not done; nothing was posted")
