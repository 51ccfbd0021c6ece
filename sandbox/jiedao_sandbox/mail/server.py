"""The listening part: one thread for each session."""

from __future__ import annotations

import socketserver
import ssl
import threading
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Final

from jiedao_sandbox.books import Books
from jiedao_sandbox.faults import Faults
from jiedao_sandbox.mail.session import HangUp, Session


@dataclass(frozen=True, slots=True)
class Rules:
    """What holds for every session. `user` is NAME:PASSWORD, or empty where nobody has to say who they are."""

    books: Books
    faults: Faults
    user: str
    context: ssl.SSLContext | None
    tls: bool


class _Handler(socketserver.BaseRequestHandler):
    """One connection; the rules come with the class that `MailServer` derives."""

    rules: Rules

    def handle(self) -> None:
        """A caller that went away is not an error of the stand-in."""
        self.request.settimeout(300)
        with suppress(HangUp, OSError):
            line = self.request
            if self.rules.tls and self.rules.context:
                line = self.rules.context.wrap_socket(self.request, server_side=True)
            Session(line, self.rules).run()


class _Threads(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True


class MailServer:
    """Listens on loopback (or `host`); port 0 takes a free one."""

    def __init__(self, rules: Rules, port: int = 0, host: str = "127.0.0.1") -> None:
        self._server = _Threads((host, port), type("Handler", (_Handler,), {"rules": rules}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self.url: Final = f"smtp://{host}:{self._server.server_address[1]}"

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
