"""All plugins of an installation, and the calls to them.

*Named call*: the street chose one connection, and exactly its plugin is called. *Broadcast*: every enabled plugin of
a family is asked, each in its own boundary, and the answers come back with the name of who gave them.
"""

from __future__ import annotations

import importlib.metadata
import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

import pluggy

from jiedao.hookspecs import deprecations
from jiedao.hookspecs.manifest import Manifest
from jiedao.hookspecs.marker import PROJECT
from jiedao.registry.boundary import Boundary, Failure, Why
from jiedao.registry.check import BadPlugin, check_hooks, check_manifest
from jiedao.registry.families import HOOKS, MODULES

log = logging.getLogger(__name__)

GROUP: Final = "jiedao.plugins"


@dataclass(frozen=True, slots=True)
class Plugin:
    """A registered plugin."""

    name: str
    manifest: Manifest
    hooks: dict[str, Callable[..., Any]]
    origin: str
    """Name and version of the distribution that brought it."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A plugin that could not be loaded or registered; the rest go on without it."""

    name: str
    why: str
    details: str
    """Traceback, for whoever mends it."""
    origin: str


class Registry:
    """Finds, checks and calls plugins."""

    def __init__(self, *, blocked: Iterable[str] = ()) -> None:
        self.plugins: dict[str, Plugin] = {}
        self.quarantined: dict[str, Quarantined] = {}
        self._blocked = frozenset(blocked)
        self._boundary = Boundary()
        self._manager = pluggy.PluginManager(PROJECT)
        for module in MODULES.values():
            self._manager.add_hookspecs(module)

    def discover(self) -> Registry:
        """Load every installed plugin; one that fails is quarantined. Returns itself."""
        for point in sorted(importlib.metadata.entry_points(group=GROUP), key=lambda p: p.name):
            if point.name not in self._blocked:
                self._load(point)
        return self

    def register(self, name: str, plugin: object, origin: str = "") -> Plugin:
        """Check a plugin and take it in; `BadPlugin` says what is wrong with it."""
        if name in self.plugins:
            raise BadPlugin(f"plugin {name}: a plugin of that name is registered already")
        hooks = check_hooks(name, plugin)
        deprecations.warn_of(name, hooks)
        manifest = check_manifest(name, hooks["describe"](), hooks)
        self._manager.register(plugin, name)
        self._manager.check_pending()
        self.plugins[name] = Plugin(name, manifest, hooks, origin)
        return self.plugins[name]

    def call(self, hook: str, request: Any) -> Any:
        """Named call: an outcome of the contract or a `Failure`; never an exception."""
        return self._call(self._boundary.call, hook, request)

    def call_local(self, hook: str, request: Any) -> Any:
        """Named call of a hook that touches nothing outside, on this thread and inside a transaction."""
        return self._call(self._boundary.inline, hook, request)

    def ask_all(self, hook: str, requests: Iterable[Any]) -> dict[str, Any]:
        """Broadcast of a pure hook: the answer of each connection by its id, a `Failure` where it gave none."""
        return {request.connection.id: self.call_local(hook, request) for request in requests}

    def has(self, plugin: str, hook: str) -> bool:
        """Whether a plugin is here and implements a hook."""
        return plugin in self.plugins and hook in self.plugins[plugin].hooks

    def close(self) -> None:
        """Take no more calls."""
        self._boundary.close()

    def _call(self, through: Callable[..., Any], hook: str, request: Any) -> Any:
        plugin = self.plugins.get(request.connection.plugin)
        if plugin is None or hook not in plugin.hooks:
            return Failure(Why.CONFIG, f"plugin {request.connection.plugin} is not here or has no {hook}")
        return through(HOOKS[hook], plugin.hooks[hook], request)

    def _load(self, point: importlib.metadata.EntryPoint) -> None:
        origin = f"{point.dist.name} {point.dist.version}" if point.dist else ""
        try:
            self.register(point.name, point.load(), origin)
        except BadPlugin as refused:
            self._quarantine(point.name, str(refused), origin)
        except (Exception, SystemExit) as broken:
            self._quarantine(point.name, f"{type(broken).__name__}: {broken}", origin)

    def _quarantine(self, name: str, why: str, origin: str) -> None:
        log.error("plugin %s is quarantined: %s", name, why)
        self.quarantined[name] = Quarantined(name, why, traceback.format_exc(), origin)
