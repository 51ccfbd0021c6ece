"""The printer's line: questions are answered at once, everything else is printed when it is asked for or hung up."""

from __future__ import annotations

import re
import socketserver
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final

from jiedao_sandbox.faults import NO_FAULT, Fault, Faults, Taken
from jiedao_sandbox.printer.machine import Machine

_STATUS: Final = re.compile(rb"\x10\x04([\x01-\x04])")
_HANGS_UP: Final = (Fault.ERROR_AFTER_EFFECT, Fault.EMPTY, Fault.TRUNCATED)
_SPOILED: Final = (Fault.HTML, Fault.WRONG_ECHO, Fault.MALFORMED, Fault.HUGE, Fault.CHARSET)
_NO_ANSWER: Final = b"\xff"
"""A byte that no question is answered with."""
_CONFIRM: Final = b"\x1dr\x01"


class _HangUp(Exception):
    """Close the connection without a word."""


class _Handler(socketserver.BaseRequestHandler):
    """One connection; machine and faults come with the class that `PrintServer` derives."""

    machine: Machine
    faults: Faults

    def handle(self) -> None:
        """A caller that went away is not an error of the stand-in."""
        self._document, self._fault = b"", NO_FAULT
        self.request.settimeout(300)
        with suppress(_HangUp, OSError):
            while part := self.request.recv(65_536):
                self._take(part)
            self._print()

    def _take(self, part: bytes) -> None:
        """What came in one piece; a question stands at the end of what a client has sent so far."""
        found = _STATUS.fullmatch(part)
        if found is not None:
            self._answer(self.faults.take("status"), self.machine.status(found[1][0]))
            return
        if not self._document:
            self._fault = self.faults.take("print")
        if self._fault.loses_request:
            raise _HangUp
        self._document += part
        if self._document.endswith(_CONFIRM):
            self._document = self._document.removesuffix(_CONFIRM)
            self._fault.wait_before_effect()
            self._print()
            self._answer(self._fault, self.machine.paper_sensor())

    def _print(self) -> None:
        if self._document:
            self.machine.print(self._document)
            self._document = b""

    def _answer(self, fault: Taken, byte: int) -> None:
        fault.wait_before_answer()
        if fault.loses_request or fault.loses_answer or fault.fault in _HANGS_UP:
            raise _HangUp
        if fault.fault is Fault.SILENCE:
            self.request.recv(1)
            raise _HangUp
        self.request.sendall(_NO_ANSWER if fault.fault in _SPOILED else bytes((byte,)))


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class PrintServer:
    """Listens on loopback (or `host`); port 0 takes a free one."""

    def __init__(self, machine: Machine, faults: Faults, port: int = 0, host: str = "127.0.0.1") -> None:
        handler = type("Handler", (_Handler,), {"machine": machine, "faults": faults})
        self._server = _Threads((host, port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url: Final = f"tcp://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> PrintServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
