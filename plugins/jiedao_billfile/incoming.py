"""A delivered file of bills: finds the columns by their names, loads every row, and says all that is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias

from marshmallow import ValidationError

from jiedao.hookspecs.biller import Bill, FileError, ImportedBills
from jiedao.language import Text
from jiedao_billfile.tables import Line, Refused, is_long, read, rounded
from jiedao_schemas.billfile import REASONS, BillRow, Cell, Unusable

MOST_ERRORS: Final = 100
"""More are not shown: the file is wrong as a whole."""

HEADER_WITHIN: Final = 10
"""Lines in which the row of column names is looked for, below titles."""

Columns: TypeAlias = Mapping[str, int]


def import_bills(biller: str, account_pattern: str, name: str, content: bytes) -> ImportedBills:
    """All bills of a file, or all its errors (at most `MOST_ERRORS`) in the order of lines."""
    try:
        lines = read(name, content)
        start, columns = _find_header(lines)
    except Refused as refused:
        return ImportedBills((), (refused.error,))
    sheet = _Sheet(lines[start], columns, lines[start + 1 :], re.compile(account_pattern))
    bills, errors = sheet.load(biller, text_only=name.lower().endswith(".csv"))
    if errors:
        return ImportedBills((), tuple(errors[:MOST_ERRORS]))
    return ImportedBills(tuple(bills)) if bills else ImportedBills((), (FileError(0, "", _NO_BILLS),))


class _Sheet:
    """The rows below the header, read by column."""

    def __init__(self, header: Line, columns: Columns, lines: list[Line], account: re.Pattern[str]) -> None:
        self._header = header
        self._columns = columns
        self._lines = lines
        self._account = account
        self._seen: dict[str, int] = {}
        self._schema = BillRow()

    def load(self, biller: str, *, text_only: bool) -> tuple[list[Bill], list[FileError]]:
        """Every good bill and every error. `text_only` files cannot tell a number from text."""
        suspicious = self._rounded() if text_only else frozenset()
        bills: list[Bill] = []
        errors: list[FileError] = []
        for line in self._lines:
            row, wrong = self._row(line, suspicious)
            errors += wrong
            if not wrong:
                bills.append(Bill(biller=biller, id=row.pop("bill"), **row))
            if len(errors) >= MOST_ERRORS:
                break
        return bills, errors

    def _row(self, line: Line, suspicious: frozenset[str]) -> tuple[dict[str, Any], list[FileError]]:
        cells = {name: cell for name, at in self._columns.items() if (cell := _at(line, at)) is not None}
        cells |= {name: Unusable("rounded") for name in suspicious & cells.keys() if is_long(cells[name])}
        surplus = list(self._surplus(line))
        try:
            row = self._schema.load(cells)
        except ValidationError as refused:
            wrong = refused.messages_dict
            return {}, [*surplus, *(self._error(line, n, REASONS[wrong[n][0]]) for n in self._columns if n in wrong)]
        return row, [*surplus, *self._objections(line, row)]

    def _objections(self, line: Line, row: Mapping[str, Any]) -> Iterator[FileError]:
        """What is wrong with a row of which every cell is right."""
        if not self._account.fullmatch(row["account"]):
            yield self._error(line, "account", _PATTERN)
        first = self._seen.setdefault(row["bill"], line.number)
        if first != line.number:
            yield self._error(line, "bill", _TWICE.format(line=first))

    def _surplus(self, line: Line) -> Iterator[FileError]:
        """A cell beyond the header: usually an amount like 1,234.50 without quotation marks."""
        if any(cell is not None for cell in line.cells[len(self._header.cells) :]):
            yield FileError(line.number, "", _SURPLUS)

    def _rounded(self) -> frozenset[str]:
        codes = ("account", "bill")
        return frozenset(n for n in codes if rounded(_at(line, self._columns[n]) for line in self._lines))

    def _error(self, line: Line, name: str, why: Text) -> FileError:
        """About a cell, by the name that its column has in the file."""
        return FileError(line.number, str(self._header.cells[self._columns[name]]), why)


def _find_header(lines: list[Line]) -> tuple[int, Columns]:
    """Which line names the columns, and where they are; `Refused` says which are missing or there twice."""
    candidates = [_columns(line) for line in lines[:HEADER_WITHIN]]
    best = max(range(len(candidates)), key=lambda n: len(candidates[n]))
    missing = [name for name in _REQUIRED if name not in candidates[best]]
    if missing:
        names = "、".join(_NAMES[name][0] for name in missing)
        raise Refused(_MISSING.format(names=Text(names, ", ".join(missing))), lines[best].number)
    return best, candidates[best]


def _columns(line: Line) -> Columns:
    found: dict[str, int] = {}
    for at, cell in enumerate(line.cells):
        name = _KNOWN.get(_normal(cell))
        if name in found:
            raise Refused(_COLUMN_TWICE.format(name=cell), line.number)
        if name is not None:
            found[name] = at
    return found


def _at(line: Line, column: int) -> Cell | None:
    return line.cells[column] if column < len(line.cells) else None


def _normal(cell: Cell | None) -> str:
    """A column's name without case, blanks and the unit in brackets."""
    return re.sub(r"[\s_]|[(（](?:元|yuan|cny)[)）]", "", cell.casefold()) if isinstance(cell, str) else ""


_REQUIRED: Final = ("account", "bill", "amount")
_NAMES: Final = {
    "account": ("户号", "房号", "账号", "客户编号", "用户编号", "account", "accountnumber", "accountno"),
    "bill": ("账单号", "账单编号", "单号", "bill", "billnumber", "billno", "billid"),
    "customer": ("户名", "姓名", "业主", "业主姓名", "客户名称", "customer", "name", "customername"),
    "amount": ("金额", "应缴金额", "应收金额", "账单金额", "amount", "amountdue"),
    "period": ("账期", "期间", "费用期间", "period"),
    "due": ("截止日期", "缴费截止日期", "到期日", "due", "duedate"),
}
_KNOWN: Final = {word: name for name, words in _NAMES.items() for word in words}

_NO_BILLS: Final = Text(zh="文件里没有账单", en="There are no bills in the file")
_MISSING: Final = Text(zh="找不到这些列：{names}", en="These columns are missing: {names}")
_COLUMN_TWICE: Final = Text(zh="“{name}”列重复", en='There are two columns for "{name}"')
_PATTERN: Final = Text(
    zh="户号格式不对（是否丢失了前导零？）", en="is not an account of this biller (were leading zeros lost?)"
)
_TWICE: Final = Text(zh="与第{line}行的账单号重复", en="is the same bill as in line {line}")
_SURPLUS: Final = Text(
    zh="这一行的格子比表头多（金额里的逗号要加引号）",
    en="has more cells than there are columns (an amount with a comma must be quoted)",
)
