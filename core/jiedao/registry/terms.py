"""What a street agrees on for a connection beyond the plugin's settings: amounts, hours, who may use it, from when.

Terms hold for what begins; what is open is finished whatever they say. The values are pure; `jiedao.registry.gate`
holds business against them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, Final

from jiedao.daynames import WEEKDAYS, full
from jiedao.hookspecs.service import Day
from jiedao.language import Text
from jiedao.problems import Invalid

_MIDNIGHT: Final = "00:00"
_TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_MONDAY, _SATURDAY, _SUNDAY = 1, 6, 7


@dataclass(frozen=True, slots=True)
class Hours:
    """Open on these ISO weekdays (Monday is 1) from `opens` until `closes`, local times such as 09:00.

    Closing at 00:00 is closing at the end of the day.
    """

    days: tuple[int, ...]
    opens: str
    closes: str

    def hold(self, clock: str) -> bool:
        """Whether it is open at a time of one of its days."""
        return self.opens <= clock and (clock < self.closes or self.closes == _MIDNIGHT)


@dataclass(frozen=True, slots=True)
class Terms:
    """A street's terms for one connection. Amounts are fen; None, empty and the default of a flag set no bound."""

    least: int | None = None
    """Of one act: one bill, one tender, one item of post."""
    most: int | None = None
    daily: int | None = None
    """Of all acts of a calendar day of the street together; what was refused does not count."""
    hours: tuple[Hours, ...] = ()
    on_holidays: bool = True
    """When false, closed on public holidays by the street's calendar; a make-up workday is open as Mondays are."""
    groups: tuple[str, ...] = ()
    """Codes of the resident groups that may use it; a resident needs one of them."""
    since: date | None = None
    """The first day of business."""
    credential_until: date | None = None
    """The last day of the certificate or contract behind the settings; a reminder, never a refusal."""

    def as_json(self) -> dict[str, Any]:
        """For storage; only what sets a bound."""
        stored = {
            "least": self.least,
            "most": self.most,
            "daily": self.daily,
            "hours": [[list(one.days), one.opens, one.closes] for one in self.hours],
            "closed_on_holidays": not self.on_holidays,
            "groups": list(self.groups),
            "since": self.since.isoformat() if self.since else None,
            "credential_until": self.credential_until.isoformat() if self.credential_until else None,
        }
        return {name: value for name, value in stored.items() if value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Terms:
        """From storage."""
        return cls(
            stored.get("least"),
            stored.get("most"),
            stored.get("daily"),
            tuple(Hours(tuple(days), opens, closes) for days, opens, closes in stored.get("hours", ())),
            not stored.get("closed_on_holidays", False),
            tuple(stored.get("groups", ())),
            _day(stored.get("since")),
            _day(stored.get("credential_until")),
        )

    def changed(self, before: Terms) -> list[str]:
        """Names of what is not as it was, for the audit."""
        return [one.name for one in fields(self) if getattr(self, one.name) != getattr(before, one.name)]


def check_terms(terms: Terms) -> None:
    """`Invalid` for terms that contradict themselves, naming the field."""
    for name in ("least", "most", "daily"):
        amount = getattr(terms, name)
        if amount is not None and amount <= 0:
            raise Invalid("terms.amount", _POSITIVE, field=name)
    if terms.least and terms.most and terms.least > terms.most:
        raise Invalid("terms.amount", _LEAST_MOST, field="most")
    if terms.daily and terms.daily < (terms.most or terms.least or 0):
        raise Invalid("terms.amount", _DAILY, field="daily")
    for no, hours in enumerate(terms.hours):
        _check_hours(hours, f"hours.{no}")


def closed(terms: Terms, now: datetime, day: Day | None) -> Text | None:
    """Why there is no business at a local time; None when there is. `day` is what the calendar says of today."""
    if terms.since and now.date() < terms.since:
        return _SINCE.format(day=full(terms.since))
    weekday = now.isoweekday()
    if day and not terms.on_holidays:
        if _holiday(day):
            return _HOLIDAY.format(name=day.name) if day.name.zh else _DAY_OFF
        if day.working and weekday >= _SATURDAY and not _of_day(terms, weekday):
            weekday = _MONDAY
    if not terms.hours or any(hours.hold(f"{now:%H:%M}") for hours in _of_day(terms, weekday)):
        return None
    return _next(terms, weekday, f"{now:%H:%M}")


def _next(terms: Terms, weekday: int, clock: str) -> Text:
    """When it opens next, by weekdays alone."""
    later = sorted(hours.opens for hours in _of_day(terms, weekday) if hours.opens > clock)
    if later:
        return _OPENS.format(time=later[0])
    for ahead in range(1, 8):
        coming = (weekday + ahead - 1) % 7 + 1
        if opening := sorted(hours.opens for hours in _of_day(terms, coming)):
            return _OPENS_ON.format(day=WEEKDAYS[coming - 1], time=opening[0])
    return _DAY_OFF


def _of_day(terms: Terms, weekday: int) -> list[Hours]:
    return [hours for hours in terms.hours if weekday in hours.days]


def _holiday(day: Day) -> bool:
    """A free weekday, or a weekend that has a name; an ordinary weekend is a matter of the hours alone."""
    return not day.working and (day.on.isoweekday() < _SATURDAY or bool(day.name.zh))


def _check_hours(hours: Hours, field: str) -> None:
    if not hours.days or any(not _MONDAY <= day <= _SUNDAY for day in hours.days):
        raise Invalid("terms.hours", _WHICH_DAYS, field=f"{field}.days")
    for name in ("opens", "closes"):
        if not _TIME.fullmatch(getattr(hours, name)):
            raise Invalid("terms.hours", _WHAT_TIME, field=f"{field}.{name}")
    if hours.closes != _MIDNIGHT and hours.opens >= hours.closes:
        raise Invalid("terms.hours", _BACKWARDS, field=f"{field}.closes")


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None


_POSITIVE: Final = Text(zh="金额必须大于零", en="An amount is more than zero")
_LEAST_MOST: Final = Text(zh="每笔上限不能低于每笔下限", en="The most for one payment is not less than the least")
_DAILY: Final = Text(zh="每日上限不能低于每笔的限额", en="The most for a day is not less than that for one payment")
_WHICH_DAYS: Final = Text(zh="请至少选择一个星期几", en="Choose at least one day of the week")
_WHAT_TIME: Final = Text(zh="时间写法如 09:00", en="Write a time as 09:00")
_BACKWARDS: Final = Text(
    zh="结束时间应晚于开始时间；到半夜请写 00:00", en="It closes after it opens; write 00:00 for midnight"
)
_SINCE: Final = Text(zh="{day}起办理", en="from {day}")
_OPENS: Final = Text(zh="今天 {time} 开始办理", en="opens at {time}")
_OPENS_ON: Final = Text(zh="{day} {time} 开始办理", en="opens on {day} at {time}")
_HOLIDAY: Final = Text(zh="今天{name}放假，不办理", en="closed today, a public holiday ({name})")
_DAY_OFF: Final = Text(zh="今天不办理", en="closed today")
