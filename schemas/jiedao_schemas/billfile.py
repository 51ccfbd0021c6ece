"""One row of a file of bills that a biller delivered, from a spreadsheet's cells to values.

A cell is what the file's reader found: text, a number, a date, or `Unusable`. Blank cells are left out before a row
is loaded. The messages of a ValidationError are keys of `REASONS`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final, Generic, TypeAlias, TypeVar

from marshmallow import RAISE, Schema, ValidationError, fields

from jiedao.language import Text

Value = TypeVar("Value")

MAXIMUM: Final = 100_000_000
"""Fen of one bill."""

EXACT_DIGITS: Final = 15
"""A spreadsheet keeps no more digits of a number (IEEE 754 double); the others become zeros."""


class Unusable:
    """A cell that holds no value of its own; `reason` is a key of `REASONS`."""

    def __init__(self, reason: str) -> None:
        self.reason = reason


Cell: TypeAlias = str | int | float | date | datetime | Unusable


class _CellField(fields.Field[Value], Generic[Value]):
    """A column; `read` turns a cell into a value."""

    default_error_messages = {"required": "missing", "null": "missing"}  # noqa: RUF012 (a name of marshmallow)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Value:
        if isinstance(value, Unusable):
            raise ValidationError(value.reason)
        return self.read(value)

    def read(self, cell: Cell) -> Value:
        """The value of a cell; ValidationError with a key of `REASONS`."""
        raise NotImplementedError


class Words(_CellField[str]):
    """Text of at most `longest` characters on one line. Numbers are the digits that were typed."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self._longest = longest

    def read(self, cell: Cell) -> str:
        """The text without surrounding blanks."""
        words = self.spell(cell).strip()
        if not words.isprintable():
            raise ValidationError("control")
        if len(words) > self._longest:
            raise ValidationError("too_long")
        return words

    def spell(self, cell: Cell) -> str:
        """A number as its digits; a date is not what was typed."""
        if isinstance(cell, str):
            return cell
        if isinstance(cell, bool | date | Unusable):
            raise ValidationError("not_text")
        return _digits(cell)


class Code(Words):
    """A number that identifies: leading zeros and every digit count."""

    def read(self, cell: Cell) -> str:
        """The digits, unless a spreadsheet has already rounded them."""
        words = super().read(cell)
        if _SCIENTIFIC.fullmatch(words):
            raise ValidationError("rounded")
        return words


class Period(Words):
    """What a bill is for; a spreadsheet makes a date of "2026-10", which is the month again here."""

    def spell(self, cell: Cell) -> str:
        """A date as its month, any other cell as text."""
        return cell.strftime("%Y-%m") if isinstance(cell, date) else super().spell(cell)


class Amount(_CellField[int]):
    """Yuan as text or number, to integer fen."""

    def read(self, cell: Cell) -> int:
        """Fen, more than 0 and at most `MAXIMUM`."""
        fen = _yuan(cell) * 100
        if fen != fen.to_integral_value():
            raise ValidationError("decimals")
        if not 0 < fen <= MAXIMUM:
            raise ValidationError("range")
        return int(fen)


class Day(_CellField[date]):
    """A date, as a date cell or written year first."""

    def read(self, cell: Cell) -> date:
        """The date; other orders of day and month are ambiguous and refused."""
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        match = _DAY.fullmatch(str(cell).strip())
        if match is None:
            raise ValidationError("date")
        year, month, day = (int(part) for part in match.groups() if part and part.isdigit())
        try:
            return date(year, month, day)
        except ValueError:
            raise ValidationError("date") from None


class BillRow(Schema):
    """One bill."""

    class Meta:
        """A reader that passes other columns has a mistake."""

        unknown = RAISE

    account = Code(40, required=True)
    bill = Code(40, required=True)
    customer = Words(60, load_default="")
    amount = Amount(required=True)
    period = Period(20, load_default="")
    due = Day(load_default=None)


def _digits(number: int | float) -> str:
    """Digits of a whole number that a spreadsheet still knows exactly."""
    if abs(number) >= 10**EXACT_DIGITS:
        raise ValidationError("rounded")
    if number != int(number) or number < 0:
        raise ValidationError("not_text")
    return str(int(number))


def _yuan(cell: Cell) -> Decimal:
    """The amount as a spreadsheet shows it: 120.1, not the 120.09999999999999 that it calculates with."""
    if isinstance(cell, bool) or not isinstance(cell, str | int | float):
        raise ValidationError("amount")
    words = cell.strip() if isinstance(cell, str) else f"{Decimal(f'{cell:.{EXACT_DIGITS}g}'):f}"
    if not _AMOUNT.fullmatch(words):
        raise ValidationError("amount")
    return Decimal(words.replace(",", ""))


# How a spreadsheet saves a number of twelve digits and more: 1.10101E+17.
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+(?:1[1-9]|[2-9]\d)", re.ASCII)
# With thousands separators or without; the sign is read so that the complaint is about the range.
_AMOUNT: Final = re.compile(r"-?(?:\d{1,12}|\d{1,3}(?:,\d{3}){1,3})(?:\.\d{1,15})?", re.ASCII)
_DAY: Final = re.compile(
    r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d{2})(\d{2})|年(\d{1,2})月(\d{1,2})日)",
    re.ASCII,
)

REASONS: Final = {
    "missing": Text(zh="不能为空", en="must not be empty"),
    "control": Text(zh="含有换行或其他控制字符", en="contains a line break or another control character"),
    "too_long": Text(zh="太长", en="is too long"),
    "not_text": Text(zh="应为文本", en="must be text"),
    "rounded": Text(
        zh="数字超过15位，表格软件已把末尾改成0；请把该列设为文本后重新填写",
        en="has more than 15 digits, and the spreadsheet has changed the last ones to 0; "
        "format the column as text and enter it again",
    ),
    "amount": Text(zh="不是金额，应如 120.50", en="is not an amount; write it like 120.50"),
    "decimals": Text(zh="金额最多两位小数", en="has more than two decimals"),
    "range": Text(zh="金额应大于0且不超过100万元", en="must be more than 0 and at most 1,000,000 yuan"),
    "date": Text(zh="不是日期，应如 2026-11-30", en="is not a date; write it like 2026-11-30"),
    "formula": Text(zh="是公式，请粘贴为数值", en="is a formula; paste it as a value"),
    "error": Text(zh="是表格的错误值", en="is an error value of the spreadsheet"),
}
"""What is wrong with a cell, to follow the name of its column."""
