"""How amounts, days and times are written for a resident."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from jiedao import daynames
from jiedao.clock import local
from jiedao.language import Text
from jiedao.money import format_amount


class Showing:
    """Amounts, days, times and names in one language and one time zone."""

    def __init__(self, language: str, timezone: str) -> None:
        self._language, self._timezone = language, timezone

    @property
    def filters(self) -> dict[str, Any]:
        """What templates call them."""
        return {
            "money": money,
            "points": format_amount,
            "day": self.day,
            "weekday": self.weekday,
            "when": self.when,
            "w": self.words,
            "names": self.names,
        }

    def names(self, several: Iterable[Text]) -> str:
        """Several names, each once."""
        return " · ".join(dict.fromkeys(map(self.words, several)))

    def words(self, text: Text | dict[str, str] | None) -> str:
        """A name or a sentence, as the core keeps it."""
        if not text:
            return ""
        return (text if isinstance(text, Text) else Text.from_json(text)).in_(self._language)

    def day(self, on: date | None) -> str:
        """2026年11月26日, or 26 November 2026."""
        return daynames.full(on).in_(self._language) if on else ""

    def weekday(self, on: date) -> str:
        """The day with its name in the week."""
        return daynames.weekday(on).in_(self._language)

    def when(self, at: datetime | None) -> str:
        """The day, and the time at the street."""
        if at is None:
            return ""
        here = local(at, self._timezone)
        return f"{self.day(here.date())} {here:%H:%M}"


def money(fen: int) -> str:
    """¥1,120.50"""
    yuan, _, rest = format_amount(abs(fen)).partition(".")
    return f"{'−' if fen < 0 else ''}¥{int(yuan):,}.{rest}"
