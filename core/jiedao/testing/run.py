"""All checks of a plugin without pytest, and what came of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from jiedao.testing.bench import Bench
from jiedao.testing.cases import Case, Level, cases_of
from jiedao.testing.trial import Live, Trial, opened
from jiedao.testing.verdict import Failed, Skipped


class Ending(StrEnum):
    """How a case ended."""

    PASSED = "passed"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True)
class Result:
    """One case; `says` is the reason of a skip or a failure."""

    case: str
    check: str
    level: Level
    ending: Ending
    says: str = ""


def examine(plugin: object, bench: Bench, live: Live | None = None, only: Iterable[str] = ()) -> list[Result]:
    """Run every case, or only those of some ids or checks, each to its end whatever the others do."""
    wanted = frozenset(only)
    cases = [case for case in cases_of(plugin, bench) if not wanted or wanted & {case.id, case.check}]
    with opened(plugin, bench, live=live) as trial:
        return [_result(case, trial) for case in cases]


def level_of(results: Iterable[Result]) -> Level | None:
    """The highest level of which every check passed: gold has no skips at all, silver and bronze may have some."""
    results = list(results)
    failed = {result.level for result in results if result.ending is Ending.FAILED}
    if not results or Level.BRONZE in failed:
        return None
    if Level.SILVER in failed:
        return Level.BRONZE
    whole = not failed and all(result.ending is Ending.PASSED for result in results)
    return Level.GOLD if whole else Level.SILVER


def _result(case: Case, trial: Trial) -> Result:
    ending, says = _ending(case, trial)
    return Result(case.id, case.check, case.level, ending, says)


def _ending(case: Case, trial: Trial) -> tuple[Ending, str]:
    try:
        case.run(trial)
    except Skipped as reason:
        return Ending.SKIPPED, str(reason)
    except Failed as why:
        return Ending.FAILED, str(why)
    except Exception as broken:
        return Ending.FAILED, f"{type(broken).__name__}: {broken}"
    return Ending.PASSED, ""
