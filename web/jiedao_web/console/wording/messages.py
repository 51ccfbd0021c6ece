"""Words of the page of messages to residents."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "messages.title": Text(zh="通知", en="Messages"),
    "messages.lead": Text(
        zh="发给居民的短信和邮件，没有发出的写明原因。内容不保存。",
        en="What residents were sent, and why something was not.",
    ),
    "messages.which": Text(zh="状态", en="State"),
    "messages.which_": Text(zh="全部", en="All"),
    "messages.which_not_sent": Text(zh="没有发出", en="Not sent"),
    "messages.which_planned": Text(zh="等待发送", en="Waiting"),
    "messages.which_maybe": Text(zh="可能已发出", en="May have been sent"),
    "messages.which_succeeded": Text(zh="已发出", en="Sent"),
    "messages.at": Text(zh="时间", en="At"),
    "messages.resident": Text(zh="居民", en="Resident"),
    "messages.nobody": Text(zh="不是给居民的", en="No resident"),
    "messages.what": Text(zh="通知", en="Message"),
    "messages.to": Text(zh="发往", en="To"),
    "messages.state": Text(zh="结果", en="What became of it"),
    "messages.next": Text(zh="处理", en="What to do"),
    "messages.mend": Text(zh="改联系方式", en="Mend the contact"),
    "messages.settle": Text(zh="去核查", en="Settle it"),
    "messages.mend_says": Text(
        zh="地址不对，或者居民不愿接收：打开这位居民的页面修改。没有发出的通知不会再发，要紧的事请另行告知。",
        en="A wrong address, or a resident who does not want it: open the resident's page and mend it there. What was "
        "not sent is not sent again; tell them another way where it matters.",
    ),
    "messages.maybe_says": Text(
        zh="发送方还没有确认。系统会继续查询，不会重复发送。",
        en="The provider has not confirmed these yet. They are asked for, and nobody gets one twice.",
    ),
    "messages.none": Text(zh="没有这样的通知", en="No such messages"),
    "messages.none_says": Text(
        zh="寄出邮件、认证到期、退款待领时，会自动通知居民。",
        en="Residents are told when their post is on its way, a certification is due, or a refund waits.",
    ),
    "messages.more": Text(zh="更早的", en="Earlier ones"),
    "messages.quiet": Text(zh="免打扰时间", en="Quiet hours"),
    "messages.no_quiet": Text(zh="不设免打扰", en="No quiet hours"),
    "messages.quiet_says": Text(
        zh="这段时间内的通知等到结束后再发。两个时间相同表示不设免打扰。",
        en="Messages wait until they are over. Two equal times mean that there are none.",
    ),
    "messages.starts": Text(zh="从", en="From"),
    "messages.ends": Text(zh="到", en="To"),
    "messages.save": Text(zh="保存", en="Save"),
    "messages.read_only": Text(zh="只有管理员可以修改。", en="Only an administrator can change this."),
    "messages.test": Text(zh="测试消息", en="Test message"),
    "messages.test_says": Text(
        zh="发到您填写的号码或邮箱，马上发出，不受免打扰时间限制。",
        en="It goes out at once, at any hour, to a number or an address that you give.",
    ),
    "messages.channel": Text(zh="方式", en="By"),
    "messages.address": Text(zh="号码或邮箱", en="Phone number or e-mail address"),
    "messages.language": Text(zh="语言", en="Language"),
    "messages.chinese": Text(zh="中文", en="Chinese"),
    "messages.english": Text(zh="英文", en="English"),
    "messages.send": Text(zh="发送", en="Send"),
    "messages.look": Text(zh="在列表中查看", en="See it in the list"),
    "messages.no_service": Text(zh="本街道还没有开通通知", en="This street sends no messages yet"),
    "messages.no_service_says": Text(
        zh="在服务目录中开通短信平台或电子邮件。", en="Switch an SMS gateway or e-mail on in the catalogue."
    ),
    "messages.catalogue": Text(zh="去服务目录", en="To the catalogue"),
}
