"""The file of what was paid, for a biller's own spreadsheet. Long numbers, leading zeros and names stay text.

In CSV a tab before a digit keeps a spreadsheet from making a number or a date of a text, and an apostrophe before
= + - @ keeps it from calculating (OWASP, CSV injection); `tables` takes both away again. In XLSX the cells are
text by type.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from decimal import Decimal
from typing import Any, Final

import openpyxl
from openpyxl.cell import WriteOnlyCell

from jiedao.hookspecs.biller import ExportedFile, PaidBill
from jiedao.money import format_amount
from jiedao_billfile.tables import CALCULATES

HEADER: Final = ("户号", "账单号", "户名", "金额(元)", "缴费日期", "收据号", "操作号")
_AMOUNT: Final = HEADER.index("金额(元)")


def export_paid(biller: str, format_: str, paid: Iterable[PaidBill]) -> ExportedFile:
    """The file in `format_`, csv or xlsx; ValueError for another format."""
    rows = [_row(one) for one in paid]
    if format_ == "csv":
        return ExportedFile(f"paid-{biller}.csv", "text/csv; charset=utf-8", _csv(rows))
    if format_ == "xlsx":
        return ExportedFile(f"paid-{biller}.xlsx", _XLSX, _xlsx(rows))
    raise ValueError(f"there is no format {format_!r}; use csv or xlsx")


def _row(one: PaidBill) -> tuple[str, ...]:
    amount, day = format_amount(one.amount), one.paid_on.isoformat()
    words = (one.account, one.bill, one.customer, amount, day, one.receipt, one.operation)
    return tuple("".join(filter(str.isprintable, word)) for word in words)


def _csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    writer.writerows([word if at == _AMOUNT else _protected(word) for at, word in enumerate(row)] for row in rows)
    # Without the mark Excel in China takes the file for GBK.
    return written.getvalue().encode("utf-8-sig")


def _protected(word: str) -> str:
    if word[:1].isdigit():
        return f"\t{word}"
    return f"'{word}" if word.startswith(CALCULATES) else word


def _xlsx(rows: Iterable[tuple[str, ...]]) -> bytes:
    book = openpyxl.Workbook(write_only=True)
    sheet: Any = book.create_sheet("paid")
    sheet.append(list(HEADER))
    for row in rows:
        sheet.append([_money(sheet, word) if at == _AMOUNT else _text(sheet, word) for at, word in enumerate(row)])
    written = io.BytesIO()
    book.save(written)
    book.close()
    return written.getvalue()


def _text(sheet: Any, word: str) -> Any:
    """A cell that is and stays text, also when a person edits it."""
    cell: Any = WriteOnlyCell(sheet, word)
    # openpyxl takes what begins with = for a formula.
    cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = True
    return cell


def _money(sheet: Any, word: str) -> Any:
    """A number that can be added up; written from a Decimal, so its digits stand in the file as they are."""
    cell: Any = WriteOnlyCell(sheet)
    cell.value = Decimal(word)
    cell.number_format = "0.00"
    return cell


_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
