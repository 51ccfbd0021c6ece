"""Words of the post."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "post.none": Text(zh="本街道还没有开通邮寄。", en="This street has not switched post on."),
    "post.new": Text(zh="寄新邮件", en="New item"),
    "post.items": Text(zh="本居民的邮件", en="Items of this resident"),
    "post.items_none": Text(zh="这位居民还没有邮件。", en="This resident has no items yet."),
    "post.connection": Text(zh="邮政", en="Post"),
    "post.contents": Text(zh="内件", en="Contents"),
    "post.document": Text(zh="文件", en="Document"),
    "post.goods": Text(zh="物品", en="Goods"),
    "post.weight": Text(zh="重量（克）", en="Weight (grams)"),
    "post.purpose": Text(zh="用途", en="Purpose"),
    "post.declared": Text(zh="声明价值", en="Declared value"),
    "post.description": Text(zh="内件说明", en="What is inside"),
    "post.registered": Text(zh="挂号", en="Registered"),
    "post.return_receipt": Text(zh="回执", en="Return receipt"),
    "post.addressee_only": Text(zh="限本人签收", en="Addressee only"),
    "post.untracked": Text(
        zh="这个邮政不回传轨迹，由窗口登记", en="This post does not tell what happens; staff note it"
    ),
    "post.recipient": Text(zh="收件人", en="Recipient"),
    "post.sender": Text(zh="寄件人", en="Sender"),
    "post.own": Text(zh="用居民信息", en="Use the resident"),
    "post.name": Text(zh="姓名", en="Name"),
    "post.phone": Text(zh="电话", en="Phone"),
    "post.postcode": Text(zh="邮编", en="Postcode"),
    "post.province": Text(zh="省", en="Province"),
    "post.city": Text(zh="市", en="City"),
    "post.district": Text(zh="区县", en="District"),
    "post.line": Text(zh="详细地址", en="Street and number"),
    "post.quote": Text(zh="查询资费", en="Ask for the price"),
    "post.back": Text(zh="修改", en="Change"),
    "post.grams": Text(zh="{n} 克", en="{n} g"),
    "post.days": Text(zh="预计 {n} 天", en="about {n} days"),
    "post.days_unsaid": Text(zh="邮局没有给出时限", en="no time given"),
    "post.no_product": Text(zh="邮局没有可以寄这件邮件的产品", en="The post has no product that carries this"),
    "post.out_of_reach": Text(
        zh="邮局不能投递到这个地址。{note}", en="The post does not deliver to this address. {note}"
    ),
    "post.missing_name": Text(zh="请填写姓名", en="Enter a name"),
    "post.missing_line": Text(zh="请填写详细地址", en="Enter the street and number"),
    "post.missing_description": Text(zh="请填写里面是什么", en="Say what is inside"),
    "post.missing_weight": Text(zh="请填写克数，例如 30", en="Enter grams, such as 30"),
    "post.track": Text(zh="查轨迹", en="Track"),
    "post.label": Text(zh="面单 PDF", en="Label (PDF)"),
    "post.label_print": Text(zh="打印面单", en="Print label"),
    "consignment.placed": Text(zh="待支付", en="To be paid"),
    "consignment.offered": Text(zh="已报价", en="Quoted"),
    "consignment.creating": Text(zh="正在确认", en="Being confirmed"),
    "consignment.created": Text(zh="已交寄", en="Handed in"),
    "consignment.refused": Text(zh="邮局拒收", en="Refused by the post"),
    "consignment.cancelled": Text(zh="已撤回", en="Taken back"),
    "standing.announced": Text(zh="已交寄", en="Handed in"),
    "standing.under_way": Text(zh="运输中", en="On its way"),
    "standing.out_for_delivery": Text(zh="正在投递", en="Out for delivery"),
    "standing.attempted": Text(zh="投递未成", en="Attempted"),
    "standing.held": Text(zh="待取", en="Waits to be fetched"),
    "standing.served": Text(zh="已送达", en="Served"),
    "standing.delivered_to_third_party": Text(zh="他人代收", en="Taken by somebody else"),
    "standing.refused": Text(zh="收件人拒收", en="Refused"),
    "standing.returning": Text(zh="退回中", en="Returning"),
    "standing.returned": Text(zh="已退回", en="Returned"),
    "standing.lost": Text(zh="丢失", en="Lost"),
    "standing.cancelled": Text(zh="已撤销", en="Cancelled"),
}
