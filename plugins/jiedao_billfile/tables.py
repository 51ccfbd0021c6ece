"""Delivered files as lines of cells: CSV in UTF-8 or GB18030, and XLSX. Knows nothing of bills.

Everything is limited before it is read: bytes, unzipped bytes, rows and columns.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import openpyxl

from jiedao.hookspecs.biller import FileError
from jiedao.language import Text
from jiedao_schemas.billfile import EXACT_DIGITS, Cell, Unusable

MAXIMUM_BYTES: Final = 10_000_000
MAXIMUM_UNZIPPED: Final = 100_000_000
MAXIMUM_ROWS: Final = 50_000
MAXIMUM_COLUMNS: Final = 100

CALCULATES: Final = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""Beginnings that make a spreadsheet calculate a cell; the wide forms do so in Chinese and Japanese versions."""


class Refused(Exception):
    """The file cannot be read at all, or not beyond a line."""

    def __init__(self, says: Text, line: int = 0) -> None:
        super().__init__(says.en)
        self.error = FileError(line, "", says)


@dataclass(frozen=True, slots=True)
class Line:
    """One row; `number` is what a person sees beside it. Blank cells are None."""

    number: int
    cells: tuple[Cell | None, ...]

    @property
    def is_blank(self) -> bool:
        """No cell has anything in it."""
        return all(cell is None for cell in self.cells)


def read(name: str, content: bytes) -> list[Line]:
    """The lines of a file whose name ends in .csv or .xlsx, without blank ones; `Refused` if it cannot be read."""
    if len(content) > MAXIMUM_BYTES:
        raise Refused(_TOO_LARGE)
    reader = _READERS.get(name.lower().rpartition(".")[2])
    if reader is None or content.startswith(_OLD_EXCEL):
        raise Refused(_FORMAT)
    lines = [line for line in _limited(reader(content)) if not line.is_blank]
    if not lines:
        raise Refused(_EMPTY)
    return lines


def _limited(lines: Iterator[Line]) -> Iterator[Line]:
    for line in lines:
        if line.number > MAXIMUM_ROWS:
            raise Refused(_TOO_MANY_ROWS, line.number)
        if len(line.cells) > MAXIMUM_COLUMNS:
            raise Refused(_TOO_MANY_COLUMNS, line.number)
        yield line


def _csv(content: bytes) -> Iterator[Line]:
    words = _decode(content)
    reader = csv.reader(io.StringIO(words, newline=""), delimiter=_delimiter(words), strict=True)
    number = 1
    try:
        for row in reader:
            yield Line(number, tuple(map(_from_text, row)))
            # A quoted cell may hold line breaks; a person's editor counts those lines too.
            number = reader.line_num + 1
    except csv.Error:
        raise Refused(_BROKEN_CSV, number) from None


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(_ENCODING)


def _delimiter(words: str) -> str:
    """The one of comma, semicolon and tab that is most frequent in the first line."""
    first = words.lstrip().partition("\n")[0]
    return max(",;\t", key=first.count)


def _from_text(words: str) -> Cell | None:
    """A cell of a CSV file. A leading tab or apostrophe protects it from a spreadsheet and is not part of it."""
    words = words.strip(" \t\u3000")
    if not words:
        return None
    if words.startswith("="):
        return Unusable("formula")
    return words[1:] if words.startswith("'") and words[1:].startswith(CALCULATES) else words


def _xlsx(content: bytes) -> Iterator[Line]:
    _check_archive(content)
    try:
        yield from _sheet(content)
    except Refused:
        raise
    except Exception as broken:
        # openpyxl raises whatever it stumbles over: KeyError, ValueError, ParseError, BadZipFile, ...
        raise Refused(_BROKEN_XLSX) from broken


def _sheet(content: bytes) -> Iterator[Line]:
    """The first sheet. Formulas are seen as formulas, not as their last value."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        sheet: Any = book.worksheets[0]
        # Not up to the size that the file claims, which may be wrong in either direction; one row and column more
        # than allowed, to see that there are too many.
        rows = sheet.iter_rows(max_row=MAXIMUM_ROWS + 1, max_col=MAXIMUM_COLUMNS + 1)
        for number, row in enumerate(rows, start=1):
            yield Line(number, _trimmed(map(_from_cell, row)))
    finally:
        book.close()


def _trimmed(cells: Iterable[Cell | None]) -> tuple[Cell | None, ...]:
    kept = list(cells)
    while kept and kept[-1] is None:
        kept.pop()
    return tuple(kept)


def _from_cell(cell: Any) -> Cell | None:
    """A cell of a sheet, by the type that the file gives it."""
    value = cell.value
    if cell.data_type in _UNUSABLE:
        return Unusable(_UNUSABLE[cell.data_type])
    if isinstance(value, str):
        return value.strip(" \t\u3000") or None
    if value is None or isinstance(value, int | float | date):
        return value
    return Unusable("not_text")


def _check_archive(content: bytes) -> None:
    """The sizes in the directory are upper limits: zipfile reads no more than they say."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unzipped = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused(_BROKEN_XLSX) from None
    if unzipped > MAXIMUM_UNZIPPED:
        raise Refused(_TOO_LARGE)


def rounded(cells: Iterable[Cell | None]) -> bool:
    """Whether the long numbers of one column look rounded: all end in zeros after the 15th digit.

    Only text can hold them, and text from a CSV file may have been a number in a spreadsheet before. Three zeros
    in all are taken as proof: by chance one time in a thousand.
    """
    long = [cell for cell in cells if isinstance(cell, str) and _LONG.fullmatch(cell)]
    tails = [number[EXACT_DIGITS:] for number in long]
    return sum(map(len, tails)) >= _PROOF and all(set(tail) == {"0"} for tail in tails)


def is_long(cell: Cell | None) -> bool:
    """Whether a cell is a number of more digits than a spreadsheet keeps."""
    return isinstance(cell, str) and _LONG.fullmatch(cell) is not None


_READERS: Final = {"csv": _csv, "xlsx": _xlsx}
_UNUSABLE: Final = {"f": "formula", "e": "error", "b": "not_text"}
_OLD_EXCEL: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_LONG: Final = re.compile(r"\d{16,}", re.ASCII)
_PROOF: Final = 3

_TOO_LARGE: Final = Text(zh="文件太大", en="The file is too large")
_FORMAT: Final = Text(zh="请交付 .csv 或 .xlsx 文件", en="Deliver a .csv or .xlsx file")
_EMPTY: Final = Text(zh="文件是空的", en="The file is empty")
_ENCODING: Final = Text(zh="文字编码应为 UTF-8 或 GB18030", en="The text must be in UTF-8 or GB18030")
_BROKEN_CSV: Final = Text(zh="引号不配对，无法读下去", en="A quotation mark is not closed; it cannot be read further")
_BROKEN_XLSX: Final = Text(zh="不是完好的 xlsx 文件", en="This is not an intact xlsx file")
_TOO_MANY_ROWS: Final = Text(zh="行数太多，最多50000行", en="There are more than 50,000 rows")
_TOO_MANY_COLUMNS: Final = Text(zh="列数太多，最多100列", en="There are more than 100 columns")
