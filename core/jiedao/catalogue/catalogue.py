"""Every plugin of the installation as an administrator of a street sees it: what it does, needs, and who uses it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from jiedao.hookspecs.manifest import Field
from jiedao.registry.connections import Connections, Setup
from jiedao.registry.quality import Quality
from jiedao.registry.registry import Plugin, Quarantined, Registry
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.unit import STREET, Store, Tx

_BELIEVED_SECONDS: Final = 300.0
LEVELS: Final = ("gold", "silver", "bronze")
"""Levels of quality that were proven, the best first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A plugin that can be switched on."""

    plugin: Plugin
    quality: Quality
    needs: tuple[Field, ...]
    """Settings that must be given."""
    own: tuple[Setup, ...]
    """The street's own connections of it."""
    elsewhere: int
    """How many other streets of the installation have a connection of it. Which ones is theirs to tell."""

    def speaks_of(self, words: str) -> bool:
        """Whether every one of these words is in its name, title, families or abilities."""
        manifest = self.plugin.manifest
        said = " ".join(
            (manifest.name, manifest.title.zh, manifest.title.en, *manifest.families, *manifest.abilities)
        ).casefold()
        return all(word in said for word in words.casefold().split())


class Catalogue:
    """The catalogue of all streets."""

    def __init__(self, store: Store, registry: Registry, connections: Connections) -> None:
        self._store, self._registry, self._connections = store, registry, connections
        self._users: Believed[str, dict[str, frozenset[str]]] = Believed(_BELIEVED_SECONDS)

    def entries(self, tx: Tx) -> list[Entry]:
        """Every plugin, those of the best proven quality first within a family."""
        own = self._connections.all(tx)
        elsewhere = self._elsewhere(tx.street)
        found = [
            Entry(
                plugin,
                plugin.quality,
                tuple(field for field in plugin.manifest.configuration.fields() if field.required),
                tuple(one for one in own if one.plugin == plugin.name),
                elsewhere[plugin.name],
            )
            for plugin in self._registry.plugins.values()
        ]
        return sorted(found, key=lambda entry: (_rank(entry.quality.level), entry.plugin.name))

    def quarantined(self) -> list[Quarantined]:
        """Plugins that could not be taken in, each with the reason."""
        return list(self._registry.quarantined.values())

    def _elsewhere(self, street: str) -> Counter[str]:
        """In how many other streets each plugin is set up; believed for minutes, as it takes a look at every street."""
        known = self._users.get("")
        if known is None:
            known = self._users.put("", {code: self._plugins_of(code) for code in self._store.streets()})
        return Counter(plugin for code, plugins in known.items() if code != street for plugin in plugins)

    def _plugins_of(self, street: str) -> frozenset[str]:
        with self._store.read(street) as tx:
            return frozenset(row.plugin for row in tx.rows(_PLUGINS))


def _rank(level: str) -> int:
    return LEVELS.index(level) if level in LEVELS else len(LEVELS)


_C = tables.connection.c
_PLUGINS: Final = select(_C.plugin).where(_C.street == STREET, _C.state != "off").distinct()
