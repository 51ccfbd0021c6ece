"""A street's set-ups of plugins: settings, sealed secrets, and the states Off, Test, Live and Paused.

A passing check of the present settings is the gate to Live. Secrets go in and never come out: not into a form, a log
or an export. Paused takes no new business but finishes what is open; Off is only possible when nothing is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import func, select, update

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text
from jiedao.problems import Conflict, NotFound, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.registry import Plugin, Registry
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Store, Tx, param

_PURPOSE: Final = "connection"
_CHECK_SECONDS: Final = 10.0
_BELIEVED_SECONDS: Final = 1.0


class State(StrEnum):
    """Whether a street uses a connection."""

    OFF = "off"
    TEST = "test"
    LIVE = "live"
    PAUSED = "paused"


@dataclass(frozen=True, slots=True)
class Setup:
    """What a street may see of a connection: everything but its secrets."""

    id: str
    plugin: str
    title: Text
    state: State
    version: int
    settings: Mapping[str, Any]
    secrets: tuple[str, ...]
    """Names of the secrets that are set."""
    paused_because: str
    check: Mapping[str, Any]


class Connections:
    """The connections of all streets."""

    def __init__(self, store: Store, registry: Registry, keyring: Keyring) -> None:
        self._store, self._registry, self._keyring = store, registry, keyring
        self._opened: dict[tuple[str, str, int], Connection] = {}
        self._recent: Believed[tuple[str, str], Connection] = Believed(_BELIEVED_SECONDS)

    # what a street does with them

    def create(self, tx: Tx, id: str, plugin: str, title: Text, given: Mapping[str, Any]) -> None:
        """Set up a plugin, switched off. `Invalid` names the first wrong setting."""
        open_settings, secrets = self._split(self.plugin(plugin), given)
        try:
            tx.add(
                tables.connection,
                id=id,
                plugin=plugin,
                title=title.as_json(),
                state=State.OFF,
                settings=open_settings,
                secrets=self._seal(tx.street, id, secrets),
                check={},
            )
        except AlreadyThere:
            raise Conflict("connection.exists", _EXISTS.format(id=id), field="id") from None

    def configure(self, tx: Tx, id: str, given: Mapping[str, Any]) -> None:
        """Change settings; a secret that is not given stays. A Live connection pauses until it is checked again."""
        row = self._row(tx, id, lock=True)
        kept = {**row.settings, **self._unseal(tx.street, id, row.secrets)}
        open_settings, secrets = self._split(self.plugin(row.plugin), {**kept, **given})
        live = row.state == State.LIVE
        tx.change(
            _CONFIGURE,
            id_=id,
            settings=open_settings,
            secrets=self._seal(tx.street, id, secrets),
            state=State.PAUSED if live else row.state,
            paused_because="settings" if live else row.paused_because,
        )
        self._recent.drop((tx.street, id))

    def check(self, street: str, id: str) -> CheckResult:
        """Try a connection and keep what was seen."""
        with self._store.read(street) as tx:
            row = self._row(tx, id)
            connection = self._open(street, row)
        answer = self._registry.call("check_connection", CheckRequest(connection, _CHECK_SECONDS))
        result: CheckResult = CheckResult(False, Text.same(answer.says)) if isinstance(answer, Failure) else answer
        with self._store.write(street) as tx:
            seen = {"passed": result.passed, "says": result.says.as_json()}
            tx.change(_CHECKED, id_=id, version=row.version, check=seen, at=tx.now)
        return result

    def switch(self, tx: Tx, id: str, to: State) -> None:
        """Change the state. `Conflict` when the check has not passed, or when something is still open."""
        row = self._row(tx, id, lock=True)
        if to is State.LIVE and not (row.check.get("passed") and row.checked_version == row.version):
            raise Conflict("connection.unchecked", _UNCHECKED)
        if to is State.OFF and (still := self.open_work(tx, id)):
            raise Conflict("connection.busy", _BUSY.format(count=still), open=still)
        tx.change(_SWITCH, id_=id, state=to, because="")
        self._recent.drop((tx.street, id))

    def pause(self, street: str, id: str, because: str) -> None:
        """Take no new business, for a reason that the administrator reads: the plugin finds its settings wrong."""
        with self._store.write(street) as tx:
            tx.change(_PAUSE, id_=id, because=because)
        self._recent.drop((street, id))

    def open_work(self, tx: Tx, id: str) -> int:
        """How many acts of a connection have no final outcome yet."""
        row = tx.first(_OPEN_WORK, id_=id)
        return int(row.still) if row else 0

    def all(self, tx: Tx) -> list[Setup]:
        """Every connection of the street."""
        return [self._setup(tx.street, row) for row in tx.rows(_ALL)]

    # what the core does with them

    def plugin(self, name: str) -> Plugin:
        """A registered plugin; `NotFound` also when it is in quarantine."""
        if name not in self._registry.plugins:
            raise NotFound("plugin.missing", _NO_PLUGIN.format(name=name), field="plugin")
        return self._registry.plugins[name]

    def for_business(self, tx: Tx, id: str) -> Connection:
        """A connection for something new; `ServicePaused` unless it is in Test or Live."""
        row = next((row for row in self._rows(tx) if row.id == id), None) or self._row(tx, id)
        if row.state not in (State.TEST, State.LIVE):
            raise ServicePaused("connection.paused", _PAUSED.format(title=Text.from_json(row.title)))
        return self._remember(self._open(tx.street, row))

    def of_family(self, tx: Tx, family: str) -> list[Connection]:
        """Connections of the street that do business now and belong to a family."""
        return [
            self._remember(self._open(tx.street, row))
            for row in self._rows(tx)
            if row.state in (State.TEST, State.LIVE) and family in self._families(row.plugin)
        ]

    def for_finishing(self, street: str, id: str) -> Connection:
        """A connection to finish what is open, whatever its state; believed for a second."""
        connection = self._recent.get((street, id))
        if connection is None:
            with self._store.read(street) as tx:
                connection = self._remember(self._open(street, self._row(tx, id)))
        return connection

    def _rows(self, tx: Tx) -> Sequence[Row]:
        """All rows of the street: a street has few, and an order needs several."""
        if _ALL not in tx.memo:
            tx.memo[_ALL] = tx.rows(_ALL)
        rows: Sequence[Row] = tx.memo[_ALL]
        return rows

    def _families(self, plugin: str) -> tuple[str, ...]:
        found = self._registry.plugins.get(plugin)
        return found.manifest.families if found else ()

    def _remember(self, connection: Connection) -> Connection:
        return self._recent.put((connection.street, connection.id), connection)

    def _row(self, tx: Tx, id: str, *, lock: bool = False) -> Row:
        row = tx.first(_ONE_LOCKED if lock else _ONE, id_=id)
        if row is None:
            raise NotFound("connection.missing", _MISSING.format(id=id), field="connection")
        return row

    def _open(self, street: str, row: Row) -> Connection:
        key = (street, row.id, row.version)
        if key not in self._opened:
            secrets = self._unseal(street, row.id, row.secrets)
            settings = self.plugin(row.plugin).manifest.configuration.load({**row.settings, **secrets})
            self._opened[key] = Connection(street, row.id, row.plugin, row.version, False, settings)
        known = self._opened[key]
        live = row.state == State.LIVE
        return known if known.live == live else _with_live(known, live)

    def _setup(self, street: str, row: Row) -> Setup:
        return Setup(
            row.id,
            row.plugin,
            Text.from_json(row.title),
            State(row.state),
            row.version,
            row.settings,
            tuple(sorted(self._unseal(street, row.id, row.secrets))),
            row.paused_because,
            row.check,
        )

    def _split(self, plugin: Plugin, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Settings as given, in what may be shown and what may not, after the plugin's schema accepted them."""
        configuration = plugin.manifest.configuration
        configuration.load(given)
        hidden = configuration.secrets()
        return (
            {name: value for name, value in given.items() if name not in hidden},
            {name: value for name, value in given.items() if name in hidden},
        )

    def _seal(self, street: str, id: str, secrets: Mapping[str, Any]) -> bytes | None:
        return self._keyring.seal(json.dumps(secrets), _PURPOSE, f"{street}/{id}") if secrets else None

    def _unseal(self, street: str, id: str, sealed: bytes | None) -> dict[str, Any]:
        return dict(json.loads(self._keyring.open(sealed, _PURPOSE, f"{street}/{id}"))) if sealed else {}


