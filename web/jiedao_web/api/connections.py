"""Connections and plugins (administrators). Secrets go in and never come out."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao.registry.connections import State
from jiedao.registry.registry import Plugin
from jiedao_schemas.api.office import (
    CheckShown,
    ConnectionShown,
    ConnectionsShown,
    NewConnection,
    PluginsShown,
    Settings,
    Switch,
)
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("connections", "Connections to outside systems, and plugins")
_SHOWN: Final = ConnectionShown()


@routes.get("/connections", ConnectionsShown())
def connections() -> dict[str, Any]:
    """Every connection of the street."""
    return {"connections": _all()}


@routes.post("/connections", _SHOWN, body=NewConnection(), status=[201])
def add_connection(body: dict[str, Any]) -> dict[str, Any]:
    """Set up a plugin, switched off. 422 names the first wrong setting."""

    def act(by: Caller) -> str:
        title = Text(body["title_zh"], body["title_en"])
        with house().store.write(by.street) as tx:
            house().connections.create(tx, body["id"], body["plugin"], title, body["settings"])
            audit(tx, by, "connection.create", _subject(body["id"]), plugin=body["plugin"])
            claim(tx, by, "connection", body["id"])
        return str(body["id"])

    _administrator()
    return _one(once(act, str))


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


@routes.post("/connections/<code:connection>/check", CheckShown())
def check_connection(connection: str) -> Any:
    """Try the connection; a check of the present settings that passes is the gate to live."""
    return house().connections.check(_administrator().street, connection)


@routes.post("/connections/<code:connection>/state", _SHOWN, body=Switch())
def switch_connection(body: dict[str, Any], connection: str) -> dict[str, Any]:
    """Change the state. 409 when the check has not passed, or when something is still open."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            house().connections.switch(tx, connection, State(body["state"]))
            audit(tx, by, "connection.switch", _subject(connection), to=body["state"])
            claim(tx, by, "connection", connection)
        return connection

    _administrator()
    return _one(once(act, str))


@routes.get("/plugins", PluginsShown())
def plugins() -> dict[str, Any]:
    """All plugins of the installation, and those that could not be loaded with the reason."""
    _administrator()
    registry = house().registry
    return {
        "plugins": [_plugin(one) for one in registry.plugins.values()],
        "quarantined": list(registry.quarantined.values()),
    }


def _administrator() -> Caller:
    caller().must_be(Role.ADMINISTRATOR)
    return caller()


def _all() -> list[dict[str, Any]]:
    by = _administrator()
    with house().store.read(by.street) as tx:
        found = house().connections.all(tx)
        return [
            {name: getattr(one, name) for name in one.__slots__}
            | {"open_work": house().connections.open_work(tx, one.id)}
            for one in found
        ]


def _one(id_: str) -> dict[str, Any]:
    for one in _all():
        if one["id"] == id_:
            return one
    raise NotFound("connection.missing", _MISSING.format(id=id_), field="connection")


def _plugin(one: Plugin) -> dict[str, Any]:
    manifest = one.manifest
    return {
        "name": one.name,
        "version": manifest.version,
        "title": manifest.title,
        "families": manifest.families,
        "abilities": sorted(manifest.abilities),
        "origin": one.origin,
        "quality": one.quality.level,
        "settings": manifest.configuration.fields(),
    }


def _subject(connection: str) -> str:
    return f"connection {connection}"


_MISSING: Final = Text(zh="没有接入“{id}”", en='There is no connection "{id}"')
