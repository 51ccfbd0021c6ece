"""What stands on a slip and in which order, the same for every medium: a list of rows that knows no paper.

Renderers decide only how a row looks. Amounts leave this room as words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias

from jiedao.checkout.receipt import LineState, Receipt, ReceiptKind, ReceiptLine, ReceiptTender
from jiedao.clock import stamp
from jiedao.language import Text
from jiedao.money import format_amount
from jiedao_web.receipts import wording
from jiedao_web.receipts.capitals import in_capitals


class Style(StrEnum):
    """How loud a row is."""

    TITLE = "title"
    STRONG = "strong"
    NORMAL = "normal"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence, from the left or in the middle."""

    words: str
    style: Style = Style.NORMAL
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Pair:
    """A label at the left and its value at the right; `indented` belongs to the row above it."""

    left: str
    right: str
    style: Style = Style.NORMAL
    indented: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the slip; a heavy one encloses the total."""

    heavy: bool = False


@dataclass(frozen=True, slots=True)
class Notice:
    """Words in a box that nobody may overlook."""

    words: str


Row: TypeAlias = Words | Pair | Rule | Notice


@dataclass(frozen=True, slots=True)
class Slip:
    """A narrow slip of paper that any renderer can draw: its rows, and what its file is called."""

    kind: str
    title: str
    street: str
    language: str
    rows: tuple[Row, ...]


def slip_of(given: Receipt | Slip) -> Slip:
    """A receipt as a slip in its own language; what is one already stays."""
    if isinstance(given, Slip):
        return given
    title = wording.TITLE[given.kind].in_(given.language)
    named = " ".join(filter(None, (title, given.number or given.order)))
    return Slip(given.kind.value, named, given.street, given.language, rows(given))


def rows(receipt: Receipt) -> tuple[Row, ...]:
    """The whole slip from top to bottom, in the receipt's language."""
    parts = (_head(receipt), _facts(receipt), _lines(receipt), _total(receipt), _tenders(receipt), _points(receipt))
    return tuple(row for part in parts for row in part) + tuple(_foot(receipt))


def read_rows(given: tuple[Row, ...], read: Callable[[str], str]) -> tuple[Row, ...]:
    """The rows with every word passed through `read` (see `jiedao_web.receipts.glyphs`)."""
    return tuple(read_row(row, read) for row in given)


def read_row(row: Row, read: Callable[[str], str]) -> Row:
    """One row with its words passed through `read`."""
    if isinstance(row, Pair):
        return replace(row, left=read(row.left), right=read(row.right))
    if isinstance(row, Rule):
        return row
    return replace(row, words=read(row.words))


def row_words(row: Row) -> str:
    """Every character of a row."""
    if isinstance(row, Pair):
        return row.left + row.right
    return "" if isinstance(row, Rule) else row.words


def _head(receipt: Receipt) -> Iterator[Row]:
    yield Words(receipt.street, Style.STRONG, centred=True)
    yield Words(receipt.hall, centred=True)
    yield Words(wording.TITLE[receipt.kind].in_(receipt.language), Style.TITLE, centred=True)
    if receipt.copy:
        yield Notice(wording.REPRINT.format(copy=receipt.copy).in_(receipt.language))
    if receipt.kind is ReceiptKind.CONFIRMING:
        yield Notice(wording.NOT_A_RECEIPT.in_(receipt.language))
    yield Rule()


def _facts(receipt: Receipt) -> Iterator[Row]:
    facts = (
        (wording.NUMBER, receipt.number),
        (wording.ORIGINAL, receipt.original),
        (wording.ORDER, receipt.order),
        (wording.TIME, stamp(receipt.issued_at, receipt.timezone, seconds=True)),
        (wording.TILL, receipt.till),
        (wording.OPERATOR, receipt.operator),
        (wording.RESIDENT, receipt.resident),
    )
    yield from _pairs(receipt, facts, Style.NORMAL, indented=False)
    yield Rule()


