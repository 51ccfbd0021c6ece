"""The quality level of a plugin, as the conformance kit found it: a file beside the plugin's code, never a claim.

The file names the code that was examined by its digest; for other code, or another contract, the level is unproven.
"""

from __future__ import annotations

import hashlib
import importlib.util
import inspect
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jiedao.hookspecs import deprecations

CONTRACT: Final = Path(deprecations.__file__).with_name("contract.lock.json")
UNPROVEN: Final = "unproven"


@dataclass(frozen=True, slots=True)
class Quality:
    """What a run of the kit found. `level` is bronze, silver, gold, none or unproven."""

    level: str
    passed: int = 0
    skipped: Mapping[str, str] = field(default_factory=dict)
    """Cases that could not be run, each with its reason."""
    failed: tuple[str, ...] = ()


def quality_of(plugin: object) -> Quality:
    """The plugin's level if it was found for this very code and contract, else unproven."""
    source = source_of(plugin)
    file = None if source is None else file_of(source)
    if source is None or file is None or not file.exists():
        return Quality(UNPROVEN)
    try:
        found = json.loads(file.read_text("utf-8"))
        if (found["source"], found["contract"]) != (digest(source), contract()):
            return Quality(UNPROVEN)
        return Quality(found["level"], found["passed"], found["skipped"], tuple(found["failed"]))
    except (ValueError, KeyError, TypeError):
        return Quality(UNPROVEN)


def source_of(plugin: object) -> Path | None:
    """The package's folder, or the file of a plugin that is one module."""
    module = plugin.__name__ if inspect.ismodule(plugin) else type(plugin).__module__
    spec = importlib.util.find_spec(module.partition(".")[0])
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin)
    return path.parent if path.name == "__init__.py" else path


def file_of(source: Path) -> Path:
    """Where the result stands: in the package, or beside the module."""
    return source / "quality.json" if source.is_dir() else source.with_name(f"{source.stem}.quality.json")


@lru_cache(maxsize=256)
def digest(source: Path) -> str:
    """Of all Python files of a plugin by their names; what they mean to say counts, not how lines end."""
    files = sorted(source.rglob("*.py")) if source.is_dir() else [source]
    summed = hashlib.sha256()
    for file in files:
        name = file.relative_to(source).as_posix() if source.is_dir() else file.name
        summed.update(f"{name}\n".encode() + file.read_bytes().replace(b"\r\n", b"\n"))
    return summed.hexdigest()


@lru_cache(maxsize=1)
def contract() -> str:
    """The version of the contract: the digest of its lock file."""
    return hashlib.sha256(CONTRACT.read_bytes().replace(b"\r\n", b"\n")).hexdigest()[:16]


def as_json(quality: Quality, source: Path) -> dict[str, Any]:
    """For the file."""
    return {
        "level": quality.level,
        "passed": quality.passed,
        "skipped": dict(quality.skipped),
        "failed": list(quality.failed),
        "contract": contract(),
        "source": digest(source),
    }
