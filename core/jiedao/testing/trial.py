"""A plugin on its bench: the stand-in runs, connections are made, hooks are called and watched."""

from __future__ import annotations

import itertools
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.outcomes import Succeeded
from jiedao.ids import new_id
from jiedao.registry.check import QUERY_HOOKS, implementations
from jiedao.registry.families import HOOKS
from jiedao.testing.bench import Act, Bench, StandIn
from jiedao.testing.called import Called, call
from jiedao.testing.verdict import Failed, Skipped

STREET: Final = "conformance"
_NOWHERE: Final = "http://127.0.0.1:1"
_EFFECT_SECONDS: Final = 3.0


@dataclass(frozen=True)
class Live:
    """A live test system from the environment: its settings, and values that samples need there."""

    settings: Mapping[str, Any]
    samples: Mapping[str, Any]

    @classmethod
    def of(cls, plugin: str) -> Live | None:
        """From the file that ``JIEDAO_LIVE_<PLUGIN>`` names: settings, or {"settings": …, "samples": …}."""
        path = os.environ.get(f"JIEDAO_LIVE_{plugin.upper()}", "")
        return cls.read(Path(path)) if path else None

    @classmethod
    def read(cls, path: Path) -> Live:
        """From a file."""
        given = json.loads(path.read_text("utf-8"))
        return cls(given["settings"], given.get("samples", {})) if "settings" in given else cls(given, {})


@dataclass(frozen=True)
class Place:
    """Where one sample request is made (`jiedao.testing.bench.Site`)."""

    trial: Trial
    operation: str
    serial: int

    @property
    def connection(self) -> Connection:
        """The good one."""
        return self.trial.good

    @property
    def deadline(self) -> float:
        """The usual one."""
        return self.trial.bench.deadline

    @property
    def stand_in(self) -> StandIn | None:
        """The trial's."""
        return self.trial.stand_in

    def given(self, name: str, otherwise: Any) -> Any:
        """From the live system's file."""
        return self.trial.live.samples.get(name, otherwise) if self.trial.live else otherwise

    def call(self, hook: str, request: Any) -> Any:
        """The detail of a success; `Failed` for anything else."""
        called = self.trial.call(hook, request)
        if called.end != "succeeded" or not isinstance(called.result, Succeeded):
            raise Failed(f"a sample needs {hook} first, which ended with {called.says}")
        return called.result.detail


class Trial:
    """One run of the kit over one plugin."""

    def __init__(self, plugin: object, bench: Bench, stand_in: StandIn | None, live: Live | None) -> None:
        self.plugin, self.bench, self.stand_in, self.live = plugin, bench, stand_in, live
        self._serials = itertools.count(1)
        self._connections = itertools.count(1)

    @cached_property
    def hooks(self) -> Mapping[str, Any]:
        """What the plugin implements."""
        return implementations(self.plugin)

    @cached_property
    def manifest(self) -> Manifest:
        """What it says of itself."""
        manifest: Manifest = self.hooks["describe"]()
        return manifest

    @cached_property
    def good(self) -> Connection:
        """A connection that works."""
        return self.connect(self.given())

    def given(self, url: str = "") -> dict[str, Any]:
        """Settings as entered: the live system's, else the bench's for an address."""
        if self.live and not url:
            return dict(self.live.settings)
        return dict(self.bench.settings(url or (self.stand_in.url if self.stand_in else _NOWHERE)))

    def at_port(self, port: int) -> Connection:
        """A connection to another peer on loopback."""
        scheme = urlsplit(self.stand_in.url).scheme if self.stand_in else "http"
        return self.connect(self.given(f"{scheme}://127.0.0.1:{port}"))

    def connect(self, given: Mapping[str, Any]) -> Connection:
        """A connection of its own for these settings."""
        settings = self.manifest.configuration.load(given)
        return Connection(STREET, f"c{next(self._connections)}", self.manifest.name, 1, False, settings)

    def site(self) -> Place:
        """A place for the next sample."""
        return Place(self, new_id(), next(self._serials))

    def call(self, hook: str, request: Any) -> Called:
        """Call a hook of the plugin."""
        if hook not in self.hooks:
            raise Failed(f"the plugin has no {hook}")
        return call(hook, self.hooks[hook], request)

    @contextmanager
    def meeting(self, fault: str, wire: str) -> Iterator[None]:
        """One fault is armed; `Skipped` where this stand-in cannot make it."""
        stand_in = self.needs_stand_in()
        if fault in self.bench.cannot:
            raise Skipped(self.bench.cannot[fault])
        seconds = self.bench.short + 0.4 if fault in ("delay", "delay_request") else 0.0
        stand_in.faults(fault, wire, times=1, seconds=seconds)
        try:
            yield
        finally:
            stand_in.clear()

    def needs_stand_in(self) -> StandIn:
        """The stand-in; `Skipped` against a live system."""
        if self.stand_in is None:
            raise Skipped("needs faults or books, which only a stand-in has")
        return self.stand_in

    def books(self) -> dict[str, Any]:
        """The books without what changes by itself."""
        books = self.stand_in.books() if self.stand_in else {}
        return {name: rows for name, rows in books.items() if name not in self.bench.volatile}

    def effects(self, act: Act, request: Any) -> int:
        """How many effects of a request stand."""
        if act.effects is None:
            raise Skipped(f"the bench does not say how effects of {act.hook} are counted")
        return act.effects(self.needs_stand_in().books(), request)

    def await_effects(self, act: Act, request: Any, wanted: int) -> int:
        """How many effects stand, as soon as it is `wanted`, or after a while."""
        end = time.monotonic() + _EFFECT_SECONDS
        while (found := self.effects(act, request)) != wanted and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def question(self, hook: str, request: Any) -> Any:
        """The query of an act, made of the fields of its request, as the core makes it."""
        kind = HOOKS[QUERY_HOOKS[hook]].request
        if kind is None:
            raise Failed(f"{hook} has no query")
        asked = {field.name: getattr(request, field.name) for field in fields(kind)}
        return kind(**{**asked, "deadline": self.bench.deadline})

    def hurried(self, request: Any) -> Any:
        """The request with little time."""
        return replace(request, deadline=self.bench.short)


@contextmanager
def opened(plugin: object, bench: Bench, folder: Path | None = None, live: Live | None = None) -> Iterator[Trial]:
    """The trial, with its stand-in until the end of the block."""
    with ExitStack() as stack:
        folder = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jiedao-conformance-")))
        stand_in = None if live or bench.start is None else stack.enter_context(bench.start(folder))
        yield Trial(plugin, bench, stand_in, live)
