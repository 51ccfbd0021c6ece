"""What states and kinds are called where people read them in lists and spreadsheets."""

from __future__ import annotations

from typing import Final

from jiedao.certification.outcomes import Outcome
from jiedao.hookspecs.certification import Route
from jiedao.language import Text
from jiedao.operations.model import State
from jiedao.post.folding import Standing

LINES: Final = {
    "planned": Text(zh="未付", en="Not paid"),
    "asking": Text(zh="确认中", en="Being confirmed"),
    "doubt": Text(zh="确认中", en="Being confirmed"),
    "review": Text(zh="人工核查中", en="With a person"),
    "paid": Text(zh="已付", en="Paid"),
    "refused": Text(zh="未办成", en="Refused"),
}
"""States of a line of an order."""
SHIFTS: Final = {"open": Text(zh="开班中", en="Open"), "closed": Text(zh="已结班", en="Closed")}
BATCHES: Final = {
    State.PLANNED: Text(zh="待日结", en="To be settled"),
    State.SENT: Text(zh="日结中", en="Being settled"),
    State.UNKNOWN: Text(zh="确认中", en="Being confirmed"),
    State.PENDING: Text(zh="确认中", en="Being confirmed"),
    State.REVIEW: Text(zh="人工核查中", en="With a person"),
    State.SUCCEEDED: Text(zh="已日结", en="Settled"),
    State.DECLINED: Text(zh="未日结", en="Not settled"),
    State.REVERSED: Text(zh="未日结", en="Not settled"),
}
"""States of an acquirer's batch."""
ENTRIES: Final = {
    "bills paid": Text(zh="缴费", en="Bills paid"),
    "points held": Text(zh="支付冻结", en="Held for a payment"),
    "points released": Text(zh="解除冻结", en="Released"),
    "refund agreed": Text(zh="退款", en="Refund"),
    "points mature": Text(zh="积分生效", en="Became active"),
    "points debt paid": Text(zh="抵还欠分", en="Debt paid"),
    "points lapse": Text(zh="到期失效", en="Lapsed"),
}
"""Kinds of entries that move points."""
OUTCOMES: Final = {
    Outcome.WAITING: Text(zh="待提交", en="Waiting"),
    Outcome.UNDER_WAY: Text(zh="提交中", en="Under way"),
    Outcome.UNKNOWN: Text(zh="确认中", en="Being confirmed"),
    Outcome.PENDING: Text(zh="社保审核中", en="With the bureau"),
    Outcome.CERTIFIED: Text(zh="已认证", en="Certified"),
    Outcome.NOT_DUE: Text(zh="无需认证", en="Not due"),
    Outcome.RESTORED: Text(zh="已认证，恢复发放", en="Certified, paid again"),
    Outcome.REJECTED: Text(zh="未通过", en="Rejected"),
    Outcome.NOT_FOUND: Text(zh="查无此人", en="Not found"),
    Outcome.NOT_ELIGIBLE: Text(zh="不在待遇范围", en="Not eligible"),
    Outcome.WRONG_REGION: Text(zh="应在参保地认证", en="Another region's"),
    Outcome.NEEDS_COUNTER: Text(zh="须到窗口办理", en="Needs a counter"),
    Outcome.DECEASED: Text(zh="已故", en="Deceased"),
    Outcome.NOT_SUBMITTED: Text(zh="未提交成功", en="Not submitted"),
}
ROUTES: Final = {
    Route.DATA_MATCH: Text(zh="数据比对", en="Data match"),
    Route.FACE: Text(zh="本人刷脸", en="Face"),
    Route.RELATIVE: Text(zh="亲属手机", en="Relative's phone"),
    Route.COUNTER: Text(zh="窗口", en="Counter"),
    Route.ACTIVITY: Text(zh="社区活动", en="Social activity"),
    Route.VISIT: Text(zh="上门", en="Visit at home"),
    Route.OTHER_REGION: Text(zh="异地协助", en="Another region"),
    Route.ABROAD: Text(zh="境外", en="Abroad"),
}
STANDINGS: Final = {
    Standing.ANNOUNCED: Text(zh="已交寄", en="Posted"),
    Standing.UNDER_WAY: Text(zh="在途", en="On the way"),
    Standing.OUT_FOR_DELIVERY: Text(zh="投递中", en="Out for delivery"),
    Standing.ATTEMPTED: Text(zh="投递未成功", en="Delivery attempted"),
    Standing.HELD: Text(zh="网点待取", en="Held at an office"),
    Standing.SERVED: Text(zh="已送达", en="Served"),
    Standing.DELIVERED_TO_THIRD_PARTY: Text(zh="他人代收", en="With a third party"),
    Standing.REFUSED: Text(zh="拒收", en="Refused"),
    Standing.RETURNING: Text(zh="退回中", en="Coming back"),
    Standing.RETURNED: Text(zh="已退回", en="Returned"),
    Standing.LOST: Text(zh="丢失", en="Lost"),
    Standing.CANCELLED: Text(zh="已撤销", en="Cancelled"),
    "creating": Text(zh="邮局确认中", en="Being confirmed"),
    "created": Text(zh="已交寄", en="Posted"),
}
"""How a posted item stands, by its standing, or by our own state before it has one."""
