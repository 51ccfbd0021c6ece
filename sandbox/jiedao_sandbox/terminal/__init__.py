"""A semi-integrated card terminal: the register's link in front (HTTP), ISO 8583 to the acquirer behind.

``python -m jiedao_sandbox terminal --books DIR --acquirer HOST:PORT [--port N] [--terminal-id 8] [--merchant-id 15]
[--link-secret S] [--seconds 3] [--clock 2025-03-31T22:59:00]``. The secret of the register's link may also come from
the environment (JIEDAO_TERMINAL_SECRET). It makes test cards up itself; a card number exists in memory and on the wire
to the acquirer, never in its journal or its answers.
"""

from __future__ import annotations

import argparse
import os
from datetime import datetime
from typing import Final

from jiedao_sandbox import process
from jiedao_sandbox.books import Books
from jiedao_sandbox.httpd import HttpServer, Service
from jiedao_sandbox.master_key import master_key
from jiedao_sandbox.terminal.journal import SCHEMA, Journal
from jiedao_sandbox.terminal.line import AcquirerLine
from jiedao_sandbox.terminal.machine import Terminal
from jiedao_sandbox.terminal.messages import Identity
from jiedao_sandbox.terminal.register import Register
from jiedao_sandbox.terminal.session import Session
from jiedao_sandbox.wall_clock import WallClock

SECRET_VARIABLE: Final = "JIEDAO_TERMINAL_SECRET"  # noqa: S105 (the name, not the secret)


def main(arguments: list[str]) -> int:
    """Run the terminal until it is stopped."""
    options = _options().parse_args(arguments)
    if not options.link_secret:
        _options().error(f"--link-secret or {SECRET_VARIABLE} is missing")
    with Books(options.books, "terminal", SCHEMA) as books:
        service = _service(books, options)
        with HttpServer(service, options.port, options.host) as server:
            facts = {"terminal_id": options.terminal_id, "merchant_id": options.merchant_id}
            return process.run("terminal", server.url, server.url, with_parent=options.with_parent, **facts)


def _options() -> argparse.ArgumentParser:
    options = process.parser("terminal")
    options.add_argument("--acquirer", type=_address, required=True, metavar="HOST:PORT")
    options.add_argument("--terminal-id", type=_exactly(8), default="00010001")
    options.add_argument("--merchant-id", type=_exactly(15), default="898310048160001")
    options.add_argument("--link-secret", default=os.environ.get(SECRET_VARIABLE, ""))
    options.add_argument("--seconds", type=float, default=3.0, help="how long the acquirer has for a reply")
    options.add_argument("--clock", type=datetime.fromisoformat, help="local time to start from")
    return options


def _service(books: Books, options: argparse.Namespace) -> Service:
    journal, identity = Journal(books), Identity(options.terminal_id, options.merchant_id)
    host, port = options.acquirer
    line = AcquirerLine(host, port, options.seconds)
    terminal = Terminal(journal, Session(journal, line, identity, master_key(os.environ)))
    register = Register(terminal, identity, options.link_secret, WallClock(options.clock))
    return Service("terminal", register.routes(), books.dump, decode=register.decode, encode=register.encode)


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.removeprefix("tcp://").rpartition(":")
    if not host or not port.isdecimal():
        raise argparse.ArgumentTypeError("want HOST:PORT")
    return host, int(port)


class _exactly:  # noqa: N801 (used as a function)
    """An argument of so many characters."""

    def __init__(self, length: int) -> None:
        self._length = length

    def __call__(self, text: str) -> str:
        if len(text) != self._length or not text.isalnum():
            raise argparse.ArgumentTypeError(f"want {self._length} letters or digits")
        return text
