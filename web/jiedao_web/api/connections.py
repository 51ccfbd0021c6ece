"""Connections and plugins (administrators). Secrets go in and never come out."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from jiedao.catalogue.catalogue import Entry
from jiedao.catalogue.copying import Wanted
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.hookspecs.manifest import Field
from jiedao.language import Text
from jiedao.registry.connections import Setup, State
from jiedao.registry.terms import Hours, Terms
from jiedao.store.unit import Tx
from jiedao_schemas.api.connections import (
    Agreed,
    CheckShown,
    ConnectionShown,
    ConnectionsShown,
    CopiedShown,
    Copy,
    Looking,
    NewConnection,
    OfferedsShown,
    OpenShown,
    PluginsShown,
    Settings,
    Switch,
    Trial,
)
from jiedao_schemas.configuration import SettingsConfiguration
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("connections", "Connections to outside systems, and plugins")
_SHOWN: Final = ConnectionShown()
_KIND: Final = "connection"


@routes.get("/connections", ConnectionsShown())
def connections() -> dict[str, Any]:
    """Every connection of the street."""
    with house().store.read(_administrator().street) as tx:
        return {"connections": [_shown(tx, one) for one in house().connections.all(tx)]}


@routes.post("/connections", _SHOWN, body=NewConnection(), status=[201])
def add_connection(body: dict[str, Any]) -> dict[str, Any]:
    """Set up a plugin, switched off. 422 names the first wrong setting."""

    def act(by: Caller) -> str:
        title = Text(body["title_zh"], body["title_en"])
        with house().store.write(by.street) as tx:
            house().connections.create(tx, body["id"], body["plugin"], title, body["settings"])
            audit(tx, by, "connection.create", _subject(body["id"]), plugin=body["plugin"])
            claim(tx, by, _KIND, body["id"])
        return str(body["id"])

    _administrator()
    return _one(once(act, str))


@routes.post("/connections/trials", CheckShown(), body=Trial())
def try_settings(body: dict[str, Any]) -> Any:
    """Try settings before they are saved; nothing is kept of it. 422 names the first wrong setting."""
    return house().connections.trial(_administrator().street, body["plugin"], body["settings"])


@routes.post("/connections/offers", OfferedsShown(), body=Looking())
def look_elsewhere(body: dict[str, Any]) -> dict[str, Any]:
    """Connections of a plugin in another street, for whoever proves to be its administrator too; noted there.

    As to sign in there: 422 names the `code` when a second factor is wanted. `proof` serves to copy one of them.
    """
    by, plugin = _administrator(), body.pop("plugin")
    there = house().copying.administrator_of(by, **body)
    return {"connections": house().copying.offered(by, there, plugin), "proof": house().copying.seal(by, there)}


@routes.post("/connections/copies", CopiedShown(), body=Copy(), status=[201])
def copy_connection(body: dict[str, Any]) -> dict[str, Any]:
    """Set up a connection, switched off, with settings and terms of one in another street, but none of its secrets.

    For whoever has just proved to be an administrator there too; noted in both streets. 422 names a secret that is
    missing.
    """

    def act(by: Caller) -> tuple[str, tuple[str, ...]]:
        there = house().copying.unseal(by, body["proof"])
        title = Text(body["title_zh"], body["title_en"])
        wanted = Wanted(body["connection"], body["id"], title, body["settings"])
        return body["id"], house().copying.copy(by, there, wanted)

    _administrator()
    made, left_out = once(act, lambda made: (made, ()))
    return {**_one(made), "left_out": left_out}


@routes.get("/connections/<code:connection>", _SHOWN)
def show_connection(connection: str) -> dict[str, Any]:
    """One connection."""
    return _one(connection)


@routes.change("PUT", "/connections/<code:connection>/settings", _SHOWN, body=Settings())
def configure(body: dict[str, Any], connection: str) -> dict[str, Any]:
    """Change settings; what is not named stays, secrets too. One that is live pauses until it is checked again."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        house().connections.configure(tx, connection, body["settings"])
        audit(tx, by, "connection.configure", _subject(connection), names=sorted(body["settings"]))
    return _one(connection)


