"""Words of the page of resident groups."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "groups.title": Text(zh="居民人群", en="Resident groups"),
    "groups.lead": Text(
        zh="有些服务只对一部分居民开放，例如八十岁以上老人。在这里定义人群，在接入的约定里选用。",
        en="Some services are for some residents only, such as those over eighty. Define groups here, and choose them "
        "in the terms of a connection.",
    ),
    "groups.add": Text(zh="新增人群", en="Add a group"),
    "groups.rename": Text(zh="改名", en="Rename"),
    "groups.save": Text(zh="保存", en="Save"),
    "groups.name": Text(zh="名称", en="Name"),
    "groups.name_zh": Text(zh="中文名称", en="Name in Chinese"),
    "groups.name_en": Text(zh="英文名称", en="Name in English"),
    "groups.code": Text(zh="代码", en="Code"),
    "groups.code_says": Text(
        zh="小写字母、数字和连字符，例如 over-80；以后不能改",
        en="Small letters, digits and hyphens, such as over-80; it stays for good",
    ),
    "groups.residents": Text(zh="居民人数", en="Residents"),
    "groups.members": Text(zh="居民属于哪些人群", en="Who is in which group"),
    "groups.members_says": Text(
        zh="找到居民，勾选人群。谁改的会留下记录。", en="Find a resident and tick groups. Who did so is noted."
    ),
    "groups.search": Text(zh="证件号、手机号、卡号或姓名", en="Number, phone, card or name"),
    "groups.find": Text(zh="查找", en="Find"),
    "script.members_none": Text(zh="没有找到这位居民", en="No such resident was found"),
    "script.members_of": Text(zh="{name}所属人群", en="Groups of {name}"),
    "script.members_save": Text(zh="保存", en="Save"),
    "script.members_saved": Text(zh="已保存", en="Saved"),
    "groups.none": Text(zh="还没有人群", en="There are no groups yet"),
    "groups.none_says": Text(
        zh="没有人群时，所有服务对全体居民开放。", en="Without groups, every service is for every resident."
    ),
}
