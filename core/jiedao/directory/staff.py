"""Staff: who works for the street, in which role, with which skills. How they sign in is in `sign_in`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from sqlalchemy import select, update

from jiedao.directory import guesses, passwords, sessions, skills
from jiedao.directory.caller import STAFF, Caller, Role, audit
from jiedao.directory.sessions import SignedIn
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Store, Tx, param


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as colleagues see one."""

    id: str
    login: str
    name: str
    role: Role
    active: bool
    second_factor: bool
    """Whether one is set up."""
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be different about a member of staff; None leaves it as it is."""

    name: str | None = None
    role: Role | None = None
    active: bool | None = None
    skills: tuple[str, ...] | None = None


def add_staff(tx: Tx, login: str, name: str, role: Role, password: str, *, skills_: Iterable[str] = ()) -> str:
    """Register a member of staff; the id. Passwords have at least ten characters, and are not the commonest."""
    _check_role(role)
    if not _LOGIN.fullmatch(login):
        raise Invalid("staff.login", _LOGIN_WRONG, field="login")
    hashed = passwords.hashed(password, login=login, name=name)
    id_ = new_id()
    try:
        tx.add(tables.staff, id=id_, login=login, name=_named(name), role=role, password=hashed)
    except AlreadyThere:
        raise Conflict("staff.exists", _EXISTS.format(login=login), field="login") from None
    skills.give_staff(tx, id_, skills_)
    return id_


def colleagues(tx: Tx, *, after: str = "", limit: int = 50) -> list[Colleague]:
    """Members of staff by login, those who left too, beginning behind a login."""
    known = skills.of_staff(tx)
    return [_colleague(row, known.get(row.id, ())) for row in tx.rows(_PAGE, after=after, limit=limit)]


def colleague(tx: Tx, id_: str) -> Colleague:
    """One member of staff."""
    row = tx.first(_ONE, id_=id_)
    if row is None:
        raise NotFound("staff.missing", _MISSING, field="staff")
    return _colleague(row, skills.of_staff(tx).get(id_, ()))


def of_login(tx: Tx, login: str) -> str:
    """The id of whoever has a login."""
    row = tx.first(_BY_LOGIN, login=login)
    if row is None:
        raise NotFound("staff.missing", _MISSING, field="login")
    found: str = row.id
    return found


def change_staff(tx: Tx, by: Caller, id_: str, change: Change) -> None:
    """Change a member of staff; a new role, or leaving, ends all their sessions.

    Nobody changes their own role or leaves by themselves, and one active administrator always remains (`Conflict`).
    """
    by.must_be(Role.ADMINISTRATOR)
    _check_role(change.role)
    administrators = {row.id for row in tx.rows(_ADMINISTRATORS)}
    before = colleague(tx, id_)
    after = _changed(before, change)
    moved = (before.role, before.active) != (after.role, after.active)
    if moved and by.staff == id_:
        raise Conflict("staff.self", _SELF, field="role" if before.role != after.role else "active")
    stays = after.active and after.role is Role.ADMINISTRATOR
    if not stays and administrators == {id_}:
        raise Conflict("staff.last_administrator", _LAST, field="role" if after.active else "active")
    tx.change(_CHANGE, id_=id_, name_=after.name, role_=after.role, active_=after.active)
    if change.skills is not None:
        skills.give_staff(tx, id_, change.skills)
    if moved:
        sessions.end_all(tx, id_)
    audit(tx, by, "staff.change", f"staff {id_}", **_differences(before, after))


def reset_password(tx: Tx, by: Caller, id_: str, password: str, reason: str) -> None:
    """Give a colleague a new password, for a reason that is kept; their sessions end, and so does a lock."""
    by.must_be(Role.ADMINISTRATOR)
    if by.staff == id_:
        raise Conflict("password.self", _OWN_PASSWORD, field="password")
    who = colleague(tx, id_)
    _set_password(tx, who, password)
    sessions.end_all(tx, id_)
    guesses.forgive(tx, who.login)
    audit(tx, by, "staff.password", f"staff {id_}", reason)


def change_password(store: Store, caller: Caller, token: str, old: str, new: str) -> SignedIn:
    """Change one's own password; the session gets a new token and all the others end.

    `Invalid` for a wrong old password, which counts as a wrong guess.
    """
    who = prove_password(store, caller, old, field="old")
    if old == new:
        raise Invalid("password.same", _SAME, field="password")
    with store.write(caller.street) as tx:
        _set_password(tx, who, new)
        sessions.end_all(tx, caller.staff, but=token)
        audit(tx, caller, "staff.password", f"staff {caller.staff}")
        return sessions.renew(tx, token, caller)


def prove_password(store: Store, caller: Caller, password: str, *, field: str = "password") -> Colleague:
    """That it is still the same person who sits there; `Invalid` for a wrong password, which counts as a guess."""
    with store.read(caller.street) as tx:
        who, row = colleague(tx, caller.staff), tx.first(_ONE, id_=caller.staff)
        guesses.check(tx, who.login)
    if not passwords.matches(row.password if row else None, password):
        guesses.note(store, caller.street, who.login)
        raise Invalid("password.wrong", _PASSWORD_WRONG, field=field)
    return who


def _set_password(tx: Tx, who: Colleague, password: str) -> None:
    tx.change(_PASSWORD, id_=who.id, password_=passwords.hashed(password, login=who.login, name=who.name))


def _changed(before: Colleague, change: Change) -> Colleague:
    return replace(
        before,
        name=before.name if change.name is None else _named(change.name),
        role=before.role if change.role is None else change.role,
        active=before.active if change.active is None else change.active,
        skills=before.skills if change.skills is None else tuple(sorted(set(change.skills))),
    )


def _differences(before: Colleague, after: Colleague) -> dict[str, Any]:
    """What the audit keeps: the new value of everything that is another one."""
    told = ("name", "role", "active", "skills")
    return {name: getattr(after, name) for name in told if getattr(before, name) != getattr(after, name)}


def _check_role(role: Role | None) -> None:
    if role is not None and role not in STAFF:
        raise Invalid("staff.role", _ROLE, field="role")


def _named(name: str) -> str:
    if not name.strip():
        raise Invalid("staff.name", _NAMELESS, field="name")
    return name.strip()


def _colleague(row: Row, known: tuple[str, ...]) -> Colleague:
    factor = row.since is not None
    return Colleague(row.id, row.login, row.name, Role(row.role), bool(row.active), factor, known)


_LOGIN: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,64}")
_P, _F = tables.staff.c, tables.second_factor.c
_WITH_FACTOR: Final = select(tables.staff, _F.since).outerjoin(
    tables.second_factor, (_F.street == _P.street) & (_F.staff == _P.id)
)
_ONE: Final = _WITH_FACTOR.where(_P.street == STREET, _P.id == param("id"))
_PAGE: Final = (
    _WITH_FACTOR.where(_P.street == STREET, _P.login > param("after")).order_by(_P.login).limit(param("limit"))
)
_BY_LOGIN: Final = select(_P.id).where(_P.street == STREET, _P.login == param("login"))
_ADMINISTRATORS: Final = (
    select(_P.id)
    .where(_P.street == STREET, _P.role == Role.ADMINISTRATOR, _P.active.is_(True))
    .order_by(_P.id)
    .with_for_update()
)
"""Locked, so that two who dismiss each other at the same moment do so one after the other."""
_CHANGE: Final = (
    update(tables.staff)
    .where(_P.street == STREET, _P.id == param("id"))
    .values(name=param("name"), role=param("role"), active=param("active"))
)
_PASSWORD: Final = (
    update(tables.staff).where(_P.street == STREET, _P.id == param("id")).values(password=param("password"))
)
_ROLE: Final = Text(zh="工作人员不能是这个角色", en="Staff cannot have this role")
_EXISTS: Final = Text(zh="用户名 {login} 已经存在", en="The login {login} exists already")
_MISSING: Final = Text(zh="没有这位工作人员", en="There is no such member of staff")
_LOGIN_WRONG: Final = Text(zh="用户名是 1 到 64 个字符，不含空格", en="A login has 1 to 64 characters and no spaces")
_NAMELESS: Final = Text(zh="请写姓名", en="Give a name")
_SELF: Final = Text(
    zh="不能改自己的角色，也不能停用自己，请另一位管理员办理",
    en="You cannot change your own role or deactivate yourself; ask another administrator",
)
_LAST: Final = Text(
    zh="这是最后一位在岗的管理员，街道不能没有管理员",
    en="This is the last active administrator; a street must have one",
)
_OWN_PASSWORD: Final = Text(
    zh="请在“我的账号”里修改自己的密码", en="Change your own password on the page of your account"
)
_PASSWORD_WRONG: Final = Text(zh="现在的密码不对", en="The present password is wrong")
_SAME: Final = Text(zh="新密码和原来的一样", en="The new password is the old one")
