"""Words of the first page."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "overview.title": Text(zh="概览", en="Overview"),
    "overview.as_of": Text(zh="数据截至 {time}", en="As of {time}"),
    "overview.counting": Text(
        zh="较早的交易还在汇总，数据截至 {time}", en="Earlier visits are still being added up; complete as of {time}"
    ),
    "overview.collected": Text(zh="实收金额", en="Collected"),
    "overview.collected_says": Text(zh="{orders} 笔交易，{lines} 张账单", en="{orders} visits, {lines} bills"),
    "overview.refunded": Text(zh="已扣除退款 {refunded} 元", en="Refunds of {refunded} are taken off"),
    "overview.by_day": Text(zh="每日实收（元）", en="Collected by day (yuan)"),
    "overview.by_month": Text(zh="每月实收（元）", en="Collected by month (yuan)"),
    "overview.chart_says": Text(
        zh="共 {many} 段，合计 {total}；最高为 {most}，{amount}",
        en="{many} steps, {total} in all; most in {most}: {amount}",
    ),
    "overview.chart_table": Text(zh="数字", en="As numbers"),
    "overview.when": Text(zh="时间", en="When"),
    "overview.amount": Text(zh="金额（元）", en="Amount (yuan)"),
    "overview.portion": Text(zh="占比", en="Share"),
    "overview.billers": Text(zh="按收费单位", en="By biller"),
    "overview.biller": Text(zh="收费单位", en="Biller"),
    "overview.halls": Text(zh="按大厅", en="By hall"),
    "overview.hall": Text(zh="大厅", en="Hall"),
    "overview.ways": Text(zh="支付方式", en="How it was paid"),
    "overview.with_points": Text(zh="积分抵付", en="Points"),
    "overview.points": Text(zh="积分", en="Points"),
    "overview.issued": Text(zh="发放", en="Earned"),
    "overview.redeemed": Text(zh="抵付", en="Redeemed"),
    "overview.lapsed": Text(zh="到期失效", en="Lapsed"),
    "overview.owed": Text(zh="邮局应付", en="Owed by the post office"),
    "overview.pool": Text(zh="邮局预付余额", en="Paid ahead by the post office"),
    "overview.certified": Text(zh="资格认证", en="Certifications"),
    "overview.scheme": Text(zh="险种", en="Scheme"),
    "overview.done": Text(zh="已办", en="Done"),
    "overview.due": Text(zh="待认证", en="Due"),
    "overview.overdue": Text(zh="逾期", en="Overdue"),
    "overview.suspended": Text(zh="停发", en="Suspended"),
    "overview.no_schemes": Text(zh="还没有开办险种", en="No schemes yet"),
    "overview.parcels": Text(zh="邮件", en="Post"),
    "overview.no_parcels": Text(zh="这段时间没有交寄邮件", en="Nothing was posted in this span"),
    "overview.open": Text(zh="待办", en="Open items"),
    "overview.problems": Text(zh="全部问题", en="All problems"),
    "overview.need_a_person": Text(zh="待处理问题", en="Problems that need a person"),
    "overview.all_clear": Text(zh="没有待办事项", en="Nothing is open"),
    "overview.review": Text(zh="人工核查", en="For a person to check"),
    "overview.breaks": Text(zh="对账差错", en="Breaks in settlements"),
    "overview.old_shifts": Text(zh="前一天未结班", en="Shifts open since before today"),
    "overview.unknown": Text(zh="确认中", en="Being confirmed"),
    "overview.unsent": Text(zh="待发送", en="Not sent yet"),
    "overview.nothing": Text(zh="这段时间没有收费", en="Nothing was collected in this span"),
    "overview.nothing_says": Text(
        zh="窗口收费后，这里会显示金额、收费单位和大厅", en="Once a counter has taken a payment it shows here"
    ),
    "overview.downloads": Text(zh="导出", en="Export"),
    "span.title": Text(zh="时间段", en="Span"),
    "span.today": Text(zh="今天", en="Today"),
    "span.week": Text(zh="本周", en="This week"),
    "span.month": Text(zh="本月", en="This month"),
    "span.year": Text(zh="今年", en="This year"),
    "span.own": Text(zh="自选日期", en="Own dates"),
    "span.from": Text(zh="从", en="From"),
    "span.to": Text(zh="到", en="To"),
    "span.show": Text(zh="查看", en="Show"),
    "span.says": Text(zh="{first} 至 {last}", en="{first} to {last}"),
}
