"""The state's holidays as far as they are published. `chinese_calendar` is loaded when a day is first asked for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, Final

from jiedao.hookspecs.service import Day
from jiedao.language import Text

_SATURDAY: Final = 5
_NO_NAME: Final = Text.same("")


def state_day(on: date) -> Day:
    """One day; provisional in a year that is not published."""
    calendar = _package()
    weekend = on.weekday() >= _SATURDAY
    try:
        free, holiday = calendar.get_holiday_detail(on)
    except NotImplementedError:
        return Day(on, not weekend, _NO_NAME, True)
    return Day(on, not free, _names().get(holiday, Text.same(holiday)) if holiday else _NO_NAME)


def latest_year() -> int:
    """The last year whose holidays are published."""
    days: Iterable[date] = _package().constants.holidays
    return max(day.year for day in days)


@cache
def _names() -> dict[str, Text]:
    """By the package's own (English) name."""
    return {one.value: Text(one.chinese, one.value) for one in _package().Holiday}


@cache
def _package() -> Any:
    import chinese_calendar  # type: ignore[import-untyped]

    return chinese_calendar
