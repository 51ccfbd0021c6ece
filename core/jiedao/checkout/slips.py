"""Receipts: numbered without gaps for each till, written once, reprinted as they were."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select, update

from jiedao.checkout.desk import Desk
from jiedao.checkout.receipt import LineState, Receipt, ReceiptKind, ReceiptLine, ReceiptTender, TenderKind
from jiedao.checkout.shares import SURPLUS
from jiedao.checkout.state import OUTSIDE, Attempt, Line, Tender, day
from jiedao.language import Text
from jiedao.points import lots
from jiedao.problems import NotFound
from jiedao.store import tables
from jiedao.store.direct import Row
from jiedao.store.unit import STREET, Tx, param


def issue(tx: Tx, desk: Desk, attempt: Attempt) -> None:
    """Number and keep the receipt of a settled payment, in the transaction that settles it."""
    points = _points_after(tx, attempt)

    def write(number: int) -> None:
        _keep(tx, attempt, number, picture(tx, desk, attempt, _named(attempt, number), points))

    attempt.ledger.number_receipt(write)


def picture(tx: Tx, desk: Desk, attempt: Attempt, number: str = "", points: int | None = None) -> Receipt:
    """The slip of a payment as it stands; without a number it is only a note that something is being confirmed."""
    place = desk.place(tx, attempt.book)
    return Receipt(
        kind=ReceiptKind.RECEIPT if number else ReceiptKind.CONFIRMING,
        number=number,
        street=place.street_name.zh,
        hall=place.hall_name.zh,
        till=place.till_name,
        operator=attempt.staff_name,
        issued_at=tx.now,
        timezone=place.timezone,
        resident=attempt.resident_name,
        lines=tuple(_line(line) for line in attempt.lines.values()),
        tenders=tuple(_tender(tender) for tender in attempt.tenders.values() if tender.state != "refused"),
        total=sum(line.amount for line in attempt.lines.values() if line.state != "refused"),
        kept=sum(share.amount for share in attempt.shares if share.line == SURPLUS),
        points_earned=_earned(attempt),
        points_pending_until=day(attempt, "active_on") if _earned(attempt) else None,
        points_balance=points,
        order=attempt.order,
    )


def issue_refund(tx: Tx, desk: Desk, attempt: Attempt, original: str) -> None:
    """Number and keep the slip of a finished refund; `original` is the number of the receipt it gives back."""
    points = _points_after(tx, attempt)
    place = desk.place(tx, attempt.book)

    def write(number: int) -> None:
        slip = Receipt(
            kind=ReceiptKind.REFUND,
            number=_named(attempt, number),
            street=place.street_name.zh,
            hall=place.hall_name.zh,
            till=place.till_name,
            operator=attempt.staff_name,
            issued_at=tx.now,
            timezone=place.timezone,
            resident=attempt.resident_name,
            lines=_refund_lines(attempt),
            tenders=_refund_tenders(attempt),
            total=sum(refund.amount for refund in attempt.refunds.values() if refund.state != "refused"),
            points_balance=points,
            order=attempt.order,
            original=original,
        )
        _keep(tx, attempt, number, slip)

    attempt.ledger.number_receipt(write)


def find(tx: Tx, number: str) -> Receipt:
    """A receipt by its number, as it was written."""
    return Receipt.from_json(_row(tx, number).body)


def as_printed(tx: Tx, number: str) -> Receipt:
    """A receipt as it was last printed, so that no unmarked copy can be had of one that was printed again."""
    row = _row(tx, number)
    receipt = Receipt.from_json(row.body)
    return receipt.reprint(row.prints - 1) if row.prints > 1 else receipt


def of_order(tx: Tx, order: str) -> list[Receipt]:
    """The receipts of an order, oldest first."""
    return [Receipt.from_json(row.body) for row in tx.rows(_OF_ORDER, order=order)]


def count_print(tx: Tx, number: str) -> Receipt:
    """The receipt to print now: the first time as the original, after that marked as a reprint."""
    row = _row(tx, number, lock=True)
    tx.set(_PRINTED, book=row.book, no_=row.no)
    receipt = Receipt.from_json(row.body)
    return receipt.reprint(row.prints) if row.prints else receipt


def uncount_print(tx: Tx, number: str, copy: int) -> None:
    """Take a counted print back of which no paper came out; one that was counted after it stays counted."""
    row = _row(tx, number, lock=True)
    tx.change(_NOT_PRINTED, book=row.book, no_=row.no, was=copy + 1)


def _named(attempt: Attempt, number: int) -> str:
    return f"{attempt.book}-{number:06d}"


def _keep(tx: Tx, attempt: Attempt, number: int, slip: Receipt) -> None:
    row = {"book": attempt.book, "no": number, "order": attempt.order, "attempt": attempt.id, "body": slip.as_json()}
    tx.put(tables.receipt, row)


def _row(tx: Tx, number: str, *, lock: bool = False) -> Row:
    book, _, digits = number.rpartition("-")
    known = digits.isdecimal() and len(digits) <= _LONGEST
    row = tx.first(_ONE.with_for_update() if lock else _ONE, book=book, no_=int(digits)) if known else None
    if row is None:
        raise NotFound("receipt.missing", _MISSING.format(number=number), field="number")
    return row


def _points_after(tx: Tx, attempt: Attempt) -> int | None:
    return lots.balance(tx, attempt.resident).active if attempt.resident else None


def _earned(attempt: Attempt) -> int:
    planned = attempt.accrual.get("lines", {})
    return sum(n for no, n in planned.items() if attempt.lines[int(no)].state in ("paid", "asking", "doubt", "review"))


def _line(line: Line) -> ReceiptLine:
    return ReceiptLine(
        description=CATEGORY_NAMES.get(line.category, Text.same(line.category)),
        biller=Text.from_json(line.biller_name),
        account=line.account,
        amount=line.amount,
        state={"paid": LineState.PAID, "refused": LineState.REFUSED}.get(line.state, LineState.BEING_CONFIRMED),
        period=line.period,
        reference=line.reference,
        printed=tuple(line.printed.items()),
        note=Text.from_json(line.reason) if line.reason else Text("", ""),
        category=line.category,
    )


def _tender(tender: Tender) -> ReceiptTender:
    slip = tender.slip
    return ReceiptTender(
        kind=TenderKind(tender.kind),
        label=TENDER_NAMES[tender.kind],
        amount=tender.amount,
        masked_card=slip.get("masked_card", ""),
        authorisation=slip.get("authorisation", ""),
        reference=slip.get("reference", "") if tender.kind in OUTSIDE else "",
        trace=slip.get("trace", ""),
        batch=slip.get("batch", ""),
        received=tender.received,
        change=tender.received - tender.amount if tender.received else 0,
    )


def _refund_lines(attempt: Attempt) -> tuple[ReceiptLine, ...]:
    return tuple(
        ReceiptLine(
            description=CATEGORY_NAMES.get(line.category, Text.same(line.category)),
            biller=Text.from_json(line.biller_name),
            account=line.account,
            amount=refund.amount,
            state=LineState.REFUNDED if refund.state != "refused" else LineState.REFUSED,
            period=line.period,
            reference=line.reference,
            category=line.category,
        )
        for refund in attempt.refunds.values()
        for line in [attempt.lines[refund.line]]
    )


def _refund_tenders(attempt: Attempt) -> tuple[ReceiptTender, ...]:
    return tuple(
        ReceiptTender(TenderKind(g.how), TENDER_NAMES[g.how], g.amount, reference=g.reference)
        for g in attempt.givebacks
        if g.state == "done"
    )


_LONGEST: Final = 9
"""Digits of a receipt number that the database can hold."""
_R = tables.receipt.c
_ONE: Final = select(tables.receipt).where(_R.street == STREET, _R.book == param("book"), _R.no == param("no"))
_OF_ORDER: Final = select(tables.receipt).where(_R.street == STREET, _R.order == param("order")).order_by(_R.no)
_PRINTED: Final = (
    update(tables.receipt)
    .where(_R.street == STREET, _R.book == param("book"), _R.no == param("no"))
    .values(prints=_R.prints + 1)
)
_NOT_PRINTED: Final = (
    update(tables.receipt)
    .where(_R.street == STREET, _R.book == param("book"), _R.no == param("no"), _R.prints == param("was"))
    .values(prints=_R.prints - 1)
)
_MISSING: Final = Text(zh="没有收据 {number}", en="There is no receipt {number}")
TENDER_NAMES: Final = {
    "points": Text(zh="积分", en="Points"),
    "card": Text(zh="银行卡", en="Bank card"),
    "qr": Text(zh="扫码支付", en="QR code"),
    "online": Text(zh="网上支付", en="Online payment"),
    "cash": Text(zh="现金", en="Cash"),
    "credit": Text(zh="居民余额", en="Resident credit"),
}
CATEGORY_NAMES: Final = {
    "electricity": Text(zh="电费", en="Electricity"),
    "water": Text(zh="水费", en="Water"),
    "gas": Text(zh="燃气费", en="Gas"),
    "heating": Text(zh="采暖费", en="Heating"),
    "phone": Text(zh="话费", en="Phone"),
    "tv": Text(zh="有线电视费", en="Television"),
    "property": Text(zh="物业费", en="Property fee"),
    "pension": Text(zh="养老保险费", en="Pension insurance"),
    "medical": Text(zh="医疗保险费", en="Medical insurance"),
    "postage": Text(zh="邮资", en="Postage"),
    "shopping": Text(zh="购物", en="Shopping"),
    "other": Text(zh="其他", en="Other"),
}
