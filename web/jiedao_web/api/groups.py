"""Groups of residents: administrators define them, staff say who is in them."""

from __future__ import annotations

from typing import Any, Final

from jiedao.directory import groups
from jiedao.directory.caller import Caller, claim
from jiedao.language import Text
from jiedao_schemas.api.groups import GroupName, GroupsShown, Membership, NewGroup, OfResident
from jiedao_web.context import house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("groups", "Groups of residents")
_ALL: Final = GroupsShown()


@routes.get("/groups", _ALL)
def show_groups() -> dict[str, Any]:
    """Every group of the street."""
    with house().store.read(caller().street) as tx:
        return {"groups": groups.all(tx)}


@routes.post("/groups", _ALL, body=NewGroup(), status=[201])
def add_group(body: dict[str, Any]) -> dict[str, Any]:
    """Define a group (administrators)."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            groups.add(tx, by, body["code"], Text(body["name_zh"], body["name_en"]))
            claim(tx, by, "group", body["code"])
        return str(body["code"])

    once(act, str)
    return show_groups()


@routes.change("PUT", "/groups/<code:group>", _ALL, body=GroupName())
def rename_group(body: dict[str, Any], group: str) -> dict[str, Any]:
    """Give a group another name (administrators)."""
    with house().store.write(caller().street) as tx:
        groups.rename(tx, caller(), group, Text(body["name_zh"], body["name_en"]))
    return show_groups()


@routes.get("/residents/<id:resident>/groups", OfResident())
def show_groups_of(resident: str) -> dict[str, Any]:
    """The groups that a resident is in."""
    with house().store.read(caller().street) as tx:
        house().residents.get(tx, resident)
        return {"resident": resident, "groups": groups.of(tx, resident)}


@routes.change("PUT", "/residents/<id:resident>/groups", OfResident(), body=Membership())
def put_into_groups(body: dict[str, Any], resident: str) -> dict[str, Any]:
    """Let a resident be in exactly these groups; who said so is kept for ever."""
    by = caller()
    house().store.retrying(by.street, lambda tx: groups.put(tx, by, resident, body["groups"]))
    with house().store.read(by.street) as tx:
        return {"resident": resident, "groups": groups.of(tx, resident)}
