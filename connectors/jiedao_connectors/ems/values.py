"""How EMS writes amounts, times and numbers of items."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Final
from zoneinfo import ZoneInfo

from jiedao_connectors.ems.problems import NotUnderstood

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
"""The time of the wire, which never carries an offset."""

MAXIMUM_FEN: Final = 10_000_000_000
"""More than any item can cost or be worth."""

_TIME: Final = "%Y-%m-%d %H:%M:%S"
_DOMESTIC: Final = re.compile(r"\d{13}", re.ASCII)
_S10: Final = re.compile(r"[A-Z]{2}(\d{8})(\d)[A-Z]{2}", re.ASCII)
_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)


def yuan(fen: int) -> str:
    """Fen as yuan with two places."""
    return f"{fen // 100}.{fen % 100:02d}"


def fen(amount: object) -> int:
    """Yuan, as text or as a number, in whole fen; `NotUnderstood` when it is not an amount above zero."""
    try:
        found = Decimal(str(amount)) * 100
        if isinstance(amount, bool) or not 0 < found <= MAXIMUM_FEN or found != found.to_integral_value():
            raise NotUnderstood("the answer has an amount that is none")
    except InvalidOperation:
        raise NotUnderstood("the answer has an amount that is none") from None
    return int(found)


def written(moment: datetime) -> str:
    """An instant as the wire has it."""
    return moment.astimezone(SHANGHAI).strftime(_TIME)


def instant(words: str) -> datetime:
    """The instant that the wire means, with its offset; `NotUnderstood` when it is none.

    Of the hour that came twice when summer time ended (until 1991) it is the first.
    """
    try:
        return datetime.strptime(words.split(".")[0], _TIME).replace(tzinfo=SHANGHAI)
    except ValueError:
        raise NotUnderstood("the answer has a time that is none") from None


def is_item_number(number: str) -> bool:
    """13 digits within China, or an UPU S10 number with the right check digit."""
    if _DOMESTIC.fullmatch(number):
        return True
    found = _S10.fullmatch(number)
    return found is not None and int(found[2]) == _check_digit(found[1])


def _check_digit(serial: str) -> int:
    """UPU S10: 11 − (weighted sum mod 11), where 10 is written 0 and 11 is written 5."""
    left = 11 - sum(int(digit) * weight for digit, weight in zip(serial, _WEIGHTS, strict=True)) % 11
    return {10: 0, 11: 5}.get(left, left)
