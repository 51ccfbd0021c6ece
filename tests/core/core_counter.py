"""A street with one hall, two tills and scripted plugins, and the short words in which tests speak to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core_doubles import DUE, Acquirer, CancellingFiles, Double, Drawer, Files, Holder, Hub, Issuer
from sqlalchemy import text, update

from houses import open_house
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.checkout.graph import At
from jiedao.checkout.state import Attempt, load
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import add_hall, add_street, add_till
from jiedao.hookspecs.biller import Bill
from jiedao.hookspecs.manifest import Recovery
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.ledger.journal import OFFICE, Book
from jiedao.ledger.verify import balances, verify
from jiedao.operations import review
from jiedao.operations.model import State as Op
from jiedao.operations.policy import Policy
from jiedao.points import lots
from jiedao.points.dates import plus_months
from jiedao.points.programme import found, programme
from jiedao.registry.connections import State
from jiedao.store import tables
from jiedao.store.unit import STREET as SCOPE
from jiedao.store.unit import Tx, param
from watches import Watch

STREET = "150602007"
SEEN = "看过对方的流水单，有记录"
ASK = {"payment_start": Recovery.QUERY}
POS = {**ASK, "payment_reverse": Recovery.RESEND}
HOLD = {**ASK, "payment_capture": Recovery.RESEND, "payment_void": Recovery.RESEND}
ASK_BILLER = {"biller_pay": Recovery.QUERY, "biller_cancel": Recovery.RESEND}
ABLE = ("void", "refund", "partial_refund", "batch")


def doubles() -> list[Double]:
    """One plugin for each way in which an unknown is resolved."""
    return [
        Drawer("cash", local=True),
        Acquirer("pos", recovery=POS, abilities=ABLE),
        Acquirer("reversing", recovery={"payment_start": Recovery.REVERSE}, abilities=("refund",)),
        Holder("holding", recovery=HOLD, abilities=(*ABLE, "capture")),
        Acquirer("mute", abilities=("refund", "partial_refund")),
        Hub("hub", recovery=ASK_BILLER, abilities=("fetch", "validate", "cancel")),
        Hub("stubborn", recovery={"biller_pay": Recovery.QUERY}, abilities=("fetch",)),
        Hub("silent", abilities=("fetch", "cancel")),
        Files("files", local=True, abilities=("import", "export")),
        CancellingFiles("local", local=True, abilities=("cancel",)),
        Issuer("post", recovery={"points_claim": Recovery.QUERY}),
    ]


class Counter:
    """One house, one street, and the people at it."""

    def __init__(self, url: str, folder: Path, *, funding: str = "postpaid") -> None:
        self.folder, self.watch = folder, Watch()
        self.plugins: dict[str, Any] = {double.name: double for double in doubles()}
        self.house = open_house(url, folder, clock=self.watch, policy=Policy(), plugins=list(self.plugins.items()))
        self.me = Caller(STREET, "op-1", Role.OPERATOR, "T1", "王芳")
        self.other = Caller(STREET, "op-2", Role.OPERATOR, "T2", "李强")
        self.accountant = Caller(STREET, "acc", Role.ACCOUNTANT, "T1", "赵敏")
        with self.write() as tx:
            self._found(tx, funding)
            self.resident = self.house.residents.add(tx, "古丽巴哈尔·买买提").id
            self.stranger = self.house.residents.add(tx, "王小明").id
            self.house.residents.tie_card(tx, "post", "9900001", self.resident, "M1")
        self.shift = ""
        self._bills = 0

    def _found(self, tx: Tx, funding: str) -> None:
        add_street(tx, Text("诃额伦街道", "Heelun"), "Asia/Shanghai", "CNY", "CN")
        add_hall(tx, "h1", Text("一社区", "One"))
        add_till(tx, "T1", "h1", "1号窗口")
        add_till(tx, "T2", "h1", "2号窗口")
        for name in self.plugins:
            self.house.connections.create(tx, name, name, Text.same(name), {})
            self.house.connections.switch(tx, name, State.TEST)
        found(tx, "post", funding, ["property", "water"])

    # transactions

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """A transaction of the street."""
        with self.house.store.write(STREET) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Tx]:
        """A transaction for reading."""
        with self.house.store.read(STREET) as tx:
            yield tx

    # the visit

    def open(self, float_: int = 20_000, caller: Caller | None = None) -> str:
        """Begin a shift."""
        shift = self.house.shifts.open(caller or self.me, float_)
        self.shift = self.shift or shift
        return shift

    def bill(self, biller: str, amount: int, *, hub: str = "hub", pay: int | None = None, id_: str = "") -> Wanted:
        """A bill that was looked up just now, and what is to be paid of it."""
        self._bills += 1
        bill = Bill(biller, id_ or f"B{self._bills}", "0001", "王小明", amount, "2026-02", DUE)
        self.plugins[hub].bills[biller, "0001"] = (bill,)
        (offer,) = self.house.bills.fetch(STREET, hub, biller, {"account": "0001"})
        return Wanted(self.house.bills.seal(STREET, offer), amount if pay is None else pay)

    def stored(self, amount: int, *, connection: str = "files", pay: int | None = None) -> Wanted:
        """A bill that was delivered by file, offered."""
        self._bills += 1
        with self.write() as tx:
            tx.add(
                tables.bill,
                connection=connection,
                biller="PROP",
                id=f"S{self._bills}",
                account=f"{self._bills:04d}",
                customer="王小明",
                amount=amount,
                file="f",
            )
        return self.again(connection, f"{self._bills:04d}", amount if pay is None else pay)

    def again(self, connection: str, account: str, pay: int) -> Wanted:
        """Look a stored bill up and offer what is left of it."""
        (offer,) = self.house.bills.fetch(STREET, connection, "PROP", {"account": account})
        return Wanted(self.house.bills.seal(STREET, offer), pay)

    def visit(
        self,
        wanted: Sequence[Wanted] | Wanted,
        *paying: Paying,
        resident: str | None = None,
        surplus: bool = False,
        caller: Caller | None = None,
    ) -> Begun:
        """One visit, carried as far as the answers go."""
        bills = [wanted] if isinstance(wanted, Wanted) else wanted
        whose = self.resident if resident is None else resident
        begun = self.house.checkout.visit(caller or self.me, whose, bills, paying, surplus=surplus)
        self.house.operations.drive(begun.planned)
        return begun

    def pay(self, order: str, *paying: Paying) -> Begun:
        """Pay an order that stands."""
        begun = self.house.checkout.pay(self.me, order, paying, surplus=False)
        self.house.operations.drive(begun.planned)
        return begun

    def refund(self, begun: Begun, amounts: dict[int, int], caller: Caller | None = None, **more: Any) -> Begun:
        """Refund lines of an order, carried as far as the answers go."""
        refund = self.house.checkout.refund(caller or self.me, begun.order, amounts, "多收了", **more)
        self.house.operations.drive(refund.planned)
        return refund

    def resolve(self, seconds: float = 400) -> None:
        """Let time pass, more than any back-off, and the resolver work."""
        self.watch.forward(seconds=seconds)
        self.house.operations.resolve_due(STREET)

    def tire(self, hook: str) -> None:
        """Let the operations of a hook have been asked about often enough for a person to see them."""
        with self.write() as tx:
            tx.change(_TIRE, hook=hook, tries_=20)

    def tell_late(self, begun: Begun) -> None:
        """Have only the payments of an attempt looked at that were given up as never arrived."""
        for row in self.sql(_GIVEN_UP, subject=begun.attempt):
            with self.write() as tx:
                tx.change(_NOW, id_=row.id, now=tx.now)
            self.house.operations.resolve_due(STREET)

    def decide(self, hook: str, verdict: Op, reference: str = "R1") -> None:
        """An accountant closes the only open operation of a hook."""
        with self.read() as tx:
            (operation,) = [row for row in review.waiting(tx) if row.hook == hook]
        planned = review.close(
            self.house.store,
            self.house.operations,
            self.accountant,
            operation.id,
            verdict,
            reference,
            "看过对方的流水单，有记录",
        )
        self.house.operations.drive(planned)

    def close(self, counted: int, caller: Caller | None = None, shift: str = "") -> Any:
        """End the shift."""
        closed = self.house.shifts.close(caller or self.me, shift or self.shift, counted)
        self.house.operations.drive(closed.planned)
        return closed

    # how it stands

    def attempt(self, begun: Begun | str) -> Attempt:
        """An attempt as the database has it."""
        with self.read() as tx:
            return load(tx, begun if isinstance(begun, str) else begun.attempt)

    def state(self, begun: Begun) -> At:
        """Where an attempt stands."""
        return self.attempt(begun).state

    def order(self, begun: Begun) -> str:
        """The state of an order."""
        return self.attempt(begun).order_state

    def books(self) -> dict[str, int]:
        """Every account that is not at zero; debit positive."""
        with self.read() as tx:
            return {account: total for account, _, total in balances(tx)}

    def money(self) -> dict[str, int]:
        """The accounts in fen."""
        with self.read() as tx:
            return {account: total for account, unit, total in balances(tx) if unit == "CNY"}

    def points(self, resident: str | None = None) -> lots.Balance:
        """A resident's points."""
        with self.read() as tx:
            return lots.balance(tx, resident or self.resident)

    def give_points(self, amount: int, *, resident: str = "", months: int = 12) -> None:
        """Points that are earned today at another counter and can be spent at once."""
        whose, today = resident or self.resident, self.watch.now.date()
        with self.write() as tx:
            book = Book(OFFICE)
            on = (today, today, plus_months(today, months))
            postings = lots.accrue(tx, new_id(), whose, {1: amount}, on)
            known = programme(tx)
            book.enter("earned", whose, [*postings, *(known.on_accrue(amount) if known else ())])
            book.write(tx)

    def good(self) -> None:
        """The books are right, and no finished order holds money."""
        with self.read() as tx:
            assert verify(tx).faults == ()
        held = {account[5:]: total for account, total in self.books().items() if account.startswith("2103:")}
        busy = {row[0] for row in self.sql("SELECT id FROM orders WHERE state = 'paying'")}
        asked = {row[0] for row in self.sql(_UNFINISHED)}
        assert set(held) <= busy | asked

    def sql(self, statement: str, **values: Any) -> list[Any]:
        """Rows of a statement, past all rooms."""
        with self.house.store.engine.connect() as connection:
            return list(connection.execute(text(statement), values))


_TIRE = (
    update(tables.operation)
    .where(tables.operation.c.street == SCOPE, tables.operation.c.hook == param("hook"))
    .values(tries=param("tries"))
)
_NOW = (
    update(tables.operation)
    .where(tables.operation.c.street == SCOPE, tables.operation.c.id == param("id"))
    .values(due_at=param("now"))
)
_GIVEN_UP = "SELECT id FROM operation WHERE subject = :subject AND hook = 'payment_start' AND state = 'declined'"
_UNFINISHED = (
    "SELECT \"order\" FROM attempt WHERE state NOT IN ('paid', 'part_paid', 'refused', 'refunded', 'refund_refused')"
)
