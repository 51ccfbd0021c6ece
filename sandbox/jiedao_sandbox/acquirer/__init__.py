"""The acquirer's host: ISO 8583 over TCP as UnionPay POS terminals speak it, with books of its own.

``python -m jiedao_sandbox acquirer --books DIR [--port N] [--cut-over 23:00] [--clock 2025-03-31T22:59:00]
[--reply 02=A2]``. Terminals need no registration: whoever signs in with the master key is one. The control face also
takes ``POST /_sandbox/clock {"now": "2025-03-31T23:00:00"}``.
"""

from __future__ import annotations

import argparse
import os
from datetime import datetime, time
from typing import Final

from jiedao_sandbox import process
from jiedao_sandbox.acquirer.books import SCHEMA
from jiedao_sandbox.acquirer.host import Host, Rules
from jiedao_sandbox.acquirer.line import LineServer
from jiedao_sandbox.books import Books
from jiedao_sandbox.faults import Faults
from jiedao_sandbox.httpd import Body, HttpServer, Refused, Route, Service
from jiedao_sandbox.master_key import master_key
from jiedao_sandbox.wall_clock import WallClock

CONVENTION: Final = {"51": "51"}
"""Sales of …51 fen are refused with 51, not enough money."""


def main(arguments: list[str]) -> int:
    """Run the host until it is stopped."""
    options = _options().parse_args(arguments)
    books, clock, faults = Books(options.books, "acquirer", SCHEMA), WallClock(options.clock), Faults()
    rules = Rules(master_key(os.environ), options.cut_over, CONVENTION | dict(options.reply))
    control = Service("acquirer", books=books.dump, faults=faults, controls=_controls(clock))
    with (
        books,
        LineServer(Host(books, clock, rules), faults, (options.host, options.port)) as line,
        HttpServer(control, options.control_port, options.host) as face,
    ):
        url = f"tcp://{options.host}:{line.port}"
        return process.run("acquirer", url, face.url, with_parent=options.with_parent)


def _options() -> argparse.ArgumentParser:
    options = process.parser("acquirer")
    options.add_argument("--cut-over", type=time.fromisoformat, default=time(23), help="when the acquirer's day ends")
    options.add_argument("--clock", type=datetime.fromisoformat, help="local time to start from")
    options.add_argument(
        "--reply", type=_ending, action="append", default=[], metavar="NN=CODE", help="reply to sales of …NN fen"
    )
    return options


def _ending(text: str) -> tuple[str, str]:
    ending, _, code = text.partition("=")
    if len(ending) != 2 or not ending.isdecimal() or len(code) != 2:
        raise argparse.ArgumentTypeError("want two digits, =, and a code, such as 02=A2")
    return ending, code


def _controls(clock: WallClock) -> dict[str, Route]:
    def set_clock(body: Body) -> Body:
        try:
            clock.set(datetime.fromisoformat(str(body.get("now"))))
        except ValueError:
            raise Refused(400, {"error": "MALFORMED", "says": "now: local time in ISO 8601"}) from None
        return {"now": clock.now().isoformat()}

    return {"/_sandbox/clock": Route("clock", set_clock)}
