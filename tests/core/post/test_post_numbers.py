"""S10 and national numbers, and ranges of them that many windows take from at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiedao.post import ranges
from jiedao.post.numbers import check_digit, is_s10, made, national, s10
from jiedao.problems import Conflict, Invalid, NotAllowed
from post_desk import PostDesk

WINDOWS = 20


@pytest.mark.parametrize(
    ("number", "good"),
    [
        ("RB123456785GB", True),
        ("RB123456786US", False),
        ("DL746686536BR", True),
        ("RA000000080BR", True),
        ("RA000000081BR", False),
        ("ra000000080BR", False),
        ("RA00000008BR", False),
        ("RA00000００80BR", False),
    ],
)
def test_the_check_digit_of_s10(number: str, good: bool) -> None:
    assert is_s10(number) is good


def test_ten_becomes_nought_and_eleven_five() -> None:
    assert (check_digit(8), check_digit(0)) == (0, 5)


@given(st.integers(0, 10**8 - 1), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_is_found_out(serial: int, place: int, by: int) -> None:
    number = s10("RR", serial, "CN")
    assert is_s10(number)
    wrong = str((int(number[2 + place]) + by) % 10)
    broken = number[: 2 + place] + wrong + number[3 + place :]
    # Two remainders share the digit 5 and two the digit 0 (UPU S10): what falls on them cannot be seen.
    assert is_s10(broken) is (check_digit(int(broken[2:10])) == int(number[10]))


def test_national_numbers_have_thirteen_digits() -> None:
    assert national("97", 5) == "9700000000005"
    assert made("national", "1234567890", "", 999) == "1234567890999"


def test_twenty_windows_never_take_one_number_twice(on_both: PostDesk) -> None:
    desk = on_both
    desk.range(1, WINDOWS - 5)
    desk.range(100, 104)
    house, street = desk.made.house, desk.made.street

    def take(_window: int) -> str:
        with house.store.write(street) as tx:
            return ranges.take(tx, "book", "letter")

    with ThreadPoolExecutor(WINDOWS) as pool:
        taken = list(pool.map(take, range(WINDOWS)))
    assert len(set(taken)) == WINDOWS
    assert all(is_s10(number) for number in taken)
    with pytest.raises(Conflict, match=r"range\.exhausted"):
        take(0)


def test_a_number_that_was_rolled_back_was_not_taken(on_both: PostDesk) -> None:
    on_both.range(7, 7)
    with pytest.raises(ZeroDivisionError), on_both.made.house.store.write(on_both.made.street) as tx:
        ranges.take(tx, "book", "letter")
        raise ZeroDivisionError
    with on_both.made.house.store.write(on_both.made.street) as tx:
        assert ranges.take(tx, "book", "letter") == s10("RA", 7, "CN")


def test_a_products_own_range_goes_first(desk: PostDesk) -> None:
    desk.range(1, 1)
    desk.range(2, 2, prefix="EE", product="letter")
    with desk.made.house.store.write(desk.made.street) as tx:
        assert [ranges.take(tx, "book", "letter")[:2] for _ in range(2)] == ["EE", "RA"]
        desk_left = tx.rows(ranges._LEFT, connection="book", product="parcel")
    assert desk_left == []


def test_a_range_says_when_it_runs_low(desk: PostDesk) -> None:
    desk.range(1, 4, warning=3)
    for low in (False, False, True):
        with desk.made.house.store.read(desk.made.street) as tx:
            (known,) = desk.room.ranges.all(tx)
        assert known.low is low
        with desk.made.house.store.write(desk.made.street) as tx:
            ranges.take(tx, "book", "letter")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": "upu"}, "kind"),
        ({"prefix": "R1"}, "prefix"),
        ({"country": "cn"}, "country"),
        ({"first": 9, "last": 8}, "last"),
        ({"last": 100_000_000}, "last"),
        ({"kind": "national", "prefix": "9A", "country": ""}, "prefix"),
        ({"kind": "national", "prefix": "97", "country": "", "last": 10**11}, "last"),
    ],
)
def test_a_range_that_cannot_be_is_refused(desk: PostDesk, wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        desk.range(**wrong)
    assert refused.value.field == field


def test_ranges_do_not_overlap_and_are_the_administrators(desk: PostDesk) -> None:
    desk.range(1, 10)
    with pytest.raises(Conflict, match=r"range\.overlap"):
        desk.range(10, 20)
    desk.range(10, 20, prefix="RB")
    with pytest.raises(NotAllowed):
        desk.room.ranges.add(desk.made.operator, ranges.NewRange("book", "s10", "RC", "CN", 1, 2))
