"""Groups of residents that a street defines, such as those over eighty. A resident may be in several."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, func, select, update

from jiedao.directory.caller import Caller, Role, audit
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere
from jiedao.store.unit import STREET, Overtaken, Tx, param

_CODE: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Group:
    """A group, and how many residents are in it."""

    code: str
    name: Text
    residents: int = 0


def add(tx: Tx, caller: Caller, code: str, name: Text) -> None:
    """Define a group (administrators)."""
    caller.must_be(Role.ADMINISTRATOR)
    if not _CODE.fullmatch(code):
        raise Invalid("group.code", _WHAT_CODE, field="code")
    try:
        tx.add(tables.resident_group, code=code, name=name.as_json())
    except AlreadyThere:
        raise Conflict("group.exists", _EXISTS.format(code=code), field="code") from None
    audit(tx, caller, "group.add", f"group {code}", name=name.as_json())


def rename(tx: Tx, caller: Caller, code: str, name: Text) -> None:
    """Give a group another name (administrators); its code stays, because terms go by it."""
    caller.must_be(Role.ADMINISTRATOR)
    if not tx.change(_RENAME, code=code, name_=name.as_json()):
        raise NotFound("group.missing", _MISSING.format(code=code), field="code")
    audit(tx, caller, "group.rename", f"group {code}", name=name.as_json())


def all(tx: Tx) -> list[Group]:
    """Every group of the street with the number of its residents."""
    counted = {row.code: int(row.residents) for row in tx.rows(_COUNTED)}
    return [Group(row.code, Text.from_json(row.name), counted.get(row.code, 0)) for row in tx.rows(_ALL)]


def named(tx: Tx) -> list[Group]:
    """Every group of the street by its name; nobody is counted."""
    return [Group(row.code, Text.from_json(row.name)) for row in tx.rows(_ALL)]


def of(tx: Tx, resident: str) -> list[Group]:
    """The groups that a resident is in."""
    return [Group(row.code, Text.from_json(row.name)) for row in tx.rows(_OF, resident=resident)]


def put(tx: Tx, caller: Caller, resident: str, codes: Iterable[str]) -> None:
    """Let a resident be in exactly these groups; who put them there is kept for ever."""
    wanted, known = set(codes), {row.code for row in tx.rows(_ALL)}
    if unknown := sorted(wanted - known):
        raise Invalid("group.missing", _MISSING.format(code=unknown[0]), field="groups")
    if tx.first(_RESIDENT, resident=resident) is None:
        raise NotFound("resident.missing", _NO_RESIDENT, field="resident")
    before = {group.code for group in of(tx, resident)}
    for code in before - wanted:
        tx.change(_LEAVE, resident=resident, code=code)
    try:
        for code in sorted(wanted - before):
            tx.add(tables.membership, resident=resident, code=code, since=tx.now, staff=caller.staff)
    except AlreadyThere:
        raise Overtaken(resident) from None
    if before != wanted:
        audit(tx, caller, "resident.groups", f"resident {resident}", before=sorted(before), groups=sorted(wanted))


_G, _M, _R = tables.resident_group.c, tables.membership.c, tables.resident.c
_ALL: Final = select(tables.resident_group).where(_G.street == STREET).order_by(_G.code)
_COUNTED: Final = (
    select(_M.code, func.count().label("residents")).where(_M.street == STREET).group_by(_M.code).order_by(_M.code)
)
_OF: Final = (
    select(_G.code, _G.name)
    .join(tables.membership, (_M.street == _G.street) & (_M.code == _G.code))
    .where(_G.street == STREET, _M.resident == param("resident"))
    .order_by(_G.code)
)
_RENAME: Final = (
    update(tables.resident_group).where(_G.street == STREET, _G.code == param("code")).values(name=param("name"))
)
_LEAVE: Final = delete(tables.membership).where(
    _M.street == STREET, _M.resident == param("resident"), _M.code == param("code")
)
_RESIDENT: Final = select(_R.id).where(_R.street == STREET, _R.id == param("resident"))
_WHAT_CODE: Final = Text(
    zh="代码用小写字母、数字和连字符，最多 40 个", en="A code has up to 40 small letters, digits and hyphens"
)
_EXISTS: Final = Text(zh="人群“{code}”已经存在", en='A group "{code}" exists already')
_MISSING: Final = Text(zh="没有人群“{code}”", en='There is no group "{code}"')
_NO_RESIDENT: Final = Text(zh="没有这位居民", en="There is no such resident")
