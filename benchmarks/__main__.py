"""All benchmarks: ``make bench``, or ``python -m benchmarks [--short]`` in the checkout.

PostgreSQL is measured on a server of the benchmark's own, as the application's role with row-level security on, where
its binaries are installed. Only the ratios in one run are worth comparing: machines differ, and one machine differs
from itself an hour later.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import codecs, pages, rest, visits
from tests.postgres_server import PostgresServer, binaries


def main() -> None:
    """Print four tables."""
    options = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.splitlines()[0])
    options.add_argument("--short", action="store_true", help="one round of each, to see that it works")
    short: bool = options.parse_args().short
    _without_a_network(short)
    with _postgresql() as server:
        _in_process(server, rounds=1 if short else 5, clients=(1,) if short else (1, 4, 8))
        _through_rest(server, rounds=1 if short else 3)
    _pages(pages.SHORT if short else pages.LARGE)


def _without_a_network(short: bool) -> None:
    print("Protocols: request built and answer read, no network")
    print(codecs.HEADING)
    for cost in codecs.bench(short):
        print(cost.row(), flush=True)
    print()


def _in_process(server: PostgresServer | None, rounds: int, clients: tuple[int, ...]) -> None:
    print("In process, beside the floor (the same rows in as many commits as plain SQL)")
    print(visits.HEADING)
    pairs = [("", "")] + ([(server.create().url, server.create().url)] if server else [])
    for ours, floor in pairs:
        for measured in visits.bench(ours, floor, clients, rounds):
            print(measured.row(), flush=True)


def _through_rest(server: PostgresServer | None, rounds: int) -> None:
    print("\nThrough the REST API (clients on the same machine, in processes of their own)")
    print(f"{'engine':<12}{'servers':>8}{'clients':>8}{'visits/s':>10}  what")
    for engine, servers in (("sqlite", 1), ("postgresql", 2)):
        if engine == "postgresql" and server is None:
            continue
        for fetch in (False, True):
            address = server.create().url if server and engine == "postgresql" else ""
            rate = statistics.median(rest.measure(address, servers, 4, fetch=fetch, rounds=rounds))
            what = "bill looked up and paid" if fetch else "bill paid"
            print(f"{engine:<12}{servers:>8}{4:>8}{rate:>10.0f}  {what}", flush=True)


def _pages(orders: int) -> None:
    print(f"\nPages, milliseconds of one request in process; an empty page of Flask takes {pages.floor():.2f}")
    print(pages.heading(orders))
    for measured in pages.bench(orders):
        print(measured if isinstance(measured, str) else measured.row(), flush=True)


@contextmanager
def _postgresql() -> Iterator[PostgresServer | None]:
    found = binaries()
    if found is None:
        print("PostgreSQL is not installed: only SQLite is measured")
        yield None
        return
    server = PostgresServer(found)
    try:
        yield server
    finally:
        server.stop()


if __name__ == "__main__":
    main()
