"""The same proof at random, as long as you like: ``python tests/proof/prove.py --cycles 5000 [--seed 7]``.

Kills at random points and at random moments, faults in every stand-in, and stand-ins that are killed and restarted.
The seed is printed; with it the schedule is the same again (what the processes do in it depends on the machine).
Ends with status 1 when anything was lost, doubled or left without a reason.
"""

from __future__ import annotations

import argparse
import random
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from campaign import Campaign, Tally, campaign
from killed_visits import SCENARIOS, Fault

from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from postgres_server import PostgresServer, binaries

BATCH: Final = 60
"""Cycles on one database before all books are compared."""
_AT_HTTP: Final = (
    "lose_request",
    "lose_answer",
    "delay",
    "delay_request",
    "answer_twice",
    "error_after_effect",
    "html",
    "wrong_echo",
)
_OPERATIONS: Final = {
    "hub": ("pay", "query", "cancel", "fetch", ""),
    "terminal": ("sale", "reverse", "void", "refund", "settle", ""),
    "acquirer": ("sale", "void", "refund", "reversal", "sign_in", "settle", ""),
    "postoffice": ("claim", "query", ""),
    "ems": ("create", "query", "cancel", "estimate", ""),
    "bureau": ("certify", "query", "lookup", ""),
}
_MOST_POINTS: Final = 18
_LONGEST_DELAY: Final = 0.4
"""Seconds; the street believes that the hub books within half a second of its patience."""


def main(arguments: list[str]) -> int:
    """Run the proof; 1 when it fails."""
    options = _options(arguments)
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    tallies = [
        _prove(engine, chance, min(BATCH, options.cycles - done))
        for engine in options.engines
        for done in range(0, options.cycles, BATCH)
    ]
    return _report(tallies, options.seed)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cycles", type=int, default=300, metavar="N", help="visits on each engine")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--engine", action="append", choices=("sqlite", "postgresql"), dest="engines")
    options = parser.parse_args(arguments)
    options.engines = options.engines or ["sqlite", "postgresql"]
    return options


def _prove(engine: str, chance: random.Random, cycles: int) -> Tally:
    folder = Path(tempfile.mkdtemp(prefix="jiedao-proof-"))
    with _database(engine, folder) as url, campaign(url, folder) as run:
        for _ in range(cycles):
            _one_cycle(run, chance)
        run.recover()
        tally = run.conclude()
    print(tally, *tally.violations, sep="\n  ", flush=True)
    if tally.violations:
        print(f"  everything is left in {folder}")
    else:
        shutil.rmtree(folder)
    return tally


def _one_cycle(run: Campaign, chance: random.Random) -> None:
    run.troubles = [_fault(chance) for _ in range(chance.choice((0, 0, 1, 1, 2)))]
    if chance.random() < 0.03:
        run.restart(chance.choice(run.stand_ins.all))
    scenario = chance.choice(SCENARIOS)
    how = chance.random()
    if how < 0.6:
        run.visit(scenario, kill_at=chance.randint(1, _MOST_POINTS))
    elif how < 0.9:
        run.visit(scenario, dies_after=chance.uniform(0.005, 0.4))
    else:
        run.visit(scenario)


def _fault(chance: random.Random) -> Fault:
    stand_in = chance.choice(sorted(_OPERATIONS))
    fault = chance.choice(_AT_HTTP)
    seconds = chance.uniform(0.05, _LONGEST_DELAY) if fault.startswith("delay") else 0.0
    return Fault(stand_in, fault, chance.choice(_OPERATIONS[stand_in]), seconds)


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[str]:
    if engine == "sqlite":
        url = f"sqlite:///{folder / 'jiedao.db'}"
        made = open_engine(url)
        create_schema(made)
        made.dispose()
        yield url
        return
    found = binaries()
    if found is None:
        raise SystemExit("PostgreSQL is not installed; use --engine sqlite")
    server = PostgresServer(found)
    try:
        yield server.create().url
    finally:
        server.stop()


def _report(tallies: list[Tally], seed: int) -> int:
    wrong = sum(len(tally.violations) for tally in tallies)
    sums = {name: sum(getattr(tally, name) for tally in tallies) for name in ("cycles", "kills", "faults")}
    said = ", ".join(f"{number} {name}" for name, number in sums.items())
    print(f"seed {seed}: {said}, {wrong} violations in {sum(tally.seconds for tally in tallies):.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
