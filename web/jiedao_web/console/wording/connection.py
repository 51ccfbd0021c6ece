"""Words of a connection's page, its terms, and of switching it off."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "state.off": Text(zh="关闭", en="Off"),
    "state.test": Text(zh="试用", en="Test"),
    "state.live": Text(zh="正式", en="Live"),
    "state.paused": Text(zh="暂停", en="Paused"),
    "step.off": Text(zh="设置已保存，窗口看不到它。", en="The settings are kept; the counter does not see it."),
    "step.test": Text(
        zh="窗口可以办理，先办一两笔小额的，看对方是否收到。",
        en="The counter can use it. Do one or two small things and see that they arrive.",
    ),
    "step.live": Text(
        zh="检查通过后对居民开放，每天自动检查一次。",
        en="Open to residents after a check that passed; checked by itself once a day.",
    ),
    "connection.state": Text(zh="状态", en="State"),
    "connection.pause": Text(zh="暂停", en="Pause"),
    "connection.off": Text(zh="关闭…", en="Switch off…"),
    "connection.paused_since": Text(
        zh="{at} 起暂停，不办新业务，未了结的继续办完。",
        en="Paused since {at}: no new business, and what is open is finished.",
    ),
    "connection.paused_settings": Text(
        zh="原因：设置改过，请检查后重新启用。",
        en="Why: its settings were changed. Check them, then take it live again.",
    ),
    "connection.paused_by_hand": Text(zh="由管理员暂停。", en="An administrator paused it."),
    "connection.next_off": Text(
        zh="下一步：转入试用，在窗口办一笔小额的。", en="Next: put it into Test, and do something small at the counter."
    ),
    "connection.next_check": Text(
        zh="下一步：检查接入。检查通过后才能正式启用。",
        en="Next: check the connection. Only a check that passes opens the way to Live.",
    ),
    "connection.next_ready": Text(zh="检查已通过，可以正式启用。", en="The check has passed: it can go live."),
    "connection.next_live": Text(zh="已对居民开放。", en="It is open to residents."),
    "connection.to_test": Text(zh="转入试用", en="Begin the test"),
    "connection.back_to_test": Text(zh="回到试用", en="Back to Test"),
    "connection.to_live": Text(zh="正式启用", en="Go live"),
    "connection.check": Text(zh="立即检查", en="Check now"),
    "connection.check_passed": Text(zh="检查通过。", en="The check passed."),
    "connection.check_failed": Text(zh="检查未通过。", en="The check did not pass."),
    "connection.check_old": Text(zh="之后设置改过", en="the settings were changed since"),
    "connection.never_checked": Text(zh="还没有检查过。", en="It has not been checked yet."),
    "connection.settings": Text(zh="设置", en="Settings"),
    "connection.settings_says": Text(
        zh="密钥不显示；不填就保持原来的。", en="Secrets are not shown; leave one empty to keep it."
    ),
    "connection.settings_live": Text(
        zh="保存后会先暂停，检查通过才能重新启用。密钥不填就保持原来的。",
        en="Saving pauses it until a check has passed again. Leave a secret empty to keep it.",
    ),
    "connection.save": Text(zh="保存设置", en="Save the settings"),
    "connection.no_settings": Text(zh="这项服务没有要填的设置。", en="There is nothing to set."),
    "connection.no_plugin": Text(zh="它的插件现在不可用。", en="Its plugin is not here or is kept apart."),
    "connection.open": Text(zh="未了结", en="Still open"),
    "connection.open_since": Text(zh="最早 {at}", en="the oldest since {at}"),
    "connection.open_none": Text(zh="没有未了结的事。", en="Nothing is open."),
    "connection.history": Text(zh="经过", en="What happened"),
    "connection.history_none": Text(zh="还没有记录。", en="Nothing is noted yet."),
    "connection.somebody": Text(zh="系统", en="The system"),
    "terms.title": Text(zh="约定", en="Terms"),
    "terms.lead": Text(
        zh="只管新办的业务；已经开始的总能办完。空着就是不限。",
        en="They hold for what begins; what has begun is always finished. Leave a field empty for no bound.",
    ),
    "terms.amounts": Text(zh="金额（元）", en="Amounts (yuan)"),
    "terms.least": Text(zh="每笔至少", en="Least for one"),
    "terms.most": Text(zh="每笔最多", en="Most for one"),
    "terms.daily": Text(zh="每天合计最多", en="Most in a day"),
    "terms.hours": Text(zh="办理时间", en="Hours of service"),
    "terms.hours_says": Text(
        zh="按街道当地时间；结束填 00:00 表示到半夜。", en="The street's own time; an end of 00:00 is midnight."
    ),
    "terms.holidays": Text(zh="节假日照常办理", en="Open on public holidays too"),
    "terms.holidays_says": Text(
        zh="不勾选时按街道日历休息，调休的周末按星期一办理。",
        en="If not, the street's calendar closes it, and a make-up workday is open as Mondays are.",
    ),
    "terms.groups": Text(zh="只对这些居民开放", en="For these residents only"),
    "terms.groups_says": Text(zh="都不勾选就是对所有居民开放。", en="With none chosen it is for every resident."),
    "terms.groups_edit": Text(zh="管理人群", en="Edit groups"),
    "terms.since": Text(zh="从哪天起办理", en="First day of business"),
    "terms.since_says": Text(zh="例如合同生效日", en="Such as the day the contract begins"),
    "terms.credential_until": Text(zh="证书或合同有效期至", en="Certificate or contract until"),
    "terms.credential_until_says": Text(zh="到期前 30 天会在问题页提醒", en="Problems tells of it 30 days before"),
    "terms.save": Text(zh="保存约定", en="Save the terms"),
    "off.title": Text(zh="关闭：{title}", en="Switch off: {title}"),
    "off.back": Text(zh="返回接入", en="Back to the connection"),
    "off.open": Text(zh="还有没办完的", en="Something is still open"),
    "off.open_says": Text(
        zh="这些办完之前不能关闭，否则钱和邮件就没有下落。",
        en="Until these are finished it cannot be switched off: money and letters would be lost sight of.",
    ),
    "off.look": Text(zh="去看看", en="Look at it"),
    "off.pause_says": Text(
        zh="可以先暂停：不再办新业务，上面这些会自动办完，之后再关闭。",
        en="Pause it instead: it takes nothing new, finishes what is above, and can be switched off then.",
    ),
    "off.pause": Text(zh="先暂停", en="Pause it"),
    "off.paused_already": Text(
        zh="已经暂停。上面这些办完后就能关闭。", en="It is paused. When these are finished, it can be switched off."
    ),
    "off.nothing": Text(zh="没有未了结的事", en="Nothing is open"),
    "off.nothing_says": Text(
        zh="关闭后窗口不再看到它；设置、约定和历史都保留，随时可以再开通。",
        en="The counter will not see it any more. Settings, terms and history are kept; it can be switched on again.",
    ),
    "off.do": Text(zh="关闭", en="Switch it off"),
    "off.is_off": Text(zh="它已经关闭", en="It is off"),
}
