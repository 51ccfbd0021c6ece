"""Complete visits per second beside the floor under them, in one run.

A visit is an order with one bill, paid with points and a card, told to the biller, booked, its points spent and earned,
and its receipt numbered: everything durable. The floor sends the same rows in the same number of commits as plain SQL
(see `benchmarks.floor`). The two take turns, so that a machine that changes its speed changes it for both.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.floor import Floor, Recording, recording
from benchmarks.street import STREET, Window, build, visit
from sqlalchemy import select

from jiedao.house import House
from jiedao.ledger.verify import verify
from jiedao.store import tables
from jiedao.store.unit import STREET as UNIT_STREET

VISITS = 60
"""Of each client in each round."""


@dataclass(frozen=True, slots=True)
class Measured:
    """One engine with one number of clients: medians over the rounds."""

    engine: str
    clients: int
    ours: float
    floor: float
    ratio: float
    cpu: float
    """Milliseconds of this process's CPU for one of our visits; the database server's are not in it."""
    statements: int
    writes: int
    commits: int

    def row(self) -> str:
        """For the table."""
        return (
            f"{self.engine:<12}{self.clients:>8}{self.ours:>10.0f}{self.floor:>10.0f}{self.ratio:>8.2f}"
            f"{self.cpu:>10.2f}{self.statements:>12}{self.writes:>8}{self.commits:>9}"
        )


HEADING = (
    f"{'engine':<12}{'clients':>8}{'visits/s':>10}{'floor/s':>10}{'ratio':>8}"
    f"{'CPU ms':>10}{'statements':>12}{'writes':>8}{'commits':>9}"
)


def measure(
    ours: tuple[House, Sequence[Window]], under: tuple[House, Sequence[Window]], clients: int, rounds: int
) -> Measured:
    """Measure with a number of clients, each at a till of its own."""
    house, windows = ours
    one, floors = _floors(*under, clients)
    serial = iter(range(10**9))
    rates, floor_rates, cpus = [], [], []
    for _ in range(rounds):
        floor_rate, _cpu = _race(clients, lambda client: floors[client].visit())
        rate, cpu = _race(clients, lambda client: visit(house, windows[client], f"n{clients}x{next(serial)}"))
        rates.append(rate)
        floor_rates.append(floor_rate)
        cpus.append(cpu)
    for floor in floors:
        floor.close()
    ratio = statistics.median(ours / under for ours, under in zip(rates, floor_rates, strict=True))
    return Measured(
        house.store.engine.dialect.name,
        clients,
        statistics.median(rates),
        statistics.median(floor_rates),
        ratio,
        statistics.median(cpus),
        one.statements,
        one.write_count,
        one.commits,
    )


def _race(clients: int, work: Callable[[int], object]) -> tuple[float, float]:
    """Visits per second of all clients together, and CPU milliseconds of one."""

    def run(client: int) -> None:
        for _ in range(VISITS):
            work(client)

    threads = [threading.Thread(target=run, args=(client,)) for client in range(clients)]
    began, cpu = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = clients * VISITS
    return done / (time.perf_counter() - began), 1000 * (time.process_time() - cpu) / done


def _floors(house: House, windows: Sequence[Window], clients: int) -> tuple[Recording, list[Floor]]:
    known = _existing_keys(house)
    tapes = [Recording() for _ in range(clients)]
    floors = []
    for client in range(clients):
        window = windows[client]
        bill = f"rec{clients}x{client}"
        with recording(house.store, tapes[client]):
            visit(house, window, bill)
        floors.append(Floor(house.store, STREET, tapes[client], known, window.caller.till, f"2026-{bill}"))
    return tapes[0], floors


def _existing_keys(house: House) -> set[str]:
    """Keys that the recorded visits only refer to."""
    with house.store.read(STREET) as tx:
        return {
            row.id
            for table in (tables.staff, tables.resident, tables.lot, tables.shift)
            for row in tx.rows(select(table.c.id).where(table.c.street == UNIT_STREET))
        }


def _check(house: House) -> None:
    """A fast visit that is not booked right is no visit."""
    with house.store.read(STREET) as tx:
        faults = verify(tx).faults
    if faults:
        raise SystemExit(f"the books are wrong: {faults[:3]}")


def bench(database: str, floor_database: str, clients: Sequence[int], rounds: int) -> Iterator[Measured]:
    """Build two streets, measure, and check the books."""
    with tempfile.TemporaryDirectory() as folder:
        homes = [Path(folder) / name for name in ("ours", "floor")]
        for home in homes:
            home.mkdir()
        ours = build(homes[0], database, windows=max(clients))
        under = build(homes[1], floor_database, windows=max(clients))
        for number in clients:
            yield measure(ours, under, number, rounds)
        _check(ours[0])
        for house in (ours[0], under[0]):
            house.close()
