"""What time it is; injected, so that nothing depends on today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def local_date(moment: datetime, timezone: str) -> date:
    """The calendar date in the street's time zone at a moment."""
    return moment.astimezone(ZoneInfo(timezone)).date()
