"""Holidays in China: published years with make-up workdays, later years provisional, days of the street's own."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from jiedao.hookspecs.connection import Connection
from jiedao.hookspecs.service import CalendarRequest, CheckRequest, Day, Days
from jiedao.language import Text
from jiedao.problems import Invalid
from jiedao.registry.registry import Registry
from jiedao_calendar_cn import plugin

CONFIGURATION = plugin.describe().configuration


def connect(*own: dict[str, Any]) -> Connection:
    return Connection("street", "calendar", "jiedao_calendar_cn", 1, True, CONFIGURATION.load({"own_days": list(own)}))


def days(first: str, last: str, *own: dict[str, Any]) -> Days:
    request = CalendarRequest(connect(*own), 1.0, date.fromisoformat(first), date.fromisoformat(last))
    return plugin.calendar_days(request)


def day(on: str, *own: dict[str, Any]) -> Day:
    (one,) = days(on, on, *own)
    return one


def test_it_asks_nobody() -> None:
    registry = Registry()
    assert registry.register("jiedao_calendar_cn", plugin).manifest.local
    request = CalendarRequest(connect(), 1.0, date(2026, 1, 1), date(2026, 12, 31))
    assert len(registry.call_local("calendar_days", request)) == 365


def test_the_check_says_how_far_it_knows() -> None:
    result = plugin.check_connection(CheckRequest(connect(), 1.0))
    assert result.passed
    assert int(result.says.en.split()[-1]) >= 2026


def test_the_spring_festival_of_2026() -> None:
    """The State Council's notice: 15 to 23 February off, 14 and 28 February worked."""
    february = {one.on.day: one for one in days("2026-02-13", "2026-02-28")}
    assert not any(february[n].working for n in range(15, 24))
    assert february[17].name == Text("春节", "Spring Festival")
    for made_up in (14, 28):
        assert (february[made_up].on.weekday(), february[made_up].working) == (5, True)
        assert february[made_up].name.zh == "春节"
    assert (february[13].working, february[13].name) == (True, Text("", ""))
    assert not any(one.provisional for one in february.values())


def test_a_weekend_is_free_and_has_no_name() -> None:
    assert day("2026-03-07") == Day(date(2026, 3, 7), False, Text("", ""))


@pytest.mark.parametrize(("on", "working"), [("2100-01-01", True), ("2100-01-02", False), ("1999-10-01", True)])
def test_a_year_that_is_not_published_is_provisional(on: str, working: bool) -> None:
    assert day(on) == Day(date.fromisoformat(on), working, Text("", ""), True)


def test_days_are_in_order_without_a_gap_over_the_end_of_what_is_known() -> None:
    found = days("2025-12-30", "2100-01-02")
    numbers = [one.on.toordinal() for one in found]
    assert numbers == list(range(date(2025, 12, 30).toordinal(), date(2100, 1, 2).toordinal() + 1))
    assert [one.provisional for one in found] == sorted(one.provisional for one in found)


def test_a_street_has_days_of_its_own() -> None:
    eid = {"on": "2026-05-27", "working": False, "name_zh": "古尔邦节", "name_en": "Eid al-Adha"}
    assert day("2026-05-27").working
    assert day("2026-05-27", eid) == Day(date(2026, 5, 27), False, Text("古尔邦节", "Eid al-Adha"))


@pytest.mark.parametrize(
    "own",
    [
        [{"on": "27.5.2026", "working": False, "name_zh": "节", "name_en": "day"}],
        [{"on": "2026-05-27", "working": False, "name_zh": "", "name_en": "day"}],
        [{"on": "2026-05-27", "working": False, "name_zh": "节", "name_en": "day"}] * 2,
    ],
)
def test_days_that_cannot_be_right_are_refused(own: list[dict[str, Any]]) -> None:
    with pytest.raises(Invalid):
        connect(*own)


def test_the_package_is_loaded_only_when_it_is_needed() -> None:
    program = "import sys, jiedao_calendar_cn as c; c.plugin.describe(); print('chinese_calendar' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"
