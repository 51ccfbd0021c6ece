"""Skills: what somebody, or a counter, can serve. A street keeps its own short list of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select, update

from jiedao.directory.caller import Caller, Role, audit
from jiedao.language import Text
from jiedao.problems import Conflict, Invalid, NotFound
from jiedao.store import tables
from jiedao.store.direct import AlreadyThere, Row
from jiedao.store.unit import STREET, Tx, param


@dataclass(frozen=True, slots=True)
class Skill:
    """A code such as `bills`, and what people call it."""

    code: str
    name: Text


def skills(tx: Tx) -> list[Skill]:
    """Every skill of the street, by code."""
    return [Skill(row.code, Text.from_json(row.name)) for row in tx.rows(_ALL)]


def skill(tx: Tx, code: str) -> Skill:
    """One skill."""
    found = next((one for one in skills(tx) if one.code == code), None)
    if found is None:
        raise NotFound("skill.missing", _MISSING.format(code=code), field="code")
    return found


def add_skill(tx: Tx, by: Caller, code: str, name: Text) -> None:
    """Add one to the street's list, which holds a hundred at most."""
    by.must_be(Role.ADMINISTRATOR)
    if not _CODE.fullmatch(code):
        raise Invalid("skill.code", _CODE_WRONG, field="code")
    if len(tx.rows(_ALL)) >= _MOST:
        raise Conflict("skill.many", _MANY)
    try:
        tx.add(tables.skill, code=code, name=name.as_json())
    except AlreadyThere:
        raise Conflict("skill.exists", _EXISTS.format(code=code), field="code") from None
    audit(tx, by, "skill.add", f"skill {code}")


def rename_skill(tx: Tx, by: Caller, code: str, name: Text) -> None:
    """Call it something else; the code stays."""
    by.must_be(Role.ADMINISTRATOR)
    if not tx.change(_RENAME, code_=code, name_=name.as_json()):
        raise NotFound("skill.missing", _MISSING.format(code=code), field="code")
    audit(tx, by, "skill.rename", f"skill {code}", name=name.as_json())


def remove_skill(tx: Tx, by: Caller, code: str) -> None:
    """Take it off the list, and away from everybody and every counter that has it."""
    by.must_be(Role.ADMINISTRATOR)
    for statement in (_DROP_STAFF, _DROP_TILL):
        tx.change(statement, code=code)
    if not tx.change(_REMOVE, code=code):
        raise NotFound("skill.missing", _MISSING.format(code=code), field="code")
    audit(tx, by, "skill.remove", f"skill {code}")


def of_staff(tx: Tx) -> Mapping[str, tuple[str, ...]]:
    """The skills of each member of staff who has any, by id."""
    return _by_owner(tx.rows(_STAFF))


def of_tills(tx: Tx) -> Mapping[str, tuple[str, ...]]:
    """The skills of each counter that has any, by till."""
    return _by_owner(tx.rows(_TILLS))


def give_staff(tx: Tx, staff: str, codes: Iterable[str]) -> None:
    """What somebody can serve from now on: exactly these."""
    wanted = _known(tx, codes)
    tx.change(_CLEAR_STAFF, owner=staff)
    tx.put(tables.staff_skill, *({"staff": staff, "skill": code} for code in wanted))


def give_till(tx: Tx, till: str, codes: Iterable[str]) -> None:
    """What can be served at a counter from now on: exactly these."""
    wanted = _known(tx, codes)
    tx.change(_CLEAR_TILL, owner=till)
    tx.put(tables.till_skill, *({"till": till, "skill": code} for code in wanted))


def _known(tx: Tx, codes: Iterable[str]) -> list[str]:
    wanted = sorted(set(codes))
    known = {row.code for row in tx.rows(_ALL)} if wanted else set()
    for code in wanted:
        if code not in known:
            raise Invalid("skill.missing", _MISSING.format(code=code), field="skills")
    return wanted


def _by_owner(rows: Sequence[Row]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in rows:
        found[row.owner] = (*found.get(row.owner, ()), row.skill)
    return found


_MOST: Final = 100
_CODE: Final = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_S, _P, _T = tables.skill.c, tables.staff_skill.c, tables.till_skill.c
_ALL: Final = select(tables.skill).where(_S.street == STREET).order_by(_S.code)
_RENAME: Final = update(tables.skill).where(_S.street == STREET, _S.code == param("code")).values(name=param("name"))
_REMOVE: Final = delete(tables.skill).where(_S.street == STREET, _S.code == param("code"))
_STAFF: Final = select(_P.staff.label("owner"), _P.skill).where(_P.street == STREET).order_by(_P.staff, _P.skill)
_TILLS: Final = select(_T.till.label("owner"), _T.skill).where(_T.street == STREET).order_by(_T.till, _T.skill)
_CLEAR_STAFF: Final = delete(tables.staff_skill).where(_P.street == STREET, _P.staff == param("owner"))
_CLEAR_TILL: Final = delete(tables.till_skill).where(_T.street == STREET, _T.till == param("owner"))
_DROP_STAFF: Final = delete(tables.staff_skill).where(_P.street == STREET, _P.skill == param("code"))
_DROP_TILL: Final = delete(tables.till_skill).where(_T.street == STREET, _T.skill == param("code"))
_CODE_WRONG: Final = Text(
    zh="技能代码以小写字母开头，由小写字母、数字、- 和 _ 组成，例如 bills",
    en="A skill's code begins with a small letter and has small letters, digits, - and _, such as bills",
)
_EXISTS: Final = Text(zh="技能 {code} 已经存在", en="Skill {code} exists already")
_MISSING: Final = Text(zh="没有技能 {code}", en="There is no skill {code}")
_MANY: Final = Text(zh="技能太多了（最多 100 项）", en="These are too many skills (100 at most)")
