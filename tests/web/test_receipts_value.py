"""The receipt as evidence: what goes into the database comes out of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest
from receipt_samples import CONFIRMING, RECEIPT, REFUND

from jiedao.checkout.receipt import Receipt, ReceiptKind


@pytest.mark.parametrize("receipt", [RECEIPT, REFUND, CONFIRMING, RECEIPT.in_language("en").reprint(3)])
def test_comes_back_equal_through_json(receipt: Receipt) -> None:
    stored = json.loads(json.dumps(receipt.as_json()))
    again = Receipt.from_json(stored)
    assert again == receipt
    assert again.as_json() == receipt.as_json()


def test_reads_a_line_written_before_a_field_existed() -> None:
    stored = RECEIPT.as_json()
    del stored["lines"][0]["note"], stored["tenders"][0]["change"]
    again = Receipt.from_json(stored)
    assert (again.lines[0].note.zh, again.tenders[0].change) == ("", 0)


def test_refuses_a_later_format() -> None:
    with pytest.raises(ValueError, match="format 2"):
        Receipt.from_json(RECEIPT.as_json() | {"format": 2})


def test_refuses_what_cannot_be_true() -> None:
    with pytest.raises(ValueError, match="time zone"):
        replace(RECEIPT, issued_at=datetime(2025, 3, 1))  # noqa: DTZ001
    with pytest.raises(ValueError, match="number"):
        replace(RECEIPT, kind=ReceiptKind.CONFIRMING)
    with pytest.raises(ValueError, match="number"):
        replace(RECEIPT, number="")
    with pytest.raises(ValueError, match="language"):
        RECEIPT.in_language("fr")
    with pytest.raises(ValueError, match="copies"):
        RECEIPT.reprint(-1)
