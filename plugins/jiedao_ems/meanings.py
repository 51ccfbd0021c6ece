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
        "303 305 336 345 356 358 360 364 365 368 370 371 374 375 376 379 389 394 396 399 404 423 457 458 459 460 465 "
        "481 485 488 489 494 495 496 498 499 500 505 506 516 520 521 533 538 751 893 911 912 913 916 931 932 937 950 "
        "954 O_003 O_004 O_005 O_007 O_008 O_009 O_022 O_029 O_032 O_033 O_034 O_035 O_036 O_037 O_047 O_050 O_051 "
        "V_398 V_954 C_001 EDA EXD"
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
    EventKind.RETURNING: "312 326 405 447 482 708 741 750 C_009 O_011",
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
    "013": "intercepted",
    "312": "returned_to_counter",
    "470": "held_by_customs",
    "492": "import_cancelled",
    "493": "held_by_customs",
    "534": "irregular",
    "564": "refused_by_customs",
    "651": "irregular",
    "723": "moved_to_counter",
    "741": "returned_after_delivery",
    "747": "left_in_locker",
    "748": "fetched_from_locker",
    "750": "taken_back_from_locker",
    "751": "taken_from_locker_by_its_keeper",
    "756": "redirected_by_recipient",
    "801": "withdrawn",
    "802": "redirected",
    "803": "redirected_by_head_office",
    "987": "lost_and_compensated",
    "988": "lost_and_compensated",
    "993": "interception_ordered",
    "C_009": "sent_back_by_customs",
    "O_006": "stopped",
    "O_012": "refused",
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
    "20": _delivered("somebody_else", RecipientClass.UNKNOWN),
    "30": _delivered("pickup_point", RecipientClass.LOCKER),
    "50": _delivered("locker", RecipientClass.LOCKER),
    "60": _delivered("mail_room", RecipientClass.MANAGEMENT),
    "70": _delivered("property_management", RecipientClass.MANAGEMENT),
    "80": _delivered("newspaper_stand", RecipientClass.LOCKER),
    "90": _delivered("agreed_box", RecipientClass.LOCKER),
    "100": _delivered("other", RecipientClass.UNKNOWN),
    "120": _delivered("warehouse", RecipientClass.UNKNOWN),
    "150": _delivered("letter_box", RecipientClass.LOCKER),
    "160": _delivered("village_committee", RecipientClass.MANAGEMENT),
    "161": _delivered("left_at_the_door", RecipientClass.UNKNOWN),
    # An office, and nobody says whether that person may take post for the addressee.
    "162": _delivered("colleague", RecipientClass.MANAGEMENT),
    "163": _delivered("left_in_water_meter_box", RecipientClass.UNKNOWN),
    "164": _delivered("left_in_electricity_meter_box", RecipientClass.UNKNOWN),
    "165": _delivered("left_in_hydrant_box", RecipientClass.UNKNOWN),
    "166": _delivered("left_on_the_handle", RecipientClass.UNKNOWN),
    "167": _delivered("left_in_milk_box", RecipientClass.UNKNOWN),
    "168": _delivered("left_on_shoe_rack", RecipientClass.UNKNOWN),
    "169": _delivered("nobody_took_it", RecipientClass.UNKNOWN),
    # Signed to settle a claim: what was posted did not reach anybody whole.
    "180": Meaning(EventKind.LOST, "compensated"),
    "181": _delivered("inspection_box", RecipientClass.AUTHORITY),
    "ZDY": _delivered("other", RecipientClass.UNKNOWN),
}

FAILURES: Final[Mapping[str, Meaning]] = {
    "1": Meaning(EventKind.ATTEMPTED, "wrong_address_comes_again"),
    "2": Meaning(EventKind.ATTEMPTED, "wrong_address"),
    "3": Meaning(EventKind.ATTEMPTED, "unknown_there"),
    "4": Meaning(EventKind.ATTEMPTED, "absent"),
    "5": Meaning(EventKind.ATTEMPTED, "moved"),
    "6": Meaning(EventKind.ATTEMPTED, "later_as_asked"),
    "7": Meaning(EventKind.REFUSED, "refused"),
    "8": Meaning(EventKind.HELD, "will_be_fetched"),
    "9": Meaning(EventKind.HELD, "moved_to_counter"),
    "10": Meaning(EventKind.RETURNING, "recalled"),
    "11": Meaning(EventKind.DIRECTED, "redirected_by_recipient"),
    "12": Meaning(EventKind.DIRECTED, "redirected_by_sender"),
    "13": Meaning(EventKind.LOST, "lost"),
    "14": Meaning(EventKind.HELD, "fee_to_be_paid"),
    "15": Meaning(EventKind.RETURNING, "waits_for_return"),
    "16": Meaning(EventKind.ATTEMPTED, "other"),
}

UNKNOWN: Final = Meaning(EventKind.INFORMATION, "unknown_code")


def meaning(code: str, manner: str, failure: str) -> Meaning:
    """What an event means; an unknown manner or failure leaves 704 a delivery to nobody known, 705 an attempt."""
    known = OPERATIONS.get(code, UNKNOWN)
    if code == DELIVERED:
        return MANNERS.get(manner) or _delivered(manner and "unknown_manner", RecipientClass.UNKNOWN)
    if code == NOT_DELIVERED:
        return FAILURES.get(failure) or Meaning(known.kind, failure and "unknown_failure")
    if known.kind is EventKind.DELIVERED and known.recipient is None:
        return _delivered(known.reason, RecipientClass.UNKNOWN)
    return known


def voided_by(code: str, before: Iterable[str]) -> str:
    """Which code a reversal takes back: the latest of those that it may, else the first that it may."""
    may = VOIDS[code]
    return next((earlier for earlier in reversed(list(before)) if earlier in may), may[0])
