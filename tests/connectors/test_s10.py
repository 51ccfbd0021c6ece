"""UPU S10 against numbers that posts have issued."""

from __future__ import annotations

import pytest

from jiedao_connectors.s10 import check_digit, is_cn_domestic, is_s10, number


@pytest.mark.parametrize("good", ["RB123456785GB", "DL746686536BR", "RA000000080BR"])
def test_numbers_of_posts_are_right(good: str) -> None:
    assert is_s10(good)
    assert number(good[:2], int(good[2:10]), good[-2:]) == good


@pytest.mark.parametrize(
    "wrong",
    ["RB123456786US", "RB123456785gb", "rb123456785GB", "RB12345678GB", "RB1234567855GB", "", "RB12345678５GB"],
)
def test_anything_else_is_not(wrong: str) -> None:
    assert not is_s10(wrong)


def test_ten_is_written_0_and_eleven_5() -> None:
    assert check_digit("00000008") == 0
    assert check_digit("00000000") == 5


@pytest.mark.parametrize("wrong", [("R", 1, "CN"), ("RR", 100_000_000, "CN"), ("RR", 1, "C1"), ("RR", -1, "CN")])
def test_a_number_is_not_made_of_anything_else(wrong: tuple[str, int, str]) -> None:
    with pytest.raises(ValueError, match=r"serial|letters"):
        number(*wrong)


@pytest.mark.parametrize(
    ("words", "right"), [("1234567890123", True), ("123456789012", False), ("RB123456785GB", False)]
)
def test_domestic_items_in_china_have_13_digits(words: str, right: bool) -> None:
    assert is_cn_domestic(words) is right
