"""Run in a process of its own, with freshly rendered plugins on its path: an act of each on a street.

The answer to the act is lost on purpose; the worker asks and finds it, and the books have it once.
"""

from __future__ import annotations

import importlib
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

from houses import furnish
from jiedao.hookspecs.codec import to_json
from jiedao.language import Text
from jiedao.operations.intent import plan
from jiedao.operations.model import News, Operation
from jiedao.registry.connections import State
from jiedao.registry.registry import Registry
from jiedao.store.engine import open_engine
from jiedao.store.schema import create_schema
from jiedao.store.unit import Tx
from jiedao.testing.trial import opened


class Noted:
    """Takes note of how operations end."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def settled(self, tx: Tx, operation: Operation, news: News) -> None:
        """One more piece of news."""
        self.states.append(news.state.value)


def act_on_a_street(name: str, folder: Path) -> None:
    """Set the plugin up, act through operations, lose the answer, and let the worker find it."""
    module = importlib.import_module(name)
    bench = importlib.import_module(f"{name}.bench").BENCH
    act = bench.acts[0]
    with opened(module.plugin, bench, folder) as trial:
        given = {**trial.given(), "settling": 0}
        made = furnished(folder, name, module.plugin, given)
        request = act.request(trial.site())
        stored = {field.name for field in fields(request)} - {"connection", "deadline", "operation"}
        asked = {name: to_json(getattr(request, name)) for name in stored}
        noted = Noted()
        made.house.operations.serve("try", noted)
        trial.needs_stand_in().faults("lose_answer", act.wire)
        with made.house.store.write(made.street) as tx:
            operation = plan(tx, made.house.operations.policy, "new", act.hook, asked, subject=("try", "1"))
            planned = list(tx.planned)
        made.house.operations.drive(planned)
        made.resolve()
        rows = trial.books()["rows"]
        assert [row["reference"] for row in rows] == [operation], rows
        assert noted.states == ["unknown", "succeeded"], noted.states
        made.house.close()


def furnished(folder: Path, name: str, plugin: object, given: dict[str, Any]) -> Any:
    """A street with the new plugin beside the usual doubles."""
    url = f"sqlite:///{folder / 'jiedao.db'}"
    engine = open_engine(url)
    create_schema(engine)
    engine.dispose()
    made = furnish(url, folder)
    made.house.registry.register(name, plugin)
    with made.house.store.write(made.street) as tx:
        made.house.connections.create(tx, "new", name, Text.same(name), given)
    result = made.house.connections.check(made.street, "new")
    assert result.passed, result
    with made.house.store.write(made.street) as tx:
        made.house.connections.switch(tx, "new", State.LIVE)
    return made


def discovered(names: list[str]) -> None:
    """The entry points are found, and nothing is in quarantine."""
    found = Registry().discover()
    missing = [name for name in names if name not in found.plugins]
    assert missing == [], [found.quarantined.get(name) for name in missing]


def main(folder: Path, names: list[str]) -> None:
    """All of them."""
    discovered(names)
    for name in names:
        own = folder / name
        own.mkdir()
        act_on_a_street(name, own)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
