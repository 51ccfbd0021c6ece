"""Customers and what they owe, derived from the account number, so that any number of them exists.

The last two characters of an account decide its fate:

======  ==========================================================================
ending  what happens
======  ==========================================================================
00      nothing is owed
55      a payment is declined
66      a payment stays pending, then is declined
77      a payment stays pending, then succeeds
88      two bills: this period's and the one before
99      the customer is not known
other   one bill, a payment succeeds at once
======  ==========================================================================

A monthly bill is 50.00 yuan plus the last four digits in fen plus the seed (account ...1234 owes 62.34 with seed 0).
Pension is 100 yuan times (1 + last digit) and medical insurance 400 yuan, each once a year.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from jiedao_sandbox.billhub.catalogue import Biller

NOTHING_OWED: Final = "00"
DECLINED: Final = "55"
PENDING_THEN_DECLINED: Final = "66"
PENDING: Final = "77"
TWO_BILLS: Final = "88"
UNKNOWN: Final = "99"

_BILL_ID: Final = re.compile(r"(\d{4}(?:0[1-9]|1[0-2])?)-(.+)", re.ASCII)
_NAMES: Final = "王李张刘陈杨赵黄周吴"


@dataclass(frozen=True, slots=True)
class Bill:
    """What was billed for one period, whatever has been paid of it since. `amount` is fen."""

    id: str
    account: str
    customer: str
    amount: int
    period: str
    due: date


def is_known(biller: Biller, account: str) -> bool:
    """Whether the biller has such a customer."""
    return biller.accepts(account) and not account.endswith(UNKNOWN)


def bills_of(biller: Biller, account: str, today: date, seed: int) -> list[Bill]:
    """The bills of a known account that are due around `today`, paid or not."""
    if account.endswith(NOTHING_OWED):
        return []
    period = _period(biller, today)
    periods = [_before(period), period] if account.endswith(TWO_BILLS) else [period]
    return [_bill(biller, account, one, seed) for one in periods]


def find_bill(biller: Biller, account: str, bill: str, today: date, seed: int) -> Bill | None:
    """The bill of that number if it is the account's; one from an earlier period can still be paid."""
    match = _BILL_ID.fullmatch(bill)
    if match is None or match[2] != account or account.endswith(NOTHING_OWED):
        return None
    period, newest = match[1], _period(biller, today)
    if len(period) != len(newest) or period > newest:
        return None
    return _bill(biller, account, period, seed)


def _bill(biller: Biller, account: str, period: str, seed: int) -> Bill:
    return Bill(f"{period}-{account}", account, _name(account), _amount(biller, account, seed), period, _due(period))


def _amount(biller: Biller, account: str, seed: int) -> int:
    digits = "".join(filter(str.isdigit, account))
    if biller.category == "pension":
        return 10_000 * (1 + int(digits[-1]))
    if biller.category == "medical":
        return 40_000
    return 5_000 + int(digits[-4:]) + seed


def _name(account: str) -> str:
    # Billers mask the given name; the payer only has to recognise it.
    return f"{_NAMES[sum(map(ord, account)) % len(_NAMES)]}**"


def _period(biller: Biller, today: date) -> str:
    """A year for yearly billers, else the month before today's, as meters are read at its end."""
    if biller.yearly:
        return f"{today.year:04d}"
    return _before(f"{today.year:04d}{today.month:02d}")


def _before(period: str) -> str:
    year, month = int(period[:4]), period[4:]
    if not month:
        return f"{year - 1:04d}"
    return f"{year:04d}{int(month) - 1:02d}" if month != "01" else f"{year - 1:04d}12"


def _due(period: str) -> date:
    """The 20th of the following month; for a year its end."""
    year, month = int(period[:4]), int(period[4:] or 0)
    if not month:
        return date(year, 12, 31)
    return date(year + month // 12, month % 12 + 1, 20)
