"""What a page costs the database does not grow with the street: as many statements with 500 orders as with 50."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from full_year import PASSWORD, Plan
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.worker import Runner
from jiedao_web.app import create_app
from page_costs import Costs
from year_house import open_year

SIZES = (50, 500)


@pytest.fixture(scope="module")
def streets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Costs]]:
    made = []
    for orders in SIZES:
        folder = tmp_path_factory.mktemp(f"year{orders}")
        url = f"sqlite:///{folder / 'jiedao.db'}"
        engine = open_engine(url)
        create_schema(engine)
        engine.dispose()
        # As many residents, tills and days: what grows is what residents bring.
        year = open_year(
            url, folder, Plan(orders=orders, halls=2, residents=60, parcels=orders // 5, open=orders // 50)
        )
        made.append(Costs(year, create_app(year.house, runner=Runner(year.house, threads=1)), PASSWORD))
    with closing(made[0].year.house), closing(made[1].year.house):
        yield made


def test_no_page_asks_more_of_a_larger_street(streets: list[Costs]) -> None:
    counts = {name: [costs.statements(name) for costs in streets] for name in streets[0].names()}
    assert {name: both for name, both in counts.items() if both[0] != both[1]} == {}


def test_every_page_is_measured_or_says_why_not(streets: list[Costs]) -> None:
    for costs in streets:
        assert costs.without_address() == []
        assert costs.unseen() == {}


def test_pages_of_every_room_are_measured(streets: list[Costs]) -> None:
    small, _ = streets
    rooms = {name.partition(".")[0] for name in small.names()}
    assert rooms >= {"console", "counter", "phone", "kiosk", "figures", "orders", "residents", "my_orders", "hall"}
    assert "console.overview" in small.names()


def test_no_page_asks_very_much(streets: list[Costs]) -> None:
    _, large = streets
    assert {name: n for name in large.names() if (n := large.statements(name)) > MOST} == {}


MOST = 25
"""Statements; a page that needs more reads row by row what it could read at once."""
