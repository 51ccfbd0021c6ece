"""A plugin's quality level is what a run found about this very code; anything else is unproven."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from jiedao.registry import quality
from jiedao.registry.quality import UNPROVEN, file_of, quality_of
from jiedao.registry.registry import Registry
from jiedao.testing.cases import Level
from jiedao.testing.quality import record
from jiedao.testing.run import Ending, Result

RESULTS = [
    Result("answers-x", "answers", Level.BRONZE, Ending.PASSED),
    Result("notice-stale", "notice", Level.SILVER, Ending.SKIPPED, "the protocol does not say when"),
]


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """A package of two files."""
    folder = tmp_path / "quality_sample"
    folder.mkdir()
    (folder / "__init__.py").write_text("from quality_sample import more\n")
    (folder / "more.py").write_text("VALUE = 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    quality.digest.cache_clear()
    yield importlib.import_module("quality_sample")
    for name in ("quality_sample", "quality_sample.more"):
        sys.modules.pop(name, None)
    quality.digest.cache_clear()


def test_without_a_run_it_is_unproven(plugin: ModuleType) -> None:
    assert quality_of(plugin).level == UNPROVEN


def test_what_a_run_found_is_shown_with_its_skips(plugin: ModuleType) -> None:
    record(plugin, RESULTS)
    found = quality_of(plugin)
    assert (found.level, found.passed) == ("silver", 1)
    assert found.skipped == {"notice-stale": "the protocol does not say when"}


def test_a_failed_run_is_shown_as_none(plugin: ModuleType) -> None:
    record(plugin, [Result("answers-x", "answers", Level.BRONZE, Ending.FAILED, "why")])
    assert (quality_of(plugin).level, quality_of(plugin).failed) == ("none", ("answers-x",))


@pytest.mark.parametrize("change", ["code", "contract", "file", "level"])
def test_other_code_another_contract_or_a_spoiled_file_is_unproven(
    plugin: ModuleType, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    file = record(plugin, RESULTS)
    assert quality_of(plugin).level == "silver"
    if change == "code":
        (file.parent / "more.py").write_text("VALUE = 2\n")
        quality.digest.cache_clear()
    elif change == "contract":
        monkeypatch.setattr(quality, "contract", lambda: "another")
    elif change == "file":
        file.write_text("{")
    else:
        said = json.loads(file.read_text())
        file.write_text(json.dumps({key: value for key, value in said.items() if key != "level"}))
    assert quality_of(plugin).level == UNPROVEN


def test_line_ends_do_not_matter(plugin: ModuleType) -> None:
    file = record(plugin, RESULTS)
    (file.parent / "more.py").write_bytes(b"VALUE = 1\r\n")
    quality.digest.cache_clear()
    assert quality_of(plugin).level == "silver"


def test_no_result_that_is_shipped_is_stale() -> None:
    """Run `make quality` after a change of a plugin or of the contract."""
    found = [one for one in Registry().discover().plugins.values() if one.origin.startswith("jiedao ")]
    recorded = [one for one in found if (source := quality.source_of(one.implementation)) and file_of(source).exists()]
    assert [one.name for one in recorded if one.quality.level == UNPROVEN] == []
    assert len(recorded) > 4
