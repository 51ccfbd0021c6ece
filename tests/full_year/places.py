"""Where and who: communities with their halls, tills, staff, connections, and the points programme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from argon2 import PasswordHasher

from jiedao.directory.caller import Caller, Role
from jiedao.directory.places import Kind, add_hall, add_street, add_till
from jiedao.house import House
from jiedao.ids import new_id
from jiedao.language import Text
from jiedao.points.programme import found
from jiedao.registry.connections import State
from jiedao.store import tables
from jiedao.store.unit import Tx

from .offering import offer

ZONE = "Asia/Shanghai"
HALLS = (
    Text("康巴什社区", "Kangbashi community"),
    Text("团结社区", "Unity community"),
    Text("青春山社区", "Green Hill community"),
    Text("乌兰木伦社区", "Ulan Muren community"),
    Text("呼和塔拉社区", "Hohtala community"),
    Text("湖滨社区", "Lakeside community"),
    Text("东胜社区", "Dongsheng community"),
    Text("铁西社区", "Tiexi community"),
    Text("阳光社区", "Sunshine community"),
    Text("巴音社区", "Bayin community"),
)
OPERATORS = ("王芳", "李强", "娜仁托娅", "赵敏", "陈静", "巴特尔", "刘洋", "杨帆", "张磊", "苏日娜")
TITLES = {
    "cash": Text("现金", "Cash"),
    "card": Text("银联刷卡", "Card terminal"),
    "bills": Text("缴费平台", "Bill platform"),
    "post": Text("邮局积分卡", "Post office card"),
    "ems": Text("邮政快递", "Post office"),
    "bureau": Text("社保经办", "Social insurance"),
}


@dataclass(frozen=True)
class Till:
    """A till with whoever sits there."""

    id: str
    name: str
    hall: str
    hall_name: Text
    staff: str
    staff_name: str


@dataclass(frozen=True)
class Places:
    """The tills at windows, and members of staff by role."""

    name: Text
    tills: list[Till]
    staff: Mapping[Role, Caller]


def found_street(house: House, street: str, plan: Any, password: str) -> Places:
    """Found the street with everything that does not move."""
    name = Text("诃额伦街道", "Heelun")
    hashed = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(password)
    with house.store.write(street) as tx:
        add_street(tx, name, ZONE, "CNY", "CN")
        tills = [till for number in range(plan.halls) for till in _hall(tx, number, plan.tills, hashed)]
        add_till(tx, "K1", "h1", "自助机 1", kind=Kind.KIOSK)
        add_till(tx, "P1", "h1", "手机", kind=Kind.PHONE)
        for id_, plugin in plan.plugins.items():
            house.connections.create(tx, id_, plugin, TITLES[id_], plan.settings.get(id_, {}))
            house.connections.switch(tx, id_, State.TEST)
        found(tx, "post", "postpaid", ["property", "pension", "medical", "water"])
        staff = {role: _hire(tx, role.value, _NAMES[role], role, hashed, tills[0].id) for role in _NAMES}
    offer(house, staff[Role.ADMINISTRATOR], sorted({till.hall for till in tills}))
    return Places(name, tills, staff)


def _hall(tx: Tx, number: int, tills: int, hashed: str) -> list[Till]:
    hall, name = f"h{number + 1}", HALLS[number % len(HALLS)]
    add_hall(tx, hall, name)
    made = []
    for place in range(tills):
        id_ = f"T{number * tills + place + 1}"
        add_till(tx, id_, hall, f"{place + 1} 号窗口")
        who = OPERATORS[(number * tills + place) % len(OPERATORS)]
        caller = _hire(tx, f"op-{id_}", who, Role.OPERATOR, hashed, id_)
        made.append(Till(id_, f"{place + 1} 号窗口", hall, name, caller.staff, who))
    return made


def _hire(tx: Tx, login: str, name: str, role: Role, hashed: str, till: str) -> Caller:
    id_ = new_id()
    tx.add(tables.staff, id=id_, login=login, name=name, role=role, password=hashed)
    return Caller(tx.street, id_, role, till, name)


_NAMES = {Role.OPERATOR: "王芳", Role.ACCOUNTANT: "孙丽", Role.ADMINISTRATOR: "额尔德尼"}
