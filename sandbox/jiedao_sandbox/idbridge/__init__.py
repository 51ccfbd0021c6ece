"""A bridge with a card reader on which a test lays cards. Its wire is in `jiedao_connectors.idbridge`.

``POST /_sandbox/card {"lie": "good"}`` lays down one of `cards.CARDS` (good, for_ever, expired, wrong_digit,
other_birth, damaged_name, garbage, unreadable, none) until the next one; fields beside `lie` overrule its own.
Options besides the common ones: ``--token``. The books hold which kind was read and when, never a card's fields.
"""

from __future__ import annotations

import argparse
from typing import Final

from jiedao_connectors.idbridge import PATH
from jiedao_sandbox import process
from jiedao_sandbox.books import Books
from jiedao_sandbox.httpd import Body, HttpServer, Received, Refused, Route, Service, decode_json
from jiedao_sandbox.idbridge.cards import CARDS

TOKEN: Final = "sandbox-bridge-token"  # noqa: S105 (a stand-in's token opens nothing)
SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS lying (card TEXT);
CREATE TABLE IF NOT EXISTS reads (card TEXT, photo INTEGER);
"""


def main(arguments: list[str]) -> int:
    """Run the bridge until it is stopped."""
    options = _options(arguments)
    with Books(options.books, "idbridge", SCHEMA) as books:
        reader = Reader(books)
        service = Service(
            "idbridge",
            routes={PATH: Route("read", reader.read)},
            books=books.dump,
            controls={"/_sandbox/card": Route("card", reader.lay)},
            decode=lambda received: _decode(received, options.token),
        )
        with HttpServer(service, options.port, options.host) as server:
            return process.run("idbridge", server.url, server.url, with_parent=options.with_parent)


class Reader:
    """What lies on the reader. Fields that a test changed are in memory only."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._changed: Body = {}

    def lay(self, body: Body) -> Body:
        """Control face: lay a card down."""
        kind = body.pop("lie", "")
        if kind not in CARDS:
            raise Refused(400, {"error": "MALFORMED", "says": f"cards are {', '.join(CARDS)}"})
        self._changed = body
        with self._books.writing() as connection:
            connection.execute("DELETE FROM lying")
            connection.execute("INSERT INTO lying VALUES (?)", (kind,))
        return {"lies": kind}

    def read(self, body: Body) -> Body:
        """The card's fields, the photo only when it is asked for."""
        if body not in ({"photo": True}, {"photo": False}):
            raise Refused(400, {"error": "MALFORMED", "says": "photo is true or false, and nothing else is asked"})
        lying = self._books.row("SELECT card FROM lying")
        kind = lying["card"] if lying else "none"
        with self._books.writing() as connection:
            connection.execute("INSERT INTO reads VALUES (?, ?)", (kind, body["photo"]))
        card = {**CARDS[kind], **self._changed}
        return card if body["photo"] else {name: value for name, value in card.items() if name != "photo"}


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = process.parser("idbridge")
    parser.add_argument("--token", default=TOKEN)
    return parser.parse_args(arguments)


def _decode(received: Received, token: str) -> Body:
    if received.headers.get("Authorization", "") != f"Bearer {token}":
        raise Refused(401, {"error": "BAD_TOKEN", "says": "the token is not the agreed one"})
    return decode_json(received)
