"""Whole installations for tests: one street with two tills, staff, a resident with a points card, and connections.

    made = furnish(database.url, tmp_path)                       # over the doubles of `doubles`
    made = furnish(url, tmp_path, clock=ticking, acquirer=Acquirer(Recovery.REVERSE))
    begun = made.visit([made.bill("ELEC", "0012")], card=5012)
    made.finish(begun)

Over the real plugins and stand-ins: `furnish(url, folder, plugins=REAL, connections=over(sandbox))`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from sqlalchemy import null, select, update

import jiedao_cash
from doubles import Acquirer, BillOffice, Issuer
from jiedao.checkout.bills import Offer
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.checkout.graph import FINAL
from jiedao.checkout.state import Attempt, load
from jiedao.clock import Clock, system_clock
from jiedao.directory.caller import STAFF, Caller, Role
from jiedao.directory.places import add_hall, add_street, add_till
from jiedao.house import House, Settings
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.ledger.journal import OFFICE, Book
from jiedao.ledger.verify import balances, verify
from jiedao.operations.policy import Patience, Policy
from jiedao.points import lots
from jiedao.points.programme import found
from jiedao.registry.connections import State
from jiedao.store import tables
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET as STREET_PARAMETER
from jiedao.store.unit import Tx

STREET = "150602007"
PASSWORD = "correct horse battery"
TILLS = ("T1", "T2")

_QUICK = Patience(deadline=2.0, sends=3, gives_up=False)
_FOR_EVER = replace(_QUICK, sends=2**31)
FAST = Policy(
    first=0.01,
    factor=1.5,
    longest=0.2,
    asks=6,
    lease_margin=1.0,
    late_looks=(0.5, 1.0),
    by_hook={
        "payment_start": Patience(deadline=2.0, sends=1, gives_up=True),
        "payment_reverse": _FOR_EVER,
        "payment_void": _FOR_EVER,
        "payment_refund": _FOR_EVER,
        "payment_batch_close": _QUICK,
        "biller_pay": _QUICK,
        "biller_cancel": Patience(deadline=2.0, sends=2, gives_up=True),
        "points_claim": _QUICK,
        "postal_create": _QUICK,
        "postal_cancel": Patience(deadline=2.0, sends=2, gives_up=True),
        "postal_dispatch": _QUICK,
        "postal_complain": Patience(deadline=2.0, sends=2, gives_up=True),
        "certification_submit": Patience(deadline=2.0, sends=2, gives_up=True),
    },
)
"""Patience for tests: back-off of hundredths of a second, calls of two seconds at most."""


@dataclass(frozen=True)
class Setting:
    """A connection to set up: its plugin and what is entered for it."""

    plugin: str
    given: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Furnished:
    """An installation and who is in it."""

    house: House
    street: str
    resident: str
    operator: Caller
    accountant: Caller
    administrator: Caller
    acquirer: Acquirer
    biller: BillOffice
    issuer: Issuer

    def at(self, till: str) -> Caller:
        """The operator at another till."""
        return replace(self.operator, till=till)

    def open_shift(self, till: str = "T1", counted: int = 20_000) -> str:
        """Open a shift."""
        return self.house.shifts.open(self.at(till), counted)

    def bill(self, biller: str, account: str, connection: str = "bills", **inputs: str) -> Offer:
        """The first open bill of an account."""
        return self.house.bills.fetch(self.street, connection, biller, inputs or {"account": account})[0]

    def visit(
        self, offers: Sequence[Offer], *, points: int = 0, cash: int = 0, card: int = 0, till: str = "T1", **more: Any
    ) -> Begun:
        """Begin to pay bills in full with tenders of these amounts, in fen."""
        wanted = [Wanted(self.house.bills.seal(self.street, offer), offer.bill.amount) for offer in offers]
        paying = [Paying("points", points), Paying("cash", cash, "cash"), Paying("card", card, "card")]
        return self.house.checkout.visit(
            self.at(till), self.resident, wanted, [p for p in paying if p.amount], **{"surplus": False, **more}
        )

    def finish(self, begun: Any, seconds: float = 10.0) -> None:
        """Perform what was begun, and let a worker go on until nothing is due any more."""
        self.house.operations.drive(begun.planned)
        self.resolve(seconds)

    def resolve(self, seconds: float = 10.0) -> None:
        """Be the worker until nothing is open but what waits for a person; AssertionError when it takes too long."""
        end = time.monotonic() + seconds
        while still := open_operations(self.house, self.street):
            assert time.monotonic() < end, f"still open: {still}"
            if not self.house.operations.resolve_due(self.street):
                time.sleep(0.01)

    def attempt(self, id_: str) -> Attempt:
        """An attempt as the database has it."""
        with self.house.store.read(self.street) as tx:
            return load(tx, id_)

    def operations(self) -> list[Any]:
        """All operations, oldest first."""
        with self.house.store.read(self.street) as tx:
            return sorted(tx.rows(_everything("operation")), key=lambda row: row.id)

    def rows(self, table: str) -> Sequence[Any]:
        """All rows of a table."""
        with self.house.store.read(self.street) as tx:
            return tx.rows(_everything(table))

    def balance(self, account: str) -> int:
        """The balance of an account; debit positive."""
        with self.house.store.read(self.street) as tx:
            return sum(amount for name, _, amount in balances(tx) if name == account)

    def faults(self) -> list[str]:
        """What `verify` finds wrong, and what must be zero and is not."""
        with self.house.store.read(self.street) as tx:
            return [*(f"{fault.where}: {fault.what}" for fault in verify(tx).faults), *_not_zero(tx)]

    def leave_to_a_person(self, seconds: float = 10.0) -> None:
        """Put the one operation that a provider left pending into review, as if asking could not help any more.

        The fence rises with it: a question that a worker has under way must not write its answer over the review.
        """
        end = time.monotonic() + seconds
        while True:
            with self.house.store.write(self.street) as tx:
                if tx.change(_LEAVE_TO_A_PERSON):
                    return
            assert time.monotonic() < end, "nothing is pending"
            time.sleep(0.01)

    def give_points(self, amount: int, resident: str = "", *, expires: date | None = None) -> None:
        """Let the resident have earned points, in hundredths, that can be spent now."""
        resident, today = resident or self.resident, date(2026, 1, 1)
        with self.house.store.write(self.street) as tx:
            book = Book(OFFICE)
            on = (today, today, expires or today + timedelta(days=3650))
            book.enter("gift", resident, lots.accrue(tx, new_id(), resident, {1: amount}, on))
            book.write(tx)


def furnish(
    url: str,
    folder: Path,
    *,
    street: str = STREET,
    clock: Clock = system_clock,
    policy: Policy = FAST,
    acquirer: Acquirer | None = None,
    biller: BillOffice | None = None,
    issuer: Issuer | None = None,
    plugins: Iterable[tuple[str, object]] | None = None,
    connections: Mapping[str, Setting] | None = None,
) -> Furnished:
    """Open a database that has the schema and furnish a street in it; connections are in state Test.

    The connections are called cash, card, bills and post; with `plugins` and `connections` they are others.
    """
    acquirer, biller, issuer = acquirer or Acquirer(), biller or BillOffice(), issuer or Issuer()
    doubles = [("jiedao_cash", jiedao_cash.plugin), *((d.name, d) for d in (acquirer, biller, issuer))]
    wanted = connections or {
        "cash": Setting("jiedao_cash"),
        "card": Setting(acquirer.name),
        "bills": Setting(biller.name),
        "post": Setting(issuer.name),
    }
    house = open_house(url, folder, clock=clock, policy=policy, plugins=doubles if plugins is None else plugins)
    with house.store.write(street) as tx:
        resident = _settle_in(tx, house, wanted)
        staff = {role: _hire(tx, role) for role in STAFF}
    return Furnished(house, street, resident, *staff.values(), acquirer, biller, issuer)


def open_house(
    url: str,
    folder: Path,
    *,
    clock: Clock = system_clock,
    policy: Policy = FAST,
    plugins: Iterable[tuple[str, object]] | None = None,
) -> House:
    """Open a house, with a keyring in `folder` that is made when it is missing."""
    settings = Settings(folder, url)
    if not settings.keys.exists():
        Keyring.create(settings.keys)
    return House.open(settings, clock=clock, policy=policy, plugins=plugins)


def _settle_in(tx: Tx, house: House, wanted: Mapping[str, Setting]) -> str:
    add_street(tx, Text("诃额伦街道", "Heelun"), "Asia/Shanghai", "CNY", "CN")
    add_hall(tx, "h1", Text("第一社区", "First community"))
    for till in TILLS:
        add_till(tx, till, "h1", f"{till} 号窗口")
    for name, setting in wanted.items():
        house.connections.create(tx, name, setting.plugin, Text.same(name), setting.given)
        house.connections.switch(tx, name, State.TEST)
    found(tx, "post", "postpaid", ["property", "pension", "medical", "water"])
    resident = house.residents.add(tx, "古丽巴哈尔·买买提")
    house.residents.tie_card(tx, "post", "6210012345675", resident.id, "M01234567")
    return resident.id


def _hire(tx: Tx, role: Role) -> Caller:
    """A member of staff of each role; the login is the role, the password `PASSWORD`."""
    id_ = new_id()
    tx.add(tables.staff, id=id_, login=role.value, name="王芳", role=role, password=_hashed())
    return Caller(tx.street, id_, role, TILLS[0], "王芳")


@cache
def _hashed() -> str:
    """Hashing takes its time on purpose; once is enough. Verification reads the parameters from the hash."""
    return PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)


@cache
def _everything(table: str) -> Any:
    source = tables.metadata.tables[table]
    return select(source).where(source.c.street == STREET_PARAMETER)


def open_operations(house: House, street: str) -> list[str]:
    """Operations that a worker has still to do with: without an outcome, and not waiting for a person."""
    with house.store.read(street) as tx:
        return [f"{row.hook} {row.state} {row.reason}" for row in tx.rows(_UNFINISHED)]


def _not_zero(tx: Tx) -> list[str]:
    """Points always sum to zero, as does money; what was taken for a finished order has gone somewhere."""
    known = balances(tx)
    wrong = [
        f"{unit} sums to {total}"
        for unit in ("CNY", "PTS")
        if (total := sum(amount for _, kind, amount in known if kind == unit))
    ]
    finished = {row.id for row in tx.rows(_everything("orders")) if row.state != "paying"}
    return wrong + [
        f"{account} holds {amount}"
        for account, _, amount in known
        if account.startswith("2103:") and account.removeprefix("2103:") in finished and not _refunding(tx, account)
    ]


def _refunding(tx: Tx, account: str) -> bool:
    """Whether a refund of a finished order is still on its way back."""
    order = account.removeprefix("2103:")
    final = {state.value for state in FINAL}
    return any(row.order == order and row.state not in final for row in tx.rows(_everything("attempt")))


_O = tables.operation.c
_LEAVE_TO_A_PERSON = (
    update(tables.operation)
    .where(_O.street == STREET_PARAMETER, _O.state == "pending")
    .values(state="review", due_at=null(), fence=_O.fence + 1)
)
_UNFINISHED = select(_O.hook, _O.state, _O.reason).where(
    _O.street == STREET_PARAMETER,
    _O.state.not_in(["succeeded", "declined", "reversed", "review"]),
    _O.due_at.is_not(None),
)
