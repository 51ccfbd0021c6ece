"""Furnishing the demo's street: halls, tills, staff, residents with their cards, and the points programme."""

from __future__ import annotations

from datetime import date

from jiedao.clock import local_date
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import Kind, add_hall, add_street, add_till
from jiedao.directory.sign_in import known_colleague
from jiedao.directory.staff import add_staff
from jiedao.house import House
from jiedao.ids import new_id
from jiedao.ledger.journal import OFFICE, Book
from jiedao.points import lots
from jiedao.points.dates import plus_months
from jiedao.points.programme import found
from jiedao.store.unit import Tx
from jiedao_cli.demo.facts import POST, facts, named, street_code
from jiedao_connectors.postcard import card_number


def furnish(house: House) -> bool:
    """Everything in one transaction, unless the street is there already; whether it was made now."""
    if street_code() in house.store.streets():
        return False
    with house.store.write(street_code()) as tx:
        _places(tx)
        for one in facts()["staff"]:
            add_staff(tx, one["login"], one["name"], Role(one["role"]), facts()["password"])
        programme = facts()["programme"]
        found(tx, POST, programme["funding"], programme["categories"])
        for resident in facts()["residents"]:
            _resident(tx, house, resident, programme["carried_over"])
    return True


def colleague(house: House, role: Role) -> Caller:
    """The first of the staff with a role."""
    login = next(one["login"] for one in facts()["staff"] if Role(one["role"]) is role)
    return known_colleague(house.store, street_code(), login, facts()["password"])


def _places(tx: Tx) -> None:
    street = facts()["street"]
    add_street(tx, named(street), street["timezone"], street["currency"], street["country"])
    for hall in facts()["halls"]:
        add_hall(tx, hall["code"], named(hall))
        add_till(tx, hall["till"], hall["code"], facts()["window"])
    for one in facts()["unattended"]:
        add_till(tx, one["till"], facts()["halls"][0]["code"], one["name"], kind=Kind(one["kind"]))


def _resident(tx: Tx, house: House, one: dict[str, str], points: int) -> None:
    resident = house.residents.add(tx, one["name"], number=one["number"], phone=one.get("phone", ""))
    if one["serial"]:
        serial = int(one["serial"])
        house.residents.tie_card(tx, POST, card_number(serial), resident.id, f"M{serial:08d}")
        _carry_over(tx, resident.id, points)


def _carry_over(tx: Tx, resident: str, points: int) -> None:
    """Points (hundredths) from before the street used this platform, in one lot from today."""
    today = local_date(tx.now, facts()["street"]["timezone"])
    book = Book(OFFICE)
    book.enter("points carried over", resident, lots.accrue(tx, new_id(), resident, {1: points}, _life(today)))
    book.write(tx)


def _life(today: date) -> tuple[date, date, date]:
    """Earned, active and expiring."""
    return today, today, plus_months(today, facts()["points"]["valid_months"])
