"""How a message travels over TCP: 2 bytes of length, big-endian, then TPDU (5 bytes), header (6 bytes), message."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Protocol

from jiedao_connectors.unionpay.message import Malformed

_LENGTH: Final = 2
_TPDU: Final = 5
_HEADER: Final = 6
_PROTOCOL: Final = 0x60
LONGEST: Final = 0xFFFF


class Stream(Protocol):
    """What a frame is read from: a file made from a socket, or bytes in memory."""

    def read(self, size: int, /) -> bytes:
        """Exactly `size` bytes, fewer only at the end."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message with its routing.

    TPDU: protocol 60, destination, source. Header: application class 60 (bank card POS), software version, terminal
    state, what the host wants done, software sub-version. The body is never printed: it may hold a card number.
    """

    body: bytes = field(repr=False)
    tpdu: bytes = bytes.fromhex("6000030000")
    header: bytes = bytes.fromhex("602200000000")

    def encode(self) -> bytes:
        """The bytes to send."""
        payload = self.tpdu + self.header + self.body
        if len(payload) > LONGEST:
            raise Malformed(f"{len(payload)} bytes do not fit into a frame")
        return len(payload).to_bytes(_LENGTH, "big") + payload

    def answer(self, body: bytes) -> Frame:
        """The frame that goes back: TPDU addresses change places, the header stays."""
        return Frame(body, self.tpdu[:1] + self.tpdu[3:5] + self.tpdu[1:3], self.header)


def read_frame(stream: Stream) -> Frame | None:
    """The next frame, or None when the other side closed between two; `Malformed` for anything else."""
    length = stream.read(_LENGTH)
    if not length:
        return None
    wanted = int.from_bytes(length, "big")
    payload = stream.read(wanted) if len(length) == _LENGTH else b""
    if len(payload) != wanted or wanted <= _TPDU + _HEADER:
        raise Malformed("the frame is cut short")
    if payload[0] != _PROTOCOL or payload[_TPDU] != _PROTOCOL:
        raise Malformed("the frame is not a UnionPay POS frame")
    return Frame(payload[_TPDU + _HEADER :], payload[:_TPDU], payload[_TPDU : _TPDU + _HEADER])
