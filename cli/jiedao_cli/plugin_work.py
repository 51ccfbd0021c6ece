"""What an integrator does with a plugin: begin one, and check one. The kit is imported only when it is used."""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao_cli.speech import say

if TYPE_CHECKING:
    from jiedao.testing.bench import Bench
    from jiedao.testing.run import Result

BENCHES: Final = "jiedao.benches"


def begin(name: str, family: str, into: Path) -> None:
    """Write a new plugin and say what comes next."""
    from jiedao_cli.scaffold import render

    for path in render(name, family, into):
        say(str(path))
    say(_NEXT, folder=str(into / name), name=name)


def check(name: str, plugin: object, where: str, against: Path | None, *, write: bool) -> int:
    """Run the kit over a plugin; 1 when something failed."""
    from jiedao.testing.run import Ending, examine, level_of
    from jiedao.testing.trial import Live

    live = Live.read(against) if against else Live.of(name)
    results = examine(plugin, bench_of(name, where), live)
    for result in results:
        if result.ending is not Ending.PASSED:
            say(f"{result.ending.value:8} {result.case}: {result.says}")
    counted = Counter(result.ending for result in results)
    level = level_of(results)
    say(_COUNTED, **{ending.value: counted[ending] for ending in Ending})
    say(_LEVEL, level=level.value if level else "-")
    if write and not live:
        _write(plugin, results)
    return 1 if counted[Ending.FAILED] else 0


def bench_of(name: str, where: str) -> Bench:
    """The bench at ``file.py:NAME`` or ``module:NAME``; without either, the plugin's own entry point."""
    place, _, attribute = where.partition(":")
    if where:
        module = _module(Path(place)) if place.endswith(".py") else importlib.import_module(place)
        return _named(module, attribute or "BENCH", where)
    points = importlib.metadata.entry_points(group=BENCHES, name=name)
    for point in points:
        bench: Bench = point.load()
        return bench
    raise NotFound("plugin.no_bench", _NO_BENCH.format(name=name), field="bench")


def _write(plugin: object, results: list[Result]) -> None:
    from jiedao.testing.quality import record

    say(_WRITTEN, path=str(record(plugin, results)))


def _module(path: Path) -> Any:
    """A bench file that belongs to no package, such as a test file; its neighbours can be imported by it."""
    if not path.exists():
        raise NotFound("plugin.no_bench", _NO_FILE.format(path=str(path)), field="bench")
    spec = importlib.util.spec_from_file_location(f"bench_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise NotFound("plugin.no_bench", _NO_FILE.format(path=str(path)), field="bench")
    module = importlib.util.module_from_spec(spec)
    sys.path[:0] = [str(path.parent), str(path.parent.parent)]
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _named(module: Any, attribute: str, where: str) -> Bench:
    bench: Bench | None = getattr(module, attribute, None)
    if bench is None:
        raise NotFound("plugin.no_bench", _NO_FILE.format(path=where), field="bench")
    return bench


_NEXT: Final = Text(
    zh="接下来：cd {folder}，pip install --editable '.[test]'，pytest，然后按 README.md 修改",
    en="Next: cd {folder}, pip install --editable '.[test]', pytest, then change what README.md says",
)
_COUNTED: Final = Text(
    zh="通过 {passed}，跳过 {skipped}，失败 {failed}", en="{passed} passed, {skipped} skipped, {failed} failed"
)
_LEVEL: Final = Text(zh="质量等级：{level}", en="quality level: {level}")
_WRITTEN: Final = Text(zh="已写入 {path}", en="written to {path}")
_NO_BENCH: Final = Text(
    zh="插件 {name} 没有测试台：用 --bench 指明文件或 模块:名称",
    en="Plugin {name} has no bench: name a file or module:NAME with --bench",
)
_NO_FILE: Final = Text(zh="{path} 里没有测试台 BENCH", en="There is no bench BENCH in {path}")
