"""Words of the pages about programs that use the interface."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "keys.title": Text(zh="接口密钥", en="API keys"),
    "keys.lead": Text(
        zh="每个对接的程序用自己的密钥，只给它需要的权限。密钥只显示一次。",
        en="Every program has a key of its own, with no more than it needs, shown once.",
    ),
    "keys.issue": Text(zh="新建密钥", en="New key"),
    "keys.reference": Text(zh="接口参考", en="API reference"),
    "keys.none": Text(zh="还没有密钥", en="No keys yet"),
    "keys.none_says": Text(
        zh="对接财务、报表等程序时，在这里为它新建一把。", en="Make one for each program that connects."
    ),
    "keys.name": Text(zh="给谁用", en="For whom"),
    "keys.name_says": Text(
        zh="程序或单位的名称，会出现在操作记录里", en="The program or office; the audit names it so"
    ),
    "keys.role": Text(zh="身份", en="Acts as"),
    "keys.till": Text(zh="收银台", en="Till"),
    "keys.no_till": Text(zh="不在收银台", en="At no till"),
    "keys.till_says": Text(zh="要代为收款的程序才需要", en="Only for a program that takes money"),
    "keys.scopes": Text(zh="权限范围", en="Scopes"),
    "keys.scopes_says": Text(zh="只选需要的；没有选的一律拒绝", en="Only what is needed; everything else is refused"),
    "keys.read": Text(zh="读", en="read"),
    "keys.write": Text(zh="写", en="write"),
    "keys.expires": Text(zh="有效期", en="Valid"),
    "keys.days": Text(zh="{days} 天", en="{days} days"),
    "keys.for_ever": Text(zh="不过期", en="without end"),
    "keys.used": Text(zh="最近使用", en="Last used"),
    "keys.state": Text(zh="状态", en="State"),
    "keys.active": Text(zh="使用中", en="in use"),
    "keys.expired": Text(zh="已过期", en="expired"),
    "keys.revoked": Text(zh="已停用", en="revoked"),
    "keys.never": Text(zh="从未", en="never"),
    "keys.more": Text(zh="更早的", en="Earlier ones"),
    "keys.made": Text(zh="新建于", en="Made"),
    "keys.facts": Text(zh="这把密钥", en="This key"),
    "keys.end": Text(zh="停用", en="Revoke"),
    "keys.end_says": Text(
        zh="立即失效，不能恢复。程序还要用，请先新建一把换上。",
        en="It ends at once and for good. If the program is still needed, give it another key first.",
    ),
    "keys.reason": Text(zh="原因", en="Reason"),
    "keys.once": Text(zh="请立即保存", en="Keep this now"),
    "keys.once_says": Text(
        zh="只显示这一次，关闭后无法再看。请存到程序的密钥库里，不要发在聊天或邮件中。",
        en="It is shown this once and never again. Put it into the program's secret store, not into a chat or a mail.",
    ),
    "keys.copy": Text(zh="复制", en="Copy"),
    "keys.kept": Text(zh="已保存，关闭", en="I have kept it"),
    "webhooks.title": Text(zh="事件推送", en="Webhooks"),
    "webhooks.lead": Text(
        zh="发生的事签名推送给其他程序，直到对方收下。内容只有编号和金额，没有个人信息。",
        en="What happens is told to other programs, signed, until they take it: ids and amounts, nothing personal.",
    ),
    "webhooks.add": Text(zh="新建推送地址", en="New endpoint"),
    "webhooks.none": Text(zh="还没有推送地址", en="No endpoints yet"),
    "webhooks.none_says": Text(
        zh="其他程序想知道付款、退款、投递的结果时，在这里登记它的网址。",
        en="Enter the address of a program that wants to hear of payments, refunds or deliveries.",
    ),
    "webhooks.name": Text(zh="是谁的", en="Whose"),
    "webhooks.url": Text(zh="网址", en="Address"),
    "webhooks.url_says": Text(
        zh="以 https:// 开头，不能在内部网络里", en="Begins with https://, not inside a private network"
    ),
    "webhooks.types": Text(zh="事件", en="Events"),
    "webhooks.state": Text(zh="状态", en="State"),
    "webhooks.waiting": Text(zh="等待", en="Waiting"),
    "webhooks.delivered": Text(zh="已送达", en="Delivered"),
    "webhooks.dead": Text(zh="没有送到", en="Not delivered"),
    "webhooks.on": Text(zh="启用", en="on"),
    "webhooks.failing": Text(zh="{since} 起送不到", en="failing since {since}"),
    "webhooks.letters": Text(zh="没有送到的消息", en="Messages that were not delivered"),
    "webhooks.no_letters": Text(zh="没有，全部送到了", en="None: everything was delivered"),
    "webhooks.message": Text(zh="消息", en="Message"),
    "webhooks.happened": Text(zh="发生于", en="Happened"),
    "webhooks.tries": Text(zh="次数", en="Tries"),
    "webhooks.answer": Text(zh="最近的答复", en="Last answer"),
    "webhooks.next": Text(zh="下次", en="Next"),
    "webhooks.settings": Text(zh="设置", en="Settings"),
    "webhooks.save": Text(zh="保存", en="Save"),
    "webhooks.test": Text(zh="发送测试消息", en="Send a test message"),
    "webhooks.switch_off": Text(zh="停用", en="Switch off"),
    "webhooks.switch_on": Text(zh="启用", en="Switch on"),
    "webhooks.off_says": Text(
        zh="停用后，等待中的消息不再发送，期间发生的事也不会补发。",
        en="What waits is then not sent any more, and what happens meanwhile is not told later.",
    ),
    "webhooks.secret": Text(zh="签名密钥", en="Signing secret"),
    "webhooks.secret_says": Text(
        zh="更换后一天之内新旧密钥同时签名，对方可以从容换上。",
        en="After a change the old secret signs beside the new one for a day, so the receiver can change over.",
    ),
    "webhooks.former": Text(zh="旧密钥签名到 {until}", en="The old secret signs until {until}"),
    "webhooks.rotate": Text(zh="更换密钥", en="Change the secret"),
    "webhooks.deliveries": Text(zh="推送记录", en="Deliveries"),
    "webhooks.all": Text(zh="全部", en="All"),
    "webhooks.no_deliveries": Text(zh="还没有推送", en="Nothing was sent yet"),
    "webhooks.body": Text(zh="发送的内容", en="What is sent"),
    "webhooks.resend": Text(zh="重新发送", en="Send again"),
    "webhooks.resend_says": Text(
        zh="用同一编号再发一次；对方已经收过的，凭编号可以认出来。",
        en="It goes out under the same id, by which a receiver knows what it has already.",
    ),
    "webhooks.on_its_way": Text(zh="正在送达，不用重新发送。", en="It is on its way; there is nothing to send again."),
    "webhooks.off_first": Text(
        zh="推送地址已停用，启用后才能重新发送。", en="The endpoint is off; switch it on to send it again."
    ),
    "audit_action.key.issue": Text(zh="新建接口密钥", en="API key issued"),
    "audit_action.key.revoke": Text(zh="停用接口密钥", en="API key revoked"),
    "audit_action.webhook.add": Text(zh="新建推送地址", en="Webhook endpoint added"),
    "audit_action.webhook.change": Text(zh="修改推送地址", en="Webhook endpoint changed"),
    "audit_action.webhook.switch": Text(zh="启用或停用推送地址", en="Webhook endpoint switched"),
    "audit_action.webhook.rotate": Text(zh="更换推送签名密钥", en="Webhook secret changed"),
    "audit_action.webhook.test": Text(zh="发送测试消息", en="Webhook test sent"),
    "audit_action.webhook.resend": Text(zh="重新发送消息", en="Webhook sent again"),
}
