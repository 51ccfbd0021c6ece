"""What every code of EMS means in the words of the house: operations, manners of signing, reasons for not delivering.

Three sets of codes: opCode of an event; deliverCode (妥投) of 704; attemptDeliveryCode (未妥投) of 705. A code that is
not here is `INFORMATION`. A reversal (a code that ends in 删除, 取消 or 撤销) takes back the one before it. "Returned"
is only what is back with the sender: codes that say 退回 without saying that it arrived are `RETURNING`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from jiedao.hookspecs.postal import EventKind, RecipientClass

DELIVERED: Final = "704"
NOT_DELIVERED: Final = "705"

_OPERATIONS: Final = {
    EventKind.ACCEPTED: "203 208 464 O_001",
    EventKind.IN_TRANSIT: (
        "303 305 312 336 345 356 358 360 364 365 368 370 371 374 375 376 379 389 394 396 399 404 405 423 447 457 "
        "458 459 460 465 481 482 485 488 489 494 495 496 498 499 500 505 506 516 520 521 533 538 750 751 893 911 "
        "912 913 916 931 932 937 950 954 O_003 O_004 O_005 O_007 O_008 O_009 O_022 O_029 O_032 O_033 O_034 O_035 "
        "O_036 O_037 O_047 O_050 O_051 V_398 V_954 C_001 EDA EXD"
    ),
    EventKind.CUSTOMS: (
        "456 466 467 468 469 470 486 487 493 562 563 564 565 973 C_002 C_003 C_004 C_005 C_006 C_007 C_008 C_010 "
        "C_011 C_012 C_032 C_033 O_002 O_031 O_038 O_039 O_040 O_041 O_042 O_043 O_044 O_045 O_046 O_048 EDB EDC EME "
        "EXA EXB EXC"
    ),
    EventKind.ARRIVED: "461 490 713 O_049",
    EventKind.OUT_FOR_DELIVERY: "702 749 O_014",
    EventKind.ATTEMPTED: "462 542 705 O_013",
    EventKind.HELD: "491 723 O_017",
    EventKind.DELIVERED: "463 704 747 748 O_010 O_016",
    EventKind.REFUSED: "O_012",
    EventKind.RETURNING: "326 708 741 C_009 O_011",
    EventKind.RETURNED: "711",
    EventKind.DIRECTED: "756 802 803",
    EventKind.LOST: "987 988",
    EventKind.CANCELLED: "801",
    EventKind.INFORMATION: "013 492 534 552 553 554 555 556 557 558 651 764 991 993 O_006 O_020",
}

VOIDS: Final[Mapping[str, tuple[str, ...]]] = {
    "207": ("203",),
    "212": ("208",),
    "304": ("303", "336", "345"),
    "424": ("423",),
    "448": ("447",),
    "472": ("404",),
    "474": ("405",),
    "483": ("482",),
    "742": ("702",),
    "743": ("704",),
    "744": ("705",),
    "EDAD": ("EDA",),
    "EDCD": ("EDC",),
    "EMED": ("EME",),
    "EXAD": ("EXA",),
    "EXBD": ("EXB",),
    "EXCD": ("EXC",),
    "EXDD": ("EXD",),
}
"""Reversals, and what each may take back: the latest of them."""

REASONS: Final[Mapping[str, str]] = {
    "013": "已拦截",
    "312": "转退营业",
    "405": "库区退回",
    "447": "退回邮件开拆",
    "482": "交换站退回",
    "470": "海关扣留",
    "492": "进口取消",
    "493": "海关扣留",
    "534": "异常",
    "564": "海关不准进口",
    "651": "异常",
    "723": "转窗口投交",
    "741": "妥投后退回",
    "747": "已入包裹柜或自提点",
    "748": "已从包裹柜或自提点取走",
    "750": "投递员收回",
    "751": "柜管理员取走",
    "756": "收件人改址",
    "801": "撤单",
    "802": "改址",
    "803": "总部改址",
    "987": "丢失，已赔付",
    "988": "丢失，已赔付",
    "993": "已下拦截指令",
    "C_009": "海关退运",
    "O_006": "停发",
    "O_012": "拒收",
}
"""Of operations; what is not here says all by its kind."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a code means; `reason` says more where there is more to say."""

    kind: EventKind
    reason: str = ""
    recipient: RecipientClass | None = None


def _spread(by_kind: Mapping[EventKind, str]) -> dict[str, Meaning]:
    return {code: Meaning(kind, REASONS.get(code, "")) for kind, codes in by_kind.items() for code in codes.split()}


def _delivered(reason: str, recipient: RecipientClass) -> Meaning:
    return Meaning(EventKind.DELIVERED, reason, recipient)


