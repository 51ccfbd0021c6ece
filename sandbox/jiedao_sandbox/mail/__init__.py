"""A mail server that delivers to its books, over real SMTP (RFC 5321, STARTTLS, AUTH PLAIN and LOGIN).

Options besides the common ones: ``--user NAME:PASSWORD`` (then nobody gets in without), ``--certificate FILE`` (PEM
with the key; offers STARTTLS), ``--tls`` (TLS from the first byte). The recipient decides: ``unknown@`` is refused
with 550, ``full@`` with 452; a subject of ``spam`` is refused after DATA with 554, one of ``later`` with 451. Faults
meet the operations `greet`, `mail`, `rcpt`, `data` and `end` (the end of the message, which is when it is booked).
"""

from __future__ import annotations

import argparse
import ssl
from pathlib import Path
from typing import Final

from jiedao_sandbox import process
from jiedao_sandbox.books import Books
from jiedao_sandbox.faults import Faults
from jiedao_sandbox.httpd import control_server
from jiedao_sandbox.mail.server import MailServer, Rules
from jiedao_sandbox.mail.session import SCHEMA

USER: Final = "street"
PASSWORD: Final = "sandbox-mail-password"  # noqa: S105 (a stand-in's password opens nothing)


def main(arguments: list[str]) -> int:
    """Run the server until it is stopped."""
    options = _options(arguments)
    faults = Faults()
    with Books(options.books, "mail", SCHEMA) as books:
        rules = Rules(books, faults, options.user, _context(options.certificate), options.tls)
        control = control_server("mail", faults, books.dump, options.control_port)
        with control, MailServer(rules, options.port, options.host) as server:
            return process.run("mail", server.url, control.url, with_parent=options.with_parent)


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("mail")
    parser.add_argument("--user", default="", metavar="NAME:PASSWORD")
    parser.add_argument("--certificate", type=Path)
    parser.add_argument("--tls", action="store_true")
    return parser.parse_args(arguments)


def _context(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context
