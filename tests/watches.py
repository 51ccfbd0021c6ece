"""Clocks that a test moves, in place of the system's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from jiedao.clock import system_clock


class Watch:
    """Stands still until it is moved; at first nine in the morning in Shanghai."""

    def __init__(self, now: datetime = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        """Let time pass: seconds, hours, days."""
        self.now += timedelta(**by)


class Ahead:
    """Goes as the system's clock does, and is ahead of it."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return system_clock() + self.ahead
