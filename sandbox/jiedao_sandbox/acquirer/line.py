"""The acquirer's TCP line: frames in, frames out, and the faults that a line can have.

On this line `html` is bytes that are no frame, `error_after_effect` is a reply code that is in no table, `wrong_echo`
is another amount (where there is none, another trace) under a right MAC, `malformed` is half a message in a whole
frame, `truncated` half a frame, and `empty` a frame with nothing in it.
"""

from __future__ import annotations

import socketserver
import threading
from types import TracebackType
from typing import Final

from jiedao_connectors.unionpay.frame import Frame, read_frame
from jiedao_connectors.unionpay.message import Malformed, Message, decode
from jiedao_sandbox.acquirer.host import Answer, Host
from jiedao_sandbox.faults import Fault, Faults

UNKNOWN_CODE: Final = "ZZ"
_KEPT: Final[dict[Fault | None, float]] = {Fault.MALFORMED: 0.5, Fault.EMPTY: 0.0}
_GARBAGE: Final = b"HTTP/1.1 502 Bad Gateway\r\n\r\n<html>\xff\xfe</html>"


class _Line(socketserver.StreamRequestHandler):
    """One connection; host and faults come with the class that `LineServer` derives."""

    timeout = 60
    disable_nagle_algorithm = True
    host: Host
    faults: Faults

    def handle(self) -> None:
        """Answer frame after frame until one side hangs up; what is not a message ends the connection."""
        try:
            while (frame := read_frame(self.rfile)) is not None and self._serve(frame):
                pass
        except (Malformed, OSError):
            return

    def _serve(self, frame: Frame) -> bool:
        """Whether to go on with this connection."""
        asked = self.host.read(decode(frame.body))
        fault = self.faults.take(asked.operation)
        if fault.loses_request:
            return False
        fault.wait_before_effect()
        answer = self.host.answer(asked)
        fault.wait_before_answer()
        if fault.fault is Fault.SILENCE:
            self.rfile.read()
        if fault.loses_answer or fault.fault is Fault.SILENCE:
            return False
        self.wfile.write(_bytes(frame, answer, fault.fault))
        return fault.fault not in (Fault.HTML, Fault.TRUNCATED)


def _bytes(frame: Frame, answer: Answer, fault: Fault | None) -> bytes:
    if fault is Fault.HTML:
        return _GARBAGE
    body = _distorted(answer.message, fault).encode(answer.mac_key)
    if fault in _KEPT:
        body = body[: int(len(body) * _KEPT[fault])]
    once = frame.answer(body).encode()
    if fault is Fault.TRUNCATED:
        return once[: len(once) // 2]
    return once * 2 if fault is Fault.ANSWER_TWICE else once


def _distorted(message: Message, fault: Fault | None) -> Message:
    if fault is Fault.ERROR_AFTER_EFFECT:
        return Message(message.type, {**message.fields, 39: UNKNOWN_CODE})
    if fault is Fault.WRONG_ECHO:
        number, digits = (4, 12) if message.get(4) else (11, 6)
        return Message(message.type, {**message.fields, number: f"{int(message.get(number)) + 1:0{digits}d}"})
    return message


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


class LineServer:
    """The host on a TCP port, in threads of its own; port 0 takes a free one."""

    def __init__(self, host: Host, faults: Faults, address: tuple[str, int]) -> None:
        handler = type("Line", (_Line,), {"host": host, "faults": faults})
        self._server = _Threads(address, handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.port: Final = int(self._server.server_address[1])

    def __enter__(self) -> LineServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
