"""A network printer that takes bytes as they come (raw TCP, usually port 9100), and ESC/POS questions about its state.

``DLE EOT n`` is answered at once, whatever waits in the printer's buffer: n=2 why it is offline, n=3 errors, n=4 paper.
``GS r 1`` is answered when everything sent before it has been worked off, and says whether there is paper. Every
real-time answer has bits 1 and 4 set, 0 and 7 clear; in an answer to GS r bits 4 and 7 are clear.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_FIXED, _FIXED_IS = 0b1001_0011, 0b0001_0010
_COVER_OPEN, _FAILED = 0b0000_0100, 0b0100_0000
_BROKEN: Final = 0b0110_1000
"""Of n=3: auto-cutter, unrecoverable, automatically recoverable."""
_PAPER_OUT: Final = 0b0110_0000
_PAPER_OUT_IN_GS_R: Final = 0b0000_1100
_NEVER_IN_GS_R: Final = 0b1001_0000


class PrintProblem(Exception):
    """Base of what can go wrong with one document."""


class NotPrinted(PrintProblem):
    """Nothing of the document was sent."""


class MaybePrinted(PrintProblem):
    """Some or all of it was sent, and nothing says that it came out."""


class Trouble(StrEnum):
    """What the printer says is wrong with it."""

    COVER = "cover"
    PAPER = "paper"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Printer:
    """Where a printer listens, whether it answers questions in ESC/POS, and whether it confirms with ``GS r``."""

    host: str
    port: int
    asks: bool
    confirms: bool


def state_of(printer: Printer, deadline: float) -> Trouble | None:
    """What is wrong with a printer, or None. One that answers no questions only has to be there."""
    with _connected(printer, time.monotonic() + deadline) as line:
        return line.trouble() if printer.asks else None


def print_raw(printer: Printer, content: bytes, deadline: float) -> Trouble | None:
    """Ask, then print, within `deadline` seconds. Returns what is wrong with the printer when nothing was sent.

    `NotPrinted` or `MaybePrinted` when it gave no trustworthy answer.
    """
    with _connected(printer, time.monotonic() + deadline) as line:
        trouble = line.trouble() if printer.asks else None
        if trouble is None:
            line.print(content, confirms=printer.asks and printer.confirms)
        return trouble


class _Line:
    """One connection with the deadline of everything on it."""

    def __init__(self, socket_: socket.socket, end: float) -> None:
        self._socket, self._end = socket_, end

    def trouble(self) -> Trouble | None:
        """In the order in which somebody would mend it."""
        if (offline := self._status(2)) & _COVER_OPEN:
            return Trouble.COVER
        if self._status(4) & _PAPER_OUT:
            return Trouble.PAPER
        return Trouble.ERROR if offline & _FAILED or self._status(3) & _BROKEN else None

    def print(self, content: bytes, *, confirms: bool) -> None:
        """Send all of it, and hear that it was worked off."""
        try:
            self._send(content)
            if confirms:
                self._confirmed()
            else:
                self._socket.shutdown(socket.SHUT_WR)
        except OSError as broken:
            raise MaybePrinted(f"the printer stopped answering: {type(broken).__name__}") from broken

    def _confirmed(self) -> None:
        self._send(b"\x1dr\x01")
        answer = self._byte()
        if answer & _NEVER_IN_GS_R:
            raise MaybePrinted("the printer confirmed with something else")
        if answer & _PAPER_OUT_IN_GS_R:
            raise MaybePrinted("the paper ran out while it printed")

    def _status(self, n: int) -> int:
        try:
            self._send(bytes((0x10, 0x04, n)))
            answer = self._byte()
        except OSError as broken:
            raise NotPrinted(f"the printer does not say how it is: {type(broken).__name__}") from broken
        if answer & _FIXED != _FIXED_IS:
            raise NotPrinted("what answers is no ESC/POS printer")
        return answer

    def _send(self, content: bytes) -> None:
        sent = 0
        while sent < len(content):
            self._socket.settimeout(self._left())
            sent += self._socket.send(content[sent : sent + 65_536])

    def _byte(self) -> int:
        self._socket.settimeout(self._left())
        answer = self._socket.recv(1)
        if not answer:
            raise ConnectionResetError
        return answer[0]

    def _left(self) -> float:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@contextmanager
def _connected(printer: Printer, end: float) -> Iterator[_Line]:
    try:
        line = socket.create_connection((printer.host, printer.port), max(0.001, end - time.monotonic()))
    except OSError as failed:
        raise NotPrinted(f"the printer cannot be reached: {type(failed).__name__}") from failed
    with line:
        yield _Line(line, end)
