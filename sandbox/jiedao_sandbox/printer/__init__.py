"""A network printer whose paper is its books: raw TCP, ESC/POS real-time status (DLE EOT) and GS r.

``POST /_sandbox/state {"paper": "ok" | "out", "cover": "closed" | "open", "fault": false, "left": 100}`` changes how it
is; `left` is how many bytes it prints before the paper is out. Faults meet the operations `status` and `print`
(a document and the answer to the GS r behind it, when it is in the books).
"""

from __future__ import annotations

from jiedao_sandbox import process
from jiedao_sandbox.books import Books
from jiedao_sandbox.faults import Faults
from jiedao_sandbox.httpd import HttpServer, Route, Service
from jiedao_sandbox.printer.machine import SCHEMA, Machine
from jiedao_sandbox.printer.server import PrintServer


def main(arguments: list[str]) -> int:
    """Run the printer until it is stopped."""
    options = process.parser("printer").parse_args(arguments)
    faults = Faults()
    with Books(options.books, "printer", SCHEMA) as books:
        machine = Machine(books)
        service = Service(
            "printer",
            books=books.dump,
            faults=faults,
            controls={"/_sandbox/state": Route("state", machine.change)},
        )
        control = HttpServer(service, options.control_port)
        with control, PrintServer(machine, faults, options.port, options.host) as server:
            return process.run("printer", server.url, control.url, with_parent=options.with_parent)
