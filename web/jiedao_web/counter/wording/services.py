"""Words of the hall's own services."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "service.find": Text(zh="事项名称或代码", en="Name or code of a service"),
    "service.none": Text(zh="还没有可以办理的事项，请管理员添加。", en="No services yet; an administrator adds them."),
    "service.no_match": Text(zh="没有找到这样的事项。", en="No such service."),
    "service.workdays": Text(zh="{n} 个工作日内办结", en="within {n} working days"),
    "service.at_once": Text(zh="当场办结", en="at once"),
    "service.back": Text(zh="返回列表", en="Back to the list"),
    "service.note": Text(zh="情况说明", en="Note"),
    "service.add": Text(zh="加入本次办理", en="Add to this visit"),
    "service.nobody": Text(zh="未登记居民", en="no resident"),
    "guide.who": Text(zh="谁可以办", en="For whom"),
    "guide.bring": Text(zh="要带什么", en="Bring"),
    "guide.takes": Text(zh="办理过程", en="How it goes"),
    "guide.fee": Text(zh="费用", en="Fee"),
    "guide.where": Text(zh="办理地点", en="Where"),
    "guide.basis": Text(zh="依据", en="Legal basis"),
    "guide.time": Text(zh="时限", en="Time"),
}
