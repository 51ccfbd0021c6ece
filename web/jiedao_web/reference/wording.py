"""Words of the reference page. What endpoints say of themselves is English, as their document is."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "app.name": Text(zh="街道接口参考", en="Street API reference"),
    "reference.lead": Text(
        zh="本安装实际提供的全部接口，由它自己的 OpenAPI 文档生成。",
        en="Everything that this installation really serves, made from its own OpenAPI document.",
    ),
    "reference.document": Text(zh="OpenAPI 文档", en="OpenAPI document"),
    "reference.search": Text(zh="查找接口", en="Find an endpoint"),
    "reference.search_hint": Text(
        zh="地址、方法、权限范围或字段名，例如 refunds", en="Address, method, scope or field, such as refunds"
    ),
    "reference.nothing": Text(zh="没有符合的接口", en="No endpoint matches"),
    "reference.subjects": Text(zh="主题", en="Subjects"),
    "reference.basics": Text(zh="基本规则", en="Basics"),
    "basics.amounts": Text(
        zh="金额是以分为单位的整数，积分是百分之一分的整数。", en="Amounts are integer fen, points integer hundredths."
    ),
    "basics.key": Text(
        zh="程序用接口密钥：请求头 Authorization: Bearer jdk_…。密钥要有接口所列的权限范围："
        "读用 :read，其余用 :write。",
        en="Programs bring an API key: Authorization: Bearer jdk_…. It needs the scope that an endpoint names: "
        ":read to read, :write for everything else.",
    ),
    "basics.once": Text(
        zh="每个 POST 都要带 Idempotency-Key，每次新的办理用新的值；"
        "同样的值和内容再发一次，得到第一次办理的结果，不会办两次。",
        en="Every POST bears an Idempotency-Key, new for every new act; the same value and body again answer with what "
        "the first made, and nothing is done twice.",
    ),
    "basics.wait": Text(
        zh="201 表示已有结果，202 表示外部系统还没有答复。Prefer: wait=20 最多等 60 秒；之后再读一次即可知道结果。",
        en="201 means that it is over, 202 that something outside has yet to answer. Prefer: wait=20 waits for it, "
        "60 seconds at most; read it again to see what came of it.",
    ),
    "reference.errors": Text(zh="拒绝与错误", en="Refusals and errors"),
    "reference.errors_lead": Text(
        zh="所有拒绝都是 application/problem+json（RFC 9457）：code 稳定不变，field 指明是哪一项，detail 是给人看的话，"
        "语言随 Accept-Language（zh、en）。",
        en="Every refusal is application/problem+json (RFC 9457): code is stable, field names what it is about, detail "
        "is for people, in the language of Accept-Language (zh, en).",
    ),
    "reference.status": Text(zh="状态码", en="Status"),
    "reference.means": Text(zh="含义", en="Meaning"),
    "reference.events": Text(zh="事件推送", en="Webhooks"),
    "reference.events_lead": Text(
        zh="按 Standard Webhooks 规范签名推送。收到后先验证 webhook-signature，再用接口查询详情。",
        en="Signed and sent as the Standard Webhooks specification says. Verify webhook-signature, then ask this API.",
    ),
    "reference.event": Text(zh="事件", en="Event"),
    "reference.scope": Text(zh="权限范围", en="Scope"),
    "reference.public": Text(zh="无需登录", en="Needs no session"),
    "reference.staff_only": Text(zh="密钥不能使用", en="Not open to keys"),
    "reference.parameters": Text(zh="参数", en="Parameters"),
    "reference.body": Text(zh="请求内容", en="Body"),
    "reference.answer": Text(zh="回答", en="Answer"),
    "reference.field": Text(zh="名称", en="Name"),
    "reference.kind": Text(zh="类型", en="Type"),
    "reference.rules": Text(zh="限制", en="Limits"),
    "reference.required": Text(zh="必填", en="required"),
    "reference.nothing_back": Text(zh="没有内容", en="Nothing"),
    "reference.link": Text(zh="到此接口的链接", en="Link to this endpoint"),
    "place.path": Text(zh="地址", en="path"),
    "place.query": Text(zh="查询", en="query"),
    "place.header": Text(zh="请求头", en="header"),
    "script.found": Text(zh="找到 {count} 个接口", en="{count} endpoints found"),
}
