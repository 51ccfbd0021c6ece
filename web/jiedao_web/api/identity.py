"""The street's identity provider (administrators), and which ways in a street has (everybody)."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from jiedao.directory.caller import Caller, Role
from jiedao.directory.providers import Provider
from jiedao.language import Text
from jiedao.problems import NotFound
from jiedao_schemas.api.connections import CheckShown
from jiedao_schemas.api.staff import IdentityProvider, IdentityProviderShown, StreetAsked, WaysInShown
from jiedao_web.context import house
from jiedao_web.identity import DEADLINE, client_of, says, way_back
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("identity", "Signing in from an identity provider")
_SHOWN: Final = IdentityProviderShown()


@routes.get("/settings/identity-provider", _SHOWN)
def identity_provider() -> dict[str, Any]:
    """The street's identity provider; 404 where it has none."""
    with house().store.read(_administrator().street) as tx:
        found = house().providers.of(tx)
    if found is None:
        raise NotFound("identity_provider.missing", _NONE)
    return {
        "name_zh": found.name.zh,
        "name_en": found.name.en,
        "issuer": found.issuer,
        "client": found.client,
        "has_secret": found.has_secret,
        "active": found.active,
        "redirect": way_back(),
    }


@routes.change("PUT", "/settings/identity-provider", _SHOWN, body=IdentityProvider())
def set_identity_provider(body: dict[str, Any]) -> dict[str, Any]:
    """Set the provider up or change it. The secret goes in and never comes out; another issuer forgets all ties."""
    by = _administrator()
    name = Text(body["name_zh"], body["name_en"])
    wanted = Provider(name, body["issuer"], body["client"], bool(body["secret"]), body["active"])
    house().store.retrying(by.street, lambda tx: house().providers.set(tx, by, wanted, body["secret"]))
    return identity_provider()


@routes.change("DELETE", "/settings/identity-provider", None, status=204)
def remove_identity_provider() -> Response:
    """Do without; all ties go with it."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        house().providers.remove(tx, by)
    return Response(status=204)


@routes.post("/settings/identity-provider/check", CheckShown())
def check_identity_provider() -> dict[str, Any]:
    """Ask the provider what it says of itself, and for its keys."""
    from jiedao_connectors.oidc import NotProven

    with house().store.read(_administrator().street) as tx:
        access = house().providers.to_check(tx)
    try:
        client_of(access).check(DEADLINE)
    except NotProven as wrong:
        return {"passed": False, "says": says(wrong.why)}
    return {"passed": True, "says": _GOOD}


@routes.get("/sign-in/ways", WaysInShown(), query=StreetAsked())
@routes.open_to_all
def ways_in(query: dict[str, Any]) -> dict[str, str]:
    """Which way into a street there is besides a password; the same for a street that is not here."""
    with house().store.read(query["street"]) as tx:
        found = house().providers.of(tx)
    if found is None or not found.active:
        return {"provider_zh": "", "provider_en": ""}
    return {"provider_zh": found.name.zh, "provider_en": found.name.en}


def _administrator() -> Caller:
    caller().must_be(Role.ADMINISTRATOR)
    return caller()


_GOOD: Final = Text(zh="可以连接，签发者和密钥都对", en="It can be reached; issuer and keys are right")
_NONE: Final = Text(zh="街道没有设置统一身份登录", en="The street has no identity provider")
