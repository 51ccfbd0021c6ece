"""A street to measure: tills with open shifts, residents with points, connections in use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from benchmarks.stand_ins import PLUGINS

from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import add_hall, add_street, add_till
from jiedao.directory.staff import add_staff
from jiedao.house import House, Settings
from jiedao.language import Text
from jiedao.points.programme import found
from jiedao.registry.connections import State
from jiedao.store.engine import open_engine
from jiedao.store.keyring import Keyring
from jiedao.store.schema import create_schema

STREET = "150602007"
PASSWORD = "benchmark only"  # noqa: S105 - opens nothing outside this run


@dataclass(frozen=True, slots=True)
class Window:
    """One till with its operator, and the resident who comes again and again."""

    caller: Caller
    resident: str


def build(folder: Path, database: str = "", *, windows: int) -> tuple[House, list[Window]]:
    """A new installation with as many open tills."""
    settings = Settings(folder, database or f"sqlite:///{folder / 'bench.db'}")
    engine = open_engine(settings.database)
    create_schema(engine)
    engine.dispose()
    Keyring.create(settings.keys)
    house = House.open(settings, plugins=PLUGINS)
    _furnish(house)
    return house, [_window(house, number) for number in range(windows)]


def visit(house: House, window: Window, account: str) -> Begun:
    """One resident's visit: look the bill up, pay 1 yuan in points and the rest by card, to the receipt."""
    offer = house.bills.fetch(STREET, "hub", "PROPERTY", {"account": account})[0]
    wanted = [Wanted(house.bills.seal(STREET, offer), offer.bill.amount)]
    paying = [Paying("points", 100), Paying("card", offer.bill.amount - 100, "card")]
    begun = house.checkout.visit(window.caller, window.resident, wanted, paying, surplus=False)
    house.operations.drive(begun.planned)
    return begun


def _furnish(house: House) -> None:
    with house.store.write(STREET) as tx:
        add_street(tx, Text("诃额伦街道", "Heelun"), "Asia/Shanghai", "CNY", "CN")
        add_hall(tx, "hall", Text("社区", "Community"))
        for name, plugin in (("card", "bench_card"), ("hub", "bench_hub"), ("points", "bench_points")):
            house.connections.create(tx, name, plugin, Text.same(name), {})
        found(tx, "points", "postpaid", ["property"])
    for name in ("card", "hub", "points"):
        house.connections.check(STREET, name)
        with house.store.write(STREET) as tx:
            house.connections.switch(tx, name, State.LIVE)


def _window(house: House, number: int) -> Window:
    till = f"T{number}"
    with house.store.write(STREET) as tx:
        add_till(tx, till, "hall", till)
        staff = add_staff(tx, f"op{number}", f"Operator {number}", Role.OPERATOR, PASSWORD)
        resident = house.residents.add(tx, f"居民{number}")
        house.residents.tie_card(tx, "points", f"62100000{number:05d}", resident.id, f"M{number}")
    caller = Caller(STREET, staff, Role.OPERATOR, till, f"Operator {number}")
    house.shifts.open(caller, 0)
    window = Window(caller, resident.id)
    _first_points(house, window)
    return window


def _first_points(house: House, window: Window) -> None:
    """A first visit, paid by card alone, so that there are points to spend."""
    offer = house.bills.fetch(STREET, "hub", "PROPERTY", {"account": f"first{window.caller.till}"})[0]
    wanted = [Wanted(house.bills.seal(STREET, offer), offer.bill.amount)]
    begun = house.checkout.visit(
        window.caller, window.resident, wanted, [Paying("card", offer.bill.amount, "card")], surplus=False
    )
    house.operations.drive(begun.planned)
