"""Staff and how they sign in (administrators)."""

from __future__ import annotations

from typing import Any, Final

from flask import Response

from jiedao.directory import sign_in_rules
from jiedao.directory.caller import Caller, Role, audit, claim
from jiedao.directory.providers import Tie
from jiedao.directory.staff import Change, Colleague, add_staff, change_staff, colleague, colleagues, reset_password
from jiedao_schemas.api.staff import (
    FactorReset,
    NewStaff,
    PasswordReset,
    SignInRules,
    SignInRulesShown,
    StaffChange,
    StaffIdentity,
    StaffListShown,
    StaffPage,
    StaffWhole,
)
from jiedao_web.context import context, house
from jiedao_web.idempotency import once
from jiedao_web.routes import Routes
from jiedao_web.sessions import caller

routes = Routes("staff", "Staff, and how they sign in")
_WHOLE: Final = StaffWhole()
_KIND: Final = "staff"


@routes.get("/staff", StaffListShown(), query=StaffPage())
def staff(query: dict[str, Any]) -> dict[str, Any]:
    """Staff by login, those who left too."""
    with house().store.read(_administrator().street) as tx:
        found: list[Colleague] = colleagues(tx, after=query["after"], limit=query["limit"])
    return {"staff": found, "after": found[-1].login if len(found) == query["limit"] else ""}


@routes.post("/staff", _WHOLE, body=NewStaff(), status=[201])
def hire(body: dict[str, Any]) -> dict[str, Any]:
    """Add a member of staff. 422 names what is wrong with the login or the password."""

    def act(by: Caller) -> str:
        role = Role(body["role"])
        with house().store.write(by.street) as tx:
            made = add_staff(tx, body["login"], body["name"], role, body["password"], skills_=body["skills"])
            audit(tx, by, "staff.add", f"staff {made}", login=body["login"], role=role)
            claim(tx, by, _KIND, made)
        return made

    _administrator()
    return _whole(once(act, str))


@routes.get("/staff/<id:member>", _WHOLE)
def show_staff(member: str) -> dict[str, Any]:
    """One member of staff."""
    _administrator()
    return _whole(member)


@routes.change("PATCH", "/staff/<id:member>", _WHOLE, body=StaffChange())
def change(body: dict[str, Any], member: str) -> dict[str, Any]:
    """Change name, role, skills, or whether they work here. A new role and leaving end all their sessions.

    409 for one's own role, and for the last active administrator.
    """
    by = _administrator()
    role = None if body["role"] is None else Role(body["role"])
    skills = None if body["skills"] is None else tuple(body["skills"])
    with house().store.write(by.street) as tx:
        change_staff(tx, by, member, Change(body["name"], role, body["active"], skills))
    context().sessions.forget_all()
    return _whole(member)


@routes.post("/staff/<id:member>/password", _WHOLE, body=PasswordReset())
def give_password(body: dict[str, Any], member: str) -> dict[str, Any]:
    """Give a colleague a new password; their sessions end. The reason is kept for ever."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            reset_password(tx, by, member, body["password"], body["reason"])
            claim(tx, by, _KIND, member)
        return member

    _administrator()
    return _ended(once(act, str))


@routes.post("/staff/<id:member>/second-factor/reset", _WHOLE, body=FactorReset())
def reset_second_factor(body: dict[str, Any], member: str) -> dict[str, Any]:
    """Let a colleague set up the second factor anew; their sessions end. The reason is kept for ever."""

    def act(by: Caller) -> str:
        with house().store.write(by.street) as tx:
            house().second_factors.reset(tx, by, member, body["reason"])
            claim(tx, by, _KIND, member)
        return member

    _administrator()
    return _ended(once(act, str))


@routes.change("PUT", "/staff/<id:member>/identity", _WHOLE, body=StaffIdentity())
def tie(body: dict[str, Any], member: str) -> dict[str, Any]:
    """Say who a member of staff is at the identity provider; only so do they get in from there."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        house().providers.tie(tx, by, member, Tie(body["kind"], body["value"]))
    return _whole(member)


@routes.change("DELETE", "/staff/<id:member>/identity", None, status=204)
def untie(member: str) -> Response:
    """Let nobody of the identity provider in as this member of staff."""
    by = _administrator()
    with house().store.write(by.street) as tx:
        house().providers.untie(tx, by, member)
    return Response(status=204)


@routes.get("/settings/sign-in", SignInRulesShown())
def rules_of_sign_in() -> dict[str, bool]:
    """What the street asks of its staff at the door."""
    with house().store.read(_administrator().street) as tx:
        return {"second_factor": sign_in_rules.is_required(tx)}


@routes.change("PUT", "/settings/sign-in", SignInRulesShown(), body=SignInRules())
def set_rules_of_sign_in(body: dict[str, Any]) -> dict[str, bool]:
    """Ask administrators and accountants for a second factor from their next sign-in on, or no longer."""
    by = _administrator()
    house().store.retrying(by.street, lambda tx: sign_in_rules.require(tx, by, body["second_factor"]))
    return rules_of_sign_in()


def _administrator() -> Caller:
    caller().must_be(Role.ADMINISTRATOR)
    return caller()


def _ended(member: str) -> dict[str, Any]:
    """After an act that ended somebody's sessions."""
    context().sessions.forget_all()
    return _whole(member)


def _whole(member: str) -> dict[str, Any]:
    with house().store.read(caller().street) as tx:
        one, identity = colleague(tx, member), house().providers.tie_of(tx, member)
    return {name: getattr(one, name) for name in one.__slots__} | {"identity": identity}
