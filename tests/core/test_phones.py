"""Phone numbers are one however they are written, and each country has its own way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiedao.directory.phones import check_country, checked_phone, plain_phone
from jiedao.problems import Invalid


@pytest.mark.parametrize(
    ("country", "kept", "written"),
    [
        ("CN", "13800138000", ["13800138000", "138 0013 8000", "+86 138-0013-8000", "008613800138000", "013800138000"]),
        ("CN", "01082325588", ["010-82325588", "(010) 8232 5588", "+86 10 8232 5588"]),
        ("CN", "4008108888", ["400-810-8888", "+86 400 810 8888"]),
        ("CN", "95598", ["95598"]),
        ("CN", "+442079460958", ["+44 20 7946 0958", "0044 20 7946 0958"]),
        ("GB", "07911123456", ["07911 123456", "+44 7911 123456", "+44 (0)7911 123456"]),
        ("GB", "+8613800138000", ["+86 13800138000"]),
        ("US", "2015550123", ["(201) 555-0123", "+1 201 555 0123", "1-201-555-0123"]),
        ("IT", "0669812345", ["06 6981 2345", "+39 06 6981 2345"]),
        ("", "13800138000", ["138 0013 8000"]),
        ("", "+8613800138000", ["+86 138-0013-8000"]),
        ("CN", "", ["", " "]),
    ],
)
def test_a_number_is_kept_in_one_way(country: str, kept: str, written: list[str]) -> None:
    assert {checked_phone(words, country) for words in written} == {kept}
    assert checked_phone(kept, country) == kept


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    st.from_regex(r"\+?[0-9]{5,15}", fullmatch=True), st.sampled_from(["CN", "GB", "US", "AR", "BR", "MX", "LT", "TW"])
)
def test_what_is_kept_is_kept_as_it_is(words: str, country: str) -> None:
    kept = checked_phone(words, country)
    assert checked_phone(kept, country) == kept


@pytest.mark.parametrize("wrong", ["1234", "1" * 16, "12a45", "١٢٣٤٥", "call me", "+", "13800138000;ext=1"])
@pytest.mark.parametrize("country", ["", "CN", "GB"])
def test_what_is_no_number_is_refused(wrong: str, country: str) -> None:
    with pytest.raises(Invalid, match=r"phone\.malformed") as refused:
        checked_phone(wrong, country)
    assert refused.value.field == "phone"


@pytest.mark.parametrize("words", ["刘德明", "6210012345675", "11010519491231002X", "+999 123456789"])
def test_other_words_come_back(words: str) -> None:
    assert plain_phone(words, "CN") == words.replace(" ", "")


@pytest.mark.parametrize("code", ["", "cn", "XX", "CHN", "86"])
def test_what_is_no_country_is_refused(code: str) -> None:
    check_country("CN")
    with pytest.raises(Invalid, match=r"street\.country") as refused:
        check_country(code)
    assert refused.value.field == "country"
