"""How the office's pages say values: money, points, moments, days; in the reader's language and the street's time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jiedao.clock import stamp
from jiedao.directory import places
from jiedao.language import Text
from jiedao_web.console import numbers
from jiedao_web.console.frame import face, show
from jiedao_web.context import house
from jiedao_web.look import spoken_language
from jiedao_web.sessions import caller


def display(template: str, *, page: dict[str, Any] | None = None, **values: Any) -> str:
    """A page of the console whose template may use `money`, `moment`, `day`, `both` and `named`."""
    with house().store.read(caller().street) as tx:
        zone = places.street(tx).timezone
    tools = {"money": money, "day": day, "both": both, "named": named, "moment": lambda at: moment(at, zone)}
    return show(template, page=page, **tools, **values)


def money(amount: int | None) -> str:
    """Fen, or hundredths of a point, with thousands apart: 1,234.50."""
    return "—" if amount is None else numbers.amount(amount)


def moment(at: datetime | None, timezone: str) -> str:
    """A moment in the street's time."""
    return stamp(at, timezone) if at else "—"


def day(on: date | None) -> str:
    """A day."""
    return on.isoformat() if on else "—"


def both(words: Text | Mapping[str, str]) -> str:
    """Words that the core has in both languages."""
    text = words if isinstance(words, Text) else Text(words.get("zh", ""), words.get("en", ""))
    return text.in_(spoken_language())


def named(key: str, otherwise: str) -> str:
    """The words of a key, and where there are none what it is called inside."""
    words = face.words.get(key)
    return words.in_(spoken_language()) if words else otherwise
