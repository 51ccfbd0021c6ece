"""The acquirer's day, which ends at the cut-over and not at midnight."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta


def settlement_date(now: datetime, cut_over: time) -> date:
    """The day to which a transaction at `now` belongs (field 15): from the cut-over on it is the next one."""
    return now.date() if now.time() < cut_over else now.date() + timedelta(days=1)
