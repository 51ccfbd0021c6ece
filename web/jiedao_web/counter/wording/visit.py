"""Words of a visit with several kinds of things: the tabs, the basket, and how what costs nothing goes."""

from __future__ import annotations

from typing import Final

from jiedao.language import Text

WORDS: Final[dict[str, Text]] = {
    "work.title": Text(zh="办理事项", en="What is to be done"),
    "work.bills": Text(zh="账单", en="Bills"),
    "work.post": Text(zh="邮寄", en="Post"),
    "work.certification": Text(zh="资格认证", en="Certification"),
    "work.services": Text(zh="事项办理", en="Services"),
    "menu.console": Text(zh="管理后台", en="Console"),
    "visit.free": Text(zh="免费", en="no charge"),
    "visit.carry_out": Text(zh="办理 {n} 项", en="Carry out {n}"),
    "order.act_confirming": Text(zh="正在确认", en="Being confirmed"),
    "order.act_confirming_says": Text(
        zh="有事项还没有得到确定的答复，平台会一直问到清楚为止。居民可以先离开，以后凭编号查询。",
        en="Something has no certain answer yet; we keep asking until it has. The resident can go and ask later under "
        "the number.",
    ),
    "order.all_done": Text(zh="全部办好", en="All done"),
    "order.all_done_says": Text(
        zh="这次办理的每一项都有了确定的结果。", en="Everything in this visit has its certain result."
    ),
    "order.mixed": Text(zh="部分办成", en="Done in part"),
    "order.mixed_says": Text(
        zh="没有办成的写在下面，不影响已经办好的。",
        en="What was not done is said below; it changes nothing of what was.",
    ),
    "order.none_done": Text(zh="没有办成", en="Not done"),
    "order.none_done_says": Text(
        zh="原因写在下面，可以放回购物篮修改后再办。", en="The reason is below; put it back to mend it and try again."
    ),
    "act.certification": Text(zh="认证：{what}", en="Certify: {what}"),
    "act.case": Text(zh="事项：{what}", en="Service: {what}"),
    "act.case_number": Text(zh="受理编号 {number}", en="Case number {number}"),
    "act.case_due": Text(zh="{date} 前办结", en="to be finished by {date}"),
    "act.needs": Text(zh="需要：{needs}", en="Needed: {needs}"),
    "state.not_done": Text(zh="没有办成", en="Not done"),
    "act.put_back": Text(zh="把没办成的放回", en="Put back what was not done"),
    "need.photo": Text(zh="现场照片", en="a photo taken at the counter"),
    "need.paper": Text(zh="证明材料", en="papers"),
    "need.papers": Text(zh="证明材料", en="papers"),
    "need.identity": Text(zh="身份证原件", en="the identity card"),
    "outcome.waiting": Text(zh="等待前一项的结果", en="Waits for the one before it"),
    "outcome.under_way": Text(zh="正在提交给社保机构", en="Being submitted to the bureau"),
    "outcome.unknown": Text(
        zh="正在确认，编号 {number}；请勿重复认证", en="Being confirmed under number {number}; do not certify again"
    ),
    "outcome.pending": Text(
        zh="社保机构已收到，等待其审核，编号 {number}", en="The bureau has it and will decide; number {number}"
    ),
    "outcome.review": Text(zh="由工作人员核查，编号 {number}", en="A person looks into it; number {number}"),
    "outcome.certified": Text(zh="已认证，有效期到 {date}", en="Certified until {date}"),
    "outcome.certified_undated": Text(zh="已认证", en="Certified"),
    "outcome.not_due": Text(zh="已经认证过，现在不需要再办", en="Certified already; nothing is needed now"),
    "outcome.restored": Text(zh="已认证，停发的待遇恢复发放", en="Certified; what was suspended is paid again"),
    "outcome.rejected": Text(zh="社保机构没有通过", en="The bureau did not accept it"),
    "outcome.again": Text(zh="可以再试一次", en="it may be tried again"),
    "outcome.not_found": Text(
        zh="社保机构没有这位居民的这项待遇", en="The bureau does not know this benefit of this resident"
    ),
    "outcome.not_eligible": Text(zh="这项待遇不属于这位居民，或已不再享受", en="Not theirs, or not any more"),
    "outcome.wrong_region": Text(zh="要在参保地办理：{region}", en="To be done where they are insured: {region}"),
    "outcome.needs_counter": Text(zh="要带材料到窗口办理", en="To be done at a counter with papers"),
    "outcome.deceased": Text(zh="社保机构登记为已去世", en="The bureau has the person as deceased"),
    "outcome.not_submitted": Text(
        zh="没有提交成功，社保机构没有记录，可以再试",
        en="Not submitted; nothing is recorded there, and it may be tried again",
    ),
    "step.post": Text(zh="交寄：{biller}", en="Hand to {biller}"),
    "step.to": Text(zh="收件人 {account}", en="to {account}"),
    "say.not_posted": Text(zh="没有收到钱，没有交寄", en="No money was kept, so it was not posted"),
    "say.doubt_post": Text(zh="邮局还没有答复，正在询问", en="The post has not answered; asking"),
    "say.item_number": Text(zh="邮件号 {number}", en="Item number {number}"),
    "refund.keeps": Text(
        zh="这次办理的认证和事项不会因退款而取消。", en="Certifications and cases of this visit stay as they are."
    ),
    "refund.whole_only": Text(zh="邮资只能整笔退回：{amount}", en="Postage goes back as a whole: {amount}"),
    "hook.certification_submit": Text(zh="提交资格认证", en="Submit a certification"),
    "hook.notify_send": Text(zh="发送消息", en="Send a message"),
}
