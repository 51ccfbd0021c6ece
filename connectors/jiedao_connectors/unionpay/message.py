"""One ISO 8583 message as a value, to bytes and back. Bytes that are not a message raise `Malformed`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import iso8583

from jiedao_connectors.unionpay.layout import LAYOUT
from jiedao_connectors.unionpay.mac import mac, mac_is_right

MAC_FIELD: Final = 64
_MAC_BYTES: Final = 8
_SHOWN: Final = frozenset({3, 4, 11, 12, 13, 15, 25, 37, 39, 41, 42, 49, 60, 61})


class Malformed(ValueError):
    """These bytes are no message of this protocol. What was wrong is told without the bytes: they may hold a card."""


@dataclass(frozen=True, slots=True)
class Message:
    """Message type and fields by number, as the digits and letters that the specification speaks of.

    Binary fields (52, 62, 64) are hexadecimal. Printing shows no field that may hold a card number, a PIN or a key.
    """

    type: str
    fields: Mapping[int, str] = field(repr=False, default_factory=dict)
    _raw: bytes = field(repr=False, default=b"", compare=False)

    def __str__(self) -> str:
        shown = " ".join(f"{n}={value}" for n, value in sorted(self.fields.items()) if n in _SHOWN)
        return f"{self.type} {shown}"

    def get(self, number: int) -> str:
        """The field, or nothing where it is absent."""
        return self.fields.get(number, "")

    def encode(self, mac_key: bytes | None = None) -> bytes:
        """The message from its type on; with a key, field 64 is computed and replaces what stood there."""
        if mac_key is None:
            return _to_bytes(self.type, self.fields)
        unsigned = _to_bytes(self.type, {**self.fields, MAC_FIELD: "00" * _MAC_BYTES})[:-_MAC_BYTES]
        return unsigned + mac(mac_key, unsigned)

    def is_authentic(self, mac_key: bytes) -> bool:
        """Whether a decoded message carries the right MAC; one without a MAC does not."""
        if MAC_FIELD not in self.fields:
            return False
        return mac_is_right(mac_key, self._raw[:-_MAC_BYTES], self._raw[-_MAC_BYTES:])


def decode(data: bytes) -> Message:
    """A message from its bytes, beginning at the message type."""
    try:
        decoded, _ = iso8583.decode(data, LAYOUT)
    except (iso8583.DecodeError, KeyError) as wrong:
        raise Malformed(_without_bytes(wrong)) from None
    fields = {int(name): value for name, value in decoded.items() if name.isdecimal() and name != "1"}
    return Message(decoded["t"], fields, bytes(data))


def _to_bytes(message_type: str, fields: Mapping[int, str]) -> bytes:
    named = {"t": message_type} | {str(number): value for number, value in fields.items()}
    try:
        encoded, _ = iso8583.encode(named, LAYOUT)
    except (iso8583.EncodeError, KeyError) as wrong:
        raise Malformed(_without_bytes(wrong)) from None
    return bytes(encoded)


def _without_bytes(wrong: Exception) -> str:
    """pyiso8583 hangs the whole message on its errors; only its words may go further."""
    if isinstance(wrong, KeyError):
        return f"field {wrong} is not one of this protocol"
    return str(wrong)
