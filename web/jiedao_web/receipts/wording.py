"""The fixed words of a slip in both languages."""

from __future__ import annotations

from typing import Final

from jiedao.checkout.receipt import LineState, ReceiptKind
from jiedao.language import Text

TITLE: Final = {
    ReceiptKind.RECEIPT: Text("收 据", "RECEIPT"),
    ReceiptKind.REFUND: Text("退 款 单", "REFUND"),
    ReceiptKind.CONFIRMING: Text("待 确 认 单", "BEING CONFIRMED"),
}
TOTAL: Final = {
    ReceiptKind.RECEIPT: Text("合计", "Total"),
    ReceiptKind.REFUND: Text("退款合计", "Total given back"),
    ReceiptKind.CONFIRMING: Text("合计", "Total"),
}
TENDERS: Final = {
    ReceiptKind.RECEIPT: Text("支付方式", "Paid with"),
    ReceiptKind.REFUND: Text("退回方式", "Given back as"),
    ReceiptKind.CONFIRMING: Text("支付方式", "Paid with"),
}
STATE: Final = {
    LineState.REFUSED: Text("未缴成功，未收款：{amount}", "Not paid, not charged: {amount}"),
    LineState.BEING_CONFIRMED: Text("正在确认", "Being confirmed"),
    LineState.REFUNDED: Text("已退款", "Refunded"),
}
REPRINT: Final = Text("补打 第{copy}次", "REPRINT {copy}")
NOT_A_RECEIPT: Final = Text(
    "有款项正在确认，请勿重复缴费。确认后凭交易单号换取正式收据。",
    "A payment is still being confirmed. Please do not pay again. Bring the visit number to collect your receipt.",
)

NUMBER: Final = Text("编号", "Number")
ORIGINAL: Final = Text("原收据编号", "Original receipt")
ORDER: Final = Text("交易单号", "Visit number")
TIME: Final = Text("时间", "Time")
TILL: Final = Text("收银", "Till")
OPERATOR: Final = Text("经办人", "Served by")
RESIDENT: Final = Text("姓名", "Name")
ACCOUNT: Final = Text("户号", "Account")
PERIOD: Final = Text("账期", "Period")
BILLER_REFERENCE: Final = Text("收费单位流水号", "Biller's reference")
OF_A_BILL: Final = (ACCOUNT, BILLER_REFERENCE)
OF_CATEGORY: Final = {"postage": (Text("收件人", "To"), Text("邮局流水号", "Post's reference"))}
"""What account and reference of a line are called, where it is no bill."""
PRINTED: Final = {"item_number": Text("邮件号", "Item number")}
"""Labels of ours among those that billers print."""
CAPITALS: Final = Text("人民币大写", "In capitals (大写)")
CARD: Final = Text("卡号", "Card")
AUTHORISATION: Final = Text("授权码", "Authorisation")
REFERENCE: Final = Text("参考号", "Reference (RRN)")
TRACE_BATCH: Final = Text("凭证号/批次号", "Trace / batch")
RECEIVED: Final = Text("实收", "Received")
CHANGE: Final = Text("找零", "Change")
KEPT: Final = Text("多付，存入居民余额", "Overpaid, kept as credit")
EARNED: Final = Text("本次积分", "Points earned")
PENDING_UNTIL: Final = Text("{until} 起可用", "Can be spent from {until}")
BALANCE: Final = Text("可用积分", "Points balance")
KEEP: Final = Text("请妥善保管，退款和查询时出示", "Please keep this slip for refunds and questions")
