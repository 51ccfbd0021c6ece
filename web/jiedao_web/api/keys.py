"""API keys of the street (administrators): made, shown once, revoked. No key opens this."""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from jiedao.directory.caller import Caller, Role
from jiedao.integrators import keys
from jiedao.integrators.keys import Key, NewKey
from jiedao_schemas.api.keys import ApiKeyIssued, ApiKeyShown, ApiKeysShown, NewApiKey
from jiedao_schemas.api.people import Paging, Reason
from jiedao_web.context import context, house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("keys", "API keys")
_SHOWN: Final = ApiKeyShown()


@routes.get("/keys", ApiKeysShown(), query=Paging())
def api_keys(query: dict[str, Any]) -> dict[str, Any]:
    """The street's keys, newest first."""
    with house().store.read(_administrator().street) as tx:
        found = keys.all_of(tx, query["before"], query["limit"])
        return {"keys": [_shown(one) for one in found], "scopes": context().keys.scopes}


@routes.post("/keys", ApiKeyIssued(), body=NewApiKey(), status=[201])
def issue_key(body: dict[str, Any]) -> dict[str, Any]:
    """Issue a key. Its token is in this answer and never again; a replay of the request does not repeat it.

    Scopes are `<subject>:read` (GET) and `<subject>:write` (everything else), with the subjects of this interface.
    """
    shown_once: list[str] = []

    def act(by: Caller) -> str:
        new = NewKey(**{**body, "role": Role(body["role"]), "scopes": tuple(body["scopes"])})
        id_, token = keys.issue(house().store, by, new, context().keys.subjects)
        shown_once.append(token)
        return id_

    _administrator()
    return {**_one(once(act, str)), "token": shown_once[0] if shown_once else None}


@routes.get("/keys/<id:key>", _SHOWN)
def show_key(key: str) -> dict[str, Any]:
    """One key."""
    _administrator()
    return _one(key)


@routes.post("/keys/<id:key>/revocation", _SHOWN, body=Reason())
def revoke_key(body: dict[str, Any], key: str) -> dict[str, Any]:
    """End a key at once and for good."""

    def act(by: Caller) -> str:
        keys.revoke(house().store, by, key, body["reason"])
        context().keys.forget(by.street, key)
        return key

    _administrator()
    return _one(once(act, str))


def _administrator() -> Caller:
    caller().must_be(Role.ADMINISTRATOR)
    return caller()


def _one(id_: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        return _shown(keys.look(tx, id_))


def _shown(key: Key) -> dict[str, Any]:
    plain = {field.name: getattr(key, field.name) for field in dataclasses.fields(key)}
    return {**plain, "role": key.role.value, "state": key.state(house().store.clock())}
