"""Words of the page of days and shifts."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "days.title": Text(zh="班次与日结", en="Days and shifts"),
    "days.open": Text(zh="开班中", en="Open now"),
    "days.none_open": Text(zh="现在没有开班的收银台", en="No till is open now"),
    "days.empty": Text(zh="这段时间没有结束的班次", en="No shift ended in this span"),
    "days.empty_says": Text(zh="窗口结班后会显示在这里", en="Shifts show here once a counter has closed them"),
    "days.till": Text(zh="收银台", en="Till"),
    "days.hall": Text(zh="大厅", en="Hall"),
    "days.staff": Text(zh="经办人", en="Operator"),
    "days.hours": Text(zh="时间", en="Hours"),
    "days.since": Text(zh="开班时间", en="Open since"),
    "days.float": Text(zh="备用金", en="Float"),
    "days.expected": Text(zh="应有", en="Expected"),
    "days.counted": Text(zh="清点", en="Counted"),
    "days.difference": Text(zh="长短款", en="Over or short"),
    "days.even": Text(zh="相符", en="Even"),
    "days.over": Text(zh="长款 {amount}", en="Over {amount}"),
    "days.short": Text(zh="短款 {amount}", en="Short {amount}"),
    "days.batches": Text(zh="收单批次", en="Batches"),
    "days.no_batch": Text(zh="无", en="None"),
    "days.waiting": Text(zh="有交易确认中，批次稍后日结", en="Settled later: something is being confirmed"),
    "days.unbalanced": Text(zh="总额曾不符，已上送明细", en="Totals differed; details were sent"),
    "days.old": Text(zh="前一天未结", en="From an earlier day"),
    "days.close": Text(zh="结班", en="Close"),
    "days.close_says": Text(zh="清点钱箱后录入金额（元）", en="Count the drawer, then enter the amount (yuan)"),
    "days.total": Text(zh="{many} 个班次", en="{many} shifts"),
    "days.more": Text(zh="更早的班次", en="Earlier shifts"),
    "days.print": Text(zh="打印", en="Print"),
}
