"""The checks as a pytest class. pytest is imported when a suite is made, never before: the platform runs without it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jiedao.registry.check import implementations
from jiedao.testing.bench import Bench
from jiedao.testing.cases import Case, cases_of
from jiedao.testing.trial import Live, Trial, opened
from jiedao.testing.verdict import Skipped


def conformance_suite(plugin: object, bench: Bench) -> type[Any]:
    """A class for pytest with one test for each case; give it a name that begins with Test.

    With ``JIEDAO_LIVE_<PLUGIN>`` in the environment (the path of a settings file) the same tests run against that live
    test system; those that need faults or the provider's books are skipped.
    """
    try:
        import pytest
    except ModuleNotFoundError as missing:
        raise RuntimeError("the conformance kit needs pytest: pip install 'jiedao[kit]'") from missing

    class Conformance:
        """One plugin on its bench."""

        @pytest.fixture(scope="class")
        @staticmethod
        def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
            """The stand-in runs for all tests of the class."""
            folder = tmp_path_factory.mktemp("conformance")
            with opened(plugin, bench, folder, Live.of(_name(plugin))) as trial:
                yield trial

        @pytest.mark.parametrize("case", cases_of(plugin, bench), ids=lambda case: case.id)
        def test_conforms(self, trial: Trial, case: Case) -> None:
            """See the id."""
            try:
                case.run(trial)
            except Skipped as reason:
                pytest.skip(str(reason))

    return Conformance


def _name(plugin: object) -> str:
    return str(implementations(plugin)["describe"]().name)
