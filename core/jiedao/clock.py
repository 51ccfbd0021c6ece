"""What time it is; injected, so that nothing depends on today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, timezone: str) -> datetime:
    """The moment in the street's time zone."""
    return moment.astimezone(ZoneInfo(timezone))


def local_date(moment: datetime, timezone: str) -> date:
    """The calendar date in the street's time zone at a moment."""
    return local(moment, timezone).date()


def stamp(moment: datetime, timezone: str, *, seconds: bool = False) -> str:
    """ "2026-11-26 15:30", or "2026-11-26 15:30:00", in the street's time zone."""
    return local(moment, timezone).strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def midnight(day: date, timezone: str) -> datetime:
    """When a day begins in the street's time zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(timezone)).astimezone(UTC)
