"""One visit from bill to receipt: a new installation, one street, cash, and the waterworks."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import waterworks
from waterworks_stand_in import TOKEN

import jiedao_cash
from jiedao.checkout.checkout import Paying, Wanted
from jiedao.checkout.receipt import Receipt
from jiedao.checkout.slips import of_order
from jiedao.checkout.state import Attempt, load
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import add_hall, add_street, add_till
from jiedao.directory.staff import add_staff
from jiedao.house import House, Settings
from jiedao.language import Text
from jiedao.registry.connections import State
from jiedao.store.engine import open_engine
from jiedao.store.keyring import Keyring
from jiedao.store.schema import create_schema

STREET = "150602007"


@dataclass
class Visit:
    """What came of it."""

    attempt: Attempt
    receipts: list[Receipt]


def open_house(folder: Path) -> House:
    """Create an installation on the embedded database and open it with two plugins."""
    settings = Settings.of(folder, {})
    engine = open_engine(settings.database)
    create_schema(engine)
    engine.dispose()
    Keyring.create(settings.keys)
    return House.open(settings, plugins=[("jiedao_cash", jiedao_cash.plugin), ("waterworks", waterworks)])


def found_street(house: House, url: str) -> Caller:
    """A street with one till, its two connections Live, and an open shift."""
    with house.store.write(STREET) as tx:
        add_street(tx, Text("诃额伦街道", "Heelun"), "Asia/Shanghai", "CNY")
        add_hall(tx, "h1", Text("第一社区", "Community One"))
        add_till(tx, "T1", "h1", "1号窗口")
        staff = add_staff(tx, "wang", "王芳", Role.OPERATOR, "correct horse battery")
        house.connections.create(tx, "cash", "jiedao_cash", Text("现金", "Cash"), {})
        water = {"url": url, "token": TOKEN}
        house.connections.create(tx, "water", "waterworks", Text("水费", "Water"), water)
    for connection in ("cash", "water"):
        house.connections.check(STREET, connection)  # a passing check is the gate to Live
        with house.store.write(STREET) as tx:
            house.connections.switch(tx, connection, State.LIVE)
    wang = Caller(STREET, staff, Role.OPERATOR, "T1", "王芳")
    house.shifts.open(wang, counted=20000)
    return wang


def pay_water(house: House, caller: Caller, account: str) -> Visit:
    """Look the bill up, pay it in cash, and see how it stands."""
    offers = house.bills.fetch(STREET, "water", "WATER", {"account": account})
    wanted = [Wanted(house.bills.seal(STREET, offer), offer.bill.amount) for offer in offers]
    total = sum(item.amount for item in wanted)
    begun = house.checkout.visit(caller, "", wanted, [Paying("cash", total, "cash", received=5000)], surplus=False)
    house.operations.drive(begun.planned)  # the intent is committed; now it is done
    return see(house, begun.attempt)


def see(house: House, attempt: str) -> Visit:
    """How an attempt stands, and the receipts of its order."""
    with house.store.read(STREET) as tx:
        found = load(tx, attempt)
        return Visit(found, of_order(tx, found.order))
