"""Kiosks and phones: a shift for each day that begins and ends by itself, and no drawer."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from houses import Furnished, furnish
from jiedao.checkout.checkout import Begun, Paying, Wanted
from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import Kind, add_till, phone_till, place
from jiedao.directory.staff import add_staff
from jiedao.problems import Conflict, Invalid, NotAllowed
from jiedao.worker import Worker
from postgres_server import Database
from watches import Watch


@pytest.fixture
def watch() -> Watch:
    return Watch(datetime(2026, 11, 26, 13, 0, tzinfo=UTC))  # nine in the evening in Shanghai


@pytest.fixture
def street(database: Database, tmp_path: Path, watch: Watch) -> Iterator[Furnished]:
    made = furnish(database.url, tmp_path, clock=watch)
    with made.house.store.write(made.street) as tx:
        add_till(tx, "K1", "h1", "自助终端", kind=Kind.KIOSK)
        add_till(tx, "P2", "h1", "手机二", kind=Kind.PHONE)
        add_till(tx, "P1", "h1", "手机", kind=Kind.PHONE)
    yield made
    made.house.close()


def resident(street: Furnished, till: str = "K1") -> Caller:
    return Caller(street.street, f"resident:{street.resident}", Role.RESIDENT, till, resident=street.resident)


def pay(street: Furnished, kind: str = "card", *, till: str = "K1", account: str = "00001234") -> Begun:
    offer = street.bill("WATER", account)
    wanted = [Wanted(street.house.bills.seal(street.street, offer), offer.bill.amount)]
    by = resident(street, till)
    begun = street.house.checkout.visit(
        by, street.resident, wanted, [Paying(kind, offer.bill.amount, kind)], surplus=False
    )
    street.finish(begun)
    return begun


def test_the_first_who_comes_opens_the_day_and_the_next_day_is_another(street: Furnished, watch: Watch) -> None:
    pay(street)
    pay(street, account="00011234")
    (first,) = street.rows("shift")
    assert (first.state, first.staff, first.float) == ("open", "", 0)
    watch.now += timedelta(hours=4)  # one in the morning in Shanghai
    pay(street, account="00021234")
    closed, opened = sorted(street.rows("shift"), key=lambda row: row.id)
    assert (closed.state, closed.counted, closed.expected, closed.closed_by) == ("closed", 0, 0, "")
    assert closed.batches["card"]["state"] == "succeeded"
    assert opened.state == "open"
    assert street.faults() == []


def test_a_day_ends_when_nobody_comes_any_more(street: Furnished, watch: Watch) -> None:
    pay(street)
    assert street.house.shifts.turn_the_page(street.street) == []
    watch.now += timedelta(hours=4)
    Worker(street.house).once()
    street.resolve()
    (closed,) = street.rows("shift")
    assert (closed.state, closed.batches["card"]["state"]) == ("closed", "succeeded")
    assert street.rows("open_till") == []


def test_many_who_come_at_once_share_one_shift(street: Furnished) -> None:
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: street.house.shifts.attend(resident(street)), range(6)))
    assert len(street.rows("shift")) == len(street.rows("open_till")) == 1


def test_a_window_is_left_to_its_staff(street: Furnished) -> None:
    assert street.house.shifts.attend(resident(street, "T1")) == ()
    assert street.rows("shift") == []
    street.open_shift()
    street.house.shifts.turn_the_page(street.street)
    assert [row.state for row in street.rows("shift")] == ["open"]


@pytest.mark.parametrize(("till", "kind"), [("K1", "cash"), ("P1", "cash"), ("P1", "card")])
def test_what_a_till_cannot_take_is_refused(street: Furnished, till: str, kind: str) -> None:
    with pytest.raises(Invalid) as said:
        pay(street, kind, till=till)
    assert (said.value.code, said.value.field) == ("tender.not_here", "tenders.0.kind")
    assert street.rows("orders") == []


def test_nobody_counts_a_drawer_that_is_not_there(street: Furnished) -> None:
    with pytest.raises(Conflict) as said:
        street.open_shift("K1")
    assert said.value.code == "shift.unattended"
    pay(street)
    (shift,) = street.rows("shift")
    with pytest.raises(NotAllowed):
        street.house.shifts.move(resident(street), shift.id, "out", 100, "拿走")


def test_the_till_of_phones_and_its_kind(street: Furnished) -> None:
    with street.house.store.read(street.street) as tx:
        assert phone_till(tx) == "P1"
        assert [place(tx, till).attended for till in ("T1", "K1", "P1")] == [True, False, False]


def test_staff_are_never_residents(street: Furnished) -> None:
    with pytest.raises(Invalid), street.house.store.write(street.street) as tx:
        add_staff(tx, "li", "李四", Role.RESIDENT, "correct horse battery")