def _lines(receipt: Receipt) -> Iterator[Row]:
    for line in receipt.lines:
        yield from _line(receipt, line)
    yield Rule(heavy=True)


def _line(receipt: Receipt, line: ReceiptLine) -> Iterator[Row]:
    language = receipt.language
    # What was refused was not charged: its amount must not stand in the column that adds up to the total.
    amount = "—" if line.state is LineState.REFUSED else format_amount(line.amount)
    yield Pair(line.description.in_(language), amount, Style.STRONG)
    if line.biller.in_(language) not in ("", line.description.in_(language)):
        yield Words(line.biller.in_(language), Style.SMALL)
    account, reference = wording.OF_CATEGORY.get(line.category, wording.OF_A_BILL)
    details = (
        (account, line.account),
        (wording.PERIOD, line.period),
        (reference, "" if any(line.reference == value for _, value in line.printed) else line.reference),
    )
    yield from _pairs(receipt, details)
    if line.state in wording.STATE:
        yield Words("※ " + wording.STATE[line.state].format(amount=format_amount(line.amount)).in_(language))
    if line.note.in_(language):
        yield Words(line.note.in_(language), Style.SMALL)
    for label, value in line.printed:
        yield Words(wording.PRINTED.get(label, Text.same(label)).in_(language), Style.SMALL)
        yield Words(value, Style.STRONG, centred=True)


def _total(receipt: Receipt) -> Iterator[Row]:
    yield Pair(wording.TOTAL[receipt.kind].in_(receipt.language), f"￥{format_amount(receipt.total)}", Style.TITLE)
    yield Pair(wording.CAPITALS.in_(receipt.language), in_capitals(receipt.total), Style.SMALL)
    yield Rule(heavy=True)


def _tenders(receipt: Receipt) -> Iterator[Row]:
    if not receipt.tenders:
        return
    yield Words(wording.TENDERS[receipt.kind].in_(receipt.language), Style.SMALL)
    for tender in receipt.tenders:
        yield from _tender(receipt, tender)
    if receipt.kept:
        yield Pair(wording.KEPT.in_(receipt.language), format_amount(receipt.kept))
    yield Rule()


def _tender(receipt: Receipt, tender: ReceiptTender) -> Iterator[Row]:
    yield Pair(tender.label.in_(receipt.language), format_amount(tender.amount))
    details = (
        (wording.RECEIVED, format_amount(tender.received) if tender.received else ""),
        (wording.CHANGE, format_amount(tender.change) if tender.received else ""),
        (wording.CARD, tender.masked_card),
        (wording.AUTHORISATION, tender.authorisation),
        (wording.REFERENCE, tender.reference),
        (wording.TRACE_BATCH, " / ".join(filter(None, (tender.trace, tender.batch)))),
    )
    yield from _pairs(receipt, details)


def _points(receipt: Receipt) -> Iterator[Row]:
    if not receipt.points_earned and receipt.points_balance is None:
        return
    if receipt.points_earned:
        earned = format_amount(receipt.points_earned)
        yield Pair(wording.EARNED.in_(receipt.language), f"{'+' * (receipt.points_earned > 0)}{earned}")
    if receipt.points_pending_until and receipt.points_earned:
        until = wording.PENDING_UNTIL.format(until=receipt.points_pending_until.isoformat())
        yield Pair("", until.in_(receipt.language), Style.SMALL)
    if receipt.points_balance is not None:
        yield Pair(wording.BALANCE.in_(receipt.language), format_amount(receipt.points_balance))
    yield Rule()


def _foot(receipt: Receipt) -> Iterator[Row]:
    yield Words(wording.KEEP.in_(receipt.language), Style.SMALL, centred=True)


def _pairs(
    receipt: Receipt,
    pairs: tuple[tuple[Text, str], ...],
    style: Style = Style.SMALL,
    *,
    indented: bool = True,
) -> Iterator[Pair]:
    """A row for each label that has a value."""
    for label, value in pairs:
        if value:
            yield Pair(label.in_(receipt.language), value, style, indented)
