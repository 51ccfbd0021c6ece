"""Visits that are killed, recovery that is killed as well, and the count of what came of it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agreement import violations
from killed_visits import QUICK, Fault, Scenario
from nursery import Ended, Nursery

from houses import Furnished, furnish
from jiedao.certification.periods import Months
from jiedao.certification.schemes import Scheme
from jiedao.language import Text
from jiedao_sandbox.launch import Running, Sandbox
from stand_ins import REAL, StandIns, start

RECOVERY_SECONDS = 60.0
_PART = 307
"""Fen of a part refund: less than the card's part of the line, so that it goes back to the card."""


@dataclass
class Tally:
    """What a campaign did. A cycle is one visit, refund or worker's round, killed or not."""

    engine: str
    cycles: int = 0
    kills: int = 0
    faults: int = 0
    orders: dict[str, int] = field(default_factory=dict)
    reviews: dict[str, int] = field(default_factory=dict)
    """Operations that wait for a person, by hook and reason."""
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        orders = ", ".join(f"{number} {state}" for state, number in sorted(self.orders.items()))
        reviews = ", ".join(f"{number} {why}" for why, number in sorted(self.reviews.items())) or "nothing"
        return (
            f"{self.engine}: {self.cycles} cycles, {self.kills} kills, {self.faults} faults, "
            f"{len(self.violations)} violations in {self.seconds:.0f} s; orders: {orders}; for a person: {reviews}"
        )


