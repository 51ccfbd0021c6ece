"""The fields that have an inside: 48 (totals, upload), 60 (type and batch), 61 (the original), 62 (keys), 63."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from jiedao_connectors.unionpay.mac import CHECK_VALUE, check_value, decrypt, encrypt
from jiedao_connectors.unionpay.message import Malformed


class Type(StrEnum):
    """Field 60.1."""

    ADMINISTRATIVE = "00"
    BALANCE = "01"
    SALE = "22"
    VOID = "23"
    REFUND = "25"


class Administrative(StrEnum):
    """Field 60.3."""

    NONE = "000"
    SIGN_IN = "001"
    SIGN_OUT = "002"
    SETTLE = "201"
    UPLOADED_BALANCED = "202"
    UPLOADED_UNBALANCED = "207"
    ECHO = "301"


@dataclass(frozen=True, slots=True)
class Purpose:
    """Field 60: what a message is for and in which batch; 60.4 and 60.5 say what card readers the terminal has."""

    type: Type
    batch: str
    code: Administrative = Administrative.NONE
    capabilities: str = "60"

    def encode(self) -> str:
        """13 digits."""
        return f"{self.type}{_digits(self.batch, 6)}{self.code}{_digits(self.capabilities, 2)}"

    @classmethod
    def decode(cls, text: str) -> Purpose:
        """From at least 11 digits; what follows 60.5 is left alone."""
        if len(text) < 11:
            raise Malformed("field 60 is too short")
        try:
            return cls(Type(text[:2]), text[2:8], Administrative(text[8:11]), text[11:13])
        except ValueError as unknown:
            raise Malformed(f"field 60: {unknown}") from None


@dataclass(frozen=True, slots=True)
class Original:
    """Field 61: the transaction that this one undoes. `date` is MMDD, 0000 where it is this very batch."""

    batch: str
    trace: str
    date: str = "0000"

    def encode(self) -> str:
        """16 digits."""
        return f"{_digits(self.batch, 6)}{_digits(self.trace, 6)}{_digits(self.date, 4)}"

    @classmethod
    def decode(cls, text: str) -> Original:
        """From 16 digits or more."""
        if len(text) < 16:
            raise Malformed("field 61 is too short")
        return cls(text[:6], text[6:12], text[12:16])


class Balance(StrEnum):
    """The acquirer's verdict on the totals of a batch; a terminal asks with `ASKED`."""

    ASKED = "0"
    EQUAL = "1"
    DIFFERENT = "2"


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of one half (domestic or foreign cards) of a batch, in fen. Debits are sales, credits voids and refunds."""

    debit: int = 0
    debit_count: int = 0
    credit: int = 0
    credit_count: int = 0
    verdict: Balance = Balance.ASKED

    def encode(self) -> str:
        """31 digits."""
        sums = f"{self.debit:012d}{self.debit_count:03d}{self.credit:012d}{self.credit_count:03d}"
        return f"{_digits(sums, 30)}{self.verdict}"

    @classmethod
    def decode(cls, text: str) -> Totals:
        """From exactly 31 digits."""
        if len(text) != 31 or not text.isdecimal():
            raise Malformed("field 48: totals of a batch half have 31 digits")
        try:
            verdict = Balance(text[30])
        except ValueError:
            raise Malformed("field 48: no such verdict") from None
        return cls(int(text[:12]), int(text[12:15]), int(text[15:27]), int(text[27:30]), verdict)

    def same_sums(self, other: Totals) -> bool:
        """Equal but for the verdict."""
        return self.encode()[:30] == other.encode()[:30]


@dataclass(frozen=True, slots=True)
class BatchSums:
    """Field 48 of a settlement: domestic cards, then foreign ones."""

    domestic: Totals
    foreign: Totals = Totals()

    def encode(self) -> str:
        """62 digits."""
        return self.domestic.encode() + self.foreign.encode()

    @classmethod
    def decode(cls, text: str) -> BatchSums:
        """From exactly 62 digits."""
        if len(text) != 62:
            raise Malformed("field 48: a settlement has 62 digits")
        return cls(Totals.decode(text[:31]), Totals.decode(text[31:]))


UPLOAD_AT_MOST: Final = 8
"""Records in one upload: 2 + 8 * 40 digits are the 322 of field 48."""


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """One transaction of an unbalanced batch. A terminal that keeps no card numbers sends zeros for the middle."""

    trace: str
    card: str
    amount: int

    def encode(self) -> str:
        """40 digits: card class 00, trace, card number left-filled to 20, amount in fen."""
        return f"00{_digits(self.trace, 6)}{self.card.replace('*', '0').zfill(20)}{self.amount:012d}"

    @classmethod
    def decode(cls, text: str) -> UploadRecord:
        """From exactly 40 digits."""
        return cls(text[2:8], text[8:28], int(text[28:40]))


def encode_upload(records: Sequence[UploadRecord]) -> str:
    """Field 48 of an upload; at most eight records fit."""
    if len(records) > UPLOAD_AT_MOST:
        raise Malformed(f"an upload holds {UPLOAD_AT_MOST} records, not {len(records)}")
    return f"{len(records):02d}" + "".join(record.encode() for record in records)


def decode_upload(text: str) -> tuple[UploadRecord, ...]:
    """The records of an upload."""
    if len(text) < 2 or not text.isdecimal() or len(text) != 2 + int(text[:2]) * 40:
        raise Malformed("field 48: the records of the upload do not add up")
    return tuple(UploadRecord.decode(text[start : start + 40]) for start in range(2, len(text), 40))


@dataclass(frozen=True, slots=True)
class SessionKeys:
    """Field 62 of a sign-in reply: keys for PIN blocks and MACs, valid until the next sign-in. Never printed."""

    pin: bytes
    mac: bytes

    def __repr__(self) -> str:
        return "SessionKeys(…)"

    def wrap(self, master: bytes) -> str:
        """Hexadecimal: each key under the master key, each followed by its check value."""
        return "".join((encrypt(master, key) + check_value(key)).hex().upper() for key in (self.pin, self.mac))

    @classmethod
    def unwrap(cls, master: bytes, text: str) -> SessionKeys:
        """Both keys; `Malformed` when a check value is wrong, which means another master key."""
        data = bytes.fromhex(text)
        half = len(data) // 2
        if len(data) not in (2 * (8 + CHECK_VALUE), 2 * (16 + CHECK_VALUE)):
            raise Malformed("field 62: session keys have 8 or 16 bytes")
        return cls(_unwrap(master, data[:half]), _unwrap(master, data[half:]))


def _unwrap(master: bytes, wrapped: bytes) -> bytes:
    key = decrypt(master, wrapped[:-CHECK_VALUE])
    if check_value(key) != wrapped[-CHECK_VALUE:]:
        raise Malformed("field 62: the check value is wrong; is the master key the right one?")
    return key


_REFERENCE: Final = re.compile(r"[A-Za-z0-9._-]{1,40}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Private:
    """Field 63: card organisation (3 characters), then what the acquirer leaves to the merchant.

    We put the register's reference there, so that the acquirer's books can be compared with ours.
    """

    reference: str
    organisation: str = "CUP"

    def encode(self) -> str:
        """At most 43 characters."""
        if not _REFERENCE.fullmatch(self.reference):
            raise Malformed("field 63: a reference has 1 to 40 letters, digits, dots, dashes or underscores")
        return f"{self.organisation:<3.3}{self.reference}"

    @classmethod
    def decode(cls, text: str) -> Private:
        """A message without the field has an empty reference."""
        return cls(text[3:], text[:3].strip())


def _digits(text: str, length: int) -> str:
    if len(text) != length or not (text.isascii() and text.isdecimal()):
        raise Malformed(f"{length} digits are wanted")
    return text
