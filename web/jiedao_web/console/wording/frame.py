"""Words of the frame around every page."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "app.name": Text(zh="街道管理台", en="Street console"),
    "nav.title": Text(zh="导航", en="Navigation"),
    "nav.street": Text(zh="街道", en="Street"),
    "nav.services": Text(zh="服务", en="Services"),
    "nav.money": Text(zh="资金", en="Money"),
    "nav.people": Text(zh="人员与居民", en="People"),
    "nav.system": Text(zh="系统", en="System"),
    "nav.counter": Text(zh="去窗口", en="To the counter"),
    "frame.account": Text(zh="我的账号", en="My account"),
    "frame.sign_out": Text(zh="退出", en="Sign out"),
    "frame.refused": Text(zh="不能打开此页", en="This page cannot be shown"),
    "frame.back": Text(zh="返回首页", en="Back to the first page"),
    "role.operator": Text(zh="窗口人员", en="Operator"),
    "role.accountant": Text(zh="会计", en="Accountant"),
    "role.administrator": Text(zh="管理员", en="Administrator"),
}
