"""Words of the catalogue and of switching a service on."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "catalogue.title": Text(zh="服务目录", en="Catalogue"),
    "catalogue.lead": Text(
        zh="本街道可以开通的全部服务：做什么、要准备什么、质量如何。",
        en="Everything this street can switch on: what it does, what it needs, and how well it was examined.",
    ),
    "catalogue.search": Text(zh="查找服务", en="Search"),
    "catalogue.find": Text(zh="查找", en="Find"),
    "catalogue.all": Text(zh="显示全部", en="Show all"),
    "catalogue.own": Text(zh="本街道的接入", en="Connections of this street"),
    "catalogue.needs": Text(zh="需要准备", en="Needs"),
    "catalogue.needs_nothing": Text(zh="无需准备", en="nothing"),
    "catalogue.used": Text(zh="使用情况", en="In use"),
    "catalogue.elsewhere": Text(zh="另有 {count} 个街道在用", en="in other streets here: {count}"),
    "catalogue.nowhere": Text(zh="还没有别的街道使用", en="in no other street here"),
    "catalogue.here": Text(zh="本街道", en="Here"),
    "catalogue.switch_on": Text(zh="开通", en="Switch on"),
    "catalogue.one_more": Text(zh="再开通一个", en="Add another"),
    "catalogue.none": Text(zh="没有找到", en="Nothing found"),
    "catalogue.none_says": Text(zh="换个词试试，例如“邮政”。", en="Try another word, such as post."),
    "catalogue.quarantined": Text(zh="已隔离的插件", en="Kept apart"),
    "catalogue.quarantined_says": Text(
        zh="这些插件无法加载，其余服务不受影响。请把原因告诉系统维护人员。",
        en="These plugins cannot be loaded; all others work. Tell whoever looks after the system.",
    ),
    "catalogue.details": Text(zh="技术细节", en="Details"),
    "catalogue.secret_set": Text(zh="已设置", en="is set"),
    "catalogue.secret_stays": Text(zh="不填则保持不变", en="leave empty to keep it"),
    "catalogue.choose": Text(zh="请选择", en="Choose"),
    "script.row_add": Text(zh="添加一行", en="Add a row"),
    "script.row_remove": Text(zh="删除第 {no} 行", en="Remove row {no}"),
    "script.cell": Text(zh="第 {no} 行，{column}", en="row {no}, {column}"),
    "script.none_yet": Text(zh="还没有内容", en="Nothing here yet"),
    "script.trying": Text(zh="正在检查…", en="Checking…"),
    "script.try_passed": Text(zh="检查通过：{says}", en="The check passed: {says}"),
    "script.try_failed": Text(zh="检查未通过：{says}", en="The check did not pass: {says}"),
    "script.nothing_there": Text(zh="那个街道没有开通这项服务", en="That street has no connection of this kind"),
    "script.opens": Text(zh="开始", en="Opens"),
    "script.closes": Text(zh="结束", en="Closes"),
    "script.hours_add": Text(zh="添加时段", en="Add hours"),
    "script.hours_remove": Text(zh="删除时段 {no}", en="Remove hours {no}"),
    "script.hours_always": Text(zh="全天办理", en="Open at all times"),
    "script.hours_no": Text(zh="时段 {no}", en="Hours {no}"),
    "family.payment": Text(zh="收款", en="Taking payments"),
    "family.payment_says": Text(
        zh="银行卡、二维码和现金：居民怎么付钱。", en="Cards, QR codes and cash: how residents pay."
    ),
    "family.biller": Text(zh="缴费", en="Bills"),
    "family.biller_says": Text(
        zh="水、电、燃气、物业：居民交什么费。", en="Water, power, gas, property fees: what residents pay."
    ),
    "family.postal": Text(zh="邮政", en="Post"),
    "family.postal_says": Text(
        zh="寄信寄证，查询送达。", en="Letters and certificates, sent and followed until served."
    ),
    "family.points": Text(zh="积分", en="Points"),
    "family.points_says": Text(zh="积分卡：累积和抵扣。", en="The points card: earned and spent."),
    "family.certification": Text(zh="待遇资格认证", en="Certification"),
    "family.certification_says": Text(
        zh="养老等待遇的领取资格。", en="Pensions and other benefits that need a sign of life."
    ),
    "family.service": Text(zh="大厅设备与通知", en="Hall services"),
    "family.service_says": Text(
        zh="短信、邮件、打印机、读卡器、日历。", en="Messages, printers, card readers, the calendar."
    ),
    "level.gold": Text(zh="金级", en="Gold"),
    "level.silver": Text(zh="银级", en="Silver"),
    "level.bronze": Text(zh="铜级", en="Bronze"),
    "level.none": Text(zh="未达标", en="No level"),
    "level.unproven": Text(zh="未检验", en="Unproven"),
    "level.gold_says": Text(
        zh="全部检验通过，故障演练也通过。", en="Every case passed, faults and lost answers among them."
    ),
    "level.silver_says": Text(zh="主要检验通过。", en="All but the hardest cases passed."),
    "level.bronze_says": Text(zh="基本检验通过。", en="The basic cases passed."),
    "level.none_says": Text(zh="没有通过基本检验，请谨慎使用。", en="It did not pass the basic cases. Be careful."),
    "level.unproven_says": Text(zh="这个版本还没有检验结果。", en="There is no result for this very version."),
    "quality.title": Text(zh="质量", en="Quality"),
    "quality.passed": Text(zh="通过 {count} 项", en="{count} cases passed"),
    "quality.skipped": Text(zh="{count} 项未检验", en="{count} not run"),
    "quality.failed": Text(zh="{count} 项未通过", en="{count} failed"),
    "quality.failed_one": Text(zh="未通过", en="failed"),
    "quality.which": Text(zh="是哪些", en="Which ones"),
    "quality.version": Text(zh="版本", en="Version"),
    "quality.origin": Text(zh="来源", en="From"),
    "switch_on.title": Text(zh="开通：{title}", en="Switch on: {title}"),
    "switch_on.back": Text(zh="服务目录", en="Catalogue"),
    "switch_on.name": Text(zh="一、取个名字", en="1. Give it a name"),
    "switch_on.name_says": Text(zh="窗口人员和居民看到的名字。", en="What staff and residents will see."),
    "switch_on.title_zh": Text(zh="中文名称", en="Name in Chinese"),
    "switch_on.title_en": Text(zh="英文名称", en="Name in English"),
    "switch_on.id": Text(zh="代码", en="Code"),
    "switch_on.id_says": Text(zh="账簿和报表里用它，以后不能改", en="Books and reports go by it; it stays for good"),
    "switch_on.settings": Text(zh="二、填写设置", en="2. Fill in the settings"),
    "switch_on.settings_says": Text(
        zh="都在对方给您的合同或开户资料里。密钥保存后不再显示。",
        en="You find them in your contract with the other side. Secrets are never shown again once they are saved.",
    ),
    "switch_on.try": Text(zh="检查这些设置", en="Check these settings"),
    "switch_on.save": Text(zh="保存（先不启用）", en="Save, switched off"),
    "copy.open": Text(zh="从别的街道复制", en="Copy from another street"),
    "copy.title": Text(zh="从别的街道复制", en="Copy from another street"),
    "copy.lead": Text(
        zh="您也是那个街道的管理员时，可以复制设置和约定。密钥不会复制。两边都会留下记录。",
        en="If you are an administrator there too, settings and terms are copied, secrets not. Both note it.",
    ),
    "copy.street": Text(zh="街道代码", en="Code of the street"),
    "copy.login": Text(zh="您在那边的用户名", en="Your login there"),
    "copy.password": Text(zh="您在那边的密码", en="Your password there"),
    "copy.code": Text(zh="您在那边的验证码", en="Code of your second factor there"),
    "copy.code_hint": Text(zh="在那边设置了第二步验证才需要", en="Only if you have set one up there"),
    "copy.look": Text(zh="查看那边的接入", en="Show its connections"),
    "copy.which": Text(zh="复制哪一个", en="Which one to copy"),
    "copy.secret": Text(zh="本街道自己的密钥", en="This street's own"),
    "copy.do": Text(zh="复制（先不启用）", en="Copy, switched off"),
}
