"""One visit, from bills to receipt, told step by step while it happens."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Final

from sqlalchemy import func, select

from jiedao.checkout import slips, views
from jiedao.checkout.bills import Offer
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.checkout.receipt import Receipt
from jiedao.checkout.slips import CATEGORY_NAMES
from jiedao.directory.caller import Caller
from jiedao.directory.residents import Resident
from jiedao.directory.sign_in import sign_in
from jiedao.house import House
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao.points import lots
from jiedao.problems import Conflict
from jiedao.store import tables
from jiedao.store.unit import STREET
from jiedao_cli.demo import letter, pension
from jiedao_cli.demo.deliveries import deliver
from jiedao_cli.demo.facts import CARD, FILE, HUB, facts, street_code
from jiedao_cli.speech import language, say
from jiedao_cli.story import sentence
from jiedao_web.receipts import render_text

_FLOAT: Final = 20_000
_PATIENCE: Final = 120.0
"""Seconds; a lost answer of a card takes longest to be cleared up."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One resident at the window, in a house whose worker runs."""

    house: House

    def play(self) -> Receipt:
        """The whole visit; the receipt at its end. `Conflict` when it ended without one."""
        caller = self._operator()
        resident = self._resident()
        say(_WHO, name=resident.name, till=caller.till, operator=caller.name)
        offers = [*self._bills(resident), self._letter(caller, resident)]
        begun = self._pay(caller, resident, offers)
        self._watch(begun)
        if self._view(begun.order).state == "open":
            say(_AGAIN)
            begun = self.house.checkout.pay(caller, begun.order, self._tenders(resident, offers), surplus=False)
            self._watch(begun)
        pension.certify(self.house, caller, resident)
        return self._receipt(begun.order)

    # who

    def _operator(self) -> Caller:
        """Signs in like everybody, and opens the shift if there is none."""
        one, till = facts()["staff"][0], facts()["halls"][0]["till"]
        caller = sign_in(self.house.store, street_code(), one["login"], facts()["password"], till).caller
        with self.house.store.read(street_code()) as tx:
            working = self.house.shifts.current(tx, till)
        if working is None:
            self.house.shifts.open(caller, _FLOAT)
            say(_SHIFT, till=till, float=format_amount(_FLOAT))
        return caller

    def _resident(self) -> Resident:
        """The holders of cards take turns."""
        holders = [one["name"] for one in facts()["residents"] if one["serial"]]
        with self.house.store.read(street_code()) as tx:
            return self.house.residents.find(tx, holders[self._so_far() % len(holders)])[0]

    def _so_far(self) -> int:
        with self.house.store.read(street_code()) as tx:
            row = tx.first(_ORDERS)
        return int(row.orders) if row else 0

    # what

    def _bills(self, resident: Resident) -> list[Offer]:
        """Electricity and water of an account that no earlier visit used, and the resident's property fee."""
        number = next(islice(_quiet_accounts(), self._so_far(), None))
        offers = [
            *self._fetch(HUB, "ELEC", "meter", f"{number:010d}"),
            *self._fetch(HUB, "WATER", "meter", f"{number:09d}"),
            *self._property_fee(resident),
        ]
        for offer in offers:
            say(_BILL, what=CATEGORY_NAMES[offer.category], biller=offer.biller_name, **_shown(offer))
        return offers

    def _letter(self, caller: Caller, resident: Resident) -> Offer:
        """A registered letter, whose postage is paid like a bill."""
        offer = letter.offered(self.house, caller, resident)
        say(_LETTER, post=offer.biller_name, to=offer.bill.account, amount=format_amount(offer.bill.amount))
        return offer

    def _property_fee(self, resident: Resident) -> list[Offer]:
        rooms = facts()["property"]["rooms"]
        account = next(room["account"] for room in rooms if room["customer"] == resident.name)
        fees = self._fetch(FILE, facts()["property"]["code"], "account", account)
        if not fees:
            say(_DELIVERED, name=deliver(self.house))
            fees = self._fetch(FILE, facts()["property"]["code"], "account", account)
        return fees[:1]

    def _fetch(self, connection: str, biller: str, name: str, account: str) -> list[Offer]:
        return self.house.bills.fetch(street_code(), connection, biller, {name: account})

    # how

    def _pay(self, caller: Caller, resident: Resident, offers: Sequence[Offer]) -> Begun:
        wanted = [Wanted(self.house.bills.seal(street_code(), offer), offer.bill.amount) for offer in offers]
        paying = self._tenders(resident, offers)
        begun = self.house.checkout.visit(caller, resident.id, wanted, paying, surplus=False)
        total = sum(offer.bill.amount for offer in offers)
        say(_ORDER, order=begun.order, count=len(offers), total=format_amount(total))
        return begun

    def _tenders(self, resident: Resident, offers: Sequence[Offer]) -> list[Paying]:
        """Points as far as they go for what may be paid with them, the rest by card."""
        total = sum(offer.bill.amount for offer in offers)
        payable = sum(o.bill.amount for o in offers if o.category in facts()["programme"]["categories"])
        with self.house.store.read(street_code()) as tx:
            points = min(lots.balance(tx, resident.id).active, payable)
        if (total - points) % 100 == _REFUSED_ENDING and points:
            points -= 1
        card = Paying("card", total - points, CARD)
        return [Paying("points", points), card] if points else [card]

    def _watch(self, begun: Begun) -> None:
        """Perform what was planned, and tell every event as it is written down."""
        acting = threading.Thread(target=self.house.operations.drive, args=(begun.planned,))
        acting.start()
        started, told, finished = time.monotonic(), 0, False
        while not finished and time.monotonic() - started < _PATIENCE:
            view = self._view(begun.order)
            attempt = view.attempts[-1]
            for event in attempt.events[told:]:
                say(_STEP, seconds=f"{time.monotonic() - started:5.2f}", what=sentence(event, attempt, view))
            told, finished = len(attempt.events), attempt.finished
            time.sleep(0 if finished else 0.05)
        acting.join()

    def _view(self, order: str) -> views.OrderView:
        with self.house.store.read(street_code()) as tx:
            return views.order(tx, order)

    def _receipt(self, order: str) -> Receipt:
        with self.house.store.read(street_code()) as tx:
            receipts = slips.of_order(tx, order)
        if not receipts:
            raise Conflict("demo.no_receipt", _NO_RECEIPT.format(order=order))
        return receipts[-1]


