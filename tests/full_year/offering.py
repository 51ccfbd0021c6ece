"""What the halls offer beside bills: service items with guides and forms, and the hours for appointments."""

from __future__ import annotations

from jiedao.directory.caller import Caller
from jiedao.hall import opening
from jiedao.hall.items import Form, Guide, Item, set_items
from jiedao.hall.opening import Pattern, Where
from jiedao.house import House
from jiedao.language import Text

PERMIT = Item(
    "permit",
    Text("老年优待证", "Senior citizen's card"),
    "elderly",
    Guide(
        who=Text("年满六十周岁的居民", "Residents of sixty and more"),
        bring=Text("身份证\n一寸照片", "Identity card\nPhoto"),
        takes=Text("五个工作日", "Five workdays"),
        fee=Text("免费", "Free"),
        where=Text("各社区大厅", "At every hall"),
    ),
    (Form("apply", Text("申请表", "Application"), Text("姓名：\n住址：", "Name:\nAddress:")),),
    workdays=5,
)
ALLOWANCE = Item(
    "allowance",
    Text("高龄津贴申领", "Allowance for the very old"),
    "elderly",
    Guide(bring=Text("身份证\n银行卡", "Identity card\nBank card")),
    (Form("claim", Text("申领表", "Claim"), Text("姓名：\n账号：", "Name:\nAccount:")),),
    workdays=15,
)
ADVICE = Item("advice", Text("法律咨询", "Legal advice"), "law", needs_booking=True)
ITEMS = (PERMIT, ALLOWANCE, ADVICE)
MORNINGS = Pattern(frozenset({1, 2, 3, 4, 5}), "09:00", "11:00", 30, 2)
AT_HOME = Pattern(frozenset({2, 4}), "14:00", "16:00", 60, 1, Where.HOME)


def offer(house: House, administrator: Caller, halls: list[str]) -> None:
    """Enter the items, and the same hours at every hall."""
    set_items(house.store, administrator, ITEMS)
    for hall in halls:
        opening.set_patterns(house.store, administrator, hall, [MORNINGS, AT_HOME])