class Campaign:
    """One street over the real stand-ins, and the processes that serve it and die."""

    def __init__(
        self, made: Furnished, url: str, folder: Path, stand_ins: StandIns, nurseries: tuple[Nursery, Nursery]
    ) -> None:
        self.made, self.url, self.folder, self.stand_ins = made, url, folder, stand_ins
        self.counter, self.worker = nurseries
        self.tally = Tally(url.partition(":")[0].partition("+")[0])
        self._number = 0
        self._rounds = 0
        self._working = False
        self.troubles: list[Fault] = []
        """Faults to arm before each visit, besides those of its scenario."""
        self._began = time.monotonic()
        self._expected: dict[str, Scenario] = {}

    def visit(self, scenario: Scenario, kill_at: int = 0, **more: Any) -> Ended:
        """A visit of its own resident's accounts; with a refund scenario, the refund is what may be killed."""
        self._number += 1
        self._keep_working()
        known = set(self._orders())
        ended = self._act(scenario, kill_at, more)
        for order in set(self._orders()) - known:
            self._expected[order] = scenario
        return ended

    def points(self, scenario: Scenario) -> list[str]:
        """The points at which a scenario can be killed, found by doing it once without."""
        return self.visit(scenario).points

    def recover(self) -> None:
        """Wait for the worker that is still there, then let one finish everything undisturbed."""
        if self._working:
            self._counted(self.worker.wait())
            self._working = False
        self.calm()
        ended = self._counted(self.worker.run(**self.resolve_job(seconds=RECOVERY_SECONDS)))
        if ended.result.get("open"):
            self.tally.violations.append(f"still open after {RECOVERY_SECONDS:.0f} s: {ended.result['open']}")

    def conclude(self) -> Tally:
        """Compare all books."""
        tally = self.tally
        for order, row in self._orders().items():
            tally.orders[row.state] = tally.orders.get(row.state, 0) + 1
            scenario = self._expected.get(order)
            if scenario and row.state not in scenario.ends and row.state != "paying":
                tally.violations.append(f"{scenario.name}: order {order} is {row.state}")
        waiting = [f"{row.hook} ({row.reason})" for row in self.made.operations() if row.state == "review"]
        tally.reviews = dict(Counter(waiting))
        tally.violations += violations(self.made, self.stand_ins)
        tally.seconds = time.monotonic() - self._began
        return tally

    def arm(self, fault: Fault) -> None:
        """Let something go wrong in a stand-in."""
        self.tally.faults += 1
        getattr(self.stand_ins, fault.stand_in).faults(fault.fault, fault.operation, seconds=fault.seconds)

    def calm(self) -> None:
        """Disarm every fault."""
        for stand_in in self.stand_ins.all:
            stand_in.clear()

    def restart(self, stand_in: Running) -> None:
        """Kill a stand-in and start it again on its books."""
        self.tally.kills += 1
        stand_in.restart()

    def _act(self, scenario: Scenario, kill_at: int, more: dict[str, Any]) -> Ended:
        if not (scenario.refund or scenario.then):
            self._arm(scenario)
            return self._run(scenario.act, scenario, kill_at, **more)
        self.calm()
        paid = self._run("visit", scenario, 0)
        order = paid.result.get("order", "")
        if not order or self._orders()[order].state != "paid":
            return paid
        self._arm(scenario)
        if scenario.refund:
            more = {"order": order, "amounts": self._amounts(scenario, order), **more}
        ended = self._run(scenario.then or "refund", scenario, kill_at, **more)
        self._have_an_open_shift()
        return ended

    def _have_an_open_shift(self) -> None:
        if not self.made.rows("open_till"):
            self.made.open_shift(counted=20_000)

    def _arm(self, scenario: Scenario) -> None:
        self.calm()
        for fault in (*scenario.faults, *self.troubles):
            self.arm(fault)

    def visit_job(self, scenario: Scenario, **more: Any) -> dict[str, Any]:
        """A visit as a job for a nursery; `number` makes the accounts."""
        return {"act": "visit", "scenario": scenario.name, "number": self._number, **self._common(), **more}

    def _run(self, act: str, scenario: Scenario, kill_at: int, **more: Any) -> Ended:
        return self._counted(self.counter.run(**self.visit_job(scenario, **{"act": act, "kill_at": kill_at, **more})))

    def _keep_working(self) -> None:
        """A worker is always there, and killed as well: at its first point, then at its second, and so on."""
        if self._working and not self.worker.has_ended():
            return
        if self._working:
            self._counted(self.worker.wait())
        self._rounds += 1
        limits = {"limit": 1 + self._rounds % 4, "kill_at": 1 + self._rounds % 11}
        self.worker.start(**self.resolve_job(seconds=3.0, stay=True, **limits))
        self._working = True

    def resolve_job(self, **more: Any) -> dict[str, Any]:
        """A worker's job for a nursery."""
        return {"act": "resolve", **self._common(), **more}

    def _common(self) -> dict[str, Any]:
        made = self.made
        return {
            "url": self.url,
            "folder": str(self.folder),
            "street": made.street,
            "staff": made.operator.staff,
            "resident": made.resident,
        }

    def _counted(self, ended: Ended) -> Ended:
        self.tally.cycles += 1
        self.tally.kills += ended.killed
        if ended.error:
            self.tally.violations.append(ended.error)
        return ended

    def _amounts(self, scenario: Scenario, order: str) -> dict[int, int]:
        lines = [row for row in self.made.rows("order_line") if row.order == order]
        if scenario.refund == "whole":
            return {row.no: row.amount for row in lines}
        return {2: _PART}

    def _orders(self) -> dict[str, Any]:
        return {row.id: row for row in self.made.rows("orders")}


@contextmanager
def campaign(url: str, folder: Path) -> Iterator[Campaign]:
    """A street on an empty database, its stand-ins as processes, and a nursery for what will be killed."""
    with ExitStack() as stack:
        sandbox = stack.enter_context(Sandbox(folder / "sandbox"))
        stand_ins = start(sandbox)
        made = furnish(url, folder, policy=QUICK, plugins=REAL, connections=stand_ins.connections)
        stack.callback(made.house.close)
        made.give_points(10_000_000)
        made.open_shift()
        pension = Scheme("pension", "bureau", "110", Text.same("养老金"), Months(12))
        made.house.certification.set_scheme(made.administrator, pension)
        nurseries = stack.enter_context(Nursery()), stack.enter_context(Nursery())
        yield Campaign(made, url, folder, stand_ins, nurseries)
