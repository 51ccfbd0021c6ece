"""How long a certification lasts: months, days and fixed windows."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count, takewhile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedao.certification.periods import (
    Days,
    Due,
    Late,
    Months,
    Period,
    Window,
    Windows,
    as_json,
    due,
    due_by,
    from_json,
    valid_to,
)
from jiedao.problems import Invalid

SPRING = Window((3, 1), (5, 31))
AUTUMN = Window((9, 1), (10, 31))
NEW_YEAR = Window((11, 15), (1, 15))
DAYS = st.dates(date(1990, 1, 1), date(2150, 12, 31))
PERIODS = st.one_of(
    st.builds(Months, st.integers(1, 60), st.integers(0, 90), st.integers(0, 90)),
    st.builds(Days, st.integers(1, 1000), st.integers(0, 90), st.integers(0, 90)),
    st.sampled_from(
        [Windows((SPRING,)), Windows((AUTUMN, SPRING), 10), Windows((NEW_YEAR,)), Windows((NEW_YEAR, SPRING))]
    ),
)


@pytest.mark.parametrize(
    ("period", "certified", "end"),
    [
        (Months(12), date(2023, 12, 31), date(2024, 12, 31)),
        (Days(365), date(2023, 12, 31), date(2024, 12, 30)),
        (Months(1), date(2026, 1, 31), date(2026, 2, 28)),
        (Months(1), date(2028, 1, 31), date(2028, 2, 29)),
        (Months(12), date(2024, 2, 29), date(2025, 2, 28)),
        (Months(48), date(2024, 2, 29), date(2028, 2, 29)),
        (Windows((SPRING,)), date(2026, 3, 1), date(2027, 5, 31)),
        (Windows((SPRING,)), date(2026, 5, 31), date(2027, 5, 31)),
        (Windows((SPRING,)), date(2026, 6, 1), date(2027, 5, 31)),  # late, for the window that was missed
        (Windows((SPRING,)), date(2026, 2, 28), date(2026, 5, 31)),  # too early to count for the coming one
        (Windows((SPRING, AUTUMN)), date(2026, 4, 1), date(2026, 10, 31)),
        (Windows((SPRING, AUTUMN)), date(2026, 9, 1), date(2027, 5, 31)),
        (Windows((NEW_YEAR,)), date(2027, 1, 10), date(2028, 1, 15)),
        (Windows((Window((2, 1), (2, 29)),)), date(2026, 2, 1), date(2027, 2, 28)),
        (Windows((Window((2, 1), (2, 29)),)), date(2027, 2, 1), date(2028, 2, 29)),
    ],
)
def test_until_when(period: Period, certified: date, end: date) -> None:
    assert valid_to(period, certified) == end


@pytest.mark.parametrize(
    ("period", "certified", "was_due", "end"),
    [
        (Months(12), date(2026, 2, 10), date(2025, 12, 31), date(2026, 12, 31)),
        (Months(12), date(2025, 12, 1), date(2025, 12, 31), date(2026, 12, 31)),
        (Months(12), date(2027, 1, 5), date(2024, 12, 31), date(2027, 12, 31)),  # years late: the next in the cycle
        (Months(1), date(2026, 3, 5), date(2026, 1, 31), date(2026, 3, 31)),  # the month's end is not forgotten
        (Days(30), date(2026, 1, 2), date(2026, 1, 1), date(2026, 1, 31)),
    ],
)
def test_the_cycle_need_not_move(period: Period, certified: date, was_due: date, end: date) -> None:
    assert valid_to(period, certified, was_due, Late.FROM_DUE) == end
    assert valid_to(period, certified, was_due) == valid_to(period, certified)
    assert valid_to(period, certified, None, Late.FROM_DUE) == valid_to(period, certified)


@pytest.mark.parametrize(
    ("period", "end", "expected"),
    [
        (
            Months(12, lead=30, grace=10),
            date(2026, 12, 31),
            Due(date(2026, 12, 1), date(2026, 12, 31), date(2027, 1, 11)),
        ),
        (Days(30, lead=5), date(2026, 3, 1), Due(date(2026, 2, 24), date(2026, 3, 1), date(2026, 3, 2))),
        (Windows((SPRING,), 15), date(2026, 5, 31), Due(date(2026, 3, 1), date(2026, 5, 31), date(2026, 6, 16))),
        (Windows((NEW_YEAR,)), date(2027, 1, 15), Due(date(2026, 11, 15), date(2027, 1, 15), date(2027, 1, 16))),
        (Windows((SPRING,)), date(2026, 8, 31), Due(date(2026, 3, 1), date(2026, 8, 31), date(2026, 9, 1))),
    ],
)
def test_when_it_is_due(period: Period, end: date, expected: Due) -> None:
    assert due(period, end) == expected


def test_who_was_never_certified_is_due_by_the_window() -> None:
    both = Windows((SPRING, AUTUMN))
    assert due_by(both, date(2026, 4, 1)) == date(2026, 5, 31)
    assert due_by(both, date(2026, 5, 31)) == date(2026, 5, 31)
    assert due_by(both, date(2026, 6, 1)) == date(2026, 10, 31)
    assert due_by(both, date(2026, 11, 1)) == date(2027, 5, 31)
    assert due_by(Months(12), date(2026, 4, 1)) is None


@settings(deadline=None, derandomize=True, database=None)
@given(PERIODS, DAYS)
def test_it_lasts_beyond_the_day_and_is_due_in_order(period: Period, day: date) -> None:
    end = valid_to(period, day)
    coming = due(period, end)
    assert end > day
    assert coming.opens_on <= coming.due_on == end < coming.overdue_on
    assert coming.overdue_on == end + timedelta(days=period.grace + 1)


@settings(deadline=None, derandomize=True, database=None)
@given(PERIODS, DAYS, DAYS)
def test_later_never_ends_earlier(period: Period, one: date, other: date) -> None:
    first, second = sorted((one, other))
    assert valid_to(period, first) <= valid_to(period, second)


@settings(deadline=None, derandomize=True, database=None)
@given(st.builds(Months, st.integers(1, 60)) | st.builds(Days, st.integers(1, 1000)), DAYS, st.integers(-400, 4000))
def test_a_cycle_is_kept_by_steps_of_the_period(period: Months | Days, was_due: date, late: int) -> None:
    certified = was_due + timedelta(days=late)
    end = valid_to(period, certified, was_due, Late.FROM_DUE)
    steps = list(takewhile(lambda step: step <= end, (period.step(was_due, n) for n in count(1))))
    assert steps[-1] == end
    assert end > certified
    assert all(step <= certified for step in steps[:-1])


@settings(deadline=None, derandomize=True, database=None)
@given(PERIODS)
def test_a_period_is_stored_and_read(period: Period) -> None:
    assert from_json(as_json(period)) == period


@pytest.mark.parametrize(
    ("stored", "field"),
    [
        ({}, "every"),
        ({"every": "weeks", "count": 1}, "every"),
        ({"every": "months"}, "count"),
        ({"every": "months", "count": 0}, "count"),
        ({"every": "months", "count": 121}, "count"),
        ({"every": "days", "count": True}, "count"),
        ({"every": "days", "count": 1.5}, "count"),
        ({"every": "days", "count": 30, "lead": -1}, "lead"),
        ({"every": "days", "count": 30, "grace": 367}, "grace"),
        ({"every": "windows"}, "windows"),
        ({"every": "windows", "windows": []}, "windows"),
        ({"every": "windows", "windows": [["03-01"]]}, "windows"),
        ({"every": "windows", "windows": [["03-01", "02-30"]]}, "windows"),
        ({"every": "windows", "windows": [["3-1", "5-31"]]}, "windows"),
        ({"every": "windows", "windows": [3]}, "windows"),
        ({"every": "windows", "windows": [["03-01", "05-31"], ["05-31", "06-30"]]}, "windows"),
        ({"every": "windows", "windows": [["11-01", "02-28"], ["02-01", "03-31"]]}, "windows"),
        ({"every": "windows", "windows": [["01-01", "01-02"]] * 13}, "windows"),
    ],
)
def test_what_can_be_no_period(stored: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        from_json(stored)
    assert refused.value.field == f"period.{field}"
