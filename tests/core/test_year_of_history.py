"""The written year is what the platform itself would have written: its rows agree with each other."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table, select

from full_year import Plan, Year
from jiedao.hall.bookings import State
from jiedao.hall.graph import CLOSED, EDGES, EXPLAINED, At
from jiedao.ledger.verify import verify
from jiedao.post import dispatches
from jiedao.store import tables
from jiedao.store.unit import STREET as SCOPE
from year_house import open_year


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year")
    shutil.copy(sqlite_template, folder / "jiedao.db")
    url = f"sqlite:///{folder / 'jiedao.db'}"
    made = open_year(url, folder, Plan(orders=600, halls=2, residents=60, parcels=80, open=2))
    with closing(made.house):
        yield made


def rows(year: Year, table: Table) -> Sequence[Any]:
    with year.house.store.read(year.street) as tx:
        return tx.rows(select(table).where(table.c.street == SCOPE))


def test_the_books_are_good(year: Year) -> None:
    with year.house.store.read(year.street) as tx:
        assert verify(tx).faults == ()


def test_cases_went_the_ways_that_cases_may_go(year: Year) -> None:
    found, counted = rows(year, tables.service_case), rows(year, tables.case_count)
    ratings = {row.subject for row in rows(year, tables.rating)}
    events = sorted(rows(year, tables.case_event), key=lambda row: (row.case, row.seq))
    assert [row.last for row in counted] == [len(found)] == [len({row.number for row in found})]
    for case in found:
        log = [row for row in events if row.case == case.id]
        assert [row.seq for row in log] == list(range(1, case.version + 1))
        assert [row.at for row in log] == sorted(row.at for row in log)
        assert log[-1].state == case.state
        assert log[-1].at <= year.house.store.clock()
        assert (case.open, case.closed_at is None) == ((At(case.state) not in CLOSED),) * 2
        assert (case.id in ratings) == (log[-1].event == "rated")
        assert all(row.note for row in log if row.event == "step" and At(row.state) in EXPLAINED)
        steps = [At(row.state) for row in log if row.event != "rated"]
        assert all(after in EDGES[before] for before, after in pairwise(steps))


def test_slots_are_taken_as_often_as_they_are_booked(year: Year) -> None:
    found = rows(year, tables.booking)
    kept = Counter((one.hall, one.place, one.on, one.begins) for one in found if one.state != State.CANCELLED)
    taken = {(one.hall, one.place, one.on, one.begins): one.taken for one in rows(year, tables.slot) if one.taken}
    assert taken == kept
    assert {one.state for one in found} >= {State.BOOKED, State.CAME}
    assert all((one.held is None) == (one.state != State.BOOKED) for one in found)


def test_lists_are_the_sum_of_what_is_on_them(year: Year) -> None:
    with year.house.store.read(year.street) as tx:
        for one in dispatches.everywhere(tx, most=1000):
            items = dispatches.items_of(tx, one.id)
            assert (one.items, one.postage) == (len(items), sum(item.postage for item in items))
            assert {item.hall for item in items} == {one.hall}
            assert all(item.created_at <= one.closed_at for item in items)


def test_breaks_are_about_sales_of_their_amount(year: Year) -> None:
    sales = {row.id: row for row in rows(year, tables.operation) if row.hook == "payment_start"}
    found = rows(year, tables.settlement_break)
    assert all(sales[one.operation].request["amount"] == one.ours for one in found)
    assert len({one.operation for one in found}) == len(found)
    about = {row.subject: row.state for row in rows(year, tables.proposal)}
    assert {one.state for one in found if about.get(one.id) == "open"} == {"open"}


def test_who_comes_often_has_something_of_everything(year: Year) -> None:
    often = year.residents[0]
    for table in (
        tables.order,
        tables.service_case,
        tables.booking,
        tables.consignment,
        tables.cert_attempt,
        tables.message,
    ):
        assert sum(row.resident == often for row in rows(year, table)) > 1, table.name
