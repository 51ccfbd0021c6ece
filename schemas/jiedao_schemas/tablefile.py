"""Sheets as files that spreadsheet programs open without changing what they say.

CSV: RFC 4180 with UTF-8 and a byte order mark, CRLF, amounts as 120.50, dates as 2026-11-30, instants in the street's
time as 2026-11-30 09:30:00. A text cell that a program would take for a number, a date or a formula begins with an
apostrophe that is no part of it: 0012 would lose its zeros, 18 digits would become a float, =1+1 would be run. One
apostrophe is taken off by whoever reads the file with a program (`unprotected`).

XLSX: text cells have the format @ and are never formulas, amounts are numbers with two decimals, dates are dates.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from jiedao.figures.sheets.sheet import Column, Record, Sheet, Sort
from jiedao.language import Text
from jiedao.money import format_amount

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST: Final = {"csv": 500_000, "xlsx": 50_000}
"""Rows of one file: what is written while a client waits."""


def csv_file(sheet: Sheet, rows: Iterable[Record], language: str, timezone: str) -> Iterator[bytes]:
    """The bytes of a CSV file, some rows at a time."""
    yield "\ufeff".encode()
    zone = ZoneInfo(timezone)
    titles = [protected(column.title.in_(language)) for column in sheet.columns]
    yield _csv_bytes([titles])
    some: list[list[str]] = []
    for record in rows:
        some.append([_csv_cell(c, v, language, zone) for c, v in zip(sheet.columns, record, strict=True)])
        if len(some) == _A_TIME:
            yield _csv_bytes(some)
            some = []
    yield _csv_bytes(some)


def xlsx_file(sheet: Sheet, rows: Iterable[Record], language: str, timezone: str) -> bytes:
    """An XLSX file, written row by row: only what has been packed is in memory."""
    zone = ZoneInfo(timezone)
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet.title.in_(language))
    page.freeze_panes = "A2"
    for number, column in enumerate(sheet.columns, 1):
        page.column_dimensions[get_column_letter(number)].width = _WIDTHS[column.sort]
    page.append([_heading(page, column.title.in_(language)) for column in sheet.columns])
    for record in rows:
        page.append([_xlsx_cell(page, c, v, language, zone) for c, v in zip(sheet.columns, record, strict=True)])
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}1"
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def protected(words: str) -> str:
    """A text as a CSV cell: with an apostrophe before what a spreadsheet program would not leave as it is."""
    return f"'{words}" if _TEMPTING.match(words) else words


def unprotected(cell: str) -> str:
    """The text that a CSV cell stands for."""
    return cell.removeprefix("'")


def _csv_bytes(rows: Sequence[Sequence[str]]) -> bytes:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    return written.getvalue().encode()


def _csv_cell(column: Column, value: Any, language: str, zone: ZoneInfo) -> str:
    if value is None:
        return ""
    if column.sort is Sort.MONEY:
        return format_amount(value)
    if column.sort is Sort.MOMENT:
        return _local(value, zone).isoformat(" ")
    return str(value) if column.sort in (Sort.WHOLE, Sort.DAY) else protected(_words(value, language))


def _xlsx_cell(page: Any, column: Column, value: Any, language: str, zone: ZoneInfo) -> Any:
    if value is None:
        return None
    if column.sort is Sort.TEXT:
        cell = WriteOnlyCell(page, _printable(_words(value, language)))
        cell.data_type = "s"  # openpyxl would make a formula of what begins with =
        cell.number_format = "@"
        return cell
    cell = WriteOnlyCell(page, _number(column, value, zone))
    cell.number_format = _FORMATS[column.sort]
    return cell


def _number(column: Column, value: Any, zone: ZoneInfo) -> Any:
    if column.sort is Sort.MONEY:
        return Decimal(value) / 100
    return _local(value, zone) if column.sort is Sort.MOMENT else value


def _heading(page: Any, words: str) -> Any:
    cell = WriteOnlyCell(page, words)
    cell.font = _BOLD
    return cell


def _local(moment: datetime, zone: ZoneInfo) -> datetime:
    """Spreadsheets know no time zones."""
    return moment.astimezone(zone).replace(tzinfo=None, microsecond=0)


def _words(value: Any, language: str) -> str:
    return value.in_(language) if isinstance(value, Text) else str(value)


def _printable(words: str) -> str:
    """XML has no characters for some control codes."""
    return _CONTROL.sub("\ufffd", words)


_A_TIME: Final = 500
_BOLD: Final = Font(bold=True)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MONTHS: Final = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_TEMPTING: Final = re.compile(
    rf"\s*(?:['=+\-@＝＋－＠.\t\r\n0-9]|(?:{_MONTHS})[a-z]*[-/. ]?\d|(?:true|false)\s*$)", re.I
)
"""What begins like a number, a date or a formula in any program we know of, and what begins with our own mark."""
_WIDTHS: Final = {Sort.TEXT: 22, Sort.MONEY: 14, Sort.WHOLE: 8, Sort.DAY: 12, Sort.MOMENT: 20}
_FORMATS: Final = {Sort.MONEY: "0.00", Sort.WHOLE: "0", Sort.DAY: "yyyy-mm-dd", Sort.MOMENT: "yyyy-mm-dd hh:mm:ss"}