def _with_live(known: Connection, live: bool) -> Connection:
    return Connection(known.street, known.id, known.plugin, known.version, live, known.settings)


_C = tables.connection.c
_THIS: Final = (_C.street == STREET) & (_C.id == param("id"))
_ALL: Final = select(tables.connection).where(_C.street == STREET).order_by(_C.id)
_ONE: Final = select(tables.connection).where(_THIS)
_ONE_LOCKED: Final = _ONE.with_for_update()
_CONFIGURE: Final = (
    update(tables.connection)
    .where(_THIS)
    .values(
        settings=param("settings"),
        secrets=param("secrets"),
        state=param("state"),
        paused_because=param("paused_because"),
        version=_C.version + 1,
    )
)
_CHECKED: Final = (
    update(tables.connection)
    .where(_THIS, _C.version == param("version"))
    .values(check=param("check"), checked_at=param("at"), checked_version=param("version"))
)
_SWITCH: Final = update(tables.connection).where(_THIS).values(state=param("state"), paused_because=param("because"))
_PAUSE: Final = (
    update(tables.connection)
    .where(_THIS, _C.state.in_([State.TEST, State.LIVE]))
    .values(state=State.PAUSED, paused_because=param("because"))
)
_O = tables.operation.c
_OPEN_WORK: Final = select(func.count().label("still")).where(
    _O.street == STREET,
    _O.connection == param("id"),
    _O.state.not_in(["succeeded", "declined", "reversed"]),
)
_EXISTS: Final = Text(zh="接入“{id}”已经存在", en='A connection "{id}" exists already')
_MISSING: Final = Text(zh="没有接入“{id}”", en='There is no connection "{id}"')
_NO_PLUGIN: Final = Text(zh="没有可用的插件“{name}”", en='There is no usable plugin "{name}"')
_PAUSED: Final = Text(zh="“{title}”服务暂停，请改用其他方式", en='"{title}" is paused; please choose another way')
_UNCHECKED: Final = Text(
    zh="当前设置还没有通过接入检查，不能正式启用", en="The present settings have not passed the connection check"
)
_BUSY: Final = Text(
    zh="还有 {count} 笔未了结，不能关闭；可以先暂停",
    en="{count} acts are still open; it can be paused but not switched off",
)
