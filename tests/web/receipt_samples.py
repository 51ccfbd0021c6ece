"""Slips that the receipt tests render."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

from jiedao.checkout.receipt import (
    LineState,
    Receipt,
    ReceiptKind,
    ReceiptLine,
    ReceiptTender,
    TenderKind,
)
from jiedao.language import Text

POWER = ReceiptLine(
    description=Text("电费", "Electricity"),
    biller=Text("国网江西电力有限公司", "State Grid Jiangxi"),
    account="0012345678901",
    amount=12_000,
    period="2025-02",
    reference="SG2025030100012345",
    printed=(("充值码", "1234 5678 9012 3456 7890"),),
)
PROPERTY = ReceiptLine(
    description=Text("物业费", "Property fee"),
    biller=Text("和谐物业", "Hexie Property"),
    account="3-2-1501",
    amount=8_050,
    period="2025-01 – 2025-03",
    reference="HX-88231",
)
POINTS = ReceiptTender(kind=TenderKind.POINTS, label=Text("积分抵扣", "Points"), amount=3_000)
CARD = ReceiptTender(
    kind=TenderKind.CARD,
    label=Text("银行卡", "Bank card"),
    amount=12_050,
    masked_card="622848******1234",
    authorisation="A1B2C3",
    reference="123456789012",
    trace="000123",
    batch="000007",
)
CASH = ReceiptTender(kind=TenderKind.CASH, label=Text("现金", "Cash"), amount=5_000, received=10_000, change=5_000)

RECEIPT = Receipt(
    kind=ReceiptKind.RECEIPT,
    number="T1-000123",
    street="幸福街道",
    hall="东湖社区服务大厅",
    till="1号窗口",
    operator="王芳",
    issued_at=datetime(2025, 3, 1, 2, 22, 33, tzinfo=UTC),
    timezone="Asia/Shanghai",
    resident="古丽巴哈尔·买买提",
    lines=(POWER, PROPERTY),
    tenders=(POINTS, CARD, CASH),
    total=20_050,
    points_earned=350,
    points_pending_until=date(2025, 3, 31),
    points_balance=12_345,
    order="01JNF3Q4X8ZKT5",
)
REFUND = replace(
    RECEIPT,
    kind=ReceiptKind.REFUND,
    number="T1-000130",
    original="T1-000123",
    lines=(replace(PROPERTY, state=LineState.REFUNDED),),
    tenders=(replace(CARD, amount=8_050),),
    total=8_050,
    points_earned=-80,
    points_pending_until=None,
)
CONFIRMING = replace(
    RECEIPT,
    kind=ReceiptKind.CONFIRMING,
    number="",
    lines=(
        replace(POWER, state=LineState.BEING_CONFIRMED, reference="", printed=()),
        replace(PROPERTY, state=LineState.REFUSED, reference="", note=Text("户号已注销", "Account closed")),
    ),
    tenders=(replace(CARD, amount=12_000),),
    total=12_000,
    points_earned=0,
    points_balance=None,
)
