"""The printer's line: questions are answered at once, everything else is printed when it is asked for or hung up."""

from __future__ import annotations

import re
import socketserver
import threading
from contextlib import suppress
from types import TracebackType
from typing import Final

from jiedao_sandbox.faults import Fault, Faults
from jiedao_sandbox.printer.machine import Machine

_STATUS: Final = re.compile(rb"\x10\x04([\x01-\x04])")
_CONFIRM: Final = b"\x1dr\x01"


class _HangUp(Exception):
    """Close the connection without a word."""


class _Handler(socketserver.BaseRequestHandler):
    """One connection; machine and faults come with the class that `PrintServer` derives."""

    machine: Machine
    faults: Faults

    def handle(self) -> None:
        """A caller that went away is not an error of the stand-in."""
        self._document = b""
        self.request.settimeout(300)
        with suppress(_HangUp, OSError):
            while part := self.request.recv(65_536):
                self._take(part)
            self._print()

    def _take(self, part: bytes) -> None:
        """What came in one piece; a question stands at the end of what a client has sent so far."""
        found = _STATUS.fullmatch(part)
        if found is not None:
            return self._answer("status", self.machine.status(found[1][0]))
        if not self._document and self.faults.take("print").loses_request:
            raise _HangUp
        self._document += part
        if self._document.endswith(_CONFIRM):
            self._document = self._document.removesuffix(_CONFIRM)
            self._print()
            self._answer("confirm", self.machine.paper_sensor())
        return None

    def _print(self) -> None:
        if self._document:
            self.machine.print(self._document)
            self._document = b""

    def _answer(self, operation: str, byte: int) -> None:
        fault = self.faults.take(operation)
        fault.wait_before_effect()
        fault.wait_before_answer()
        if fault.loses_request or fault.loses_answer or fault.fault is Fault.ERROR_AFTER_EFFECT:
            raise _HangUp
        self.request.sendall(b"\xff" if fault.fault in (Fault.HTML, Fault.WRONG_ECHO) else bytes((byte,)))


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
