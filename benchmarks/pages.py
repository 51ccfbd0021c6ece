"""What every page costs on a street with a year of 200,000 orders, beside the same pages with 2,000 in the same run.

The street is on the embedded default (SQLite); its history is written straight into the tables (`tests.full_year`) and
is consistent with its own books. Pages come from the application's map, so that each new one is measured by itself
(`tests.page_costs`). Statements are those of one request; a page that is well made asks as many of a large street as
of a small one. The floor is a page of Flask that says nothing, asked in the same way.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from tests.doubles import Acquirer, BillOffice, Bureau, Issuer, PostOffice
from tests.full_year import NOW, PASSWORD, Plan, make_year
from tests.page_costs import Costs, Timed

import jiedao_cash
from jiedao.house import House, Settings
from jiedao.store.engine import open_engine
from jiedao.store.keyring import Keyring
from jiedao.store.schema import create_schema
from jiedao.worker import Runner
from jiedao_cli.serve import start_up_kept
from jiedao_web.app import create_app

LARGE, SMALL = 200_000, 2_000
SHORT = 20_000
TIMES = 21
"""How often each page is asked for."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One page on both streets."""

    name: str
    small: Timed
    large: Timed

    def row(self) -> str:
        """For the table; a number of statements that grew has a mark."""
        grown = " grows" if self.large.statements > self.small.statements else ""
        ratio = self.large.p50 / self.small.p50
        return (
            f"{self.name:<40}{self.small.p50:>9.1f}{self.large.p50:>9.1f}{self.large.p95:>9.1f}{ratio:>7.1f}"
            f"{self.large.statements:>12}{grown}"
        )


def heading(orders: int) -> str:
    """The head of the table; milliseconds."""
    small = f"{SMALL:,}"
    return f"{'page':<40}{small:>9}{f'{orders:,}':>9}{'p95':>9}{'ratio':>7}{'statements':>12}"


def floor() -> float:
    """Milliseconds of a page of Flask that says nothing."""
    app = Flask("floor")
    app.add_url_rule("/", "nothing", lambda: "")
    client = app.test_client()
    client.get("/")
    spent = []
    for _ in range(200):
        began = time.perf_counter()
        client.get("/")
        spent.append(1000 * (time.perf_counter() - began))
    return statistics.median(spent)


def bench(orders: int) -> Iterator[Measured | str]:
    """Make both streets, say how long that took, and measure every page on both in turn."""
    with tempfile.TemporaryDirectory() as folder:
        began = time.perf_counter()
        with _street(Path(folder) / "large", orders) as large, _street(Path(folder) / "small", SMALL) as small:
            yield f"two streets made in {time.perf_counter() - began:.0f} s"
            unseen = small.unseen()
            with start_up_kept():
                for name in small.names():
                    if large.seen(name):
                        yield Measured(name, small.timed(name, TIMES), large.timed(name, TIMES))
            yield f"not measured: {', '.join(unseen)}"


@contextmanager
def _street(folder: Path, orders: int) -> Iterator[Costs]:
    folder.mkdir()
    settings = Settings(folder, f"sqlite:///{folder / 'jiedao.db'}")
    engine = open_engine(settings.database)
    create_schema(engine)
    engine.dispose()
    Keyring.create(settings.keys)
    doubles = (Acquirer(), BillOffice(), Issuer(), PostOffice(), Bureau())
    plugins = [("jiedao_cash", jiedao_cash.plugin), *((double.name, double) for double in doubles)]
    house = House.open(settings, clock=lambda: NOW, plugins=plugins)
    # As many halls, tills and residents: what grows is what they bring through the year.
    year = make_year(house, Plan(orders=orders, halls=10, residents=5_000, open=20))
    runner = Runner(house, threads=1)
    yield Costs(year, create_app(house, runner=runner), PASSWORD)
    runner.close()
    house.close()
