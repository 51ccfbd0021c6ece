"""What stands in a sheet stands in the file, whatever a spreadsheet program would like to make of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from jiedao.figures.sheets.sheet import Column, Record, Sheet, Sort
from jiedao.language import Text
from jiedao_schemas.tablefile import csv_file, protected, unprotected, xlsx_file

ZONE = "Asia/Shanghai"
AT = datetime(2026, 11, 25, 16, 30, 5, 999, tzinfo=UTC)
COLUMNS = tuple(Column(Text(sort.value, sort.value.upper()), sort) for sort in Sort)
TRICKY = ("0012345678", "110101199003077571", "1E5", "=1+1", "-2+3", "@SUM(A1)", "+86 10", "3-4", "MAR1", "TRUE", "'q")


def sheet(columns: Sequence[Column] = COLUMNS) -> Sheet:
    def nothing(*_: Any) -> Iterator[Record]:
        return iter(())

    return Sheet("s", Text("表", "Sheet"), columns, lambda *_: 0, nothing)


def row(words: object) -> Record:
    """One value for each sort of column, in their order."""
    return (words, -12_050, 7, date(2026, 11, 26), AT)


def cells(rows: list[Record], language: str = "zh") -> list[list[str]]:
    content = b"".join(csv_file(sheet(), rows, language, ZONE))
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(content[3:].decode(), newline=""), strict=True))


@pytest.mark.parametrize("words", TRICKY)
def test_text_survives_csv_and_no_program_takes_it_for_something_else(words: str) -> None:
    _, (cell, *_rest) = cells([row(words)])
    assert cell == f"'{words}"
    assert unprotected(cell) == words


def test_names_and_sentences_stand_in_csv_as_they_are() -> None:
    words = '古丽巴哈尔·买买提, "called" Guli\nsecond line'
    _, (cell, *_rest) = cells([row(words)])
    assert cell == words


def test_csv_says_amounts_dates_and_times_of_the_street() -> None:
    heads, values = cells([row(Text("已付", "Paid"))], "en")
    assert heads == ["TEXT", "MONEY", "WHOLE", "DAY", "MOMENT"]
    assert values == ["Paid", "-120.50", "7", "2026-11-26", "2026-11-26 00:30:05"]
    content = b"".join(csv_file(sheet(), [row("x")], "zh", ZONE))
    assert content.count(b"\r\n") == 2
    assert b"\n" not in content.replace(b"\r\n", b"")


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), max_size=30))
def test_any_text_can_be_read_back_from_csv(words: str) -> None:
    assert unprotected(protected(words)) == words
    assert protected(words) == words or protected(words) == f"'{words}"


def book(rows: list[Record], language: str = "zh") -> Any:
    return load_workbook(io.BytesIO(xlsx_file(sheet(), rows, language, ZONE))).active


@pytest.mark.parametrize("words", TRICKY)
def test_xlsx_keeps_identifiers_as_text(words: str) -> None:
    cell = book([row(words)])["A2"]
    assert (cell.value, cell.data_type, cell.number_format) == (words, "s", "@")


def test_xlsx_has_amounts_as_numbers_and_dates_as_dates() -> None:
    page = book([row("x"), (None,) * len(COLUMNS)], "en")
    money, whole, day, moment = (page[f"{column}2"] for column in "BCDE")
    assert (money.value, money.data_type, money.number_format) == (-120.5, "n", "0.00")
    assert Decimal(str(money.value)) == Decimal("-120.50")
    assert (whole.value, whole.data_type) == (7, "n")
    assert (day.value.date(), day.is_date) == (date(2026, 11, 26), True)
    assert (moment.value.isoformat(), moment.is_date) == ("2026-11-26T00:30:05", True)
    assert page["A1"].value == "TEXT"
    assert page["B3"].value is None
    assert page.title == "Sheet"


def test_characters_that_no_spreadsheet_can_hold_do_not_break_the_file() -> None:
    assert book([row("a\x07b")])["A2"].value == "a\ufffdb"


def test_many_rows_are_written_some_at_a_time() -> None:
    parts = list(csv_file(sheet(), (row(str(number)) for number in range(1201)), "zh", ZONE))
    assert len(parts) == 5
    assert b"".join(parts).count(b"\r\n") == 1202
