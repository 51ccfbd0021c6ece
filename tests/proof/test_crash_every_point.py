"""A visit and a refund are killed before and after every commit and every call of a plugin, on each engine.

Every kind of visit is done once to count its points and then once for each point, where its process is killed with
SIGKILL. Workers that recover are killed as well. Then nothing may be lost or doubled, and all books agree.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from campaign import campaign
from killed_visits import SCENARIOS

from postgres_server import Database

RECOVERY_KILLS = 44


@pytest.mark.crash
def test_nothing_is_lost_or_doubled_wherever_the_process_dies(
    database: Database, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with campaign(database.url, tmp_path) as run:
        for scenario in SCENARIOS:
            points = run.points(scenario)
            assert points, scenario
            for number, point in enumerate(points, 1):
                ended = run.visit(scenario, kill_at=number)
                assert ended.killed, (scenario.name, point, ended)
        run.recover(RECOVERY_KILLS)
        tally = run.conclude()
    record_property("proof", str(tally))
    print(tally)
    assert not tally.violations, "\n".join(tally.violations[:20])
