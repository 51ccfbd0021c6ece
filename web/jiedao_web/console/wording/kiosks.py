"""Words of the page about kiosks."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "kiosk.list": Text(zh="自助机", en="Kiosks"),
    "kiosk.lead": Text(
        zh="每台自助机的状态。缺纸时自助机不收款。", en="How each kiosk is. One that is low on paper takes no money."
    ),
    "kiosk.none": Text(zh="还没有自助机", en="There are no kiosks yet"),
    "kiosk.none_says": Text(
        zh="先新增一个类型为自助机的收银台，再在这里登记设备。",
        en="Add a till of the kind kiosk first; then enrol its device here.",
    ),
    "kiosk.name": Text(zh="名称", en="Name"),
    "kiosk.hall": Text(zh="大厅", en="Hall"),
    "kiosk.device": Text(zh="设备", en="Device"),
    "kiosk.enrolled": Text(zh="已登记", en="Enrolled"),
    "kiosk.not_enrolled": Text(zh="未登记", en="Not enrolled"),
    "kiosk.lost": Text(zh="联系不上", en="Not reachable"),
    "kiosk.condition": Text(zh="状态", en="Condition"),
    "kiosk.seen": Text(zh="最近联系", en="Last heard of"),
    "kiosk.never": Text(zh="从未", en="Never"),
    "kiosk.actions": Text(zh="操作", en="What to do"),
    "kiosk.code": Text(zh="生成登记码", en="Make an enrolment code"),
    "kiosk.code_title": Text(zh="登记码", en="Enrolment code"),
    "kiosk.code_says": Text(
        zh="在自助机上打开 /kiosk/，输入街道代码 {street} 和这个登记码。半小时内有效，只能用一次，关闭后不再显示。",
        en="Open /kiosk/ on the kiosk, and enter the street's code {street} and this code. It is good for half an "
        "hour, once, and is not shown again.",
    ),
    "kiosk.revoke": Text(zh="停用设备", en="Revoke the device"),
    "kiosk.revoke_says": Text(
        zh="停用后这台设备不能再用，要重新登记。例如设备被盗、报废或搬走。",
        en="It can do nothing more until it is enrolled anew. For one that was stolen, scrapped or moved.",
    ),
    "kiosk.reason": Text(zh="理由", en="Reason"),
    "kiosk.cancel": Text(zh="不停用", en="Keep it"),
}
