"""A street's set-ups of plugins: settings, sealed secrets, and the states Off, Test, Live and Paused.

A passing check of the present settings is the gate to Live. Secrets go in and never come out: not into a form, a log
or an export. Paused takes no new business but finishes what is open; Off is only possible when nothing is open.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import count
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.service import CheckRequest, CheckResult
from jiedao.language import Text, listed
from jiedao.problems import Conflict, Invalid, NotFound, ServicePaused
from jiedao.registry.boundary import Failure
from jiedao.registry.gate import LOOK, Act, Gate
from jiedao.registry.open_work import OpenWork, open_work, total
from jiedao.registry.registry import Plugin, Registry
from jiedao.registry.terms import Terms, check_terms
from jiedao.store import tables
from jiedao.store.believed import Believed
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.keyring import Keyring
from jiedao.store.unit import STREET, Store, Tx, param

_PURPOSE: Final = "connection"
_CHECK_SECONDS: Final = 10.0
_BELIEVED_SECONDS: Final = 1.0
_TRIALS: Final = 16
_CHECK_EVERY: Final = timedelta(days=1)


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
    checked_at: datetime | None
    checked: bool
    """Whether the check was of the present settings."""
    state_at: datetime
    """Since when it is in this state."""
    terms: Terms


class Connections:
    """The connections of all streets."""

    def __init__(self, store: Store, registry: Registry, keyring: Keyring) -> None:
        self._store, self._registry, self._keyring = store, registry, keyring
        self._opened: dict[tuple[str, str, int], Connection] = {}
        self._recent: Believed[tuple[str, str], Connection] = Believed(_BELIEVED_SECONDS)
        self._trials = count(1)
        self.gate = Gate()

    # what a street does with them

    def create(self, tx: Tx, id: str, plugin: str, title: Text, given: Mapping[str, Any]) -> None:
        """Set up a plugin, switched off. `Invalid` names the first wrong setting; None is the same as not given."""
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
                terms={},
                state_at=tx.now,
            )
        except AlreadyThere:
            raise Conflict("connection.exists", _EXISTS.format(id=id), field="id") from None

    def configure(self, tx: Tx, id: str, given: Mapping[str, Any]) -> None:
        """Change settings: what is not given stays, secrets too, and None takes a setting away.

        A Live connection pauses until it is checked again.
        """
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
            at=tx.now if live else row.state_at,
        )
        if live:
            tx.tell("connection.paused", connection=id)
        self._recent.drop((tx.street, id))

    def check(self, street: str, id: str) -> CheckResult:
        """Try a connection and keep what was seen."""
        with self._store.read(street) as tx:
            row = self._row(tx, id)
            connection = self._open(street, row)
        result = self._try(connection)
        with self._store.write(street) as tx:
            seen = {"passed": result.passed, "says": result.says.as_json()}
            tx.change(_CHECKED, id_=id, version=row.version, check=seen, at=tx.now)
        return result

    def trial(self, street: str, plugin: str, given: Mapping[str, Any], *, after: str = "") -> CheckResult:
        """Try settings that are not saved, for a new connection or for changes `after` one; nothing is kept of it.

        `Invalid` names the first wrong setting.
        """
        kept: dict[str, Any] = {}
        if after:
            with self._store.read(street) as tx:
                row = self._row(tx, after)
            plugin, kept = row.plugin, {**row.settings, **self._unseal(street, after, row.secrets)}
        wanted = _without_none({**kept, **given})
        settings = self.plugin(plugin).manifest.configuration.load(wanted)
        # Plugins keep clients by name and version, so each trial has another version; a few names serve them all.
        no = next(self._trials)
        return self._try(Connection(street, f"trial:{no % _TRIALS}", plugin, -no, False, settings))

    def _try(self, connection: Connection) -> CheckResult:
        answer = self._registry.call("check_connection", CheckRequest(connection, _CHECK_SECONDS))
        result: CheckResult = CheckResult(False, Text.same(answer.says)) if isinstance(answer, Failure) else answer
        return result

    def check_due(self, street: str) -> bool:
        """Try one Live connection that was not tried for a day; False when there is none.

        Any number of workers may ask: whoever takes it has it for the day.
        """
        with self._store.write(street) as tx:
            due = next((row.id for row in tx.rows(_DUE, now=tx.now) if self._take(tx, row.id)), None)
        if due is not None:
            self.check(street, due)
        return due is not None

    def _take(self, tx: Tx, id: str) -> bool:
        return tx.change(_TAKE, id_=id, now=tx.now, next=tx.now + _CHECK_EVERY) == 1

    def agree(self, tx: Tx, id: str, terms: Terms) -> None:
        """Set the terms. They hold for what begins from now on; settings, check and state stay as they are."""
        self._row(tx, id, lock=True)
        check_terms(terms)
        known = {row.code for row in tx.rows(_GROUPS)}
        if unknown := [code for code in terms.groups if code not in known]:
            raise Invalid("group.missing", _NO_GROUP.format(code=unknown[0]), field="groups")
        tx.change(_AGREE, id_=id, terms=terms.as_json())

    def switch(self, tx: Tx, id: str, to: State) -> None:
        """Change the state. `Conflict` when the check has not passed, or when something is still open."""
        row = self._row(tx, id, lock=True)
        if to is State.LIVE and not (row.check.get("passed") and row.checked_version == row.version):
            raise Conflict("connection.unchecked", _UNCHECKED)
        if to is State.OFF and (still := open_work(tx, id)):
            raise Conflict("connection.busy", _BUSY.format(work=listed(one.says for one in still)), open=total(still))
        tx.change(_SWITCH, id_=id, state=to, because="", at=tx.now)
        self._recent.drop((tx.street, id))

    def pause(self, street: str, id: str, because: str) -> None:
        """Take no new business, for a reason that the administrator reads: the plugin finds its settings wrong."""
        with self._store.write(street) as tx:
            if tx.change(_PAUSE, id_=id, because=because, at=tx.now):
                tx.tell("connection.paused", connection=id)
        self._recent.drop((street, id))

    def still_open(self, tx: Tx, id: str) -> list[OpenWork]:
        """What of a connection is not over yet, by kind."""
        return open_work(tx, id)

    def open_work(self, tx: Tx, id: str) -> int:
        """How many things of a connection are not over yet."""
        return total(open_work(tx, id))

    def all(self, tx: Tx) -> list[Setup]:
        """Every connection of the street."""
        return [self._setup(tx.street, row) for row in tx.rows(_ALL)]

    def one(self, tx: Tx, id: str) -> Setup:
        """One connection of the street; `NotFound` when there is none of that name."""
        return self._setup(tx.street, self._row(tx, id))

    # what the core does with them

    def plugin(self, name: str) -> Plugin:
        """A registered plugin; `NotFound` also when it is in quarantine."""
        if name not in self._registry.plugins:
            raise NotFound("plugin.missing", _NO_PLUGIN.format(name=name), field="plugin")
        return self._registry.plugins[name]

    def for_business(self, tx: Tx, id: str, act: Act = LOOK) -> Connection:
        """A connection for something new; refused as by `for_office`, and where its terms do not allow the act now.

        Whatever begins names its amounts and its resident; without an act it is a look-up.
        """
        row = self._working(tx, id)
        self.gate.check(tx, row, act)
        return self._remember(self._open(tx.street, row))

    def for_office(self, tx: Tx, id: str) -> Connection:
        """A connection for the street's own work, whatever its terms; `ServicePaused` unless it is in Test or Live."""
        return self._remember(self._open(tx.street, self._working(tx, id)))

    def _working(self, tx: Tx, id: str) -> Row:
        row = next((row for row in self._rows(tx) if row.id == id), None) or self._row(tx, id)
        if row.state not in (State.TEST, State.LIVE):
            raise ServicePaused("connection.paused", _PAUSED.format(title=Text.from_json(row.title)))
        return row

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

    def secrets_of(self, connection: Connection) -> tuple[str, ...]:
        """Every secret of a connection in clear, to take it out of what is kept; never for anything else."""
        hidden = self.plugin(connection.plugin).manifest.configuration.secrets()
        return tuple(leaf for name in hidden for leaf in _leaves(connection.settings.get(name)))

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
            row.checked_at,
            row.checked_version == row.version,
            row.state_at,
            Terms.from_json(row.terms),
        )

    def _split(self, plugin: Plugin, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Settings as given, in what may be shown and what may not, after the plugin's schema accepted them."""
        configuration = plugin.manifest.configuration
        given = _without_none(given)
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


def _without_none(given: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


def _leaves(value: Any) -> list[str]:
    """The texts of a setting, however deep they lie."""
    if isinstance(value, Mapping):
        return [leaf for inner in value.values() for leaf in _leaves(inner)]
    if isinstance(value, list | tuple):
        return [leaf for inner in value for leaf in _leaves(inner)]
    return [] if value is None else [str(value)]


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
        state_at=param("at"),
        version=_C.version + 1,
    )
)
_CHECKED: Final = (
    update(tables.connection)
    .where(_THIS, _C.version == param("version"))
    .values(check=param("check"), checked_at=param("at"), checked_version=param("version"))
)
_SWITCH: Final = (
    update(tables.connection)
    .where(_THIS)
    .values(state=param("state"), paused_because=param("because"), state_at=param("at"))
)
_PAUSE: Final = (
    update(tables.connection)
    .where(_THIS, _C.state.in_([State.TEST, State.LIVE]))
    .values(state=State.PAUSED, paused_because=param("because"), state_at=param("at"))
)
_AGREE: Final = update(tables.connection).where(_THIS).values(terms=param("terms"))
_RESTED: Final = (_C.state == State.LIVE) & (_C.look_at.is_(None) | (_C.look_at <= param("now")))
_DUE: Final = select(_C.id).where(_C.street == STREET, _RESTED).order_by(_C.id)
_TAKE: Final = update(tables.connection).where(_THIS, _RESTED).values(look_at=param("next"))
_GROUPS: Final = select(tables.resident_group.c.code).where(tables.resident_group.c.street == STREET)
_EXISTS: Final = Text(zh="接入“{id}”已经存在", en='A connection "{id}" exists already')
_MISSING: Final = Text(zh="没有接入“{id}”", en='There is no connection "{id}"')
_NO_PLUGIN: Final = Text(zh="没有可用的插件“{name}”", en='There is no usable plugin "{name}"')
_PAUSED: Final = Text(zh="“{title}”服务暂停，请改用其他方式", en='"{title}" is paused; please choose another way')
_UNCHECKED: Final = Text(
    zh="当前设置还没有通过接入检查，不能正式启用", en="The present settings have not passed the connection check"
)
_BUSY: Final = Text(
    zh="还有未了结的：{work}。不能关闭，可以先暂停", en="Still open: {work}. It can be paused but not switched off"
)
_NO_GROUP: Final = Text(zh="没有人群“{code}”", en='There is no group "{code}"')
