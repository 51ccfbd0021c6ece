"""The messages that a terminal sends, made from its journal and the card that is presented."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from jiedao_connectors.unionpay.fields import (
    Administrative,
    BatchSums,
    Original,
    Private,
    Purpose,
    Totals,
    Type,
    UploadRecord,
    encode_upload,
)
from jiedao_connectors.unionpay.message import Message
from jiedao_sandbox.books import Row

CNY: Final = "156"
"""ISO 4217."""
TIMED_OUT, MAC_WRONG, OTHER = "98", "A0", "06"
"""Field 39 of a reversal: why."""

_TYPES: Final = {"sale": Type.SALE, "void": Type.VOID, "refund": Type.REFUND}
_PROCESSING: Final = {"sale": "000000", "void": "200000", "refund": "200000"}


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the terminal is: fields 41 (8 characters) and 42 (15 characters)."""

    terminal: str
    merchant: str

    def administrative(self, message_type: str, code: Administrative, batch: str, trace: str) -> Message:
        """Sign-in, sign-out and echo."""
        return Message(message_type, self._with(trace, {60: Purpose(Type.ADMINISTRATIVE, batch, code).encode()}))

    def transaction(self, row: Row, card: str) -> Message:
        """Sale and void (0200), refund (0220)."""
        fields = {
            **self._of(row, row["batch"]),
            2: card,
            14: "4912",
            22: "072",  # contactless, no PIN
            37: row["original_rrn"],
        }
        if row["kind"] != "sale":
            fields[61] = _original(row).encode()
        return Message("0220" if row["kind"] == "refund" else "0200", {n: v for n, v in fields.items() if v})

    def repeated_refund(self, row: Row, card: str) -> Message:
        """The same refund once more, under the same trace (0221)."""
        return Message("0221", self.transaction(row, card).fields)

    def reversal(self, row: Row, reason: str) -> Message:
        """0400 under the trace of the transaction that must not stand."""
        original = Original(row["batch"], row["trace"]).encode()
        return Message("0400", {**self._of(row, row["batch"]), 39: reason, 61: original})

    def settlement(self, batch: str, trace: str, totals: Totals, reference: str) -> Message:
        """0500 with the terminal's sums of the batch."""
        purpose = Purpose(Type.ADMINISTRATIVE, batch, Administrative.SETTLE)
        given = {48: BatchSums(totals).encode(), 60: purpose.encode(), 63: Private(reference).encode()}
        return Message("0500", self._with(trace, given))

    def upload(self, batch: str, trace: str, direction: str, rows: Sequence[Row]) -> Message:
        """0320 with up to eight transactions of one direction, told by field 3."""
        records = [UploadRecord(row["trace"], row["card"], row["amount"]) for row in rows]
        purpose = Purpose(Type.ADMINISTRATIVE, batch, Administrative.SETTLE)
        given = {3: _PROCESSING[direction], 48: encode_upload(records), 60: purpose.encode()}
        return Message("0320", self._with(trace, given))

    def end_of_upload(self, batch: str, trace: str, balanced: bool) -> Message:
        """0320 that closes the batch at the acquirer."""
        code = Administrative.UPLOADED_BALANCED if balanced else Administrative.UPLOADED_UNBALANCED
        return Message("0320", self._with(trace, {60: Purpose(Type.ADMINISTRATIVE, batch, code).encode()}))

    def _of(self, row: Row, batch: str) -> dict[int, str]:
        kind: str = row["kind"]
        given = {
            3: _PROCESSING[kind],
            4: f"{row['amount']:012d}",
            25: "00",
            60: Purpose(_TYPES[kind], batch).encode(),
            63: Private(row["reference"]).encode(),
        }
        return self._with(row["trace"], given)

    def _with(self, trace: str, given: dict[int, str]) -> dict[int, str]:
        return {**given, 11: trace, 41: self.terminal, 42: self.merchant, 49: CNY}


def _original(row: Row) -> Original:
    """Of a void or refund; zeros where the terminal did not make the sale itself and was not told."""
    return Original(row["original_batch"] or "0" * 6, row["original_trace"] or "0" * 6, row["original_date"] or "0000")