@routes.post("/connections/<code:connection>/trials", CheckShown(), body=Settings())
def try_changes(body: dict[str, Any], connection: str) -> Any:
    """Try changes of the settings before they are saved. It is noted, as the secrets that are kept are used."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        house().connections.one(tx, connection)
        audit(tx, by, "connection.trial", _subject(connection), names=sorted(body["settings"]))
    return house().connections.trial(by.street, "", body["settings"], after=connection)


@routes.change("PUT", "/connections/<code:connection>/terms", _SHOWN, body=Agreed())
def agree(body: dict[str, Any], connection: str) -> dict[str, Any]:
    """Set the terms. They hold for what begins from now on, and never for finishing what is open."""
    by = _administrator()
    hours = tuple(Hours(tuple(sorted(set(one["days"]))), one["opens"], one["closes"]) for one in body["hours"])
    terms = Terms(**{**body, "hours": hours, "groups": tuple(body["groups"])})
    with house().store.write(by.street) as tx:
        before = house().connections.one(tx, connection).terms
        house().connections.agree(tx, connection, terms)
        if changed := terms.changed(before):
            audit(tx, by, "connection.terms", _subject(connection), names=changed, terms=terms.as_json())
    return _one(connection)


@routes.post("/connections/<code:connection>/check", CheckShown())
def check_connection(connection: str) -> Any:
    """Try the connection; a check of the present settings that passes is the gate to live."""
    return house().connections.check(_administrator().street, connection)


@routes.get("/connections/<code:connection>/open", OpenShown())
def show_open(connection: str) -> dict[str, Any]:
    """What is still open of a connection, by kind: what keeps it from being switched off."""
    with house().store.read(_administrator().street) as tx:
        house().connections.one(tx, connection)
        return {"open": house().connections.still_open(tx, connection)}


@routes.post("/connections/<code:connection>/state", _SHOWN, body=Switch())
def switch_connection(body: dict[str, Any], connection: str) -> dict[str, Any]:
    """Change the state. 409 when the check has not passed, or when something is still open."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            house().connections.switch(tx, connection, State(body["state"]))
            audit(tx, by, "connection.switch", _subject(connection), to=body["state"])
            claim(tx, by, _KIND, connection)
        return connection

    _administrator()
    return _one(once(act, str))


@routes.get("/plugins", PluginsShown())
def plugins() -> dict[str, Any]:
    """All plugins of the installation, and those that could not be loaded with the reason."""
    with house().store.read(_administrator().street) as tx:
        return {
            "plugins": [_plugin(one) for one in house().catalogue.entries(tx)],
            "quarantined": house().catalogue.quarantined(),
        }


def _administrator() -> Caller:
    caller().must_be(Role.ADMINISTRATOR)
    return caller()


def _one(id_: str) -> dict[str, Any]:
    with house().store.read(_administrator().street) as tx:
        return _shown(tx, house().connections.one(tx, id_))


def _shown(tx: Tx, one: Setup) -> dict[str, Any]:
    plugin = house().registry.plugins.get(one.plugin)
    return {
        **{name: getattr(one, name) for name in one.__slots__},
        "open_work": house().connections.open_work(tx, one.id),
        "quality": plugin.quality if plugin else None,
    }


def _plugin(entry: Entry) -> dict[str, Any]:
    plugin, manifest = entry.plugin, entry.plugin.manifest
    return {
        "name": plugin.name,
        "version": manifest.version,
        "title": manifest.title,
        "families": manifest.families,
        "abilities": sorted(manifest.abilities),
        "origin": plugin.origin,
        "quality": entry.quality.level,
        "examined": entry.quality,
        "elsewhere": entry.elsewhere,
        "settings": [_field(manifest.configuration, one) for one in manifest.configuration.fields()],
    }


def _field(configuration: object, one: Field) -> dict[str, Any]:
    table = configuration.table(one.name) if isinstance(configuration, SettingsConfiguration) else None
    return {**{name: getattr(one, name) for name in one.__slots__}, "table": asdict(table) if table else None}


def _subject(connection: str) -> str:
    return f"connection {connection}"
