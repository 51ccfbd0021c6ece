"""Writes down what a run of the kit found, beside the plugin's code (see `jiedao.registry.quality`)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from jiedao.registry.quality import Quality, as_json, contract, digest, file_of, source_of
from jiedao.testing.run import Ending, Result, level_of


def record(plugin: object, results: Iterable[Result]) -> Path:
    """Write the file; its path."""
    source = source_of(plugin)
    if source is None:
        raise LookupError("the plugin's code is not a file")
    digest.cache_clear()
    contract.cache_clear()
    file = file_of(source)
    written = json.dumps(as_json(found(results), source), indent=1, ensure_ascii=False)
    file.write_text(written + "\n", "utf-8")
    return file


def found(results: Iterable[Result]) -> Quality:
    """The results as they are written."""
    results = list(results)
    level = level_of(results)
    return Quality(
        level.value if level else "none",
        sum(result.ending is Ending.PASSED for result in results),
        {result.case: result.says for result in results if result.ending is Ending.SKIPPED},
        tuple(result.case for result in results if result.ending is Ending.FAILED),
    )
