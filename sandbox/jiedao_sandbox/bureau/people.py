"""People whom the bureau knows, derived from their ID number (GB 11643), so that any number of them exists.

All are from division 99, which China has not. The last two of the 17 digits before the check digit decide a fate:

======  ====================================================================================
digits  what the bureau has, and what becomes of a certification
======  ====================================================================================
20      the pension is due; a certification waits for a person's review
21      likewise; the tunnel says "200" without a certified date instead of "201"
30      certified by data match this year: nothing is due
31      suspended, as it is late; a certification restores it
40      draws nothing that is certified
41      insured in another region
50      a photo taken at a counter is needed
60      the photo does not match; another may be tried
61      overdue; a certification is accepted at once
70      has died
88      draws a pension (110) and an unemployment benefit (210): one certification satisfies both
99      nobody
other   the pension is due; a certification is accepted at once
======  ====================================================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from stdnum.cn import ric

PENSION: Final = "110"
UNEMPLOYMENT: Final = "210"
ELSEWHERE: Final = "990200"
"""The region in which somebody of fate 41 is insured."""


class Fate(StrEnum):
    """What a person's number brings."""

    DUE = "00"
    REVIEW = "20"
    UPLOADED = "21"
    ALREADY = "30"
    SUSPENDED = "31"
    NOT_ELIGIBLE = "40"
    ELSEWHERE = "41"
    COUNTER = "50"
    MISMATCH = "60"
    OVERDUE = "61"
    DECEASED = "70"
    TWO_KINDS = "88"
    NOBODY = "99"


@dataclass(frozen=True, slots=True)
class Drawn:
    """A benefit that a person draws; `standing` is due, overdue, suspended, not_due or ended."""

    kind: str
    standing: str
    certified_on: str
    valid_to: str
    route: str = "counter"
    reason: str = ""


def number_for(fate: Fate, serial: int) -> str:
    """The ID number of the `serial`-th person of a fate, with its check digit."""
    digits = f"99{serial % 10_000:04d}19560312{serial // 10_000 % 10}{fate}"
    return digits + str(ric.calc_check_digit(digits + "0"))


def fate_of(number: str) -> Fate:
    """What becomes of a number; `NOBODY` for one that is none."""
    if not _NUMBER.fullmatch(number) or ric.calc_check_digit(number) != number[-1]:
        return Fate.NOBODY
    return Fate(number[15:17]) if number[15:17] in _FATES else Fate.DUE


def name_of(number: str) -> str:
    """The name of the person with a number."""
    return _NAMES[int(number[:17]) % len(_NAMES)]


def benefits_of(fate: Fate, today: date) -> list[Drawn]:
    """What a person drew before anybody certified here."""
    last, year = f"{today.year - 1}-01-15", f"{today.year}-01-15"
    due = Drawn(PENSION, "due", last, year)
    if fate in (Fate.NOBODY, Fate.NOT_ELIGIBLE, Fate.ELSEWHERE):
        return []
    if fate is Fate.TWO_KINDS:
        return [due, Drawn(UNEMPLOYMENT, "due", "", "", "")]
    if fate is Fate.ALREADY:
        return [Drawn(PENSION, "not_due", year, f"{today.year + 1}-01-15", "data_match")]
    standing, reason = _STANDINGS.get(fate, ("due", ""))
    return [replace(due, standing=standing, reason=reason)]


_STANDINGS: Final = {
    Fate.SUSPENDED: ("suspended", "逾期未认证"),
    Fate.OVERDUE: ("overdue", ""),
    Fate.DECEASED: ("ended", "死亡"),
}
_FATES: Final = frozenset(fate.value for fate in Fate)
_NUMBER: Final = re.compile(r"99\d{15}[\dX]", re.ASCII)
# Two characters that GBK has not, and a middle dot, as in the names of real people.
_NAMES: Final = ("王小明", "阿依古丽·买买提", "李䶮", "张𠮷祥", "欧阳 Ann")
