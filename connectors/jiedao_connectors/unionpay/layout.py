"""Which fields a UnionPay POS message has and how each stands in bytes (Q/CUP 009, POS terminal volume).

Numbers are BCD, odd ones pushed to the left; lengths are BCD; text is ASCII, or GBK where an acquirer writes Chinese.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

Field: TypeAlias = Mapping[str, Any]


def _field(data: str, maximum: int, *, length_bytes: int = 0, count: str = "bytes") -> Field:
    """`length_bytes` counts bytes of a BCD length, as pyiso8583 wants: LLVAR is 1, LLLVAR is 2."""
    return {
        "data_enc": data,
        "len_enc": "bcd",
        "len_type": length_bytes,
        "max_len": maximum,
        "len_count": count,
        "right_pad": "0",
        "desc": "",
    }


def _number(digits: int, *, length_bytes: int = 0) -> Field:
    return _field("b", digits, length_bytes=length_bytes, count="nibbles")


def _text(characters: int, *, length_bytes: int = 0, encoding: str = "ascii") -> Field:
    return _field(encoding, characters, length_bytes=length_bytes)


def _bytes(count: int, *, length_bytes: int = 0) -> Field:
    return _field("b", count, length_bytes=length_bytes)


LAYOUT: Final[Mapping[str, Field]] = {
    "h": _bytes(0),
    "t": _bytes(2),
    "p": _bytes(8),
    "1": _bytes(8),
    "2": _number(19, length_bytes=1),  # card number
    "3": _number(6),  # processing code
    "4": _number(12),  # amount, fen
    "11": _number(6),  # trace
    "12": _number(6),  # local time, hhmmss
    "13": _number(4),  # local date, MMDD
    "14": _number(4),  # card's expiry, YYMM
    "15": _number(4),  # settlement date, MMDD
    "22": _number(3),  # how the card was read
    "25": _number(2),  # condition code
    "26": _number(2),  # longest PIN
    "32": _number(11, length_bytes=1),  # acquiring institution
    "35": _number(37, length_bytes=1),  # track 2; its separator is the hex digit D
    "37": _text(12),  # retrieval reference number, RRN
    "38": _text(6),  # authorisation
    "39": _text(2),  # reply code
    "41": _text(8),  # terminal
    "42": _text(15),  # merchant
    "44": _text(25, length_bytes=1, encoding="gbk"),  # issuer and acquirer
    "48": _number(322, length_bytes=2),  # settlement totals, or the details of an upload
    "49": _text(3),  # currency, ISO 4217 number
    "52": _bytes(8),  # PIN block
    "53": _number(16),  # security control
    "60": _number(19, length_bytes=2),  # type, batch, administrative code
    "61": _number(29, length_bytes=2),  # the original transaction
    "62": _bytes(512, length_bytes=2),  # session keys at sign-in
    "63": _text(163, length_bytes=2, encoding="gbk"),  # card organisation, then the register's reference
    "64": _bytes(8),  # MAC
}