OPERATIONS: Final[Mapping[str, Meaning]] = {
    **_spread(_OPERATIONS),
    **{code: Meaning(EventKind.VOIDS) for code in VOIDS},
    # Nobody of the post saw who opened it: the code of a locker is not a name.
    "747": _delivered(REASONS["747"], RecipientClass.LOCKER),
    "748": _delivered(REASONS["748"], RecipientClass.OFFICE),
}

MANNERS: Final[Mapping[str, Meaning]] = {
    "10": _delivered("", RecipientClass.ADDRESSEE),
    "20": _delivered("他人代收", RecipientClass.UNKNOWN),
    "30": _delivered("自提点", RecipientClass.LOCKER),
    "50": _delivered("包裹柜", RecipientClass.LOCKER),
    "60": _delivered("收发室", RecipientClass.MANAGEMENT),
    "70": _delivered("物业", RecipientClass.MANAGEMENT),
    "80": _delivered("刊邮站", RecipientClass.LOCKER),
    "90": _delivered("协议信箱", RecipientClass.LOCKER),
    "100": _delivered("其他", RecipientClass.UNKNOWN),
    "120": _delivered("仓储中心", RecipientClass.UNKNOWN),
    "150": _delivered("信报箱", RecipientClass.LOCKER),
    "160": _delivered("村委会", RecipientClass.MANAGEMENT),
    "161": _delivered("放在家门口", RecipientClass.UNKNOWN),
    # An office, and nobody says whether that person may take post for the addressee.
    "162": _delivered("办公室代收", RecipientClass.MANAGEMENT),
    "163": _delivered("放在水表箱", RecipientClass.UNKNOWN),
    "164": _delivered("放在电表箱", RecipientClass.UNKNOWN),
    "165": _delivered("放在消防栓箱", RecipientClass.UNKNOWN),
    "166": _delivered("挂在门把手", RecipientClass.UNKNOWN),
    "167": _delivered("放在牛奶箱", RecipientClass.UNKNOWN),
    "168": _delivered("放在鞋架", RecipientClass.UNKNOWN),
    "169": _delivered("无人代收", RecipientClass.UNKNOWN),
    # Signed to settle a claim: what was posted did not reach anybody whole.
    "180": Meaning(EventKind.LOST, "理赔签收"),
    "181": _delivered("巡视信箱", RecipientClass.AUTHORITY),
    "ZDY": _delivered("其他", RecipientClass.UNKNOWN),
}

FAILURES: Final[Mapping[str, Meaning]] = {
    "1": Meaning(EventKind.ATTEMPTED, "名址有误，电话不通，待再投"),
    "2": Meaning(EventKind.ATTEMPTED, "名址有误，无法联系"),
    "3": Meaning(EventKind.ATTEMPTED, "查无此人或单位"),
    "4": Meaning(EventKind.ATTEMPTED, "收件人不在，无法联系"),
    "5": Meaning(EventKind.ATTEMPTED, "已迁移，新址不明"),
    "6": Meaning(EventKind.ATTEMPTED, "收件人要求改期投递"),
    "7": Meaning(EventKind.REFUSED, "拒收"),
    "8": Meaning(EventKind.HELD, "收件人要求自取"),
    "9": Meaning(EventKind.HELD, "转窗口投交"),
    "10": Meaning(EventKind.RETURNING, "寄件人撤回"),
    "11": Meaning(EventKind.DIRECTED, "收件人改址"),
    "12": Meaning(EventKind.DIRECTED, "寄件人改址"),
    "13": Meaning(EventKind.LOST, "丢失"),
    "14": Meaning(EventKind.HELD, "待付费后投递"),
    "15": Meaning(EventKind.RETURNING, "等待退回"),
    "16": Meaning(EventKind.ATTEMPTED, "其他"),
}

UNKNOWN: Final = Meaning(EventKind.INFORMATION, "未知操作码")


def meaning(code: str, manner: str, failure: str) -> Meaning:
    """What an event means; an unknown manner or failure leaves 704 a delivery to nobody known, 705 an attempt."""
    known = OPERATIONS.get(code, UNKNOWN)
    if code == DELIVERED:
        return MANNERS.get(manner) or _delivered(manner and "签收方式不明", RecipientClass.UNKNOWN)
    if code == NOT_DELIVERED:
        return FAILURES.get(failure) or Meaning(known.kind, failure and "未妥投原因不明")
    if known.kind is EventKind.DELIVERED and known.recipient is None:
        return _delivered(known.reason, RecipientClass.UNKNOWN)
    return known


def voided_by(code: str, before: Iterable[str]) -> str:
    """Which code a reversal takes back: the latest of those that it may, else the first that it may."""
    may = VOIDS[code]
    return next((earlier for earlier in reversed(list(before)) if earlier in may), may[0])
