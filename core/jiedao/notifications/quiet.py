"""Hours in which nobody is disturbed, in the street's own time. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class QuietHours:
    """From `starts` up to `ends`, which may be on the next day; two equal times mean never."""

    starts: time
    ends: time

    def wait(self, now: datetime, timezone: str) -> float:
        """Seconds from `now` until a message may go out; 0 when it may already."""
        local = now.astimezone(ZoneInfo(timezone))
        if not self._covers(local.time()):
            return 0.0
        end = datetime.combine(local.date(), self.ends, local.tzinfo)
        if end <= local:
            end = datetime.combine(local.date() + timedelta(days=1), self.ends, local.tzinfo)
        # Between instants, so that a night in which clocks change is as long as it is.
        return end.timestamp() - now.timestamp()

    def _covers(self, clock: time) -> bool:
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends
