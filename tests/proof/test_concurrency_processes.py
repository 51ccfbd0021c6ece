"""Several processes over one database, each with a counter and a worker of its own: nothing is sent twice."""

from __future__ import annotations

import time
from contextlib import ExitStack
from pathlib import Path

from campaign import campaign
from killed_visits import BY_NAME
from nursery import Nursery

from postgres_server import Database

WORKERS = 3
VISITS = 6


def test_workers_in_several_processes_share_the_work(database: Database, tmp_path: Path) -> None:
    """Visits are killed one after the other; then all workers go for what is due at the same moment."""
    with campaign(database.url, tmp_path) as run, ExitStack() as stack:
        lost, resolve = BY_NAME["biller answer lost"], run.resolve_job(seconds=20.0)
        for number in range(VISITS):
            run.visit(lost, kill_at=3 + number % 6)
        workers = [stack.enter_context(Nursery()) for _ in range(WORKERS)]
        time.sleep(2.0)
        for worker in workers:
            worker.start(**resolve)
        ends = [worker.wait() for worker in workers]
        run.recover()
        tally = run.conclude()
    assert [end.error for end in ends] == [""] * WORKERS
    assert not tally.violations, "\n".join(tally.violations)


def test_one_bill_at_several_windows_in_several_processes(database: Database, tmp_path: Path) -> None:
    with campaign(database.url, tmp_path) as run, ExitStack() as stack:
        windows = [stack.enter_context(Nursery()) for _ in range(WORKERS)]
        for window in windows:
            window.start(**run.visit_job(BY_NAME["paid"], number=4321))
        ends = [window.wait() for window in windows]
        run.recover()
        tally = run.conclude()
    assert [end.error for end in ends] == [""] * WORKERS
    # Who looks the bill up after it is paid is told that nothing is owed.
    refused = [end.result["refused"] for end in ends if "refused" in end.result]
    assert len(refused) == WORKERS - 1, ends
    assert set(refused) <= {"bill.locked", "bill.none"}
    assert not tally.violations, "\n".join(tally.violations)