def printed(receipt: Receipt) -> str:
    """The receipt in the language of the command line, as it would leave an 80 mm printer."""
    return render_text(receipt.in_language(language())).content.decode()


def _quiet_accounts() -> Iterator[int]:
    """Account numbers with which nothing unusual happens (see `jiedao_sandbox.billhub.customers`)."""
    return (number for number in count(1201) if number % 100 not in _UNUSUAL)


def _shown(offer: Offer) -> dict[str, Any]:
    bill = offer.bill
    return {"account": bill.account, "period": bill.period, "amount": format_amount(bill.amount)}


_UNUSUAL: Final = frozenset({0, 55, 66, 77, 88, 99})
_REFUSED_ENDING: Final = 51
"""The acquirer's stand-in refuses card sales of …51 fen for want of money."""
_ORDERS: Final = select(func.count().label("orders")).where(tables.order.c.street == STREET)
_SHIFT: Final = Text(zh="  {till} 开班，备用金 {float} 元", en="  {till}: shift opened with a float of {float}")
_WHO: Final = Text(
    zh="居民 {name} 来到 {till}（经办人 {operator}）", en="{name} comes to {till}, where {operator} works"
)
_BILL: Final = Text(
    zh="  账单：{what} {amount} 元（{biller}，户号 {account}，账期 {period}）",
    en="  bill: {what} {amount} ({biller}, account {account}, {period})",
)
_LETTER: Final = Text(
    zh="  挂号信：寄给 {to}，邮资 {amount} 元（{post}）", en="  registered letter to {to}: {amount} ({post})"
)
_DELIVERED: Final = Text(zh="  物业公司送来账单文件 {name}", en="  the property company delivers {name}")
_ORDER: Final = Text(
    zh="  交易单 {order}：{count} 项，共 {total} 元", en="  order {order}: {count} items, {total} in all"
)
_AGAIN: Final = Text(
    zh="  款项已全部退回，交易单仍然有效：居民再付一次",
    en="  all the money is back and the order stands: once more",
)
_STEP: Final = Text(zh="  {seconds} 秒  {what}", en="  {seconds} s  {what}")
_NO_RECEIPT: Final = Text(
    zh="交易单 {order} 没有出收据，请看 jiedao order show", en="Order {order} has no receipt; see jiedao order show"
)
